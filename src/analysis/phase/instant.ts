/** When a phase that turns comes by its target. */
import { wrapped } from "./circular.ts";

const STEP_MS = 1;

/** First instant from `fromMs` to `toMs` at which the phase turns through the target; null: none, or the phase is not known. */
export function nextInstantMs(
  phaseRadAt: (ms: number) => number | null,
  targetRad: number,
  fromMs: number,
  toMs: number,
): number | null {
  const awayAt = (ms: number): number | null => {
    const phase = phaseRadAt(ms);
    return phase === null ? null : wrapped(phase - targetRad);
  };
  let beforeMs = fromMs;
  let before = awayAt(fromMs);
  while (beforeMs < toMs) {
    const ms = Math.min(beforeMs + STEP_MS, toMs);
    const away = awayAt(ms);
    if (before === null || away === null) return null;
    // On the far side of the circle the difference jumps the other way.
    if (before <= 0 && away > 0 && away - before < Math.PI)
      return beforeMs + ((ms - beforeMs) * -before) / (away - before);
    beforeMs = ms;
    before = away;
  }
  return null;
}
