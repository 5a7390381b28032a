import type { Discharge } from "../../src/contract/simulator.ts";
import {
  coilFigures,
  type DuomagBody,
  type First,
  innerFigures,
  isCharged,
  powerOn,
  type Unit,
} from "./body.ts";
import { faulty } from "./faulty.ts";
import { coldAt, type Heat, type HeatFigures, warmedBy } from "./heat.ts";
import { delayMs, type HostCommand } from "./hostBytes.ts";
import type { BodyInput, PanelOrder, Stepped } from "./inputs.ts";

/** What becomes of a unit by one input. Pure. */
export function step(unit: Unit, body: DuomagBody, input: BodyInput, nowMs: number): Stepped {
  if (nowMs < body.awakeAtMs && isFromOutside(input)) return done(body);
  switch (input.kind) {
    case "heard":
      return done({ ...body, usbUntilMs: nowMs + unit.figures.usbShownMs });
    case "command":
      return obey(unit, body, input.command, nowMs);
    case "trigger":
      return start(unit, body, "trigger", nowMs);
    case "second-pulse":
      return secondPulse(unit, body, nowMs);
    case "told":
      return done({ ...body, untoldTurn: body.untoldTurn - input.turn });
    case "refuse-next":
      return done({ ...body, refusals: body.refusals + 1 });
    case "panel":
      return unbroken(unit, atPanel(unit, body, input.order, nowMs), nowMs);
    case "fault":
      return input.fault === "reboot"
        ? reboot(unit, body, nowMs)
        : unbroken(unit, faulty(unit, body, input.fault, nowMs), nowMs);
  }
}

/** The unit's only event of its own: the second pulse of a pair. */
export function nextOf(
  body: DuomagBody,
): { readonly input: BodyInput; readonly atMs: number } | null {
  return body.second === null ? null : { input: { kind: "second-pulse" }, atMs: body.second.atMs };
}

function done(body: DuomagBody, ...effects: Discharge[]): Stepped {
  return { body, effects };
}

function isFromOutside({ kind }: BodyInput): boolean {
  return kind === "heard" || kind === "command" || kind === "trigger" || kind === "panel";
}

function obey(unit: Unit, body: DuomagBody, command: HostCommand, nowMs: number): Stepped {
  const isLowering = command.kind === "intensity" && command.pct === 0;
  if (body.refusals > 0 && !isLowering) {
    const after = { ...body, refusals: body.refusals - 1 };
    return done(command.kind === "fire" ? omitted(after) : after);
  }
  switch (command.kind) {
    case "intensity":
      return done(withIntensity(unit, body, command.pct, nowMs));
    case "fire":
      return start(unit, body, "serial", nowMs);
    case "delay":
      return done(
        command.of === "recharge"
          ? { ...body, rechargeDelay: command.delay }
          : { ...body, triggerOutDelay: command.delay },
      );
  }
}

/** The count is one byte, and is taken to begin anew after 255. */
function omitted(body: DuomagBody): DuomagBody {
  return { ...body, omittedPulses: (body.omittedPulses + 1) % 256 };
}

/** Charging to another voltage takes its time, on top of a recharge that is under way. */
function withIntensity(unit: Unit, body: DuomagBody, pct: number, nowMs: number): DuomagBody {
  const change = pct - body.intensityPct;
  if (change === 0) return body;
  const { raiseMsPerPct, lowerMsPerPct } = unit.figures;
  const wayMs = change > 0 ? change * raiseMsPerPct : -change * lowerMsPerPct;
  const chargedAtMs = Math.max(nowMs, body.chargedAtMs) + wayMs;
  return { ...body, intensityPct: pct, chargedAtMs };
}

/** A start while not charged, at intensity 0 or with an error is taken to be counted and dropped. */
function start(unit: Unit, body: DuomagBody, cause: First["cause"], nowMs: number): Stepped {
  if (body.startsToLose > 0) return done({ ...body, startsToLose: body.startsToLose - 1 });
  if (body.intensityPct === 0 || !isCharged(body, nowMs)) return done(omitted(body));
  const first: First = { atMs: nowMs, pct: body.intensityPct, cause };
  const warm = warmedByPulse(unit, body, first.pct, nowMs);
  if (unit.kind !== "mp-dual" || body.pair === null) return ended(unit, warm, first, null, nowMs);
  const { isiMs, secondPct } = body.pair;
  const pct = secondPct ?? first.pct;
  return done({ ...warm, second: { first, atMs: nowMs + isiMs, isiMs, pct } });
}

