/** Every picture that a session's events give, in the order of the report. */
import type { SessionRecord } from "../record.ts";
import { latencyPlot, tepPlot } from "./brain.ts";
import { deliveredPlot, latenessPlot } from "./course.ts";
import {
  afterEffectPlot,
  amplitudesPlot,
  hotspotPlot,
  ratioPlot,
  recruitmentPlot,
} from "./groups.ts";
import type { Documents, NamedPicture } from "./named.ts";
import { slug } from "./named.ts";
import { huntPlot, thresholdPlot } from "./thresholds.ts";
import { mepPlot, silentPeriodPlot } from "./traces.ts";

/** Pictures of one result, with the result. */
export interface ResultPictures {
  readonly result: SessionRecord["results"][number];
  readonly pictures: readonly NamedPicture[];
}

export interface Pictures {
  readonly course: readonly NamedPicture[];
  readonly timing: readonly NamedPicture[];
  readonly thresholds: readonly NamedPicture[];
  readonly results: readonly ResultPictures[];
  /** Of several results together. */
  readonly together: readonly NamedPicture[];
}

export function picturesOf(record: SessionRecord, documents: Documents): Pictures {
  const { thresholds, latencies, results } = record;
  return {
    course: present([deliveredPlot(record)]),
    timing: present([latenessPlot(record)]),
    thresholds: present([
      ...thresholds.map(thresholdPlot),
      ...latencies.map((latency) => latencyPlot(latency, documents)),
    ]),
    results: results.map((result) => ({
      result,
      pictures: present(ofResult(record, result, documents)),
    })),
    together: present([ratioPlot(results, record)]),
  };
}

type Plot = NamedPicture | null;

function ofResult(
  record: SessionRecord,
  result: SessionRecord["results"][number],
  documents: Documents,
): readonly Plot[] {
  switch (result.what) {
    case "ratio":
      return [mepPlot(record, result, documents)];
    case "mep":
    case "mep-by-phase":
      return [mepPlot(record, result, documents), amplitudesPlot(record, result)];
    case "recruitment":
      return [recruitmentPlot(record, result), mepPlot(record, result, documents)];
    case "silent-period":
      return [silentPeriodPlot(record, result, documents)];
    case "tep":
      return [tepPlot(record, result, documents)];
    case "after-effect":
      return [afterEffectPlot(record, result), mepPlot(record, result, documents)];
    case "tracking":
      return [huntPlot(result)];
    case "hotspot":
      return [hotspotPlot(record, result)];
  }
}

function present(plots: readonly Plot[]): readonly NamedPicture[] {
  return plots.filter((plot) => plot !== null);
}

/** In order, under names that are file names and occur once. */
export function pictureFiles(pictures: Pictures): readonly NamedPicture[] {
  const { course, timing, thresholds, results, together } = pictures;
  const all = [
    ...course,
    ...timing,
    ...thresholds,
    ...results.flatMap(({ result, pictures: own }) =>
      own.map((picture) => ({
        ...picture,
        name: `${result.protocol ?? result.what}-${picture.name}`,
      })),
    ),
    ...together,
  ];
  return all.map((picture, i) => ({
    ...picture,
    name: `${String(i + 1).padStart(2, "0")}-${slug(picture.name)}.svg`,
  }));
}
