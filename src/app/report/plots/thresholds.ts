/** The hunts for thresholds, alone and side by side. */
import type { StoredEntry, StoredThreshold, StoredThresholdOutcome } from "../measureEvents.ts";
import { figure } from "../pictures/scale.ts";
import { type ThresholdTrack, thresholdTracePicture } from "../pictures/thresholdTrace.ts";
import type { SessionRecord } from "../record.ts";
import type { NamedPicture } from "./named.ts";

export function thresholdPlot(threshold: SessionRecord["thresholds"][number]): NamedPicture | null {
  const { kind, result } = threshold;
  if (result.trace.length === 0) return null;
  const title = `Threshold ${kind}`;
  const svg = thresholdTracePicture({
    title,
    tracks: [
      {
        label: "",
        ...trackOf(
          result,
          result.trace.map((entry, i) => [i + 1, entry]),
        ),
      },
    ],
    intervalMeans: result.outcome.kind === "found" ? result.outcome.intervalMeans : null,
    note: `Method ${result.method}, version ${result.version}; a response is ${figure(result.settings.target.targetUv)} µV or more. ${outcomeWords(result.outcome)}.`,
  });
  return { name: `threshold-${kind}`, title, svg };
}

export function huntPlot(result: SessionRecord["results"][number]): NamedPicture | null {
  const { hunt } = result;
  if (hunt === null || hunt.trace.length === 0) return null;
  const title = result.label ?? "Threshold tracking";
  const numbered = hunt.trace.map((entry, i): readonly [number, StoredEntry] => [i + 1, entry]);
  const svg = thresholdTracePicture({
    title,
    tracks: hunt.tracks.map(({ name, result: own }) => ({
      label: name,
      ...trackOf(
        own,
        numbered.filter(([, entry]) => entry.track === name),
      ),
    })),
    intervalMeans: null,
    note: `Shift against the test pulse alone: ${hunt.shifts
      .map(
        ({ condition, shiftPct }) =>
          `${condition} ${shiftPct === null ? "not found" : `${shiftPct > 0 ? "+" : ""}${figure(shiftPct)} %`}`,
      )
      .join(", ")}. Above zero is inhibition.`,
  });
  return { name: "tracking", title, svg };
}

function trackOf(
  { outcome }: StoredThreshold,
  entries: readonly (readonly [number, StoredEntry])[],
): Omit<ThresholdTrack, "label"> {
  return {
    entries: entries.map(([trial, entry]) => ({
      trial,
      askedPctMso: entry.askedPctMso,
      hit: entry.hit,
      held: entry.bounds.includes("THR-01"),
    })),
    estimatePctMso: outcome.kind === "found" ? outcome.thresholdPctMso : null,
    interval: outcome.kind === "found" ? outcome.intervalPctMso : null,
  };
}

export function outcomeWords(outcome: StoredThresholdOutcome): string {
  switch (outcome.kind) {
    case "found": {
      const { thresholdPctMso, intervalPctMso } = outcome;
      const interval =
        intervalPctMso === null
          ? ""
          : ` (${figure(intervalPctMso[0])} to ${figure(intervalPctMso[1])})`;
      return `Found: ${figure(thresholdPctMso)}${interval} %MSO`;
    }
    case "not-obtainable":
      return `Not obtainable: it lies above ${figure(outcome.abovePctMso)} %MSO (${outcome.why})`;
    case "gave-up":
      return `Not found (${outcome.why})`;
  }
}
