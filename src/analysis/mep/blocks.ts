/**
 * Amplitudes of many trials. They are skewed, so they are averaged as logarithms: what is called a mean here is a geometric
 * one.
 */
import { meanOf, sdOf } from "../signal/statistics.ts";
import {
  type Finding,
  impossible,
  type Measure,
  measured,
  measureOf,
  type Reason,
} from "./measure.ts";

/** Of a normal distribution, two-sided 95 %. */
const Z95 = 1.96;

export interface BlockParameters {
  /** The first response of a block is larger than the others. */
  readonly dropFirst: boolean;
  readonly minTrials: number;
  /** Fewer are doubtful: 30 make a reliable estimate (Cuypers 2014). */
  readonly recommendedTrials: number;
  /** Smaller amplitudes count as this one, uV: nothing has a logarithm of zero. */
  readonly floorUv: number;
}

const BLOCK: BlockParameters = { dropFirst: true, minTrials: 3, recommendedTrials: 30, floorUv: 1 };

function logsOf(amplitudesUv: readonly number[], floorUv: number): readonly number[] {
  return amplitudesUv.map((amplitude) => Math.log(Math.max(amplitude, floorUv)));
}

export const blockMean: Measure<"block", BlockParameters> = measureOf(
  { name: "mep-geometric-mean", version: 1, takes: "block", unit: "uV", defaults: BLOCK },
  (amplitudesUv, { dropFirst, minTrials, recommendedTrials, floorUv }) => {
    const logs = logsOf(amplitudesUv.slice(dropFirst ? 1 : 0), floorUv);
    if (logs.length < Math.max(minTrials, 2))
      return impossible("too-few-trials", { trials: logs.length });
    const mean = meanOf(logs);
    const error = sdOf(logs) / Math.sqrt(logs.length);
    const details = {
      trials: logs.length,
      logSd: sdOf(logs),
      logError: error,
      interval95Uv: [Math.exp(mean - Z95 * error), Math.exp(mean + Z95 * error)],
      arithmeticMeanUv: meanOf(amplitudesUv.slice(dropFirst ? 1 : 0)),
    };
    const doubts: readonly Reason[] = logs.length < recommendedTrials ? ["few-trials"] : [];
    return measured(Math.exp(mean), details, doubts);
  },
);

export interface RatioParameters {
  /** In each condition. */
  readonly minTrials: number;
  readonly floorUv: number;
  /** What the test response alone should be, uV; null: anything. */
  readonly testTargetUv: readonly [number, number] | null;
}

/**
 * Conditioned over test, geometric means of the same block (SICI, ICF, LICI, SICF, SAI, LAI, IHI): below 1 is inhibition. The
 * error is that of the difference of mean logarithms.
 */
export const conditionRatio: Measure<"conditions", RatioParameters> = measureOf(
  {
    name: "conditioned-over-test",
    version: 1,
    takes: "conditions",
    unit: "ratio",
    defaults: { minTrials: 8, floorUv: 1, testTargetUv: [500, 1500] },
  },
  ({ conditioned, test }, { minTrials, floorUv, testTargetUv }): Finding => {
    const trials = [conditioned.length, test.length];
    if (Math.min(...trials) < Math.max(minTrials, 2))
      return impossible("too-few-trials", { trials });
    const [above, below] = [logsOf(conditioned, floorUv), logsOf(test, floorUv)];
    const logRatio = meanOf(above) - meanOf(below);
    const logError = Math.sqrt(sdOf(above) ** 2 / above.length + sdOf(below) ** 2 / below.length);
    const testUv = Math.exp(meanOf(below));
    const isOff = testTargetUv !== null && (testUv < testTargetUv[0] || testUv > testTargetUv[1]);
    const details = {
      trials,
      logRatio,
      logError,
      interval95: [Math.exp(logRatio - Z95 * logError), Math.exp(logRatio + Z95 * logError)],
      conditionedUv: Math.exp(meanOf(above)),
      testUv,
    };
    return measured(Math.exp(logRatio), details, isOff ? ["test-off-target"] : []);
  },
);
