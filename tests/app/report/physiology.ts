/** Protocols of a laboratory on the made-up person, each with its result as a measuring run writes it. */
import { blockMean, conditionRatio } from "../../../src/analysis/mep/blocks.ts";
import type { MeasureResult } from "../../../src/analysis/mep/measure.ts";
import { recruitmentCurve } from "../../../src/analysis/mep/recruitmentCurve.ts";
import {
  averageOf,
  parametersOfPeak,
  TEP_PEAKS,
  TEP_PREPARATION,
  tepPeak,
} from "../../../src/analysis/mep/tep.ts";
import { answerInHunt, nextInHunt, startHunt } from "../../../src/analysis/threshold/hunting.ts";
import { mlPest } from "../../../src/analysis/threshold/maximumLikelihood.ts";
import { TARGETS, thresholdSettings } from "../../../src/analysis/threshold/settings.ts";
import type { Trial } from "../../../src/analysis/threshold/types.ts";
import { toDocument } from "../../../src/app/measure/epochDocument.ts";
import { trialWindow } from "../../../src/app/measure/trialMeasures.ts";
import { brainEpoch } from "./synthetic.ts";
import type { GivenTrial, Visit } from "./visit.ts";

const TEST_ALONE = "test alone";

interface Group {
  readonly condition: string;
  readonly peakToPeakUv: readonly number[];
  readonly n: number;
  readonly rejected: number;
  readonly measure: MeasureResult;
}

function groupsOf(
  trials: readonly (GivenTrial & { readonly label: string })[],
  measure: (peakToPeakUv: readonly number[], condition: string) => MeasureResult = (uv) =>
    blockMean.run(uv, { dropFirst: false }),
): readonly Group[] {
  const names = [...new Set(trials.map(({ label }) => label))];
  return names.map((condition) => {
    const held = trials.filter(({ label }) => label === condition);
    const good = held.filter(({ rejected }) => !rejected);
    const peakToPeakUv = good.flatMap((trial) => trial.peakToPeakUv ?? []);
    return {
      condition,
      peakToPeakUv,
      n: good.length,
      rejected: held.length - good.length,
      measure: measure(peakToPeakUv, condition),
    };
  });
}

function answer(trial: GivenTrial): Trial {
  const intensityPctMso = trial.intensityPctMso.at(-1) ?? 0;
  return trial.rejected || trial.peakToPeakUv === null
    ? { kind: "rejected", intensityPctMso, why: "pre-activation" }
    : { kind: "measured", intensityPctMso, peakToPeakUv: trial.peakToPeakUv };
}

export function restingThreshold(visit: Visit): number {
  let state = mlPest.start(thresholdSettings(), { startPctMso: 45 });
  for (let pulse = 0; ; pulse += 1) {
    const step = mlPest.next(state);
    if (step.kind === "done") {
      const { outcome } = step.result;
      const percentMso = outcome.kind === "found" ? outcome.thresholdPctMso : null;
      visit.measure("threshold", { kind: "RMT", result: step.result, percentMso });
      return percentMso ?? 60;
    }
    visit.segment("RMT-ml-pest", { purpose: "RMT-ml-pest", pulses: 1, durationS: 5 });
    const pctMso = [step.intensityPctMso];
    state = mlPest.answer(state, answer(visit.pulse({ pctMso, unrestUv: pulse === 6 ? 60 : 0 })));
  }
}

export function hotspot(visit: Visit, rmt: number): void {
  const along = ["10 mm anterior", "", "10 mm posterior"];
  const across = ["10 mm medial", "centre", "10 mm lateral"];
  const gains = [0.05, 0.25, 0.1, 0.2, 1, 0.4, 0.04, 0.2, 0.08];
  const trials = along.flatMap((front, row) =>
    across.flatMap((side, column) =>
      Array.from({ length: 5 }, () => {
        const site = `${front} ${side}`.trim();
        visit.segment("hotspot", { purpose: "hotspot", pulses: 1, durationS: 5 });
        const pctMso = [Math.round(rmt * 1.2)];
        const factor = gains[row * 3 + column] ?? 1;
        return { ...visit.pulse({ pctMso, site, factor }), label: site };
      }),
    ),
  );
  visit.measure("result", {
    what: "hotspot",
    protocol: "hotspot-search",
    label: "Motor hotspot search",
    segments: [999],
    groups: groupsOf(trials),
    measures: [],
    site: "centre",
    pctMso: Math.round(rmt * 1.2),
  });
}

