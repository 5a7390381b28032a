/** What this machine can do, as far as timing and serial ports depend on it. */
import type { LabClock } from "../../contract/time.ts";
import { type Check, fine, warning } from "./check.ts";

/** Of the clock everything is timed by. */
export interface ClockFacts {
  /** Readings that were smaller than the one before. */
  readonly backwards: number;
  /** Largest jump between two readings in a row, ms. */
  readonly largestGapMs: number;
  /** How late ordinary timers came, ms. */
  readonly latenessMs: readonly number[];
}

export interface HostFacts {
  readonly node: string;
  readonly platform: string;
  readonly clock: ClockFacts;
}

const READINGS = 10_000;
const TIMERS = 40;
const TIMER_MS = 10;
/** The rig process wakes 2 ms before a dose: with later timers it would come too late. */
const WELL_IN_TIME_MS = 2;

/** Takes about half a second. */
export async function measureClock(clock: LabClock): Promise<ClockFacts> {
  let backwards = 0;
  let largestGapMs = 0;
  let beforeMs = clock.now();
  for (let n = 0; n < READINGS; n += 1) {
    const nowMs = clock.now();
    if (nowMs < beforeMs) backwards += 1;
    largestGapMs = Math.max(largestGapMs, nowMs - beforeMs);
    beforeMs = nowMs;
  }
  const latenessMs: number[] = [];
  for (let n = 0; n < TIMERS; n += 1) latenessMs.push(await clock.until(clock.now() + TIMER_MS));
  return { backwards, largestGapMs, latenessMs };
}

export function judgeHost({ node, platform, clock }: HostFacts): readonly Check[] {
  return [fine("node", `${node} on ${platform}`), judgeClock(clock)];
}

function judgeClock({ backwards, latenessMs }: ClockFacts): Check {
  if (backwards > 0)
    return warning(
      "clock",
      `it went backwards ${backwards} times`,
      "do not run doses on this machine: its monotonic clock is broken (a virtual machine?)",
    );
  const lateMs = [...latenessMs].sort((a, b) => a - b);
  const medianMs = atShare(lateMs, 0.5);
  const worstMs = atShare(lateMs, 1);
  const words = `never backwards; timers come ${medianMs.toFixed(1)} ms late (median), ${worstMs.toFixed(1)} ms at worst`;
  if (atShare(lateMs, 0.9) <= WELL_IN_TIME_MS) return fine("clock", words);
  return warning(
    "clock",
    words,
    "close other programs, switch power saving off; doses that come too late are skipped, so let the device time its trains",
  );
}

/** The value below which this share of an ascending list lies; 0 for an empty one. */
export function atShare(ascending: readonly number[], share: number): number {
  return ascending[Math.min(ascending.length - 1, Math.floor(share * ascending.length))] ?? 0;
}
