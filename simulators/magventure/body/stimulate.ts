import { PAGE_PROTOCOL } from "../wire/words.ts";
import { factorPct, presentPct } from "./amplitude.ts";
import type { MagProBody } from "./body.ts";
import { heatedByPulse } from "./heat.ts";
import { inTurn, news, quietly, type Stepped } from "./inputs.ts";
import { gaveOff } from "./pulses.ts";
import { advanced, beginSequence, counted, type Segment } from "./sequence.ts";
import { minPeriodMs, shotShape } from "./setup.ts";
import type { Shot } from "./shot.ts";
import { tellFactor, tellPage } from "./tell.ts";
import { warmed } from "./temperature.ts";
import type { Unit } from "./unit.ts";

/** One start: a pulse, or the first of a pair or burst. The caller has seen that it is allowed. */
export function startShot(
  unit: Unit,
  body: MagProBody,
  cause: Shot["cause"],
  nowMs: number,
): Stepped {
  const shot: Shot = { ...shotShape(body.setup), startMs: nowMs, cause, given: 0, firstPct: 0 };
  // The charge delay holds back the recharging after single starts; that a train has room for it is left to its rate.
  const rechargedAtMs = nowMs + minPeriodMs(unit, body) + body.delays.chargeMs;
  return nextPulse(unit, { ...body, shot, rechargedAtMs, stimuli: body.stimuli + 1 }, nowMs);
}

/** The next pulse of what was started leaves the coil. */
export function nextPulse(unit: Unit, body: MagProBody, nowMs: number): Stepped {
  if (body.shot === null) return quietly(body);
  const isSecondOfPair = body.shot.kind === "pair" && body.shot.given === 1;
  const present = presentPct(unit, body);
  const pct = isSecondOfPair ? present.b : present.a;
  const shot = {
    ...body.shot,
    given: body.shot.given + 1,
    firstPct: isSecondOfPair ? body.shot.firstPct : pct,
  };
  const heat = heatedByPulse(body.coil.heat, unit.figures, pct, nowMs);
  const isComplete = shot.given === shot.pulses;
  const after = {
    ...body,
    quietSinceMs: nowMs,
    coil: { ...body.coil, heat },
    shot: isComplete ? null : shot,
  };
  return inTurn(
    gaveOff(unit, after, shot, pct, nowMs),
    (left) => (isComplete ? startComplete(unit, left) : quietly(left)),
    (left) => warmed(unit, left, nowMs),
  );
}

/** In a sequence: on to the next start, the next line or the end. */
function startComplete(unit: Unit, body: MagProBody): Stepped {
  if (body.sequence === null) return quietly(body);
  const sequence = advanced(counted(body.sequence));
  const after = { ...body, sequence };
  return inTurn(factorMaybeChanged(unit, body, after), (left) =>
    sequence === null ? news(left, tellPage(unit, left)) : quietly(left),
  );
}

/** Message 7 when another line, or another page, brought another factor. */
export function factorMaybeChanged(unit: Unit, before: MagProBody, after: MagProBody): Stepped {
  const was = factorPct(unit, before);
  const now = factorPct(unit, after);
  const isTold = after.page === PAGE_PROTOCOL && (was.a !== now.a || was.b !== now.b);
  return isTold ? news(after, tellFactor(unit, after)) : quietly(after);
}

/**
 * What the page has ready to run. `isPerEdge`: every train waits for an edge, and the first has had
 * its own. The caller tells that it runs; its first pulse is an event of the same instant.
 */
export function startSequence(
  unit: Unit,
  body: MagProBody,
  isPerEdge: boolean,
  nowMs: number,
): MagProBody {
  const kind = body.page === PAGE_PROTOCOL ? "protocol" : "train";
  const segments = kind === "protocol" ? protocolSegments(unit, body) : trainSegments(unit, body);
  const isJammed = body.isJamOrdered;
  return {
    ...body,
    isJamOrdered: false,
    sequence: beginSequence({ kind, segments, isPerEdge, isJammed }, nowMs),
  };
}

function trainSegments(unit: Unit, body: MagProBody): readonly Segment[] {
  const { rateTenthsHz, pulses, trains, itiTenthsS } = body.train;
  const leastMs = minPeriodMs(unit, body);
  return Array.from({ length: trains }, (_, index) => ({
    starts: pulses,
    periodMs: Math.max(10_000 / rateTenthsHz, leastMs),
    restMs: index === 0 ? 0 : Math.max(itiTenthsS * 100, leastMs),
    factorPct: { a: 100, b: 100 },
  }));
}

function protocolSegments(unit: Unit, body: MagProBody): readonly Segment[] {
  const leastMs = minPeriodMs(unit, body);
  return unit.protocol.map(({ delayMs, gainPct, rateHz, pulses }, index) => ({
    starts: pulses,
    periodMs: Math.max(1000 / rateHz, leastMs),
    restMs: index === 0 ? delayMs : Math.max(delayMs, leastMs),
    factorPct: gainPct,
  }));
}
