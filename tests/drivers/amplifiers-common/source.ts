import type { SignalSource } from "../../../src/contract/simulator.ts";

/** What the electrodes of a simulated amplifier have seen, sample by sample. */
export interface Seen {
  /** When each sample was taken, by the first channel. */
  readonly times: readonly number[];
  valueAt(channel: number, sample: number): number;
}

/** A signal that is nowhere like itself, different in every channel, in the range of an EMG. */
const signal = (channel: number, ms: number): number =>
  400 * Math.sin(ms / (7.1 + channel)) +
  250 * Math.sin(ms / (31.7 + 3 * channel) + channel) +
  200 * Math.sin(ms / (173.3 + 17 * channel));

export function recordingSource(): { readonly source: SignalSource; readonly seen: Seen } {
  const values: number[][] = [];
  const times: number[] = [];
  return {
    source: {
      fill: (channel, firstMs, stepMs, out) => {
        values[channel] ??= [];
        for (let n = 0; n < out.length; n += 1) {
          const ms = firstMs + n * stepMs;
          out[n] = signal(channel, ms);
          values[channel].push(out[n] ?? 0);
          if (channel === 0) times.push(ms);
        }
      },
    },
    seen: {
      times,
      valueAt: (channel, sample) => values[channel]?.[sample] ?? Number.NaN,
    },
  };
}
