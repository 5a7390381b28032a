/** What a Rapid or a Horizon can be set to, as data, by software version. */
import type { ScaleStretch, SettingRange } from "../../../src/contract/stimulator.ts";
import { UNLOCK_MAJOR } from "../wire/dialect.ts";
import { maxFrequencyHz } from "./limits.ts";
import { rangesOf, TENTHS_UP_TO, TRAIN_SOURCE, type TrainFacts } from "./trains.ts";

/** Tenths up to where the device has them, then whole ones. */
function scaleTo(most: number, hasCoarseSteps: boolean): readonly ScaleStretch[] {
  if (!hasCoarseSteps || most <= TENTHS_UP_TO) return [{ from: 0.1, to: most, step: 0.1 }];
  return [
    { from: 0.1, to: TENTHS_UP_TO, step: 0.1 },
    { from: TENTHS_UP_TO + 1, to: most, step: 1 },
  ];
}

/** The highest frequency is the one at low power; at more power the table of the model is lower. */
export function rapidRanges(facts: TrainFacts): readonly SettingRange[] {
  const { pulses, durationTenths, hasCoarseSteps } = rangesOf(facts);
  const mostHz = maxFrequencyHz(facts.mains, facts.type, 0) ?? 0;
  const source =
    facts.type === "horizon"
      ? "neuromti/ctrl-magstim_stimulators; nicolasmcnair/magpy"
      : TRAIN_SOURCE;
  const range = (setting: string, unit: string, scale: readonly ScaleStretch[]): SettingRange => ({
    setting,
    unit,
    scale,
    source,
  });
  return [
    range("power", "%MSO", [{ from: 0, to: 100, step: 1 }]),
    range("frequency", "Hz", scaleTo(mostHz, hasCoarseSteps)),
    range("pulses", "", [{ from: 1, to: pulses, step: 1 }]),
    range("duration", "s", scaleTo(durationTenths / 10, hasCoarseSteps)),
    ...chargeDelay(facts),
  ];
}

function chargeDelay({ type, major }: TrainFacts): readonly SettingRange[] {
  if (type === "horizon" || major < UNLOCK_MAJOR) return [];
  const scale = [{ from: 0, to: major >= 10 ? 10_000 : 2000, step: 1 }];
  return [{ setting: "charge delay", unit: "ms", scale, source: "nigelrogasch/MAGIC" }];
}
