import type { Random } from "../../src/base/random.ts";
import { BITS } from "./wire/frame.ts";

const LARGEST = 2 ** BITS - 1;
const SUPPLY_UV = 3.3e6;

/** The sensor's output lies in the middle of the supply when the electrode sees nothing. */
export function toCount(microvolt: number, gain: number): number {
  const count = Math.round(((microvolt * gain) / SUPPLY_UV + 0.5) * 2 ** BITS);
  return Math.min(LARGEST, Math.max(0, count));
}

/**
 * Simulated mode: something like an ECG on the first chosen channel, random on the second, sines on
 * the others. Its shapes are ours; no source draws them.
 */
export function fillSimulated(
  out: Int32Array,
  place: number,
  firstFrame: number,
  rateHz: number,
  random: Random,
): void {
  for (let i = 0; i < out.length; i++) {
    const s = (firstFrame + i) / rateHz;
    if (place === 0) out[i] = heartBeat(s);
    else if (place === 1) out[i] = Math.floor(random.between(0, LARGEST + 1));
    else out[i] = 512 + Math.round(400 * Math.sin(2 * Math.PI * place * s));
  }
}

/** One a second: a narrow tooth and a low hill after it. */
function heartBeat(s: number): number {
  const phase = s % 1;
  const tooth = 350 * Math.max(0, 1 - Math.abs(phase - 0.2) / 0.03);
  const hill = 60 * Math.max(0, 1 - Math.abs(phase - 0.5) / 0.1);
  return Math.round(512 + tooth + hill);
}
