/** Carries out protocols that are measured: what they need first, the pulses, the repeats, the result. */
import type { Protocol } from "../../../protocols/types.ts";
import type { MeasureResult } from "../../analysis/mep/measure.ts";
import type { PulseCounts } from "../../contract/events.ts";
import { addCounts } from "../../engine/tally.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { whileContracted } from "./chair.ts";
import { type MeasureContext, runMeasured } from "./context.ts";
import type { SampleDesk } from "./desk.ts";
import { findHotspot } from "./hotspot.ts";
import { findN20 } from "./latency.ts";
import { missingValues, type NeededValue } from "./needs.ts";
import { accuracyLines, isNearEnough, phaseAccuracy, phaseFit } from "./phaseResult.ts";
import { repeatsOf } from "./repeats.ts";
import { resultLines } from "./resultLines.ts";
import {
  type GroupResult,
  groupsOf,
  means,
  medianOf,
  ratios,
  recruitment,
  silences,
} from "./results.ts";
import { tepOf } from "./tep.ts";
import { findThreshold, USUAL_METHOD } from "./thresholds.ts";
import { track } from "./tracking.ts";
import type { Trial } from "./trialDesk.ts";
import type { TrialKind } from "./trialMeasures.ts";

export interface MeasuringParts {
  readonly context: MeasureContext;
  readonly desk: SampleDesk;
  /** Method by value, where the usual one is not wanted. */
  readonly methods: Readonly<Partial<Record<NeededValue, string>>>;
  readonly seed: number;
}

const NO_PULSES: PulseCounts = { planned: 0, delivered: 0, unknown: 0, skipped: 0 };

/** Runs a protocol with its measure; what it needs and nobody knows is measured first. */
export async function carryOut(parts: MeasuringParts, protocol: Protocol): Promise<PulseCounts> {
  const { context } = parts;
  for (const value of missingValues(protocol, context.known())) await findValue(parts, value);
  const { measure } = protocol;
  switch (measure?.what) {
    case undefined:
      return (await plain(parts, protocol)).counts;
    case "threshold":
      await findThreshold(context, measure.kind, measure.method ?? USUAL_METHOD[measure.kind]);
      return NO_PULSES;
    case "hotspot":
      return hotspot(parts, protocol, measure.sites, measure.pulsesPerSite);
    case "tracking":
      return tracked(parts, protocol, measure.rule);
    case "mep-by-phase":
      return byPhase(parts, protocol, measure.minimumAccuracyDeg);
    case "mep":
    case "ratio":
    case "recruitment":
    case "silent-period":
    case "tep":
    case "after-effect":
      return responses(parts, protocol, measure.what);
  }
}

async function findValue(parts: MeasuringParts, value: NeededValue): Promise<void> {
  const { context, desk, methods } = parts;
  if (value === "N20") {
    await findN20(context, desk);
    return;
  }
  const result = await findThreshold(context, value, methods[value] ?? USUAL_METHOD[value]);
  if (result.outcome.kind === "found") return;
  throw new PulsetrainError(
    "MEASURE_IMPOSSIBLE",
    `${value} could not be obtained (${result.outcome.why}), and the protocol depends on it`,
  );
}

function kindFor(what: NonNullable<Protocol["measure"]>["what"]): TrialKind {
  if (what === "tep") return "eeg";
  return what === "silent-period" ? "silent-period" : "rest";
}

async function plain(parts: MeasuringParts, protocol: Protocol): ReturnType<typeof runMeasured> {
  return runMeasured(parts.context, protocol, { kind: "rest", purpose: protocol.id });
}

type Responses = "mep" | "ratio" | "recruitment" | "silent-period" | "tep" | "after-effect";

/** Of the maximum: a silent period is looked for in a contraction of about a fifth. */
const SILENT_PERIOD_CONTRACTION = 0.2;

async function responses(
  parts: MeasuringParts,
  protocol: Protocol,
  what: Responses,
): Promise<PulseCounts> {
  const work = (): Promise<PulseCounts> => atRestOrNot(parts, protocol, what);
  if (kindFor(what) !== "silent-period") return work();
  return whileContracted(parts.context, SILENT_PERIOD_CONTRACTION, work);
}

async function atRestOrNot(
  parts: MeasuringParts,
  protocol: Protocol,
  what: Responses,
): Promise<PulseCounts> {
  const { context } = parts;
  const kind = kindFor(what);
  const run = await runMeasured(context, protocol, { kind, purpose: protocol.id });
  const again = what === "after-effect" ? null : repeatsOf(run.trials, protocol.id);
  if (again === null) {
    report(parts, protocol, what, run.trials, [run.segment]);
    return run.counts;
  }
  context.say(`${again.trials} trials were rejected and are given again`);
  const repeated = await runMeasured(context, again.protocol, {
    kind,
    purpose: `${protocol.id}-repeats`,
    startAtMs: context.clock.now() + 5000,
  });
  const trials = [...run.trials, ...repeated.trials.map(again.named)];
  report(parts, protocol, what, trials, [run.segment, repeated.segment]);
  return addCounts(run.counts, repeated.counts);
}

