/** Rhythms whose phase is known: a complex first-order filter over white noise, as narrow as its quality says. */
import { createRandom } from "../../../src/base/random.ts";

export interface KnownRhythm {
  readonly samples: Float64Array;
  readonly phaseRad: Float64Array;
}

export function knownRhythm(options: {
  readonly hz: number;
  readonly quality: number;
  readonly rateHz: number;
  readonly seconds: number;
  readonly seed: number;
  /** White noise beside an amplitude of 1 on average. */
  readonly noise?: number;
}): KnownRhythm {
  const { hz, quality, rateHz, seconds, seed, noise = 0 } = options;
  const random = createRandom(seed, "rhythm");
  const count = seconds * rateHz;
  const keep = Math.exp((-Math.PI * hz) / quality / rateHz);
  const turn = (2 * Math.PI * hz) / rateHz;
  const drive = Math.sqrt((1 - keep * keep) / 2);
  const samples = new Float64Array(count);
  const phaseRad = new Float64Array(count);
  let [x, y] = [1, 0];
  for (let i = 0; i < count; i += 1) {
    [x, y] = [
      keep * (Math.cos(turn) * x - Math.sin(turn) * y) + drive * random.normal(),
      keep * (Math.sin(turn) * x + Math.cos(turn) * y) + drive * random.normal(),
    ];
    samples[i] = x + noise * random.normal();
    phaseRad[i] = Math.atan2(y, x);
  }
  return { samples, phaseRad };
}
