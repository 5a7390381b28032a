/** Hum of the mains with its harmonics, one period in a table. The grid is a little off, so that its phase drifts. */
import { betweenAt, type DrawKey, uniformAt } from "../draws.ts";
import { ELECTRODE } from "../figures/muscle.ts";
import type { Place } from "./timeline.ts";

const POINTS = 1024;

export interface Mains {
  addTo(out: Float64Array, place: Place): void;
}

/** The frequency is the same for everybody at the same socket; sizes and phases belong to a channel. */
export function mainsFrequencyHz(personKey: DrawKey): number {
  const { mainsHz, mainsDriftHz } = ELECTRODE;
  return mainsHz + betweenAt(personKey, 0, [-mainsDriftHz, mainsDriftHz]);
}

export function createMains(key: DrawKey, frequencyHz: number, amplitudeUv: number): Mains {
  const period = Float64Array.from({ length: POINTS + 1 }, (_, i) =>
    ELECTRODE.mainsHarmonics.reduce((sum, [order, size], n) => {
      const angle = 2 * Math.PI * ((order * i) / POINTS + uniformAt(key, n));
      return sum + amplitudeUv * size * Math.sin(angle);
    }, 0),
  );
  const perMs = frequencyHz / 1000;
  return {
    addTo(out, { originMs, index, stepMs }) {
      for (let i = 0; i < out.length; i += 1) {
        const turns = (originMs + (index + i) * stepMs) * perMs;
        const at = (turns - Math.floor(turns)) * POINTS;
        const point = Math.floor(at);
        const before = period[point] ?? 0;
        out[i] = (out[i] ?? 0) + before + ((period[point + 1] ?? 0) - before) * (at - point);
      }
    },
  };
}
