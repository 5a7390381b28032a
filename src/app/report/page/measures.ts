/** What was measured: thresholds, responses, results. */
import { REASONS } from "../../../analysis/mep/measure.ts";
import type { StoredMeasure } from "../measureEvents.ts";
import { figure } from "../pictures/scale.ts";
import type { Pictures, ResultPictures } from "../plots/all.ts";
import { sortedGroups } from "../plots/groups.ts";
import { outcomeWords } from "../plots/thresholds.ts";
import { measureOf, TEST_ALONE, trialsOf } from "../plots/trials.ts";
import type { SessionRecord } from "../record.ts";
import { spreadOf } from "../timing.ts";
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
import { clockWords, instantWords, plural, unitWords } from "./words.ts";

export function thresholdsSection(record: SessionRecord, pictures: Pictures): Html {
  const stated = record.start.facts?.thresholds ?? [];
  return section(
    "Thresholds",
    stated.length === 0 ? NOTHING : subtitle("Known before the session"),
    table(
      [
        { name: "kind" },
        { name: "%MSO", figures: true },
        { name: "hemisphere" },
        { name: "muscle" },
        { name: "coil" },
        { name: "waveform" },
        { name: "method" },
        { name: "measured" },
      ],
      stated.map((threshold) => [
        threshold.kind,
        figure(threshold.percentMso, 4),
        threshold.hemisphere,
        threshold.muscle,
        threshold.coilSerial,
        threshold.waveform,
        threshold.method,
        threshold.measuredAt === null ? null : instantWords(threshold.measuredAt),
      ]),
    ),
    record.thresholds.length === 0 ? NOTHING : subtitle("Measured in this session"),
    table(
      [
        { name: "kind" },
        { name: "result" },
        { name: "method" },
        { name: "trials", figures: true },
        { name: "at", figures: true },
      ],
      record.thresholds.map(({ kind, result, t }) => [
        kind,
        outcomeWords(result.outcome),
        `${result.method}, version ${result.version}`,
        result.trace.length,
        clockWords(t),
      ]),
    ),
    latencies(record),
    html`${pictures.thresholds.map(pictureFigure)}`,
  );
}

function latencies({ latencies: measured, start }: SessionRecord): Html {
  const given = Object.entries(start.latenciesMs).map(([name, ms]): readonly Cell[] => [
    name,
    `${figure(ms)} ms`,
    "given before the session",
  ]);
  const found = measured.map(({ n20Ms, sweeps, rejected, why }): readonly Cell[] => [
    "N20",
    n20Ms === null ? "not found" : `${figure(n20Ms)} ms`,
    n20Ms === null ? why : `average of ${sweeps} sweeps, ${rejected} rejected`,
  ]);
  const rows = [...given, ...found];
  if (rows.length === 0) return NOTHING;
  const columns = [{ name: "latency" }, { name: "value", figures: true }, { name: "from" }];
  return html`${subtitle("Latencies")}${table(columns, rows)}`;
}

export function measuresSection(record: SessionRecord, pictures: Pictures): Html {
  const { trials, results, unread } = record;
  if (trials.length === 0 && results.length === 0 && unread.length === 0) return NOTHING;
  return section(
    "Responses",
    trialsSummary(record),
    html`${pictures.together.map(pictureFigure)}`,
    ...pictures.results.map((own) => resultPart(own, record)),
    unreadPart(unread),
  );
}

function trialsSummary({ trials }: SessionRecord): Html {
  if (trials.length === 0) return NOTHING;
  const rejected = trials.filter((trial) => trial.rejected);
  const reasons = new Map<string, number>();
  for (const reason of rejected.flatMap(({ why }) => why))
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const without = trials.filter(({ epoch }) => epoch === null).length;
  const rows = [...reasons].map(([reason, count]) => [reasonWords(reason), count]);
  return html`${paragraph(
    `${plural(trials.length, "trial")}, of which ${rejected.length} rejected and not counted.${without > 0 ? ` ${without} without samples.` : ""}`,
  )}${table([{ name: "why trials were rejected" }, { name: "trials", figures: true }], rows)}`;
}

