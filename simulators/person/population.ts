/**
 * People drawn from the distributions of Goetz 2019 (10.1109/TNSRE.2019.2926543, sgoetzduke/Statistical-MEP-Model). The spreads of the
 * two noises are read as variances, as that repository does ("wide"); BoshuoWang/TMS_Thresholding reads the same numbers as
 * standard deviations ("narrow").
 */
import type { Random } from "../../src/base/random.ts";
import { curveUv, intensityOfProbability, type Recruitment } from "./recruitment.ts";

export type NoiseReading = "wide" | "narrow";

const LOG_PLATEAU_V = { mean: -2.468, variance: 0.126 };
/** Log10 of scale, exponent and shift. */
const SIGMOID_MEAN = [3.647, 0.426, 1.666] as const;
const SIGMOID_COVARIANCE = [
  [7.203, 0.57, -0.197],
  [0.57, 0.0474, -0.0151],
  [-0.197, -0.0151, 0.00711],
] as const;
const LOG_EXCITABILITY = { mean: 0.688, spread: 0.0237 };
const LOG_OUTPUT = { mean: -0.965, spread: 0.0228 };
const LOG_BACKGROUND_V = { mean: -5.082, variance: 0.00357 };

/** Lower triangle whose product with its transpose is the covariance, row by row. */
function triangleOf(covariance: typeof SIGMOID_COVARIANCE): readonly number[] {
  const [[c11], [c21, c22], [c31, c32, c33]] = covariance;
  const l11 = Math.sqrt(c11);
  const l21 = c21 / l11;
  const l31 = c31 / l11;
  const l22 = Math.sqrt(c22 - l21 ** 2);
  const l32 = (c32 - l31 * l21) / l22;
  return [l11, l21, l22, l31, l32, Math.sqrt(c33 - l31 ** 2 - l32 ** 2)];
}
const [L11 = 0, L21 = 0, L22 = 0, L31 = 0, L32 = 0, L33 = 0] = triangleOf(SIGMOID_COVARIANCE);

/** One draw, whether such a person exists or not. */
function draw(random: Random, reading: NoiseReading): Recruitment {
  const deviation = (spread: number): number => (reading === "wide" ? Math.sqrt(spread) : spread);
  const [a, b, c] = [random.normal(), random.normal(), random.normal()];
  const [scaleMean, exponentMean, shiftMean] = SIGMOID_MEAN;
  return {
    logPlateauV: LOG_PLATEAU_V.mean + Math.sqrt(LOG_PLATEAU_V.variance) * random.normal(),
    scale: 10 ** (scaleMean + L11 * a),
    exponent: 10 ** (exponentMean + L21 * a + L22 * b),
    shiftPctMso: 10 ** (shiftMean + L31 * a + L32 * b + L33 * c),
    excitabilityPctMso:
      10 ** (LOG_EXCITABILITY.mean + deviation(LOG_EXCITABILITY.spread) * random.normal()),
    outputDecades: 10 ** (LOG_OUTPUT.mean + deviation(LOG_OUTPUT.spread) * random.normal()),
    background: {
      locationUv:
        1e6 *
        10 ** (LOG_BACKGROUND_V.mean + Math.sqrt(LOG_BACKGROUND_V.variance) * random.normal()),
      scaleUv: 1.55 * 1.5 ** random.normal(),
      shape: 0.14 * 2 ** random.normal(),
    },
  };
}

/**
 * A curve that rises from below 30 uV to above 1 mV between 20 and 120 %MSO and stays below 30 mV. It only rises, and
 * never lies below 0.1 uV.
 */
function isPlausible(person: Recruitment): boolean {
  const highUv = curveUv(person, 120);
  return curveUv(person, 20) < 30 && highUv > 1000 && highUv <= 30_000;
}

/** A person and the intensity that half of the pulses are answered at, 50 uV, which lies between 30 and 100 %MSO. */
export interface DrawnPerson {
  readonly recruitment: Recruitment;
  readonly rmtPctMso: number;
}

export function drawPerson(random: Random, reading: NoiseReading = "wide"): DrawnPerson {
  for (;;) {
    const recruitment = draw(random, reading);
    if (!isPlausible(recruitment)) continue;
    const rmtPctMso = intensityOfProbability(recruitment, 50, 0.5);
    if (rmtPctMso !== null && rmtPctMso > 30 && rmtPctMso < 100) return { recruitment, rmtPctMso };
  }
}
