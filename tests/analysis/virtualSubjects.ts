/** People of the Goetz 2019 model, and a hunt on each of them. */
import { type DrawnPerson, drawPerson } from "../../simulators/person/population.ts";
import { intensityOfProbability, respondUv } from "../../simulators/person/recruitment.ts";
import type {
  ThresholdMethod,
  ThresholdResult,
  ThresholdSettings,
} from "../../src/analysis/threshold/types.ts";
import { createRandom, type Random } from "../../src/base/random.ts";

export interface VirtualSubject extends DrawnPerson {
  readonly index: number;
  /** Where 95 % of the pulses are answered: a start that an operator finds by looking. */
  readonly startPctMso: number;
}

const SEED = 20190625;

export function virtualSubjects(count: number): readonly VirtualSubject[] {
  const random = createRandom(SEED, "population");
  return Array.from({ length: count }, (_, index) => {
    const person = drawPerson(random);
    const start = intensityOfProbability(person.recruitment, 50, 0.95) ?? 100;
    return { ...person, index, startPctMso: Math.min(Math.round(start), 100) };
  });
}

/** Runs a method on a subject to its end. */
export function hunt<Options extends object>(
  method: ThresholdMethod<Options>,
  subject: VirtualSubject,
  settings: ThresholdSettings,
  options: Partial<Options>,
  random: Random = createRandom(SEED, `${method.name}/${subject.index}`),
): ThresholdResult {
  let state = method.start(settings, options);
  for (;;) {
    const step = method.next(state);
    if (step.kind === "done") return step.result;
    const { intensityPctMso } = step;
    const peakToPeakUv = respondUv(subject.recruitment, intensityPctMso, random);
    state = method.answer(state, { kind: "measured", intensityPctMso, peakToPeakUv });
  }
}

export interface Accuracy {
  readonly median: number;
  readonly p5: number;
  readonly p95: number;
  readonly absMedian: number;
  readonly abs95: number;
  readonly pulsesMedian: number;
  readonly pulsesP95: number;
  /** Thresholds that were not found. */
  readonly without: number;
}

/** By linear interpolation between order statistics. */
export function quantile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = p * (sorted.length - 1);
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (above - below) * (at - Math.floor(at));
}

/** Relative errors, %, of a method over subjects. */
export function accuracyOf<Options extends object>(
  method: ThresholdMethod<Options>,
  subjects: readonly VirtualSubject[],
  settings: ThresholdSettings,
  optionsOf: (subject: VirtualSubject) => Partial<Options>,
): Accuracy {
  const errors: number[] = [];
  const pulses: number[] = [];
  for (const subject of subjects) {
    const { outcome, counts } = hunt(method, subject, settings, optionsOf(subject));
    pulses.push(counts.pulses);
    if (outcome.kind !== "found") continue;
    errors.push((100 * (outcome.thresholdPctMso - subject.rmtPctMso)) / subject.rmtPctMso);
  }
  const sizes = errors.map(Math.abs);
  return {
    median: quantile(errors, 0.5),
    p5: quantile(errors, 0.05),
    p95: quantile(errors, 0.95),
    absMedian: quantile(sizes, 0.5),
    abs95: quantile(sizes, 0.95),
    pulsesMedian: quantile(pulses, 0.5),
    pulsesP95: quantile(pulses, 0.95),
    without: subjects.length - errors.length,
  };
}
