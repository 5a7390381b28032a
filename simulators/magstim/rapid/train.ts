import type { Due } from "../core/inputs.ts";
import type { RapidFigures } from "./figures.ts";
import { energyWaitMs } from "./limits.ts";

/** A train while it runs. Every instant is counted from its start, so that no error adds up. */
export interface Train {
  readonly startMs: number;
  readonly frequencyTenthsHz: number;
  /** Pulses that it will give unless something stops it. */
  readonly pulses: number;
  readonly endMs: number;
  readonly fired: number;
  /** A jammed train stops after so many pulses and never ends by itself; null: it runs well. */
  readonly jamAfter: number | null;
}

export interface TrainSettings {
  readonly frequencyTenthsHz: number;
  readonly pulses: number;
  readonly durationTenthsS: number;
}

/**
 * The device stores frequency, pulses and duration independently and no source says which of the
 * last two wins. Assumption: the train stops at whichever is reached first.
 */
export function startTrain(settings: TrainSettings, jammed: boolean, nowMs: number): Train {
  const { frequencyTenthsHz, durationTenthsS } = settings;
  // Pulse k falls at k / f; whole numbers keep a pulse at the very end of the duration out.
  const withinDuration = Math.ceil((durationTenthsS * frequencyTenthsHz) / 100);
  const pulses = Math.min(settings.pulses, withinDuration);
  const lastsMs = Math.min(durationTenthsS * 100, (settings.pulses * 10_000) / frequencyTenthsHz);
  const jamAfter = jammed ? jamPoint(pulses) : null;
  return { startMs: nowMs, frequencyTenthsHz, pulses, endMs: nowMs + lastsMs, fired: 0, jamAfter };
}

/** Where the jam fault stops a train: after half of its pulses, at least one. */
export function jamPoint(pulses: number): number {
  return Math.max(1, Math.floor(pulses / 2));
}

/** What the train does next, and when; null for a jammed one that has stopped. */
export function nextOfTrain(
  train: Train,
): Due<{ readonly kind: "train-pulse" | "train-end" }> | null {
  if (train.jamAfter !== null && train.fired >= train.jamAfter) return null;
  if (train.fired < train.pulses) {
    return {
      input: { kind: "train-pulse" },
      atMs: train.startMs + (train.fired * 10_000) / train.frequencyTenthsHz,
    };
  }
  return { input: { kind: "train-end" }, atMs: train.endMs };
}

/** How long the wait bit stays after a train, ms. `waitTenthsS` is the setting that `\` shows. */
export function waitAfterTrainMs(
  train: Train,
  powerPct: number,
  waitTenthsS: number,
  figures: RapidFigures,
): number {
  const energyMs = energyWaitMs({
    pulses: train.fired,
    frequencyHz: train.frequencyTenthsHz / 10,
    powerPct,
  });
  return Math.max(figures.minWaitMs, waitTenthsS * 100, figures.energyWait > 0 ? energyMs : 0);
}