function secondPulse(unit: Unit, body: DuomagBody, nowMs: number): Stepped {
  if (body.second === null) return done(body);
  const { first, isiMs, pct } = body.second;
  return ended(unit, warmedByPulse(unit, body, pct, nowMs), first, { isiMs, pct }, nowMs);
}

/** The last pulse has left: it is told, and the recharge begins after its delay. */
function ended(
  unit: Unit,
  body: DuomagBody,
  first: First,
  second: { readonly isiMs: number; readonly pct: number } | null,
  nowMs: number,
): Stepped {
  const { rechargeBaseMs, rechargeMsPerPct } = unit.figures;
  const highestPct = Math.max(first.pct, second?.pct ?? 0);
  const rechargeMs = delayMs(body.rechargeDelay) + rechargeBaseMs + rechargeMsPerPct * highestPct;
  const after = {
    ...body,
    second: null,
    discharges: body.discharges + 1,
    chargedAtMs: nowMs + rechargeMs,
  };
  const { atMs, cause } = first;
  const pulse = { atMs, n: after.discharges, cause };
  if (second === null) return done(after, { ...pulse, intensityPctMso: [first.pct] });
  const { isiMs, pct } = second;
  return done(after, { ...pulse, intensityPctMso: [first.pct, pct], isiMs });
}

/** A pair whose unit fails between its pulses ends with the first one. */
function unbroken(unit: Unit, body: DuomagBody, nowMs: number): Stepped {
  const isBroken = !body.coil.connected || body.lasting.size > 0;
  if (body.second === null || !isBroken) return done(body);
  return ended(unit, body, body.second.first, null, nowMs);
}

/** Heat survives, being outside of the electronics, and so does our own count of pulses. */
function reboot(unit: Unit, body: DuomagBody, nowMs: number): Stepped {
  const { effects, body: last } =
    body.second === null ? done(body) : ended(unit, body, body.second.first, null, nowMs);
  const awakeAtMs = nowMs + unit.figures.bootMs;
  const { coil, resistor, discharge, discharges } = last;
  const fresh = powerOn(unit, nowMs);
  return {
    body: { ...fresh, coil, resistor, discharge, discharges, awakeAtMs, chargedAtMs: awakeAtMs },
    effects,
  };
}

function warmedByPulse(unit: Unit, body: DuomagBody, pct: number, nowMs: number): DuomagBody {
  const energy = (pct / 100) ** 2;
  const { coilKPerPulse, innerKPerPulse } = unit.figures;
  const inner = innerFigures(unit.figures);
  const warmed = (heat: Heat, kelvin: number, figures: HeatFigures): Heat =>
    warmedBy(kelvin * energy, heat, figures, nowMs);
  return {
    ...body,
    coil: { ...body.coil, heat: warmed(body.coil.heat, coilKPerPulse, coilFigures(unit.figures)) },
    resistor: warmed(body.resistor, innerKPerPulse, inner),
    discharge: warmed(body.discharge, innerKPerPulse, inner),
  };
}

function atPanel(unit: Unit, body: DuomagBody, order: PanelOrder, nowMs: number): DuomagBody {
  switch (order.kind) {
    case "intensity":
      return turned(unit, body, order.pct, nowMs);
    case "turn":
      return turned(unit, body, body.intensityPct + order.by, nowMs);
    case "coil": {
      const heat = coldAt(unit.figures.ambientC, nowMs);
      return { ...body, coil: { connected: true, dataOk: true, type: order.type, heat } };
    }
    case "coil-off":
      return { ...body, coil: { ...body.coil, connected: false, dataOk: false } };
    case "pair":
      return { ...body, pair: { isiMs: order.isiMs, secondPct: order.secondPct } };
    case "single":
      return { ...body, pair: null };
    case "demand":
      return { ...body, demandOnStimTtl: order.on };
  }
}

function turned(unit: Unit, body: DuomagBody, wantedPct: number, nowMs: number): DuomagBody {
  const pct = Math.min(100, Math.max(0, wantedPct));
  const untoldTurn = body.untoldTurn + pct - body.intensityPct;
  return { ...withIntensity(unit, body, pct, nowMs), untoldTurn };
}
