/** Threshold tracking: the test pulse alone and each condition seek one amplitude, interleaved. */
import * as build from "../../../protocols/build.ts";
import { isAcross } from "../../../protocols/patterns/across.ts";
import { isNerveStimulus } from "../../../protocols/patterns/paired.ts";
import type { ThresholdTrackingPattern } from "../../../protocols/types.ts";
import {
  answerInHunt,
  type HuntResult,
  nextInHunt,
  startHunt,
} from "../../analysis/threshold/hunting.ts";
import { TARGETS, thresholdSettings } from "../../analysis/threshold/settings.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { MeasureContext } from "./context.ts";
import { giveProbe, givePulse } from "./single.ts";
import { answerOf } from "./thresholds.ts";
import type { Trial } from "./trialDesk.ts";

export interface TrackingRequest {
  readonly pattern: ThresholdTrackingPattern;
  readonly rule: "serial" | "pest" | "proportional";
  readonly seed: number;
}

/** Track of the test pulse alone. */
const TEST = "test alone";
/** Ten stimuli at each interval (Nielsen 2021). */
const USUAL_TRIALS = 10;

/** Conditioning output in percent of the resting threshold, as the pattern gives it. */
function conditioningPct({ conditioning }: ThresholdTrackingPattern, rmtPct: number): number {
  if (conditioning.value === null)
    throw new PulsetrainError("PROTOCOL_INCOMPLETE", "the source gives no conditioning output");
  return Math.round((conditioning.value * rmtPct) / 100);
}

export async function track(
  context: MeasureContext,
  { pattern, rule, seed }: TrackingRequest,
): Promise<{ readonly result: HuntResult; readonly trials: readonly Trial[] }> {
  if (isAcross(pattern.conditioning))
    throw new PulsetrainError(
      "MEASURE_IMPOSSIBLE",
      "no threshold is tracked with a second stimulator",
    );
  const rmt = context.known().thresholds.find(({ kind }) => kind === "RMT")?.percentMso ?? 50;
  const intervals = pattern.isiMs.map((isi) => intervalMs(isi, context));
  const conditioning = isNerveStimulus(pattern.conditioning)
    ? pattern.conditioning
    : build.pctMso(conditioningPct(pattern, rmt));
  const settings = thresholdSettings({
    target:
      pattern.targetUv === null
        ? TARGETS["hunting-200"]
        : { kind: "fixed", targetUv: pattern.targetUv },
    maxPctMso: context.setup().model.capabilities.maxPctMso,
    highestBeforePctMso: context.known().highestPctMso,
  });
  const start = Math.min(settings.maxPctMso, Math.round(rmt * 1.1));
  let state = startHunt(settings, {
    rule,
    ruleOptions: {},
    test: { name: TEST, startPctMso: start },
    conditions: intervals.map(({ name }) => ({ name, startPctMso: start })),
    pulsesPerTrack: pattern.trialsPerCondition ?? USUAL_TRIALS,
    seed,
  });
  const trials: Trial[] = [];
  for (;;) {
    const step = nextInHunt(state);
    if (step.kind === "done") return { result: step.result, trials };
    const interval = intervals.find(({ name }) => name === step.track);
    const pctMso = step.intensityPctMso;
    const trial =
      interval === undefined
        ? await givePulse(context, { pctMso, kind: "rest", purpose: "tracking" })
        : await givePair(context, { pctMso, conditioning, isiMs: interval.ms });
    if (trial !== null) trials.push({ ...trial, condition: step.track });
    state = answerInHunt(state, answerOf(pctMso, trial));
  }
}

function intervalMs(
  isi: number | string,
  context: MeasureContext,
): { readonly name: string; readonly ms: number } {
  if (typeof isi === "number") return { name: `ISI ${isi} ms`, ms: isi };
  const n20 = context.known().latenciesMs["N20"];
  if (n20 === undefined)
    throw new PulsetrainError("MEASURE_IMPOSSIBLE", `${isi}: N20 is not known`);
  return { name: `ISI ${isi}`, ms: n20 + Number(isi.slice(3) || 0) };
}

interface PairRequest {
  readonly pctMso: number;
  readonly conditioning: build.IntensityInput;
  readonly isiMs: number;
}

async function givePair(
  context: MeasureContext,
  { pctMso, conditioning, isiMs }: PairRequest,
): Promise<Trial | null> {
  const protocol = build.protocol({
    id: "tracking-pair",
    blocks: [
      build.paired({
        label: "pair",
        isiMs: [isiMs],
        conditioning,
        test: build.pctMso(pctMso),
        trialsPerCondition: 1,
        interPulseS: [5, 6],
      }),
    ],
  });
  return giveProbe(context, protocol, { pctMso, kind: "rest", purpose: "tracking" });
}
