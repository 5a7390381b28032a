/** What else happened, and the proof of the record. */
import type { Verdict } from "../../../journal/verify.ts";
import type { Moment, SessionRecord } from "../record.ts";
import { type Cell, facts, type Html, html, NOTHING, paragraph, section, table } from "./html.ts";
import { clockWords } from "./words.ts";

const MOST_MOMENTS = 200;

export function momentsSection(record: SessionRecord): Html {
  const rows = record.moments.flatMap((moment) => momentRow(moment, record));
  if (rows.length === 0) return NOTHING;
  return section(
    "What else happened",
    table(
      [{ name: "at", figures: true }, { name: "what" }, { name: "details" }],
      rows.slice(0, MOST_MOMENTS),
    ),
    paragraph(
      rows.length > MOST_MOMENTS ? `${rows.length - MOST_MOMENTS} more in the journal.` : "",
    ),
  );
}

type Row = readonly [what: string, details: string];
type RowOf<K extends Moment["kind"]> = (
  moment: Extract<Moment, { readonly kind: K }>,
) => Row | null;

/** Refusals and equipment have their own places; a device that was left in standby is no news. */
const ROWS: { readonly [K in Moment["kind"]]: RowOf<K> } = {
  refused: () => null,
  equipment: () => null,
  disarm: ({ confirmed, why, detail }) =>
    confirmed ? null : ["disarmed, not confirmed", `${why}: ${detail}`],
  fault: ({ code, detail }) => [`fault ${code}`, detail],
  pause: ({ by }) => ["pause", by],
  resume: ({ by, shiftedMs }) => ["goes on", `${by}, ${(shiftedMs / 1000).toFixed(1)} s later`],
  stop: ({ by, detail }) => ["stop", `${by} ${detail}`.trim()],
  note: ({ text }) => ["note", text],
  resolve: ({ note }) => ["acknowledged by a named person", note],
};

function momentRow(moment: Moment, { redact }: SessionRecord): readonly (readonly Cell[])[] {
  // The table pairs each kind with its moment; the compiler cannot follow a pair of unions.
  const rowOf = ROWS[moment.kind] as (moment: Moment) => Row | null;
  const row = rowOf(moment);
  return row === null ? [] : [[clockWords(moment.t), row[0], redact(row[1])]];
}

export function recordSection(
  record: SessionRecord,
  verdict: Extract<Verdict, { readonly ok: true }>,
): Html {
  const { line, start } = record;
  return section(
    "The record",
    html`<p><code>pulsetrain journal verify ${line.session}</code> says: the chain holds, ${verdict.events} events. Each event carries the hash of the one before it; a tail that was cut off shows only where the head below is known from elsewhere.</p>`,
    facts([
      ["Head of the session", hash(verdict.head)],
      ["Events", verdict.events],
      ["Protocol", hash(start.protocolHash)],
      ["Limit profile", hash(start.limitsHash)],
      [
        "Limit profile accepted",
        start.limitsAccepted === null
          ? null
          : start.limitsAccepted
            ? "by a named person, see the journal"
            : line.simulated
              ? "not needed on a simulated rig"
              : "no",
      ],
      ["Seed", start.seed],
      ["pulsetrain", start.versions?.pulsetrain ?? null],
      ["Node", start.versions?.node ?? null],
    ]),
  );
}

function hash(value: string | null): Html | null {
  return value === null || value === "" ? null : html`<code>${value}</code>`;
}
