/**
 * Short events that come by chance: at most one begins in each second. They hang on the second alone, so that what comes before a pulse
 * does not wait for the pulse.
 */
import { type DrawKey, uniformAt } from "../draws.ts";

export interface ChanceEvent {
  /** Number of its second: a key for further draws. */
  readonly number: number;
  readonly fromMs: number;
  readonly toMs: number;
}

const SLOT_MS = 1000;

/** Those that touch the span. */
export function chanceEvents(
  key: DrawKey,
  { perSecond, lastsMs }: { readonly perSecond: number; readonly lastsMs: number },
  [fromMs, toMs]: readonly [number, number],
): readonly ChanceEvent[] {
  const first = Math.floor((fromMs - lastsMs) / SLOT_MS);
  const last = Math.floor(toMs / SLOT_MS);
  const found: ChanceEvent[] = [];
  for (let number = first; number <= last; number += 1) {
    if (uniformAt(key, 2 * number) >= perSecond) continue;
    const beginsMs = (number + uniformAt(key, 2 * number + 1)) * SLOT_MS;
    const endsMs = beginsMs + lastsMs;
    if (beginsMs <= toMs && endsMs >= fromMs)
      found.push({ number, fromMs: beginsMs, toMs: endsMs });
  }
  return found;
}
