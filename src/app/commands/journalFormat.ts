import type { StoredEvent } from "../../contract/events.ts";
import type { SessionLine } from "../../journal/read.ts";
import type { SalvageReport } from "../../journal/salvage.ts";

/** Sessions as a table for people. */
export function sessionTable(sessions: readonly SessionLine[]): readonly string[] {
  if (sessions.length === 0) return [];
  const rows = sessions.map(({ session, startedUtc, status, protocol, subject, simulated }) => [
    session,
    startedUtc,
    status,
    protocol ?? "-",
    subject ?? "-",
    simulated ? "simulated" : "real",
  ]);
  return aligned([["session", "started", "status", "protocol", "subject", "rig"], ...rows]);
}

function aligned(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = (rows[0] ?? []).map((_, column) =>
    Math.max(...rows.map((row) => row[column]?.length ?? 0)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd(),
  );
}

/** Fields that stand in every event and are shown by their place in the line, or not at all. */
const FRAME: ReadonlySet<string> = new Set(["session", "seq", "t", "utc", "kind", "prev", "hash"]);
/** Longer values are for `--json`. */
const LONGEST_VALUE = 60;

/** One event in a line: number, seconds since the session's start, kind, and its short fields. */
export function eventLine(event: StoredEvent): string {
  const fields = Object.entries(event)
    .filter(([name]) => !FRAME.has(name))
    .flatMap(([name, value]) => shortField(name, value));
  const place = `${String(event.seq).padStart(6)} ${event.t.toFixed(3).padStart(10)} s  ${event.kind.padEnd(9)}`;
  return `${place} ${fields.join(" ")}`.trimEnd();
}

function shortField(name: string, value: unknown): readonly string[] {
  if (value === null || value === "" || value === undefined) return [];
  if (name === "dose") return [doseWords(value)];
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return [`${name}=${text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}...` : text}`];
}

function doseWords(dose: unknown): string {
  if (typeof dose !== "object" || dose === null) return "";
  const { index, intensityPctMso } = dose as Readonly<Record<string, unknown>>;
  return `dose=${index} at ${Array.isArray(intensityPctMso) ? intensityPctMso.join("/") : "?"} %MSO`;
}

/** What a salvage gave back, for people. */
export function salvageLines(report: SalvageReport): readonly string[] {
  const { file, events, sessions, documents, missing, lastSeq, verdict } = report;
  return [
    `${events} events of ${sessions} sessions and ${documents} documents are in ${file}`,
    ...missing.map(({ first, last }) =>
      first === last ? `event ${first} is lost` : `events ${first} to ${last} are lost`,
    ),
    `if anything stood behind event ${lastSeq}, it is lost`,
    verdict.ok
      ? `the chain holds up to event ${lastSeq}`
      : `the chain does not hold from event ${verdict.firstBad} on: ${verdict.why}`,
  ];
}