export function pairedPulses(
  visit: Visit,
  protocol: string,
  label: string,
  rmt: number,
  factors: Readonly<Record<string, readonly [isiMs: number, factor: number]>>,
): void {
  const segment = visit.segment(protocol, { pulses: 120, durationS: 300 });
  const test = Math.round(rmt * 1.25);
  const conditions = [...Object.keys(factors), TEST_ALONE];
  const trials = conditions.flatMap((condition) =>
    Array.from({ length: 15 }, (_, i) => {
      const [isiMs = null, factor = 1] = factors[condition] ?? [];
      const trial = visit.pulse({
        pctMso: isiMs === null ? [test] : [Math.round(rmt * 0.8), test],
        isiMs,
        factor,
        condition,
        unrestUv: i === 3 && isiMs !== null ? 45 : 0,
      });
      return { ...trial, label: condition };
    }),
  );
  const alone = groupsOf(trials).find(({ condition }) => condition === TEST_ALONE);
  const groups = groupsOf(trials, (conditioned, condition) =>
    condition === TEST_ALONE
      ? blockMean.run(conditioned, { dropFirst: false })
      : conditionRatio.run({ conditioned, test: alone?.peakToPeakUv ?? [] }),
  );
  const what = "ratio";
  visit.measure("result", { what, protocol, label, segments: [segment], groups, measures: [] });
}

export function recruitment(visit: Visit, rmt: number): void {
  const segment = visit.segment("io-curve", { pulses: 100, durationS: 500 });
  const trials = [90, 100, 110, 120, 130, 140, 150, 160].flatMap((part) =>
    Array.from({ length: 8 }, () => {
      const pctMso = [Math.min(100, Math.round((rmt * part) / 100))];
      return { ...visit.pulse({ pctMso }), label: `${pctMso[0]} %MSO` };
    }),
  );
  const points = trials.flatMap(({ rejected, peakToPeakUv, intensityPctMso }) =>
    rejected || peakToPeakUv === null
      ? []
      : [{ intensityPctMso: intensityPctMso[0] ?? 0, peakToPeakUv }],
  );
  visit.measure("result", {
    what: "recruitment",
    protocol: "io-curve",
    label: "Input-output (recruitment) curve",
    segments: [segment],
    groups: groupsOf(trials),
    measures: [recruitmentCurve.run(points)],
  });
}

export function silentPeriods(visit: Visit, rmt: number): void {
  const segment = visit.segment("csp", { pulses: 15, durationS: 90 });
  const trials = Array.from({ length: 15 }, () => ({
    ...visit.pulse({
      pctMso: [Math.round(rmt * 1.2)],
      kind: "silent-period",
      factor: 2.5,
      silenceMs: [34, 118 + 8 * visit.random.normal()],
    }),
    label: "all",
  }));
  visit.measure("result", {
    what: "silent-period",
    protocol: "csp",
    label: "Contralateral cortical silent period",
    segments: [segment],
    groups: groupsOf(trials),
    measures: [],
  });
}

const CHANNELS = ["Fz", "F3", "FC1", "C3", "CP3", "Cz", "CP1", "P3", "Pz", "C4", "CP4", "Oz"];

export function brainResponses(visit: Visit, rmt: number, trialCount = 60): void {
  const segment = visit.segment("tep-single", { pulses: trialCount, durationS: 300 });
  const trials = Array.from({ length: trialCount }, () =>
    visit.pulse({ pctMso: [Math.round(rmt * 1.1)], kind: "eeg" }),
  );
  const epochs = trials.map(({ epoch }) => epoch);
  const names = Object.keys(TEP_PEAKS) as (keyof typeof TEP_PEAKS)[];
  const averages = Object.fromEntries(
    CHANNELS.map((name, i) => {
      const gain = name === "CP3" ? 1 : 0.95 * Math.cos((i - 4) / 2.6);
      const made =
        name === "CP3"
          ? epochs
          : Array.from({ length: 20 }, () =>
              brainEpoch(visit.random, trialWindow("eeg", 0), gain, 5),
            );
      const average = averageOf(made, TEP_PREPARATION);
      if (!average.ok) throw new Error(average.why);
      return [name, visit.journal.putDocument(toDocument(average.epoch, name))];
    }),
  );
  visit.measure("result", {
    what: "tep",
    protocol: "tep-single",
    label: "TMS-EEG, single pulse",
    segments: [segment],
    groups: [],
    measures: names.map((peak) => tepPeak.run(epochs, parametersOfPeak(peak))),
    averages,
  });
}

