/** Every number of a session, computed again from what the journal holds. */
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import { type MeasureSource, measureAgain } from "../../analysis/mep/measures.ts";
import type { Epoch } from "../../analysis/signal/epoch.ts";
import { recomputeThreshold } from "../../analysis/threshold/methods.ts";
import type { ThresholdResult } from "../../analysis/threshold/types.ts";
import { canonicalJson } from "../../base/canonical.ts";
import type { StoredEvent } from "../../contract/events.ts";
import { fromDocument } from "./epochDocument.ts";
import { type N20Result, type OfAverage, roundedN20 } from "./latency.ts";
import type { PhasedTrial } from "./phaseResult.ts";
import { againPhase, againPhases, type StoredPhases } from "./recomputePhase.ts";
import { type GroupResult, medianOf, TEST_ALONE } from "./results.ts";
import { onGrid } from "./tep.ts";
import { roundedThreshold } from "./thresholds.ts";

export interface Recomputation {
  /** Numbers that came out the same. */
  readonly same: number;
  readonly differing: readonly {
    readonly seq: number;
    readonly what: string;
    readonly why: string;
  }[];
}

interface StoredTrial extends PhasedTrial {
  readonly segment: number;
  readonly intent: number;
  readonly intensityPctMso: readonly number[];
  readonly epoch: string | null;
  readonly measures: readonly MeasureResult[];
}

interface StoredThreshold {
  readonly kind: string;
  readonly result: ThresholdResult;
  readonly percentMso: number | null;
}

interface StoredResult extends StoredPhases {
  readonly what: string;
  readonly segments: readonly number[];
  readonly groups: readonly GroupResult[];
  readonly measures: readonly MeasureResult[];
  readonly medians?: Readonly<Record<string, number | null>>;
}

type Document = (hash: string) => unknown;
type Verdicts = readonly (readonly [what: string, why: string | null])[];

/** How each kind of number is made again, from the trials before it. */
const AGAIN: Readonly<
  Record<string, (body: unknown, trials: readonly StoredTrial[], document: Document) => Verdicts>
> = {
  trial: (body, _, document) => [
    ...againTrial(body as StoredTrial, document),
    ...againPhase(body as StoredTrial, (hash) => epochOf(hash, document)),
  ],
  threshold: (body, trials) => againThreshold(body as StoredThreshold, trials),
  n20: (body, _, document) => againN20(body as N20Result, document),
  result: (body, trials, document) => againResult(body as StoredResult, trials, document),
};

/** `document` gives nothing, or throws, for a hash that the journal does not hold. */
export function recompute(events: Iterable<StoredEvent>, document: Document): Recomputation {
  const trials: StoredTrial[] = [];
  const differing: { seq: number; what: string; why: string }[] = [];
  let same = 0;
  for (const event of events) {
    if (event.kind !== "measure") continue;
    const { body, name, seq } = event;
    for (const [what, why] of AGAIN[name]?.(body, trials, document) ?? []) {
      if (why === null) same += 1;
      else differing.push({ seq, what, why });
    }
    if (name === "trial") trials.push(body as unknown as StoredTrial);
  }
  return { same, differing };
}

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

function equal(stored: number | null, made: number | null): string | null {
  return stored === made ? null : `${stored ?? "nothing"} stored, ${made ?? "nothing"} now`;
}

function epochOf(hash: string, document: Document): Epoch | null {
  const read = fromDocument(document(hash));
  return read.ok ? read.value : null;
}

const UNREADABLE = [["epoch", "it cannot be read"]] as const;

function againTrial(trial: StoredTrial, document: Document): Verdicts {
  if (trial.epoch === null) return [];
  const input = epochOf(trial.epoch, document);
  if (input === null) return UNREADABLE;
  const size = trial.measures.find(({ measure }) => measure === "mep-peak-to-peak");
  return [
    ...trial.measures.map(
      (stored) => [stored.measure, compare(stored, { takes: "epoch", input })] as const,
    ),
    // What the results are made of stands beside the measure that it comes from.
    ...(size === undefined ? [] : [["size", equal(trial.peakToPeakUv, size.value)] as const]),
  ];
}

