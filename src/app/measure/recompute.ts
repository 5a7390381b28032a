/** Every number of a session, computed again from what the journal holds. */
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import { type MeasureSource, measureAgain } from "../../analysis/mep/measures.ts";
import type { Epoch } from "../../analysis/signal/epoch.ts";
import { recomputeThreshold } from "../../analysis/threshold/methods.ts";
import type { ThresholdResult } from "../../analysis/threshold/types.ts";
import { canonicalJson } from "../../base/canonical.ts";
import type { StoredEvent } from "../../contract/events.ts";
import { fromDocument } from "./epochDocument.ts";
import { type GroupResult, TEST_ALONE } from "./results.ts";
import { onGrid } from "./tep.ts";

export interface Recomputation {
  /** Numbers that came out the same. */
  readonly same: number;
  readonly differing: readonly {
    readonly seq: number;
    readonly what: string;
    readonly why: string;
  }[];
}

interface StoredTrial {
  readonly segment: number;
  readonly intent: number;
  readonly intensityPctMso: readonly number[];
  readonly peakToPeakUv: number | null;
  readonly rejected: boolean;
  readonly epoch: string | null;
  readonly measures: readonly MeasureResult[];
}

interface StoredAverage {
  readonly n20Ms: number | null;
  readonly epoch: string | null;
  readonly measure: MeasureResult | null;
}

interface StoredResult {
  readonly what: string;
  readonly segments: readonly number[];
  readonly groups: readonly GroupResult[];
  readonly measures: readonly MeasureResult[];
}

type Document = (hash: string) => unknown;

/** `document` throws for a hash that the journal does not hold. */
export function recompute(events: Iterable<StoredEvent>, document: Document): Recomputation {
  const trials: StoredTrial[] = [];
  const differing: { seq: number; what: string; why: string }[] = [];
  let same = 0;
  const note = (seq: number, what: string, why: string | null): void => {
    if (why === null) same += 1;
    else differing.push({ seq, what, why });
  };
  for (const event of events) {
    if (event.kind !== "measure") continue;
    const { body, name, seq } = event;
    if (name === "trial") {
      const trial = body as unknown as StoredTrial;
      trials.push(trial);
      for (const [what, why] of againTrial(trial, document)) note(seq, what, why);
    } else if (name === "threshold") {
      const again = recomputeThreshold(body["result"] as ThresholdResult);
      note(seq, `threshold ${String(body["kind"])}`, again.kind === "same" ? null : again.kind);
    } else if (name === "n20") {
      const average = body as unknown as StoredAverage;
      for (const [what, why] of againN20(average, document)) note(seq, what, why);
    } else if (name === "result") {
      const result = body as unknown as StoredResult;
      for (const [what, why] of againResult(result, trials, document)) note(seq, what, why);
    }
  }
  return { same, differing };
}

type Verdicts = readonly (readonly [what: string, why: string | null])[];

function compare(stored: MeasureResult, source: MeasureSource): string | null {
  const again = measureAgain(stored, source);
  if (!again.ok) return again.why;
  return canonicalJson(plain(again.value)) === canonicalJson(plain(stored))
    ? null
    : `${stored.value ?? "no value"} stored, ${again.value.value ?? "no value"} now`;
}

/** As a journal keeps it. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function epochOf(hash: string, document: Document): Epoch | null {
  const read = fromDocument(document(hash));
  return read.ok ? read.value : null;
}

function againTrial(trial: StoredTrial, document: Document): Verdicts {
  if (trial.epoch === null) return [];
  const input = epochOf(trial.epoch, document);
  if (input === null) return [["epoch", "it cannot be read"]];
  return trial.measures.map((stored) => [
    stored.measure,
    compare(stored, { takes: "epoch", input }),
  ]);
}

function againN20({ epoch, measure, n20Ms }: StoredAverage, document: Document): Verdicts {
  if (epoch === null || measure === null) return [];
  const input = epochOf(epoch, document);
  if (input === null) return [["epoch", "it cannot be read"]];
  const told = measure.value === null ? null : Math.round(measure.value * 10) / 10;
  return [
    [measure.measure, compare(measure, { takes: "epoch", input })],
    ["N20", n20Ms === told ? null : `${n20Ms ?? "none"} stored, ${told ?? "none"} measured`],
  ];
}

function againResult(
  { what, groups, measures, segments }: StoredResult,
  trials: readonly StoredTrial[],
  document: Document,
): Verdicts {
  const test = groups.find(({ condition }) => condition === TEST_ALONE)?.peakToPeakUv ?? [];
  const mine = trials.filter(({ segment }) => segments.includes(segment));
  const ofGroups = groups.flatMap((group): Verdicts => {
    const { measure, peakToPeakUv, condition } = group;
    if (measure === null) return [];
    const source: MeasureSource =
      measure.measure === "conditioned-over-test"
        ? { takes: "conditions", input: { conditioned: peakToPeakUv, test } }
        : { takes: "block", input: peakToPeakUv };
    return [[`${what} ${condition}`, compare(measure, source)]];
  });
  const whole = measures.map(
    (stored) => [stored.measure, compare(stored, wholeSource(stored, mine, document))] as const,
  );
  return [...ofGroups, ...whole];
}

function wholeSource(
  { measure }: MeasureResult,
  trials: readonly StoredTrial[],
  document: Document,
): MeasureSource {
  const good = trials.filter(({ rejected }) => !rejected);
  if (measure !== "tep-peak") {
    const input = good.flatMap(({ peakToPeakUv, intensityPctMso }) =>
      peakToPeakUv === null ? [] : [{ intensityPctMso: intensityPctMso.at(-1) ?? 0, peakToPeakUv }],
    );
    return { takes: "points", input };
  }
  const epochs = good.flatMap(({ epoch }) => {
    const read = epoch === null ? null : epochOf(epoch, document);
    return read === null ? [] : [read];
  });
  return { takes: "epochs", input: onGrid(epochs) };
}
