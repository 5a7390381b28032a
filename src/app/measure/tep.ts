/** Responses in the EEG: peaks of the average over the trials of a block. */
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import {
  averageOf,
  parametersOfPeak,
  TEP_PEAKS,
  TEP_PREPARATION,
  tepPeak,
} from "../../analysis/mep/tep.ts";
import type { Epoch } from "../../analysis/signal/epoch.ts";
import { toDocument } from "./epochDocument.ts";
import type { Trial } from "./trialDesk.ts";

export interface TepResult {
  readonly measures: readonly MeasureResult[];
  /** Hash of the average of each channel, by its name. */
  readonly averages: Readonly<Record<string, string>>;
}

/** Peaks at the channel of the trials, averages at every channel. */
export function tepOf(
  trials: readonly Trial[],
  channels: readonly string[],
  putDocument: (value: unknown) => string,
): TepResult {
  const good = trials.filter(({ rejected, channels: held }) => !rejected && held.length > 0);
  const averages: Record<string, string> = {};
  for (const [i, name] of channels.entries()) {
    const average = averageOf(onGrid(epochsAt(good, i)), TEP_PREPARATION);
    if (average.ok) averages[name] = putDocument(toDocument(average.epoch, name));
  }
  const at = channels.indexOf(good[0]?.channel ?? "");
  const epochs = onGrid(epochsAt(good, at));
  const names = Object.keys(TEP_PEAKS) as (keyof typeof TEP_PEAKS)[];
  const measures = names.map((peak) => tepPeak.run(epochs, parametersOfPeak(peak)));
  return { measures, averages };
}

function epochsAt(trials: readonly Trial[], channel: number): readonly Epoch[] {
  return trials.flatMap(({ channels }) => {
    const epoch = channels[channel];
    return epoch === undefined ? [] : [epoch];
  });
}

/** Epochs onto one grid of whole samples around the pulse. */
export function onGrid(epochs: readonly Epoch[]): readonly Epoch[] {
  if (epochs.length === 0) return [];
  const before = Math.min(...epochs.map(({ pulseIndex }) => Math.round(pulseIndex)));
  const after = Math.min(
    ...epochs.map(({ samples, pulseIndex }) => samples.length - Math.round(pulseIndex)),
  );
  return epochs.map((epoch) => {
    const at = Math.round(epoch.pulseIndex);
    return { ...epoch, samples: epoch.samples.slice(at - before, at + after), pulseIndex: before };
  });
}
