/**
 * Stochastic approximation of the threshold (Robbins and Monro; first step and adaptive harmonic decrease as in
 * BoshuoWang/TMS_Thresholding, Wang 2023, 10.1088/1741-2552/acf1cc).
 * The analog form seeks E[log y] = log target, the digital form P(hit) = 0.5: they end at slightly different intensities.
 */
import {
  estimateAboveTheCeiling,
  found,
  pulseAt,
  type Response,
  type ThresholdCore,
} from "./core.ts";
import { machine } from "./machine.ts";
import type { ThresholdMethod, ThresholdSettings } from "./types.ts";

export interface StochasticOptions {
  readonly startPctMso: number;
  /** Analog: %MSO per decade of amplitude. Digital: %MSO. */
  readonly gainPctMso: number;
  /** Smaller amplitudes count as this one, uV. */
  readonly floorUv: number;
  readonly pulses: number;
}

interface Memory {
  /** Not rounded: the dial must not eat small corrections. */
  readonly estimatePctMso: number;
  readonly reversals: number;
  readonly lastHit: boolean | null;
  readonly pulses: number;
}

type Distance = (
  response: Response,
  options: StochasticOptions,
  settings: ThresholdSettings,
) => number;

const analogDistance: Distance = ({ peakToPeakUv }, { floorUv }, { target }) =>
  Math.log10(Math.max(peakToPeakUv ?? 0, floorUv)) - Math.log10(target.targetUv);

const digitalDistance: Distance = ({ hit }) => (hit ? 1 : -1);

function stochasticCore(
  form: "analog" | "digital",
  distance: Distance,
): ThresholdCore<StochasticOptions, Memory> {
  return {
    name: `stochastic-${form}`,
    version: 1,
    // 0.20 of the output over three decades.
    defaults: { startPctMso: 65, gainPctMso: 20 / 3, floorUv: 1, pulses: 25 },
    needsAmplitude: form === "analog",
    begin: ({ startPctMso }) => ({
      estimatePctMso: startPctMso,
      reversals: 0,
      lastHit: null,
      pulses: 0,
    }),
    wish: ({ estimatePctMso, pulses }, options, { maxPctMso }) => {
      if (pulses < options.pulses) return pulseAt(estimatePctMso);
      // The estimate is held at the ceiling: where it really is cannot be told.
      return estimatePctMso >= maxPctMso
        ? estimateAboveTheCeiling(maxPctMso)
        : found(estimatePctMso);
    },
    learn: (memory, response, options, settings) => {
      const { intensityPctMso, hit } = response;
      const reversed = memory.lastHit !== null && memory.lastHit !== hit;
      const reversals = memory.reversals + (reversed ? 1 : 0);
      // a <- a k / (k + 1) at the k-th change of sign, and nothing in between (Kesten).
      const gain = options.gainPctMso / (reversals + 1);
      const isRounded =
        Math.abs(intensityPctMso - memory.estimatePctMso) <= settings.resolutionPctMso / 2;
      const fromPctMso = isRounded ? memory.estimatePctMso : intensityPctMso;
      const towards = fromPctMso - gain * distance(response, options, settings);
      return {
        estimatePctMso: Math.min(Math.max(towards, settings.minPctMso), settings.maxPctMso),
        reversals,
        lastHit: hit,
        pulses: memory.pulses + 1,
      };
    },
  };
}

export const stochasticAnalog: ThresholdMethod<StochasticOptions> = machine(
  stochasticCore("analog", analogDistance),
);

export const stochasticDigital: ThresholdMethod<StochasticOptions> = machine(
  stochasticCore("digital", digitalDistance),
);
