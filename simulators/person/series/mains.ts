/** Hum of the mains with its harmonics, one period in a table. The grid is a little off, so that its phase drifts. */
import type { DrawKey } from "../draws.ts";
import { betweenAt, uniformAt } from "../draws.ts";
import { ELECTRODE } from "../figures/muscle.ts";

const POINTS = 1024;

/** The frequency is the same for everybody at the same socket; sizes and phases belong to a channel. */
export function mainsFrequencyHz(personKey: DrawKey): number {
  const { mainsHz, mainsDriftHz } = ELECTRODE;
  return mainsHz + betweenAt(personKey, 0, [-mainsDriftHz, mainsDriftHz]);
}

export function createMains(
  key: DrawKey,
  frequencyHz: number,
  amplitudeUv: number,
): (tMs: number) => number {
  const period = Float64Array.from({ length: POINTS + 1 }, (_, i) =>
    ELECTRODE.mainsHarmonics.reduce((sum, [order, size], n) => {
      const angle = 2 * Math.PI * ((order * i) / POINTS + uniformAt(key, n));
      return sum + amplitudeUv * size * Math.sin(angle);
    }, 0),
  );
  const perMs = frequencyHz / 1000;
  return (tMs) => {
    const turns = tMs * perMs;
    const at = (turns - Math.floor(turns)) * POINTS;
    const i = Math.floor(at);
    const before = period[i] ?? 0;
    return before + ((period[i + 1] ?? 0) - before) * (at - i);
  };
}
