import { didtOf } from "./amplitude.ts";
import type { MagProBody } from "./body.ts";
import { type Effect, inTurn, quietly, type Stepped } from "./inputs.ts";
import type { Shot } from "./shot.ts";
import { tellPulse } from "./tell.ts";
import type { Unit } from "./unit.ts";

/** The discharge and the reports of one pulse. A pair is one discharge, known when it is complete. */
export function gaveOff(
  unit: Unit,
  body: MagProBody,
  shot: Shot,
  pct: number,
  nowMs: number,
): Stepped {
  if (shot.kind !== "pair") {
    const isReported = shot.given === 1 || unit.figures.reportPerBurstPulse > 0;
    return inTurn(discharged(body, shot, nowMs, [pct]), (left) =>
      isReported ? reported(unit, left, shot, pct, 0) : quietly(left),
    );
  }
  const isOneReport = isToldInOne(unit, shot);
  if (shot.given === 1) {
    return isOneReport ? quietly(body) : reported(unit, body, shot, shot.firstPct, 0);
  }
  return inTurn(discharged(body, shot, shot.startMs, [shot.firstPct, pct]), (left) =>
    reported(unit, left, shot, isOneReport ? shot.firstPct : 0, pct),
  );
}

/** What was started ends before it is complete: the first pulse of a pair stands alone then. */
export function cutShot(unit: Unit, body: MagProBody): Stepped {
  const { shot } = body;
  const after = { ...body, shot: null };
  if (shot === null || shot.kind !== "pair") return quietly(after);
  return inTurn(discharged(after, shot, shot.startMs, [shot.firstPct]), (left) =>
    isToldInOne(unit, shot) ? reported(unit, left, shot, shot.firstPct, 0) : quietly(left),
  );
}

function isToldInOne({ figures }: Unit, { intervalMs }: Shot): boolean {
  return intervalMs <= figures.onePairReportUpToMs;
}

function discharged(
  body: MagProBody,
  { cause, intervalMs }: Shot,
  atMs: number,
  intensityPctMso: readonly number[],
): Stepped {
  const after = { ...body, discharges: body.discharges + 1 };
  const isPair = intensityPctMso.length === 2;
  const discharge = {
    atMs,
    n: after.discharges,
    intensityPctMso,
    ...(isPair ? { isiMs: intervalMs } : {}),
    cause,
  };
  return { body: after, effects: [{ kind: "discharge", discharge }] };
}

function reported(unit: Unit, body: MagProBody, shot: Shot, a: number, b: number): Stepped {
  const { waveform } = body.setup;
  const didt = {
    a: didtOf(unit.figures, waveform, a),
    b: didtOf(unit.figures, waveform, b),
  };
  const report: Effect = {
    kind: "tell",
    message: tellPulse(unit, body, didt),
    role: shot.cause === "serial" ? "answer" : "news",
  };
  return { body, effects: [report] };
}
