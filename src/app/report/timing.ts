/** What the instants of a session say: how late, and on what evidence a dose counts as delivered. */
import type { OutcomeKind } from "../../contract/events.ts";
import type { DoseRecord } from "./record.ts";

export interface Spread {
  readonly n: number;
  readonly median: number;
  readonly p95: number;
  readonly min: number;
  readonly max: number;
}

/** Null of nothing. Percentiles by linear interpolation between neighbours. */
export function spreadOf(values: readonly number[]): Spread | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = sorted[Math.floor(place)] ?? 0;
    const above = sorted[Math.ceil(place)] ?? below;
    return below + (above - below) * (place - Math.floor(place));
  };
  return { n: sorted.length, median: at(0.5), p95: at(0.95), min: at(0), max: at(1) };
}

/** Written less planned, ms, of every dose whose bytes left. */
export function latenessOf(doses: readonly DoseRecord[]): readonly number[] {
  return doses.flatMap(({ intent, writtenMs }) =>
    writtenMs === null ? [] : [writtenMs - intent.plannedMs],
  );
}

/** How long after the write each kind of evidence came, ms. */
export interface Evidence {
  readonly name: string;
  readonly of: number;
  readonly afterMs: Spread | null;
}

type Instant = "drainedMs" | "acknowledgedMs" | "deviceReportedMs";
const EVIDENCE: readonly (readonly [name: string, instant: Instant])[] = [
  ["bytes left the host", "drainedMs"],
  ["acknowledged by the device", "acknowledgedMs"],
  ["shown by the device", "deviceReportedMs"],
];

export function evidenceOf(doses: readonly DoseRecord[]): readonly Evidence[] {
  const given = doses.filter(({ writtenMs }) => writtenMs !== null);
  return EVIDENCE.map(([name, instant]) => ({
    name,
    of: given.length,
    afterMs: spreadOf(
      given.flatMap(({ outcome, writtenMs }) => {
        const at = outcome?.[instant] ?? null;
        return at === null || writtenMs === null ? [] : [at - writtenMs];
      }),
    ),
  }));
}

export interface OutcomeCount {
  readonly outcome: OutcomeKind | "open";
  readonly doses: number;
  readonly pulses: number;
}

/** Doses and pulses by what came of them; `open`: nobody has said yet. */
export function outcomeCounts(doses: readonly DoseRecord[]): readonly OutcomeCount[] {
  const counts = new Map<OutcomeCount["outcome"], { doses: number; pulses: number }>();
  for (const { intent, outcome } of doses) {
    const key = outcome?.outcome ?? "open";
    const count = counts.get(key) ?? { doses: 0, pulses: 0 };
    count.doses += 1;
    count.pulses += outcome?.pulses ?? intent.pulses;
    counts.set(key, count);
  }
  return [...counts].map(([outcome, count]) => ({ outcome, ...count }));
}

/** The devices' and drivers' own words, most frequent first. */
export function outcomeDetails(
  doses: readonly DoseRecord[],
): readonly { readonly detail: string; readonly doses: number }[] {
  const counts = new Map<string, number>();
  for (const { outcome } of doses) {
    if (outcome === null || outcome.detail === "") continue;
    counts.set(outcome.detail, (counts.get(outcome.detail) ?? 0) + 1);
  }
  return [...counts]
    .map(([detail, count]) => ({ detail, doses: count }))
    .sort((a, b) => b.doses - a.doses);
}