/** Rejected trials are not given again: a pulse of another minute would wait for another rhythm. */
async function byPhase(
  { context }: MeasuringParts,
  protocol: Protocol,
  minimumAccuracyDeg: number | null,
): Promise<PulseCounts> {
  const run = await runMeasured(context, protocol, { kind: "rest", purpose: protocol.id });
  const accuracy = phaseAccuracy(run.trials);
  const { skipped } = run.counts;
  const nearEnough = isNearEnough(accuracy, minimumAccuracyDeg);
  write(context, protocol, "mep-by-phase", [run.segment], {
    groups: means(groupsOf(run.trials)),
    measures: [],
    details: { accuracy, nearEnough, skipped, circularLinear: phaseFit(run.trials) },
  });
  for (const line of accuracyLines(accuracy, skipped)) context.say(line);
  if (nearEnough === false)
    context.say(`  phase: farther off than the ${minimumAccuracyDeg} deg that the protocol bears`);
  return run.counts;
}

interface Result {
  readonly groups: readonly GroupResult[];
  readonly measures: readonly MeasureResult[];
  readonly details?: Readonly<Record<string, unknown>>;
}

function report(
  { context, desk }: MeasuringParts,
  protocol: Protocol,
  what: Responses,
  trials: readonly Trial[],
  segments: readonly number[],
): void {
  const result = resultOf(context, desk, protocol, what, trials);
  write(context, protocol, what, segments, result);
}

function write(
  context: MeasureContext,
  protocol: Protocol,
  what: string,
  segments: readonly number[],
  { groups, measures, details = {} }: Result,
): void {
  const { clock, writer } = context;
  const body = {
    what,
    protocol: protocol.id,
    label: protocol.name,
    segments,
    groups,
    measures,
    ...details,
  };
  writer.append([{ tMs: clock.now(), kind: "measure", name: "result", body }], { durable: true });
  for (const line of resultLines(protocol.name, groups, measures, details)) context.say(line);
}

function resultOf(
  { journal }: MeasureContext,
  desk: SampleDesk,
  protocol: Protocol,
  what: Responses,
  trials: readonly Trial[],
): Result {
  const groups = groupsOf(trials);
  switch (what) {
    case "ratio":
      return { groups: [...testAlone(groups), ...ratios(groups)], measures: [] };
    case "recruitment":
      return { groups: means(groups), measures: [recruitment(trials)] };
    case "tep": {
      const names = desk.capabilities.channels.map(({ name }) => name);
      const tep = tepOf(trials, names, (value) => journal.putDocument(value));
      const channel = trials[0]?.channel ?? null;
      return { groups: [], measures: tep.measures, details: { averages: tep.averages, channel } };
    }
    case "after-effect":
      return afterEffect(protocol, trials);
    case "mep":
    case "silent-period": {
      const medians = Object.fromEntries(
        ["mep-latency-deviation", "mep-latency-slope", "silent-period"].map((name) => [
          name,
          medianOf(trials, name),
        ]),
      );
      const made = what === "silent-period" ? silences(groups) : means(groups);
      return { groups: made, measures: [], details: { medians } };
    }
  }
}

function testAlone(groups: ReturnType<typeof groupsOf>): readonly GroupResult[] {
  return means(groups.filter(({ condition }) => condition === "test alone"));
}

/** Blocks of responses by their labels, each over the block before the treatment. */
function afterEffect(protocol: Protocol, trials: readonly Trial[]): Result {
  const { measure } = protocol;
  const baseline = measure?.what === "after-effect" ? measure.baseline : "";
  const labels = (protocol.blocks ?? []).flatMap((block) =>
    "label" in block ? [block.label] : [],
  );
  const named = trials.map((trial) => ({
    ...trial,
    condition: labels[trial.block] === baseline ? "test alone" : (labels[trial.block] ?? null),
  }));
  const groups = groupsOf(named);
  const inOrder = [...ratios(groups)].sort(
    (a, b) => labels.indexOf(a.condition) - labels.indexOf(b.condition),
  );
  return {
    groups: [...testAlone(groups), ...inOrder],
    measures: [],
    details: { baseline, labels },
  };
}

async function hotspot(
  { context }: MeasuringParts,
  protocol: Protocol,
  sites: readonly string[],
  pulsesPerSite: number,
): Promise<PulseCounts> {
  const { site, pctMso, trials } = await findHotspot(context, sites, pulsesPerSite);
  write(context, protocol, "hotspot", [], {
    groups: means(groupsOf(trials)),
    measures: [],
    details: { site, pctMso },
  });
  return NO_PULSES;
}

async function tracked(
  { context, seed }: MeasuringParts,
  protocol: Protocol,
  rule: "serial" | "ml-pest" | "proportional" | null,
): Promise<PulseCounts> {
  const { pattern } = protocol;
  if (pattern?.type !== "threshold-tracking")
    throw new PulsetrainError("PROTOCOL_BAD", "tracking needs a threshold-tracking pattern");
  const { result, trials } = await track(context, {
    pattern,
    rule: rule === "ml-pest" ? "pest" : (rule ?? "serial"),
    seed,
  });
  for (const { condition, shiftPct } of result.shifts)
    context.say(
      `${condition}: threshold ${shiftPct === null ? "not found" : `${shiftPct.toFixed(1)} % higher`}`,
    );
  write(context, protocol, "tracking", [], {
    groups: means(groupsOf(trials)),
    measures: [],
    details: { result },
  });
  return NO_PULSES;
}
