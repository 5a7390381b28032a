import { z } from "zod";
import type { StoredEvent } from "../contract/events.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import type { EventRow } from "./chain.ts";

const rowSchema = z.object({
  seq: z.int().positive(),
  session: z.string().min(1),
  t: z.number(),
  utc: z.string(),
  kind: z.string(),
  body: z.string(),
  prev: z.string(),
  hash: z.string(),
});

const count = z.number().nonnegative();
const seq = z.int().positive();

/**
 * The fields that the journal itself relies on, by kind. Other kinds and other fields are kept as
 * they are: they are proven by their hash and read by whoever knows them.
 */
const BODIES: Readonly<Record<string, z.ZodType>> = {
  "run.start": z.looseObject({ body: z.looseObject({}) }),
  segment: z.looseObject({ body: z.looseObject({}) }),
  intent: z.looseObject({ pulses: count }),
  permit: z.looseObject({ intent: seq }),
  refused: z.looseObject({ intent: seq.nullable() }),
  written: z.looseObject({ intent: seq }),
  outcome: z.looseObject({
    intent: seq,
    outcome: z.enum(["delivered", "refused-by-device", "skipped-late", "unknown"]),
    pulses: count,
  }),
  stop: z.looseObject({ by: z.string(), detail: z.string() }),
  resolve: z.looseObject({ by: z.string(), note: z.string(), intents: z.array(seq) }),
  "run.stop": z.looseObject({
    status: z.enum(["completed", "refused", "stopped", "faulted", "interrupted"]),
    planned: count,
    delivered: count,
    unknown: count,
    skipped: count,
  }),
};
const anyBody = z.looseObject({});

/** A row as it came from the file. Throws JOURNAL_UNREADABLE when a column is not what it should be. */
export function parseRow(raw: unknown): EventRow {
  const row = rowSchema.safeParse(raw);
  if (row.success) return row.data;
  const at = typeof raw === "object" && raw !== null && "seq" in raw ? raw.seq : "?";
  throw new PulsetrainError("JOURNAL_UNREADABLE", `event ${at}: ${issueWords(row.error)}`);
}

/** The event in a row. Throws JOURNAL_UNREADABLE when its body is not what its kind demands. */
export function eventOf(row: EventRow): StoredEvent {
  const fail = (why: string): PulsetrainError =>
    new PulsetrainError("JOURNAL_UNREADABLE", `event ${row.seq} (${row.kind}): ${why}`);
  let json: unknown;
  try {
    json = JSON.parse(row.body);
  } catch {
    throw fail("its body is not JSON");
  }
  const body = (BODIES[row.kind] ?? anyBody).safeParse(json);
  if (!body.success) throw fail(issueWords(body.error));
  const { seq: number, session, t, utc, kind, prev, hash } = row;
  const place = { seq: number, session, t, utc, kind };
  // The one cast from text to types: the fields that code here reads were checked above.
  const fields = body.data as Readonly<Record<string, unknown>>;
  return { ...place, ...fields, ...place, prev, hash } as StoredEvent;
}

function issueWords(error: z.ZodError): string {
  return error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`).join("; ");
}
