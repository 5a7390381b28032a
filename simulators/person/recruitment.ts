/**
 * How large a motor evoked potential comes out at an intensity: the statistical model of Goetz 2019
 * (10.1109/TNSRE.2019.2926543; parameters of sgoetzduke/Statistical-MEP-Model).
 *
 *   y = g + 10^(n_y - 7 + (p2 + 7) / (1 + p3 / max(x - p5 + n_x, e)^p4))   in volts, x in %MSO
 *
 * It is skewed and, half-way up, has two humps, as measured responses have: a normal error around a curve would flatter every
 * method that is tested with it.
 */
import { normalCdf, normalQuantile } from "../../src/base/normal.ts";
import type { Random } from "../../src/base/random.ts";

/** One muscle of one person under one coil. */
export interface Recruitment {
  /** Upper plateau, log10 of volts (p2). */
  readonly logPlateauV: number;
  /** Scale (p3), exponent (p4) and shift in %MSO (p5) of the sigmoid. */
  readonly scale: number;
  readonly exponent: number;
  readonly shiftPctMso: number;
  /** Excitability noise before the sigmoid (n_x), standard deviation in %MSO. */
  readonly excitabilityPctMso: number;
  /** Multiplicative noise after it (n_y), standard deviation in decades. */
  readonly outputDecades: number;
  /** Background peak to peak (g): a generalized extreme value, uV. */
  readonly background: {
    readonly locationUv: number;
    readonly scaleUv: number;
    /** Positive: a long tail to the right. */
    readonly shape: number;
  };
}

/** Log10 of the lower plateau, V: 0.1 uV. */
const LOG_FLOOR_V = -7;
const UV_PER_V = 1e6;
const SMALLEST_DRIVE_PCT_MSO = 1e-6;

/** Response without any noise, uV. */
export function curveUv(person: Recruitment, intensityPctMso: number): number {
  return recruitedUv(person, intensityPctMso, 0, 0);
}

/** One response with its noise, uV peak to peak. Three draws. */
export function respondUv(person: Recruitment, intensityPctMso: number, random: Random): number {
  const excitability = person.excitabilityPctMso * random.normal();
  const output = person.outputDecades * random.normal();
  return (
    backgroundUv(person, random.next()) + recruitedUv(person, intensityPctMso, excitability, output)
  );
}

/** What is recruited with the two noises as they are; without the background. */
export function recruitedUv(
  person: Recruitment,
  intensityPctMso: number,
  excitabilityPctMso: number,
  outputDecades: number,
): number {
  const { logPlateauV, scale, exponent, shiftPctMso } = person;
  const drive = Math.max(
    intensityPctMso - shiftPctMso + excitabilityPctMso,
    SMALLEST_DRIVE_PCT_MSO,
  );
  const rise = (logPlateauV - LOG_FLOOR_V) / (1 + scale / drive ** exponent);
  return UV_PER_V * 10 ** (outputDecades + LOG_FLOOR_V + rise);
}

/** The background that stays below itself with probability `p`, uV. */
function backgroundUv({ background }: Recruitment, p: number): number {
  const { locationUv, scaleUv, shape } = background;
  const inside = Math.min(Math.max(p, 1e-12), 1 - 1e-12);
  return locationUv + (scaleUv * ((-Math.log(inside)) ** -shape - 1)) / shape;
}

/** Slices of equal probability that background and output noise are cut into. */
const SLICES = 17;
const MIDDLES: readonly number[] = Array.from({ length: SLICES }, (_, i) => (i + 0.5) / SLICES);
const NORMAL_MIDDLES: readonly number[] = MIDDLES.map(normalQuantile);

/**
 * Probability of a response of at least `targetUv`, as a function of intensity. Computed, not drawn: for each slice of
 * background and output noise there is one excitability that just reaches the target.
 */
export function hitProbability(
  person: Recruitment,
  targetUv: number,
): (intensityPctMso: number) => number {
  const { excitabilityPctMso, outputDecades } = person;
  const needed = MIDDLES.flatMap((p) => {
    const leftUv = targetUv - backgroundUv(person, p);
    return NORMAL_MIDDLES.map((z) => neededPctMso(person, leftUv, outputDecades * z));
  });
  return (intensityPctMso) =>
    needed.reduce(
      (sum, drivePctMso) => sum + normalCdf((intensityPctMso - drivePctMso) / excitabilityPctMso),
      0,
    ) / needed.length;
}

/** Intensity plus excitability at which the curve reaches `leftUv`; infinite above its plateau. */
function neededPctMso(person: Recruitment, leftUv: number, outputDecades: number): number {
  const { logPlateauV, scale, exponent, shiftPctMso } = person;
  if (leftUv <= 0) return Number.NEGATIVE_INFINITY;
  const rise = Math.log10(leftUv / UV_PER_V) - outputDecades - LOG_FLOOR_V;
  if (rise <= 0) return Number.NEGATIVE_INFINITY;
  const whole = logPlateauV - LOG_FLOOR_V;
  if (rise >= whole) return Number.POSITIVE_INFINITY;
  return shiftPctMso + (scale / (whole / rise - 1)) ** (1 / exponent);
}

/** Intensity at which the probability of `targetUv` is `probability`, by bisection; null outside 0..200 %MSO. */
export function intensityOfProbability(
  person: Recruitment,
  targetUv: number,
  probability: number,
): number | null {
  const hits = hitProbability(person, targetUv);
  let low = 0;
  let high = 200;
  if (hits(low) > probability || hits(high) < probability) return null;
  while (high - low > 0.001) {
    const middle = (low + high) / 2;
    if (hits(middle) < probability) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}
