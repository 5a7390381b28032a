import type { FamilyFigures } from "./figures.ts";

/** The capacitor on its way to the set power; before `startMs` it stood at `fromPct`. */
export interface Capacitor {
  readonly fromPct: number;
  readonly toPct: number;
  readonly startMs: number;
  readonly endMs: number;
}

/** One stimulator of a unit: its setting and its capacitor. A BiStim² has two. */
export interface Output {
  readonly powerPct: number;
  readonly capacitor: Capacitor;
  /** No pulse before this instant, whatever is disarmed and armed meanwhile. */
  readonly rechargedMs: number;
}

/** As it comes up: real units showed 30 % (`nicolasmcnair/magpy` issue 11, `cboulay/magstim_python`). */
export function outputAtPowerOn(nowMs: number): Output {
  return { powerPct: POWER_ON_PCT, capacitor: capacitorAt(POWER_ON_PCT), rechargedMs: nowMs };
}

const POWER_ON_PCT = 30;

export function withPower(
  output: Output,
  powerPct: number,
  figures: FamilyFigures,
  nowMs: number,
): Output {
  return { ...output, powerPct, capacitor: rampTo(output.capacitor, powerPct, figures, nowMs) };
}

/** Recharged since its last pulse and no longer on its way to a new setting. */
export function isCharged(output: Output, nowMs: number): boolean {
  return nowMs >= output.rechargedMs && nowMs >= output.capacitor.endMs;
}

export function capacitorAt(pct: number): Capacitor {
  return { fromPct: pct, toPct: pct, startMs: 0, endMs: 0 };
}

/** Level at an instant, percent, fractional during the ramp. */
export function levelAt(capacitor: Capacitor, nowMs: number): number {
  if (nowMs >= capacitor.endMs) return capacitor.toPct;
  const share = (nowMs - capacitor.startMs) / (capacitor.endMs - capacitor.startMs);
  return capacitor.fromPct + share * (capacitor.toPct - capacitor.fromPct);
}

/** A new setting starts from wherever the ramp has come to. */
function rampTo(
  capacitor: Capacitor,
  toPct: number,
  figures: FamilyFigures,
  nowMs: number,
): Capacitor {
  const fromPct = levelAt(capacitor, nowMs);
  const msPerPct = toPct > fromPct ? figures.rampUpMsPerPct : figures.rampDownMsPerPct;
  return { fromPct, toPct, startMs: nowMs, endMs: nowMs + Math.abs(toPct - fromPct) * msPerPct };
}
