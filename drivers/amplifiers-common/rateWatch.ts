/**
 * The rate of an amplifier beside the host's clock. Bytes arrive late by whatever the link likes, but
 * never early: the least lag of a stretch of arrivals is the one to compare. A lag that grows steadily
 * is another rate; one that grows by a leap is a loss of whole turns of the device's counter, which
 * the counter itself cannot show.
 */
export type RateFinding =
  | { readonly kind: "wrong-rate"; readonly estimatedHz: number }
  | { readonly kind: "turns-lost"; readonly aboutFrames: number };

export interface RateWatch {
  /** `frames`: received and known to be lost, since the stream began. One call a chunk. */
  note(atMs: number, frames: number): readonly RateFinding[];
  /** Since the stream began; null while too little has come. */
  measuredHz(): number | null;
}

export interface RateWatchParts {
  readonly nominalHz: number;
  /** Part of the nominal rate that crystals may be off. */
  readonly tolerance: number;
  /** Frames after which the counter begins anew; null: no counter, or one that never does. */
  readonly turnFrames: number | null;
}

interface Arrival {
  readonly atMs: number;
  readonly frames: number;
  readonly lagMs: number;
}

const WINDOW_MS = 2000;
/** A window holds at least so many frames. */
const WINDOW_FRAMES = 50;
/** What the least lag of two windows may differ by on a link that does nothing wrong, ms. */
const JITTER_MS = 25;
/** A leap by this part of a turn is one; the next window must not leap again, or it is the rate. */
const PART_OF_TURN = 0.75;

export function createRateWatch({ nominalHz, tolerance, turnFrames }: RateWatchParts): RateWatch {
  const frameMs = 1000 / nominalHz;
  const windowMs = Math.max(WINDOW_MS, WINDOW_FRAMES * frameMs);
  const turnMs = turnFrames === null ? null : turnFrames * frameMs;
  let origin: { readonly atMs: number; readonly frames: number } | null = null;
  let windowEndMs = 0;
  let least: Arrival | null = null;
  let first: Arrival | null = null;
  let last: Arrival | null = null;
  let shiftMs = 0;
  /** Of the least lag, from the window before the last to the last. */
  let riseMs: number | null = null;
  let isTold = false;

  const slope = (): number | null =>
    first === null || last === null || last.atMs <= first.atMs
      ? null
      : (last.lagMs - first.lagMs) / (last.atMs - first.atMs);

  const judgeRate = (): readonly RateFinding[] => {
    const off = slope();
    if (off === null || first === null || last === null || isTold) return [];
    const slackMs = JITTER_MS + frameMs;
    if (Math.abs(off) <= tolerance + slackMs / (last.atMs - first.atMs)) return [];
    isTold = true;
    return [{ kind: "wrong-rate", estimatedHz: nominalHz * (1 - off) }];
  };

  /** A leap of a whole turn, in a window that does not follow another leap. */
  const judgeTurns = (before: Arrival | null, now: Arrival): readonly RateFinding[] => {
    if (turnMs === null || before === null || isTold) return [];
    const previousRiseMs = riseMs;
    riseMs = now.lagMs - before.lagMs;
    // The first rise may be a steady one.
    if (previousRiseMs === null || previousRiseMs >= (PART_OF_TURN * turnMs) / 2) return [];
    if (riseMs < PART_OF_TURN * turnMs) return [];
    const turns = Math.max(1, Math.round(riseMs / turnMs));
    shiftMs += turns * turnMs;
    last = { ...now, lagMs: now.lagMs - turns * turnMs };
    return [{ kind: "turns-lost", aboutFrames: turns * (turnFrames ?? 0) }];
  };

  const closeWindow = (): readonly RateFinding[] => {
    if (least === null) return [];
    const before = last;
    const now = least;
    least = null;
    first ??= now;
    last = now;
    const turns = judgeTurns(before, now);
    return turns.length > 0 ? turns : judgeRate();
  };

  return {
    note: (atMs, frames) => {
      if (origin === null) {
        origin = { atMs, frames };
        windowEndMs = atMs + windowMs;
      }
      const found = atMs >= windowEndMs ? closeWindow() : [];
      if (atMs >= windowEndMs) windowEndMs = atMs + windowMs;
      const lagMs = atMs - origin.atMs - (frames - origin.frames) * frameMs - shiftMs;
      if (least === null || lagMs < least.lagMs) least = { atMs, frames, lagMs };
      return found;
    },
    measuredHz: () => {
      const off = slope();
      return off === null ? null : nominalHz * (1 - off);
    },
  };
}
