/** Maximum likelihood ("best PEST", Awiszus 2003), and the same with a prior of the population (MAP-1). */
import { found, pulseAt, type ThresholdCore } from "./core.ts";
import { type Grid, gridPoints, mostLikely, profileInterval, withResponse } from "./likelihood.ts";
import { machine } from "./machine.ts";
import type { ThresholdMethod } from "./types.ts";

export interface LikelihoodOptions {
  readonly startPctMso: number;
  readonly grid: Grid;
  /** Spread of the response curve, as a share of the threshold. */
  readonly relativeSpread: number;
  /** Made-up responses that bound the likelihood; they move thresholds near the top, so they are stored. */
  readonly pseudoMissPctMso: number | null;
  readonly pseudoHitPctMso: number | null;
  /** Normal prior; null: none. */
  readonly prior: { readonly meanPctMso: number; readonly sdPctMso: number } | null;
  /** Valid pulses. */
  readonly pulses: number;
  /** Ends earlier once half of the interval is at most this, after `minPulses`; null: never. */
  readonly stopHalfWidthPctMso: number | null;
  readonly minPulses: number;
  /** Of the interval, in log-likelihood: 1.92 is 95 %. */
  readonly intervalDrop: number;
}

interface Memory {
  readonly logs: readonly number[];
  readonly pulses: number;
}

function begin(options: LikelihoodOptions): Memory {
  const { pseudoMissPctMso, pseudoHitPctMso, prior, relativeSpread } = options;
  const grid = gridPoints(options.grid);
  let logs: readonly number[] = grid.map((m) =>
    prior === null ? 0 : -(((m - prior.meanPctMso) / prior.sdPctMso) ** 2) / 2,
  );
  if (pseudoMissPctMso !== null) {
    logs = withResponse(logs, grid, relativeSpread, pseudoMissPctMso, false);
  }
  if (pseudoHitPctMso !== null) {
    logs = withResponse(logs, grid, relativeSpread, pseudoHitPctMso, true);
  }
  return { logs, pulses: 0 };
}

function isEnough({ pulses }: Memory, width: number, options: LikelihoodOptions): boolean {
  if (pulses >= options.pulses) return true;
  const { stopHalfWidthPctMso, minPulses } = options;
  return stopHalfWidthPctMso !== null && pulses >= minPulses && width / 2 <= stopHalfWidthPctMso;
}

function likelihoodCore(
  name: string,
  changes: Partial<LikelihoodOptions>,
): ThresholdCore<LikelihoodOptions, Memory> {
  return {
    name,
    version: 1,
    defaults: {
      startPctMso: 45,
      // Beyond 100, so that a threshold near the end of the dial is not pulled down.
      grid: { fromPctMso: 1, toPctMso: 130, stepPctMso: 0.5 },
      relativeSpread: 0.07,
      pseudoMissPctMso: 0,
      pseudoHitPctMso: 130.5,
      prior: null,
      pulses: 20,
      stopHalfWidthPctMso: null,
      minPulses: 10,
      intervalDrop: 1.92,
      ...changes,
    },
    needsAmplitude: false,
    begin,
    wish: (memory, options) => {
      if (memory.pulses === 0) return pulseAt(options.startPctMso);
      const grid = gridPoints(options.grid);
      const estimatePctMso = mostLikely(memory.logs, grid);
      const interval = profileInterval(memory.logs, grid, options.intervalDrop);
      return isEnough(memory, interval[1] - interval[0], options)
        ? found(
            estimatePctMso,
            interval,
            `log-likelihood at most ${options.intervalDrop} below its maximum`,
          )
        : pulseAt(estimatePctMso);
    },
    learn: ({ logs, pulses }, { intensityPctMso, hit }, { grid, relativeSpread }) => ({
      logs: withResponse(logs, gridPoints(grid), relativeSpread, intensityPctMso, hit),
      pulses: pulses + 1,
    }),
  };
}

export const mlPest: ThresholdMethod<LikelihoodOptions> = machine(likelihoodCore("ml-pest", {}));

/** The prior is that of BoshuoWang/TMS_Thresholding (Wang 2023, 10.1088/1741-2552/acf1cc): 65.8 +- 9.0 %MSO. */
export const mapOne: ThresholdMethod<LikelihoodOptions> = machine(
  likelihoodCore("map-1", {
    prior: { meanPctMso: 65.8, sdPctMso: 9 },
    pseudoMissPctMso: null,
    pseudoHitPctMso: null,
  }),
);
