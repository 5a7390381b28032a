import type { BodyFigures, UnitKind } from "./figures.ts";
import { coldAt, type Heat, type HeatFigures, isHot } from "./heat.ts";
import type { Delay } from "./hostBytes.ts";

/** What does not change while the simulator lives. */
export interface Unit {
  readonly kind: UnitKind;
  readonly figures: BodyFigures;
  readonly coilType: number;
  readonly pair: PairSetting | null;
  /** Bytes of a status frame, sync byte not counted. */
  readonly frameLength: number;
}

/** Set at the unit's own panel; no command for it is known. */
export interface PairSetting {
  readonly isiMs: number;
  /** Null: both pulses as the host's intensity says. */
  readonly secondPct: number | null;
}

/** Conditions that only a reboot takes away. */
export type Lasting = "power-overheat" | "fan-seized" | "hold-error" | "recharge-error";

export interface Coil {
  readonly connected: boolean;
  readonly dataOk: boolean;
  readonly type: number;
  readonly heat: Heat;
}

/** The whole physical state of a DuoMAG unit. */
export interface DuomagBody {
  /** Deaf and silent before this instant. */
  readonly awakeAtMs: number;
  readonly intensityPct: number;
  /** Charged from here on, when nothing is wrong. */
  readonly chargedAtMs: number;
  readonly rechargeDelay: Delay;
  readonly triggerOutDelay: Delay;
  readonly omittedPulses: number;
  readonly demandOnStimTtl: boolean;
  readonly pair: PairSetting | null;
  /** The second pulse of a pair that is on its way. */
  readonly second: SecondPulse | null;
  readonly coil: Coil;
  readonly resistor: Heat;
  readonly discharge: Heat;
  readonly lasting: ReadonlySet<Lasting>;
  /** Turns of the knob that no frame has told yet. */
  readonly untoldTurn: number;
  readonly usbUntilMs: number;
  readonly discharges: number;
  readonly refusals: number;
  readonly startsToLose: number;
  /** The status claims charged, whatever is true. */
  readonly chargedStuck: boolean;
}

/** The pulse that a pair began with. */
export interface First {
  readonly atMs: number;
  readonly pct: number;
  readonly cause: "serial" | "trigger";
}

interface SecondPulse {
  readonly first: First;
  readonly atMs: number;
  readonly isiMs: number;
  readonly pct: number;
}

const NO_DELAY: Delay = { steps: 0, exponent: 0 };

export function powerOn(unit: Unit, nowMs: number): DuomagBody {
  const { figures } = unit;
  const cold = coldAt(figures.ambientC, nowMs);
  return {
    awakeAtMs: nowMs,
    intensityPct: 0,
    chargedAtMs: nowMs,
    rechargeDelay: NO_DELAY,
    triggerOutDelay: NO_DELAY,
    omittedPulses: 0,
    demandOnStimTtl: false,
    pair: unit.pair,
    second: null,
    coil: { connected: true, dataOk: true, type: unit.coilType, heat: cold },
    resistor: cold,
    discharge: cold,
    lasting: new Set(),
    untoldTurn: 0,
    usbUntilMs: nowMs,
    discharges: 0,
    refusals: 0,
    startsToLose: 0,
    chargedStuck: false,
  };
}

export function coilFigures(figures: BodyFigures): HeatFigures {
  const { ambientC, coilLimitC, recoverK, coilTauS } = figures;
  return { ambientC, limitC: coilLimitC, recoverK, tauS: coilTauS };
}

export function innerFigures(figures: BodyFigures): HeatFigures {
  const { ambientC, innerLimitC, recoverK, innerTauS } = figures;
  return { ambientC, limitC: innerLimitC, recoverK, tauS: innerTauS };
}

/** Does anything that the status shows as an error keep the unit from pulses? */
export function hasError(body: DuomagBody, nowMs: number): boolean {
  const { coil, resistor, discharge } = body;
  return (
    body.lasting.size > 0 ||
    !coil.connected ||
    !coil.dataOk ||
    [coil.heat, resistor, discharge].some((heat) => isHot(heat, nowMs))
  );
}

/** A unit with an error is taken to let its charge go. */
export function isCharged(body: DuomagBody, nowMs: number): boolean {
  return body.second === null && nowMs >= body.chargedAtMs && !hasError(body, nowMs);
}
