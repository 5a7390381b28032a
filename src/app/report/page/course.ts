/** What was planned and delivered, and when. */
import type { Pictures } from "../plots/all.ts";
import {
  type DoseRecord,
  type Of,
  type ProtocolWords,
  protocolHashOf,
  type SessionRecord,
} from "../record.ts";
import { evidenceOf, latenessOf, outcomeCounts, outcomeDetails, spreadOf } from "../timing.ts";
import { pictureFigure } from "./figure.ts";
import {
  type Cell,
  type Html,
  html,
  NOTHING,
  paragraph,
  section,
  subtitle,
  table,
} from "./html.ts";
import { durationWords, plural, rangeWords, spreadCells } from "./words.ts";

export function plannedSection(record: SessionRecord, pictures: Pictures): Html {
  return section(
    "Planned and delivered",
    table(
      [
        { name: "protocol" },
        { name: "runs", figures: true },
        { name: "pulses planned", figures: true },
        { name: "doses", figures: true },
        { name: "pulses delivered", figures: true },
        { name: "output, %MSO", figures: true },
        { name: "planned duration", figures: true },
      ],
      protocolRows(record),
    ),
    roundings(record.segments),
    html`${pictures.course.map(pictureFigure)}`,
  );
}

/** A search is many runs of one pulse each: they stand in one row. */
function protocolRows({ segments, doses, protocols }: SessionRecord): readonly (readonly Cell[])[] {
  const groups = new Map<string, Of<"segment">[]>();
  for (const segment of segments) {
    const name = textOf(segment.body["protocol"]);
    groups.set(name, [...(groups.get(name) ?? []), segment]);
  }
  const bySegment = new Map<number, DoseRecord[]>();
  for (const dose of doses) {
    const own = bySegment.get(dose.intent.segment);
    if (own === undefined) bySegment.set(dose.intent.segment, [dose]);
    else own.push(dose);
  }
  return [...groups].map(([name, runs]) => {
    const own = runs.flatMap(({ segment }) => bySegment.get(segment) ?? []);
    const outputs = own.flatMap(({ intent }) => intent.dose.intensityPctMso);
    const delivered = own.reduce(
      (sum, { outcome }) => sum + (outcome?.outcome === "delivered" ? outcome.pulses : 0),
      0,
    );
    const planned = runs.reduce((sum, { body }) => sum + numberOf(body["pulses"]), 0);
    const durationMs = runs.reduce((sum, { body }) => sum + numberOf(body["durationS"]), 0) * 1000;
    const [first] = runs;
    const hash = first === undefined ? null : protocolHashOf(first);
    return [
      nameCell(name, hash === null ? undefined : protocols.get(hash)),
      runs.length,
      planned,
      own.length,
      delivered,
      rangeWords(outputs),
      durationMs === 0 ? null : durationWords(durationMs),
    ];
  });
}

function nameCell(id: string, words: ProtocolWords | undefined): Html {
  if (words === undefined || words.name === id) return html`${id}`;
  const source =
    words.citation === null
      ? NOTHING
      : html`<br><span class="muted small">${words.citation}</span>`;
  return html`<b>${id}</b><br>${words.name}${source}`;
}

function roundings(segments: readonly Of<"segment">[]): Html {
  const rows = segments.flatMap(({ body }) => {
    const list: unknown = body["roundings"];
    return Array.isArray(list) ? list.flatMap(roundingCells) : [];
  });
  const distinct = [...new Map(rows.map((row) => [row.join("|"), row])).values()];
  if (distinct.length === 0) return NOTHING;
  const columns = [
    { name: "figure" },
    { name: "asked", figures: true },
    { name: "planned", figures: true },
    { name: "unit" },
  ];
  return html`${subtitle("Figures moved onto a device's step")}${table(columns, distinct)}`;
}

function roundingCells(rounding: unknown): readonly (readonly string[])[] {
  if (typeof rounding !== "object" || rounding === null) return [];
  const { what, asked, planned, unit } = rounding as Readonly<Record<string, unknown>>;
  return [[what, asked, planned, unit].map((value) => String(value ?? ""))];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "–";
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

const OUTCOMES = {
  delivered: "delivered: the device showed it",
  unknown: "unknown: bytes left and nobody can tell; counts as delivered",
  "skipped-late": "skipped: no bytes left",
  "refused-by-device": "refused by the device",
  open: "without an outcome",
} as const;

const SPREAD_COLUMNS = [
  { name: "least", figures: true },
  { name: "median", figures: true },
  { name: "95 % below", figures: true },
  { name: "most", figures: true },
];

const MOST_DETAILS = 8;

export function timingSection(record: SessionRecord, pictures: Pictures): Html {
  const { doses } = record;
  if (doses.length === 0) return NOTHING;
  const lateness = spreadOf(latenessOf(doses));
  const evidence = evidenceOf(doses);
  const device = record.start.rig?.stimulator?.driver ?? "the stimulator";
  const details = outcomeDetails(doses);
  return section(
    "Timing and evidence",
    subtitle("What came of the doses"),
    table(
      [{ name: "outcome" }, { name: "doses", figures: true }, { name: "pulses", figures: true }],
      outcomeCounts(doses).map(({ outcome, doses: count, pulses }) => [
        OUTCOMES[outcome],
        count,
        pulses,
      ]),
    ),
    subtitle("Written, less planned"),
    paragraph(latenessWords(record, lateness)),
    table(
      [{ name: "doses", figures: true }, ...SPREAD_COLUMNS],
      lateness === null ? [] : [[lateness.n, ...spreadCells(lateness)]],
    ),
    html`${pictures.timing.map(pictureFigure)}`,
    subtitle(`Evidence of ${device}, after the write`),
    table(
      [{ name: "evidence" }, { name: "doses", figures: true }, ...SPREAD_COLUMNS],
      evidence.map(({ name, of, afterMs }) => [
        name,
        `${afterMs?.n ?? 0} of ${of}`,
        ...spreadCells(afterMs),
      ]),
    ),
    details.length === 0 ? NOTHING : subtitle("In the words of the driver"),
    table(
      [{ name: "detail" }, { name: "doses", figures: true }],
      details
        .slice(0, MOST_DETAILS)
        .map(({ detail, doses: count }) => [record.redact(detail), count]),
    ),
    paragraph(
      details.length > MOST_DETAILS
        ? `${plural(details.length - MOST_DETAILS, "more wording")} in the journal.`
        : "",
    ),
  );
}

function latenessWords({ start }: SessionRecord, lateness: ReturnType<typeof spreadOf>): string {
  if (lateness === null) return "No bytes left the host.";
  if (start.speed === "max")
    return "The run was on the virtual clock, on which a write is late only where the simulation makes it so.";
  return "The instant just before the write call, on the host's clock. What adapter and device add on top is not in it.";
}
