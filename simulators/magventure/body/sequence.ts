import type { AB } from "../wire/messages.ts";

/** One train of a sequence, or one line of a protocol. */
export interface Segment {
  readonly starts: number;
  readonly periodMs: number;
  /** From the last start of the segment before, or from the start of all. */
  readonly restMs: number;
  readonly factorPct: AB;
}

/** A train of the Timing page or a protocol while it runs. */
export interface Sequence {
  readonly kind: "train" | "protocol";
  readonly segments: readonly Segment[];
  /** The segment in progress. */
  readonly at: number;
  /** Its first start; null: it waits for an edge on the trigger input. */
  readonly startMs: number | null;
  /** Starts given in this segment, and in all. */
  readonly given: number;
  readonly givenInAll: number;
  /** Every segment waits for an edge of its own. */
  readonly isPerEdge: boolean;
  /** A jammed sequence stops after so many starts and never ends by itself; null: it runs well. */
  readonly jamAfter: number | null;
}

export function beginSequence(
  parts: {
    readonly kind: Sequence["kind"];
    readonly segments: readonly Segment[];
    readonly isPerEdge: boolean;
    readonly isJammed: boolean;
  },
  nowMs: number,
): Sequence {
  const { kind, segments, isPerEdge, isJammed } = parts;
  return {
    kind,
    segments,
    at: 0,
    startMs: nowMs + (segments[0]?.restMs ?? 0),
    given: 0,
    givenInAll: 0,
    isPerEdge,
    jamAfter: isJammed ? jamPoint(segments) : null,
  };
}

/** Where the jam fault stops a sequence: after half of its starts, at least one. */
export function jamPoint(segments: readonly Segment[]): number {
  const all = segments.reduce((sum, { starts }) => sum + starts, 0);
  return Math.max(1, Math.floor(all / 2));
}

/** When its next start is due; null: none is, until an edge comes or for ever. */
export function nextOfSequence(sequence: Sequence | null): number | null {
  if (sequence === null || sequence.startMs === null) return null;
  if (sequence.jamAfter !== null && sequence.givenInAll >= sequence.jamAfter) return null;
  const segment = sequence.segments[sequence.at];
  return segment === undefined ? null : sequence.startMs + sequence.given * segment.periodMs;
}

/** One start was given. */
export function counted(sequence: Sequence): Sequence {
  return { ...sequence, given: sequence.given + 1, givenInAll: sequence.givenInAll + 1 };
}

/** After a complete start: the same segment, the next one, or null for the end. */
export function advanced(sequence: Sequence): Sequence | null {
  const segment = sequence.segments[sequence.at];
  if (segment === undefined || sequence.given < segment.starts) return sequence;
  const next = sequence.segments[sequence.at + 1];
  const isJammed = sequence.jamAfter !== null && sequence.givenInAll >= sequence.jamAfter;
  if (isJammed) return sequence;
  if (next === undefined) return null;
  const lastStartMs = (sequence.startMs ?? 0) + (segment.starts - 1) * segment.periodMs;
  return {
    ...sequence,
    at: sequence.at + 1,
    given: 0,
    startMs: sequence.isPerEdge ? null : lastStartMs + next.restMs,
  };
}

/** The edge that a segment waits for. */
export function resumedAt(sequence: Sequence, nowMs: number): Sequence {
  return sequence.startMs === null ? { ...sequence, startMs: nowMs } : sequence;
}

/** The factor of the line in progress, percent. */
export function factorOf({ segments, at }: Sequence): AB {
  return segments[at]?.factorPct ?? { a: 100, b: 100 };
}
