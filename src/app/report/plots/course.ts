/** What was delivered when, and how late. */
import { deliveredPicture } from "../pictures/delivered.ts";
import { latenessPicture } from "../pictures/lateness.ts";
import type { SessionRecord } from "../record.ts";
import { latenessOf, spreadOf } from "../timing.ts";
import type { NamedPicture } from "./named.ts";

export function deliveredPlot(record: SessionRecord): NamedPicture | null {
  const { doses, start, moments } = record;
  if (doses.length === 0) return null;
  const title = "What was delivered";
  const stop = moments.find(({ kind }) => kind === "stop");
  const svg = deliveredPicture({
    title,
    doses: doses.map(({ intent, outcome }) => ({
      ms: (outcome?.writtenMs ?? intent.plannedMs) - start.clockStartMs,
      pctMso: Math.max(...intent.dose.intensityPctMso, 0),
      outcome: outcome?.outcome ?? null,
    })),
    pauses: pausesOf(record),
    stopMs: stop === undefined ? null : stop.t * 1000,
    endMs: record.lastT * 1000,
  });
  return { name: "delivered", title, svg };
}

function pausesOf({
  moments,
  lastT,
}: SessionRecord): readonly { readonly fromMs: number; readonly toMs: number }[] {
  const pauses: { readonly fromMs: number; readonly toMs: number }[] = [];
  let since: number | null = null;
  for (const { kind, t } of moments) {
    if (kind === "pause") since ??= t;
    if (kind !== "resume" || since === null) continue;
    pauses.push({ fromMs: since * 1000, toMs: t * 1000 });
    since = null;
  }
  return since === null ? pauses : [...pauses, { fromMs: since * 1000, toMs: lastT * 1000 }];
}

/** Null where there is no spread to show: on the virtual clock nothing is late. */
export function latenessPlot(record: SessionRecord): NamedPicture | null {
  const latenessMs = latenessOf(record.doses);
  const spread = spreadOf(latenessMs);
  if (spread === null || spread.n < 2 || spread.max - spread.min < 1e-6) return null;
  const limits = new Set(record.doses.map(({ intent }) => intent.dose.lateLimitMs));
  const [limit = null] = limits.size === 1 ? limits : [];
  const title = "Lateness of the writes";
  const { median: medianMs, p95: p95Ms } = spread;
  const svg = latenessPicture({ title, latenessMs, medianMs, p95Ms, limitMs: limit });
  return { name: "lateness", title, svg };
}
