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

/** Refusals and equipment have their own places; a device that was left in standby is no news. */
function momentRow(moment: Moment, { redact }: SessionRecord): readonly (readonly Cell[])[] {
  const at = clockWords(moment.t);
  switch (moment.kind) {
    case "refused":
    case "equipment":
      return [];
    case "disarm":
      return moment.confirmed
        ? []
        : [[at, "disarmed, not confirmed", redact(`${moment.why}: ${moment.detail}`)]];
    case "fault":
      return [[at, `fault ${moment.code}`, redact(moment.detail)]];
    case "pause":
      return [[at, "pause", redact(moment.by)]];
    case "resume":
      return [
        [at, "goes on", `${redact(moment.by)}, ${(moment.shiftedMs / 1000).toFixed(1)} s later`],
      ];
    case "stop":
      return [[at, "stop", redact(`${moment.by} ${moment.detail}`.trim())]];
    case "note":
      return [[at, "note", redact(moment.text)]];
    case "resolve":
      return [[at, "acknowledged by a named person", redact(moment.note)]];
  }
}

export function recordSection(
  record: SessionRecord,
  verdict: Extract<Verdict, { readonly ok: true }>,
): Html {
  const { line, start } = record;
  return section(
    "The record",
    paragraph(
      `\`pulsetrain journal verify ${line.session}\` says: the chain holds, ${verdict.events} events. Each event carries the hash of the one before it; a tail that was cut off shows only where the head below is known from elsewhere.`,
    ),
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