/** Responses before and after a treatment of 600 pulses. */
export function afterEffect(visit: Visit, rmt: number): void {
  const labels = ["before", "iTBS", "5 min", "15 min", "30 min"];
  const gains = [1, 1, 1.25, 1.5, 1.2];
  const segment = visit.segment("itbs-after", { pulses: 720, durationS: 2400 });
  const trials = labels.flatMap((label, block) => {
    if (label === "iTBS") {
      for (let train = 0; train < 20; train += 1) {
        visit.dose(
          { kind: "burst-train", bursts: 10, burstHz: 5, pulsesPerBurst: 3, isiMs: 20 },
          [Math.round(rmt * 0.7)],
          { block },
        );
        visit.wait(10_000);
      }
      return [];
    }
    if (label !== "before") visit.wait({ "5 min": 4, "15 min": 8, "30 min": 13 }[label]! * 60_000);
    return Array.from({ length: 20 }, () => ({
      ...visit.pulse({ pctMso: [Math.round(rmt * 1.2)], block, factor: gains[block] ?? 1 }),
      label: label === "before" ? TEST_ALONE : label,
    }));
  });
  const alone = groupsOf(trials).find(({ condition }) => condition === TEST_ALONE);
  visit.measure("result", {
    what: "after-effect",
    protocol: "itbs-after",
    label: "iTBS and what it leaves behind",
    segments: [segment],
    groups: groupsOf(trials, (conditioned, condition) =>
      condition === TEST_ALONE
        ? blockMean.run(conditioned, { dropFirst: false })
        : conditionRatio.run({ conditioned, test: alone?.peakToPeakUv ?? [] }),
    ),
    measures: [],
    baseline: "before",
    labels,
  });
}

export function tracking(visit: Visit, rmt: number): void {
  const start = Math.round(rmt * 1.1);
  let state = startHunt(thresholdSettings({ target: TARGETS["hunting-200"] }), {
    rule: "serial",
    ruleOptions: {},
    test: { name: TEST_ALONE, startPctMso: start },
    conditions: ["ISI 1 ms", "ISI 2.5 ms"].map((name) => ({ name, startPctMso: start })),
    pulsesPerTrack: 12,
    seed: 3,
  });
  const trials: (GivenTrial & { readonly label: string })[] = [];
  for (;;) {
    const step = nextInHunt(state);
    if (step.kind === "done") {
      visit.measure("result", {
        what: "tracking",
        protocol: "ath-sici",
        label: "Threshold-tracking SICI",
        segments: [],
        groups: groupsOf(trials),
        measures: [],
        result: step.result,
      });
      return;
    }
    visit.segment("tracking-pair", { purpose: "tracking", pulses: 2, durationS: 5 });
    const isiMs = { [TEST_ALONE]: null, "ISI 1 ms": 1, "ISI 2.5 ms": 2.5 }[step.track] ?? null;
    const trial = visit.pulse({
      pctMso: [step.intensityPctMso],
      isiMs,
      factor: isiMs === null ? 1 : isiMs === 1 ? 0.55 : 0.3,
    });
    trials.push({ ...trial, label: step.track });
    state = answerInHunt(state, answer(trial));
  }
}

export function nerveLatency(visit: Visit): void {
  const rateHz = 5000;
  const pulseIndex = 100;
  const samples = Float32Array.from({ length: 401 }, (_, i) => {
    const ms = (i - pulseIndex) / 5;
    const wave =
      -1.9 * Math.exp(-(((ms - 19.6) / 1.6) ** 2)) + 2.4 * Math.exp(-(((ms - 25) / 2.6) ** 2));
    return wave + 0.12 * visit.random.normal() + (ms >= 0 ? 14 * Math.exp(-ms / 0.8) : 0);
  });
  const epoch = { samples, rateHz, pulseIndex, unit: "uV", range: null } as const;
  visit.measure("n20", {
    method: "sep-average",
    version: 1,
    sweeps: 297,
    rejected: 3,
    n20Ms: 19.6,
    amplitudeUv: -1.9,
    baselineSdUv: 0.12,
    why: null,
    epoch: visit.journal.putDocument(toDocument(epoch, "CP3-Fz")),
  });
}

/** Everything, one after the other. */
export function wholeVisit(visit: Visit): void {
  const rmt = restingThreshold(visit);
  hotspot(visit, rmt);
  nerveLatency(visit);
  pairedPulses(visit, "sici", "Short-interval intracortical inhibition", rmt, {
    "ISI 1 ms": [1, 0.5],
    "ISI 2 ms": [2, 0.38],
    "ISI 3 ms": [3, 0.45],
  });
  pairedPulses(visit, "icf", "Intracortical facilitation", rmt, {
    "ISI 10 ms": [10, 1.35],
    "ISI 15 ms": [15, 1.5],
  });
  recruitment(visit, rmt);
  silentPeriods(visit, rmt);
  brainResponses(visit, rmt);
  afterEffect(visit, rmt);
  tracking(visit, rmt);
}
