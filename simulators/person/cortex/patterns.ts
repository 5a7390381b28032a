/**
 * Which repetitive pattern the pulses make, told from their instants alone: bursts and their rate, trains and pauses, nerve stimuli before
 * them. A run of one pattern ends with a pulse that does not belong to it, or when none comes.
 */
export type PatternKind =
  | "itbs"
  | "ctbs"
  | "imtbs"
  | "qps5"
  | "qps50"
  | "pas25"
  | "pas10"
  | "slow"
  | "fast";

type Family = "tbs" | Exclude<PatternKind, "itbs" | "ctbs" | "imtbs">;

/** Pulses closer than any other pattern's bursts. */
interface Burst {
  readonly pulses: number;
  readonly firstMs: number;
  readonly lastMs: number;
  /** From the pulse before the burst; infinite for the first. */
  readonly gapBeforeMs: number;
  /** Of the nerve stimulus before a single pulse, less N20; null: none. */
  readonly nerveMs: number | null;
}

interface Run {
  readonly family: Family;
  readonly pulses: number;
  readonly lastMs: number;
  /** Pulses since the last pause, and the most there were. */
  readonly inTrain: number;
  readonly longestTrain: number;
}

export interface PatternState {
  readonly burst: Burst | null;
  readonly run: Run | null;
}

/** A run that is over. */
export interface FinishedRun {
  readonly kind: PatternKind;
  readonly pulses: number;
  readonly endMs: number;
}

export const NO_PATTERN: PatternState = { burst: null, run: null };

/** 10 Hz trains are one burst to this; between bursts of TBS at 5 Hz lie 160 ms. */
const WITHIN_BURST_MS = 120;
/** A pause between trains of TBS is longer than its rhythm. */
const TRAIN_PAUSE_MS = 1000;

/** Longest time from one burst of a run to the next. */
const LONGEST_PAUSE_MS: Readonly<Record<Family, number>> = {
  tbs: 30_000,
  qps5: 10_000,
  qps50: 10_000,
  pas25: 30_000,
  pas10: 30_000,
  slow: 2200,
  fast: 90_000,
};

/** A fifth of a customary session is the least that has an effect; from a whole one on it is whole. */
const WHOLE_SESSION: Readonly<Record<Family, number>> = {
  tbs: 600,
  qps5: 1440,
  qps50: 1440,
  pas25: 90,
  pas10: 90,
  slow: 600,
  fast: 600,
};
const LEAST_PART = 0.2;

/** 1 when the run was a whole session. */
export function doseOf({ kind, pulses }: FinishedRun): number {
  return Math.min(1, pulses / WHOLE_SESSION[familyOfKind(kind)]);
}

function familyOfKind(kind: PatternKind): Family {
  return kind === "itbs" || kind === "ctbs" || kind === "imtbs" ? "tbs" : kind;
}

const inside = (x: number, [low, high]: readonly [number, number]): boolean =>
  x >= low && x <= high;

interface Rule {
  readonly family: Family;
  fits(burst: Burst, at: { readonly isiMs: number; readonly gapMs: number }): boolean;
}

/** The first that fits. */
const RULES: readonly Rule[] = [
  {
    family: "qps5",
    fits: ({ pulses }, { isiMs }) => pulses === 4 && inside(isiMs, [3, 8]),
  },
  {
    family: "qps50",
    fits: ({ pulses }, { isiMs }) => pulses === 4 && inside(isiMs, [40, 60]),
  },
  {
    family: "tbs",
    fits: ({ pulses }, { isiMs }) => inside(pulses, [3, 5]) && inside(isiMs, [14, 36]),
  },
  { family: "fast", fits: ({ pulses }, { isiMs }) => pulses >= 5 && isiMs >= 36 },
  {
    family: "pas25",
    fits: ({ pulses, nerveMs }) => pulses === 1 && nerveMs !== null && inside(nerveMs, [-1.5, 10]),
  },
  {
    family: "pas10",
    fits: ({ pulses, nerveMs }) => pulses === 1 && nerveMs !== null && inside(nerveMs, [-13, -3]),
  },
  { family: "fast", fits: ({ pulses }, { gapMs }) => pulses === 1 && gapMs <= 260 },
  {
    family: "slow",
    fits: ({ pulses }, { gapMs }) => pulses === 1 && inside(gapMs, [700, 2000]),
  },
];

