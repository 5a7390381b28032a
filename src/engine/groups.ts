import { dosePulses, spanMs } from "../base/doseShape.ts";
import type { Dose } from "../contract/dose.ts";

/**
 * Above this rest the device is disarmed and armed again before the next dose. Half a minute keeps
 * the usual inter-train intervals under one arming and stays clear of the 60 s after which a
 * Magstim disarms by itself.
 */
export const LONGEST_ARMED_REST_MS = 45_000;

/** Two doses that need the same settings of the device. */
function sameSettings(a: Dose, b: Dose): boolean {
  return (
    JSON.stringify([a.shape, a.intensityPctMso]) === JSON.stringify([b.shape, b.intensityPctMso])
  );
}

/** Instant of a dose's last pulse, from the plan's start. */
export function lastPulseMs(dose: Dose): number {
  return dose.dueMs + spanMs(dose.shape);
}

/** Pulses of one dose, a conditioning one included. */
export function pulsesOf(dose: Dose): number {
  return dosePulses(dose);
}

/**
 * Is `dose` a later pulse of the host-timed train that `before` belongs to? Between two such doses
 * nothing pauses, and a skipped one takes the other with it.
 */
export function continuesTrain(before: Dose | undefined, dose: Dose): boolean {
  return (
    before !== undefined &&
    before.hostTrain !== null &&
    dose.hostTrain !== null &&
    before.place.block === dose.place.block &&
    before.place.train === dose.place.train &&
    before.hostTrain.position < dose.hostTrain.position
  );
}

/** May the device stay armed from `a` to the dose after it? */
export function staysArmed(a: Dose, b: Dose, holdsBefore: ReadonlySet<number>): boolean {
  return (
    !holdsBefore.has(b.index) &&
    // Outside its window nobody else may find the device armed.
    a.shape.kind !== "external" &&
    b.shape.kind !== "external" &&
    sameSettings(a, b) &&
    b.dueMs - lastPulseMs(a) <= LONGEST_ARMED_REST_MS
  );
}

/** Position of the last dose that is delivered under one arming with the dose at `from`. */
export function armingGroupEnd(
  doses: readonly Dose[],
  from: number,
  holdsBefore: ReadonlySet<number>,
): number {
  let end = from;
  for (;;) {
    const here = doses[end];
    const next = doses[end + 1];
    if (here === undefined || next === undefined || !staysArmed(here, next, holdsBefore))
      return end;
    end += 1;
  }
}
