/** How large a response is: peak to peak, and the area under its rectified trace. */
import { timeMsOf, type WindowMs } from "../signal/epoch.ts";
import { extremesOf, meanOf } from "../signal/statistics.ts";
import { impossible, type Measure, measured, measureOf } from "./measure.ts";
import { AS_RECORDED, type Preparation, rateDoubts, withWindows } from "./prepare.ts";
import { BEFORE_PULSE, RESPONSE_WINDOWS } from "./windows.ts";

export interface PeakToPeakParameters {
  readonly window: WindowMs;
  readonly preparation: Preparation;
}

/** Highest less lowest sample: an offset of the electrode does not count, and a response of one sign is not doubled. */
export const peakToPeak: Measure<"epoch", PeakToPeakParameters> = measureOf(
  {
    name: "mep-peak-to-peak",
    version: 1,
    takes: "epoch",
    unit: "uV",
    defaults: { window: RESPONSE_WINDOWS.hand, preparation: AS_RECORDED },
  },
  (epoch, { window, preparation }) => {
    if (epoch.unit !== "uV") return impossible("not-microvolts");
    return withWindows(epoch, preparation, { window }, ({ samples, spans, doubts }) => {
      const { min, max, minAt, maxAt } = extremesOf(samples.window);
      const at = (index: number): number => timeMsOf(epoch, spans.window.from + index);
      const details = { minUv: min, maxUv: max, minMs: at(minAt), maxMs: at(maxAt) };
      return measured(max - min, details, [...doubts, ...rateDoubts(epoch)]);
    });
  },
);

export interface AreaParameters {
  readonly window: WindowMs;
  /** Its mean is the zero, and its mean rectified activity is taken off the area when `lessBackground`. */
  readonly baseline: WindowMs;
  readonly lessBackground: boolean;
  readonly preparation: Preparation;
}

/** Trapezoids under the distance from the baseline's mean. */
export const area: Measure<"epoch", AreaParameters> = measureOf(
  {
    name: "mep-area",
    version: 1,
    takes: "epoch",
    unit: "uV.ms",
    defaults: {
      window: RESPONSE_WINDOWS.hand,
      baseline: BEFORE_PULSE,
      lessBackground: true,
      preparation: AS_RECORDED,
    },
  },
  (epoch, { window, baseline, lessBackground, preparation }) => {
    if (epoch.unit !== "uV") return impossible("not-microvolts");
    return withWindows(epoch, preparation, { window, baseline }, ({ samples, doubts }) => {
      const zero = meanOf(samples.baseline);
      const rectified = samples.window.map((x) => Math.abs(x - zero));
      const ends = ((rectified[0] ?? 0) + (rectified.at(-1) ?? 0)) / 2;
      const stepMs = 1000 / epoch.rateHz;
      const whole = (meanOf(rectified) * rectified.length - ends) * stepMs;
      const background = meanOf(samples.baseline.map((x) => Math.abs(x - zero)));
      const backgroundArea = background * (rectified.length - 1) * stepMs;
      const value = lessBackground ? whole - backgroundArea : whole;
      const details = { wholeUvMs: whole, backgroundUvMs: backgroundArea };
      return measured(value, details, [...doubts, ...rateDoubts(epoch)]);
    });
  },
);