function resultPart({ result, pictures }: ResultPictures, record: SessionRecord): Html {
  const title = result.label ?? result.protocol ?? result.what;
  return html`${subtitle(title)}${table(
    [
      { name: "condition" },
      { name: "counted", figures: true },
      { name: "rejected", figures: true },
      { name: "result" },
      { name: "value", figures: true },
      { name: "95 % interval", figures: true },
      { name: "remark" },
    ],
    sortedGroups(result).map(({ condition, n, rejected, measure }) => [
      (result.what === "after-effect" && condition === TEST_ALONE ? result.baseline : condition) ??
        "all",
      n,
      rejected,
      ...(measure === null ? [null, null, null, null] : measureCells(measure)),
    ]),
  )}${table(
    [
      { name: "measure" },
      { name: "value", figures: true },
      { name: "95 % interval", figures: true },
      { name: "remark" },
    ],
    result.measures.map((measure) => measureCells(measure)),
  )}${medians(result, record)}${shifts(result)}${pictures.map(pictureFigure)}`;
}

/** Of single trials, where a result is what they have in common. */
const OF_TRIALS: Readonly<Record<string, string>> = {
  "mep-latency-deviation": "latency (deviation)",
  "mep-latency-slope": "latency (slope)",
  "mep-area": "area",
  "silent-period": "silent period",
};

function medians(result: ResultPictures["result"], record: SessionRecord): Html {
  if (result.what !== "mep" && result.what !== "silent-period") return NOTHING;
  const counted = trialsOf(record, result).filter(({ trial }) => !trial.rejected);
  const rows = Object.entries(OF_TRIALS).flatMap(([name, words]): readonly (readonly Cell[])[] => {
    const found = counted.flatMap(({ trial }) => measureOf(trial, name) ?? []);
    const spread = spreadOf(found.flatMap(({ value }) => value ?? []));
    const unit = unitWords(found[0]?.unit ?? "");
    if (spread === null) return [];
    const { n, median, min, max } = spread;
    const range = `${figure(min)} to ${figure(max)}`;
    return [[words, `${n} of ${counted.length}`, `${figure(median)} ${unit}`, range]];
  });
  const columns = [
    { name: "of single trials" },
    { name: "trials", figures: true },
    { name: "median", figures: true },
    { name: "least to most", figures: true },
  ];
  return table(columns, rows);
}

function measureCells(measure: StoredMeasure): readonly Cell[] {
  const { measure: name, version, value, unit, details, parameters, why, verdict } = measure;
  const peak = parameters["peak"];
  const latency = details["latencyMs"];
  const at = typeof latency === "number" ? ` at ${figure(latency)} ms` : "";
  const remark = why.map(reasonWords).join("; ");
  return [
    `${typeof peak === "string" ? `${peak}, ` : ""}${name}, version ${version}`,
    value === null ? "none" : `${figure(value)} ${unitWords(unit)}${at}`,
    intervalWords(details["interval95"] ?? details["interval95Uv"]),
    verdict === "good" ? "" : `${verdict}: ${remark}`,
  ];
}

function intervalWords(interval: unknown): string | null {
  if (!Array.isArray(interval)) return null;
  const ends: readonly unknown[] = interval;
  const numbers = ends.filter((end) => typeof end === "number");
  return numbers.length === 2 ? numbers.map((end) => figure(end)).join(" to ") : null;
}

/** The stored code where this version does not know the reason. */
function reasonWords(reason: string): string {
  return (REASONS as Readonly<Record<string, string>>)[reason] ?? reason;
}

function shifts({ hunt }: ResultPictures["result"]): Html {
  if (hunt === null) return NOTHING;
  const rows = hunt.tracks.map(({ name, result }) => {
    const shift = hunt.shifts.find(({ condition }) => condition === name)?.shiftPct ?? null;
    return [
      name,
      outcomeWords(result.outcome),
      result.trace.length,
      shift === null ? null : `${figure(shift)} %`,
    ];
  });
  const columns = [
    { name: "track" },
    { name: "threshold" },
    { name: "trials", figures: true },
    { name: "shift against the test alone", figures: true },
  ];
  return table(columns, rows);
}

function unreadPart(unread: SessionRecord["unread"]): Html {
  if (unread.length === 0) return NOTHING;
  const rows = unread.slice(0, 20).map(({ seq, name, why }) => [seq, name, why]);
  const columns = [{ name: "event", figures: true }, { name: "name" }, { name: "why" }];
  return html`${subtitle("Not understood by this version")}${paragraph(
    `${plural(unread.length, "measure event")} could not be read and ${unread.length === 1 ? "is" : "are"} missing above.`,
  )}${table(columns, rows)}`;
}
