import type { Scale } from "./scale.ts";

/** Train and delays on the steps of `xiangruili/MagventurePyTMS`, in the units of the wire. */

export const TRAIN_PULSES: Scale = [
  { from: 1, to: 1000, step: 1 },
  { from: 1100, to: 2000, step: 100 },
];

export const TRAINS: Scale = [{ from: 1, to: 500, step: 1 }];

/** From the last pulse of a train to the first of the next, tenths of a second. */
export const ITI_TENTHS_S: Scale = [{ from: 1, to: 3000, step: 1 }];

export interface DelayScales {
  readonly inputTenthsMs: Scale;
  readonly outputTenthsMs: Scale;
  readonly chargeMs: Scale;
}

const OUTPUT_TENTHS_MS: Scale = [
  { from: -1000, to: -100, step: 10 },
  { from: -99, to: 100, step: 1 },
  { from: 110, to: 1000, step: 10 },
];

export const FINE_DELAYS: DelayScales = {
  inputTenthsMs: [
    { from: 0, to: 100, step: 1 },
    { from: 110, to: 1000, step: 10 },
    { from: 1100, to: 65_000, step: 100 },
  ],
  outputTenthsMs: OUTPUT_TENTHS_MS,
  chargeMs: [
    { from: 0, to: 100, step: 10 },
    { from: 125, to: 4000, step: 25 },
    { from: 4050, to: 12_000, step: 50 },
  ],
};

/** As `L2K2/TMSEMG_toolbox` has them. */
export const COARSE_DELAYS: DelayScales = {
  inputTenthsMs: [
    { from: 0, to: 9, step: 1 },
    { from: 10, to: 1000, step: 10 },
  ],
  outputTenthsMs: OUTPUT_TENTHS_MS,
  chargeMs: [
    { from: 0, to: 90, step: 10 },
    { from: 100, to: 900, step: 100 },
    { from: 1000, to: 10_000, step: 1000 },
  ],
};

export const RATIO_HUNDREDTHS: Scale = [{ from: 20, to: 500, step: 5 }];

/** 5.00 is index 0, 0.20 is index 96. */
export function ratioIndexOf(ratioHundredths: number): number {
  return (500 - ratioHundredths) / 5;
}