function familyOf(burst: Burst, gapAfterMs: number): Family | null {
  const { pulses, firstMs, lastMs, gapBeforeMs } = burst;
  const isiMs = pulses > 1 ? (lastMs - firstMs) / (pulses - 1) : 0;
  const gapMs = Math.min(gapBeforeMs, gapAfterMs);
  return RULES.find((rule) => rule.fits(burst, { isiMs, gapMs }))?.family ?? null;
}

/** Pulses of a train without a pause: of TBS that is continuous, of iTBS with its ten bursts, and the least of a train at all. */
const CONTINUOUS_PULSES = 150;
const INTERMITTENT_PULSES = 50;
const FAST_PULSES = 5;

function kindOf({ family, longestTrain }: Run): PatternKind {
  if (family !== "tbs") return family;
  if (longestTrain >= CONTINUOUS_PULSES) return "ctbs";
  return longestTrain <= INTERMITTENT_PULSES ? "itbs" : "imtbs";
}

function finished(run: Run | null): FinishedRun | null {
  if (run === null || run.pulses < LEAST_PART * WHOLE_SESSION[run.family]) return null;
  // Pairs 150 to 200 ms apart look like the beginning of a train.
  if (run.family === "fast" && run.longestTrain < FAST_PULSES) return null;
  return { kind: kindOf(run), pulses: run.pulses, endMs: run.lastMs };
}

function begun(family: Family | null, burst: Burst): Run | null {
  if (family === null) return null;
  return {
    family,
    pulses: burst.pulses,
    lastMs: burst.lastMs,
    inTrain: burst.pulses,
    longestTrain: burst.pulses,
  };
}

/** The run with a burst that is over. */
function closeBurst(
  run: Run | null,
  burst: Burst,
  gapAfterMs: number,
): { readonly run: Run | null; readonly ended: FinishedRun | null } {
  const family = familyOf(burst, gapAfterMs);
  const goesOn =
    run !== null &&
    run.family === family &&
    burst.firstMs - run.lastMs <= LONGEST_PAUSE_MS[run.family];
  if (!goesOn) return { run: begun(family, burst), ended: finished(run) };
  const inTrain = burst.pulses + (burst.gapBeforeMs > TRAIN_PAUSE_MS ? 0 : run.inTrain);
  return {
    run: {
      ...run,
      pulses: run.pulses + burst.pulses,
      lastMs: burst.lastMs,
      inTrain,
      longestTrain: Math.max(run.longestTrain, inTrain),
    },
    ended: null,
  };
}

/** One pulse more; `nerveMs` is the lead of a nerve stimulus less N20. */
export function stepPattern(
  { burst, run }: PatternState,
  atMs: number,
  nerveMs: number | null,
): { readonly state: PatternState; readonly ended: readonly FinishedRun[] } {
  const gapMs = burst === null ? Number.POSITIVE_INFINITY : atMs - burst.lastMs;
  if (burst !== null && gapMs <= WITHIN_BURST_MS) {
    const longer = { ...burst, pulses: burst.pulses + 1, lastMs: atMs };
    return { state: { burst: longer, run }, ended: [] };
  }
  const next: Burst = { pulses: 1, firstMs: atMs, lastMs: atMs, gapBeforeMs: gapMs, nerveMs };
  if (burst === null) return { state: { burst: next, run }, ended: [] };
  const closed = closeBurst(run, burst, gapMs);
  const isOver = closed.run !== null && gapMs > LONGEST_PAUSE_MS[closed.run.family];
  return {
    state: { burst: next, run: isOver ? null : closed.run },
    ended: [closed.ended, isOver ? finished(closed.run) : null].filter((end) => end !== null),
  };
}