function againThreshold(stored: StoredThreshold, trials: readonly StoredTrial[]): Verdicts {
  const { kind, percentMso, result } = stored;
  const { outcome } = result;
  const again = recomputeThreshold(result);
  const found = outcome.kind === "found" ? roundedThreshold(outcome.thresholdPctMso) : null;
  return [
    [`threshold ${kind}`, again.kind === "same" ? null : again.kind],
    [`${kind} in %MSO`, equal(percentMso, found)],
    [`trials of ${kind}`, differingTrial(result, trials)],
  ];
}

/** A hunt counts what its trials, the last ones before it, were measured to be. */
function differingTrial({ trace }: ThresholdResult, trials: readonly StoredTrial[]): string | null {
  const left = [...trials];
  for (const { askedPctMso, trial } of [...trace].reverse()) {
    if (trial.kind === "rejected" && trial.why === "not delivered") continue;
    const measured = left.pop();
    const sizeUv = trial.kind === "measured" ? trial.peakToPeakUv : null;
    const isSame =
      measured?.intensityPctMso.at(-1) === askedPctMso &&
      (sizeUv === null ? measured.rejected : measured.peakToPeakUv === sizeUv);
    if (!isSame) return `${sizeUv ?? "rejected"} at ${askedPctMso} %MSO is not what was measured`;
  }
  return null;
}

function againAverage(stored: OfAverage | null, document: Document): Verdicts {
  if (stored === null) return [];
  const { epoch, measure } = stored;
  const input = epochOf(epoch, document);
  return input === null
    ? UNREADABLE
    : [[measure.measure, compare(measure, { takes: "epoch", input })]];
}

function againN20({ artefact, n20Ms, potential }: N20Result, document: Document): Verdicts {
  const parameters = potential?.measure.parameters as { readonly stimulusMs?: number } | undefined;
  return [
    ...againAverage(artefact, document),
    ...againAverage(potential, document),
    ["stimulus", equal(parameters?.stimulusMs ?? 0, artefact?.measure.value ?? 0)],
    ["N20", equal(n20Ms, roundedN20(potential?.measure.value ?? null))],
  ];
}

function againResult(
  result: StoredResult,
  trials: readonly StoredTrial[],
  document: Document,
): Verdicts {
  const { what, groups, measures, medians = {}, segments } = result;
  const test = groups.find(({ condition }) => condition === TEST_ALONE)?.peakToPeakUv ?? [];
  const mine = trials.filter(({ segment }) => segments.includes(segment));
  const ofGroups = groups.flatMap((group): Verdicts => {
    const { condition, measure } = group;
    return measure === null
      ? []
      : [[`${what} ${condition}`, compare(measure, groupSource(measure, group, test))]];
  });
  const whole = measures.map(
    (stored) => [stored.measure, compare(stored, wholeSource(stored, mine, document))] as const,
  );
  const middles = Object.entries(medians).map(
    ([name, stored]) => [`median ${name}`, equal(stored, medianOf(mine, name))] as const,
  );
  // A search is made of segments that its result does not name.
  const isWhole = groups.length > 0 && segments.length > 0;
  const sizes = isWhole ? [["sizes of the trials", differingSizes(groups, mine)] as const] : [];
  return [...ofGroups, ...whole, ...middles, ...sizes, ...againPhases(result, mine)];
}

function groupSource(
  { measure }: MeasureResult,
  { peakToPeakUv, silentPeriodsMs = [] }: GroupResult,
  test: readonly number[],
): MeasureSource {
  if (measure === "silent-period-mean") return { takes: "block", input: silentPeriodsMs };
  return measure === "conditioned-over-test"
    ? { takes: "conditions", input: { conditioned: peakToPeakUv, test } }
    : { takes: "block", input: peakToPeakUv };
}

/** Every trial that counts is in one group, with the size that was measured. */
function differingSizes(
  groups: readonly GroupResult[],
  trials: readonly StoredTrial[],
): string | null {
  const ordered = (values: readonly number[]): readonly number[] =>
    [...values].sort((a, b) => a - b);
  const counted = ordered(groups.flatMap(({ peakToPeakUv }) => peakToPeakUv));
  const measured = ordered(
    trials.flatMap(({ peakToPeakUv, rejected }) =>
      rejected || peakToPeakUv === null ? [] : [peakToPeakUv],
    ),
  );
  const differs = measured.findIndex((size, i) => size !== counted[i]);
  if (differs >= 0) return `${measured[differs]} uV was measured and is not counted`;
  return counted.length === measured.length ? null : "more are counted than were measured";
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
