/** Activity before the pulse: none at rest, a known amount under contraction. A trial outside is rejected and repeated. */
import type { WindowMs } from "../signal/epoch.ts";
import { extremesOf, rmsOf } from "../signal/statistics.ts";
import { impossible, type Measure, measured, measureOf, type Reason, rejected } from "./measure.ts";
import { AS_RECORDED, type Preparation, withWindows } from "./prepare.ts";
import { BEFORE_PULSE } from "./windows.ts";

export interface ActivityParameters {
  readonly window: WindowMs;
  /** Lowest and highest that are accepted, uV; null: no such limit. */
  readonly rmsUv: readonly [number | null, number | null];
  readonly peakToPeakUv: readonly [number | null, number | null];
  readonly preparation: Preparation;
}

/** At rest: 15 uV RMS, 200 uV peak to peak (umair-hassan/best-toolbox). */
export const AT_REST: Pick<ActivityParameters, "rmsUv" | "peakToPeakUv"> = {
  rmsUv: [null, 15],
  peakToPeakUv: [null, 200],
};

/** Under a slight contraction: 100 to 300 uV peak to peak (umair-hassan/best-toolbox). */
export const CONTRACTED: Pick<ActivityParameters, "rmsUv" | "peakToPeakUv"> = {
  rmsUv: [null, null],
  peakToPeakUv: [100, 300],
};

export const preStimulusRms: Measure<"epoch", ActivityParameters> = measureOf(
  {
    name: "pre-stimulus-rms",
    version: 1,
    takes: "epoch",
    unit: "uV",
    defaults: { window: BEFORE_PULSE, ...AT_REST, preparation: AS_RECORDED },
  },
  (epoch, { window, rmsUv, peakToPeakUv, preparation }) => {
    if (epoch.unit !== "uV") return impossible("not-microvolts");
    return withWindows(epoch, preparation, { window }, ({ samples, doubts }) => {
      const rms = rmsOf(samples.window);
      const { min, max } = extremesOf(samples.window);
      const details = { peakToPeakUv: max - min };
      const why = [...limitsBroken(rms, rmsUv), ...limitsBroken(max - min, peakToPeakUv)];
      return why.length > 0
        ? rejected(rms, [...new Set(why)], details)
        : measured(rms, details, doubts);
    });
  },
);

function limitsBroken(
  value: number,
  [low, high]: readonly [number | null, number | null],
): readonly Reason[] {
  if (high !== null && value > high) return ["pre-activation"];
  return low !== null && value < low ? ["too-little-contraction"] : [];
}
