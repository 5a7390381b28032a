import type { Dose } from "../../src/contract/dose.ts";
import type { JournalEvent, OutcomeKind } from "../../src/contract/events.ts";
import type { SessionStart } from "../../src/journal/journal.ts";

/** 2026-03-01T09:00:00.000Z */
export const START_UTC_MS = 1_772_355_600_000;
export const NOW_UTC = "2026-03-02T08:00:00.000Z";

export const toUtcIso = (atMs: number): string => new Date(START_UTC_MS + atMs).toISOString();

export function sessionStart(
  session: string,
  body: Readonly<Record<string, unknown>> = {},
): SessionStart {
  return {
    session,
    tMs: 0,
    toUtcIso,
    body: { protocol: "koch-2022", subject: "S01", simulated: true, ...body },
  };
}

function dose(index: number, pulses: number): Dose {
  return {
    index,
    dueMs: index * 1_000,
    shape: pulses === 1 ? { kind: "pulse" } : { kind: "train", pulses, frequencyHz: 20 },
    intensityPctMso: [55],
    request: { value: 100, base: "%RMT", threshold: { kind: "RMT", percentMso: 55 } },
    place: { block: 0, train: index + 1, trains: 40, condition: null },
    hostTrain: null,
    lateLimitMs: 5,
  };
}

export function intent(index: number, pulses = 1): JournalEvent {
  const tMs = index * 1_000;
  return {
    tMs,
    kind: "intent",
    segment: 0,
    dose: dose(index, pulses),
    plannedMs: tMs + 3_000,
    pulses,
  };
}

export function written(intentSeq: number, tMs = 3_000.125): JournalEvent {
  return {
    tMs,
    kind: "written",
    intent: intentSeq,
    plannedMs: 3_000,
    writtenMs: tMs,
    hex: "454830303f",
  };
}

export function outcome(
  intentSeq: number,
  kind: OutcomeKind = "delivered",
  pulses = 1,
): JournalEvent {
  return {
    tMs: 3_100.5,
    kind: "outcome",
    intent: intentSeq,
    outcome: kind,
    pulses,
    detail: "",
    plannedMs: 3_000,
    permittedMs: 2_980,
    writtenMs: 3_000.125,
    drainedMs: null,
    acknowledgedMs: null,
    deviceReportedMs: null,
  };
}

export function runStop(
  counts: { planned: number; delivered: number; unknown?: number },
  status: "completed" | "faulted" | "stopped" = "completed",
): JournalEvent {
  const { planned, delivered, unknown = 0 } = counts;
  return {
    tMs: 9_000,
    kind: "run.stop",
    status,
    planned,
    delivered,
    unknown,
    skipped: planned - delivered - unknown,
    detail: "",
  };
}
