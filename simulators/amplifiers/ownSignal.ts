import { createRandom } from "../../src/base/random.ts";
import type { SignalSource } from "../../src/contract/simulator.ts";

/** Amplitudes in microvolt, rates in Hz: enough for a client to see that something is connected. */
const NOISE_UV = 4;
const MAINS_UV = 3;
const MAINS_HZ = 50;
const ALPHA_UV = 15;
const ALPHA_HZ = 10;
/** Alpha waxes and wanes. */
const SPINDLE_HZ = 0.3;

/** A power of two, so that a walk through the table wraps by a mask. */
const NOISE_LENGTH = 8192;

/** What electrodes on nobody in particular see: seeded noise, some mains, and a slow alpha. */
export function createOwnSignal(seed: number): SignalSource {
  const random = createRandom(seed, "amplifier-own-signal");
  const noise = Float64Array.from({ length: NOISE_LENGTH }, () => NOISE_UV * random.normal());
  return {
    fill: (channel, firstMs, stepMs, out) => {
      // A new place in the table for every block: one draw a block instead of one a sample.
      const from = Math.floor(random.next() * NOISE_LENGTH);
      for (let i = 0; i < out.length; i++) out[i] = noise[(from + i) & (NOISE_LENGTH - 1)] ?? 0;
      addSine(out, MAINS_UV, MAINS_HZ, firstMs, stepMs, 0);
      const spindle = Math.sin(2 * Math.PI * SPINDLE_HZ * (firstMs / 1000) + channel);
      addSine(out, ALPHA_UV * spindle, ALPHA_HZ, firstMs, stepMs, channel);
    },
  };
}

/** Adds a sine by turning a pointer: no call of `sin` a sample. */
export function addSine(
  out: Float64Array,
  amplitude: number,
  hz: number,
  firstMs: number,
  stepMs: number,
  phase: number,
): void {
  const turn = (2 * Math.PI * hz * stepMs) / 1000;
  const start = (2 * Math.PI * hz * firstMs) / 1000 + phase;
  const cosTurn = Math.cos(turn);
  const sinTurn = Math.sin(turn);
  let x = amplitude * Math.cos(start);
  let y = amplitude * Math.sin(start);
  for (let i = 0; i < out.length; i++) {
    out[i] = (out[i] ?? 0) + y;
    const turned = x * cosTurn - y * sinTurn;
    y = x * sinTurn + y * cosTurn;
    x = turned;
  }
}
