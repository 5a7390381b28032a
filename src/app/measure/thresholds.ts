/** Finding a threshold: a method asks for pulses until it knows. */
import { THRESHOLD_METHODS } from "../../analysis/threshold/methods.ts";
import { TARGETS, thresholdSettings } from "../../analysis/threshold/settings.ts";
import type {
  Trial as HuntTrial,
  ThresholdMethod,
  ThresholdResult,
  ThresholdTarget,
} from "../../analysis/threshold/types.ts";
import { orList } from "../../base/result.ts";
import type { Threshold } from "../../contract/session.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { confirmValue, whileContracted } from "./chair.ts";
import { type MeasureContext, measuredThreshold } from "./context.ts";
import { givePulse } from "./single.ts";
import type { Trial } from "./trialDesk.ts";

/** What a session can measure with its own stimulator. */
export type MeasuredKind = Exclude<Threshold["kind"], "RMT-other">;

/** The usual way to each value; another one can be chosen by name. */
export const USUAL_METHOD: Readonly<Record<MeasuredKind, string>> = {
  RMT: "ml-pest",
  AMT: "ml-pest",
  "1mV": "stochastic-analog",
};

const TARGET_OF: Readonly<Record<MeasuredKind, ThresholdTarget>> = {
  RMT: TARGETS["RMT-50"],
  AMT: TARGETS["AMT-200"],
  // 1 mV is an amplitude, not a threshold: the search for it is the same.
  "1mV": { kind: "fixed", targetUv: 1000 },
};

/**
 * A slight contraction, as a part of the maximum: the weaker end of the 10 to 20 % that sources ask for, since
 * the activity itself must stay below the 200 uV that count as a response.
 */
const CONTRACTION = 0.1;

export function methodNamed(name: string): ThresholdMethod {
  // A name of every object, such as `toString`, is no method of it.
  const method = Object.hasOwn(THRESHOLD_METHODS, name) ? THRESHOLD_METHODS[name] : undefined;
  if (method !== undefined) return method;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `method ${name}: expected ${orList(Object.keys(THRESHOLD_METHODS))}`,
  );
}

/** Where to begin: from what is known already, else where the method itself begins. */
function startOf(kind: MeasuredKind, context: MeasureContext): number | null {
  const rmt = context.known().thresholds.find((known) => known.kind === "RMT")?.percentMso;
  if (rmt === undefined) return null;
  if (kind === "AMT") return Math.round(rmt * 0.9);
  return kind === "1mV" ? Math.min(100, Math.round(rmt * 1.15)) : rmt;
}

/** Hunts it and remembers it. A threshold above the ceiling is a result and no threshold. */
export async function findThreshold(
  context: MeasureContext,
  kind: MeasuredKind,
  methodName: string,
): Promise<ThresholdResult> {
  const method = methodNamed(methodName);
  const setup = context.setup();
  const settings = thresholdSettings({
    target: TARGET_OF[kind],
    maxPctMso: setup.model.capabilities.maxPctMso,
    resolutionPctMso: setup.model.capabilities.intensityStepPctMso,
    highestBeforePctMso: context.known().highestPctMso,
  });
  const start = startOf(kind, context);
  const first = method.start(settings, start === null ? {} : { startPctMso: start });
  context.say(`${kind}: ${method.name} begins`);
  const work = (): Promise<ThresholdResult> => hunt(context, kind, method, first);
  const result = kind === "AMT" ? await whileContracted(context, CONTRACTION, work) : await work();
  await conclude(context, kind, result);
  return result;
}

/** Pulse after pulse, until the method has what it wants or gives up. */
async function hunt(
  context: MeasureContext,
  kind: MeasuredKind,
  method: ThresholdMethod,
  first: ReturnType<ThresholdMethod["start"]>,
): Promise<ThresholdResult> {
  let state = first;
  for (;;) {
    const step = method.next(state);
    if (step.kind === "done") return step.result;
    const trial = await givePulse(context, {
      pctMso: step.intensityPctMso,
      kind: kind === "AMT" ? "active" : "rest",
      purpose: `${kind}-${method.name}`,
    });
    state = method.answer(state, answerOf(step.intensityPctMso, trial));
  }
}

export function answerOf(intensityPctMso: number, trial: Trial | null): HuntTrial {
  if (trial === null) return { kind: "rejected", intensityPctMso, why: "not delivered" };
  if (trial.rejected || trial.peakToPeakUv === null)
    return { kind: "rejected", intensityPctMso, why: trial.why.join(", ") };
  return { kind: "measured", intensityPctMso, peakToPeakUv: trial.peakToPeakUv };
}

/** No dial has finer steps than a tenth of a percent; the result itself keeps every digit. */
export function roundedThreshold(thresholdPctMso: number): number {
  return Math.round(thresholdPctMso * 10) / 10;
}

/** Written down, told, looked at where there is a person to look, and known from then on. */
async function conclude(
  context: MeasureContext,
  kind: MeasuredKind,
  result: ThresholdResult,
): Promise<void> {
  const { clock, writer } = context;
  const { outcome, counts } = result;
  const percentMso = outcome.kind === "found" ? roundedThreshold(outcome.thresholdPctMso) : null;
  writer.append(
    [{ tMs: clock.now(), kind: "measure", name: "threshold", body: { kind, result, percentMso } }],
    { durable: true },
  );
  const words =
    outcome.kind === "found"
      ? `${percentMso ?? ""} %MSO${intervalWords(outcome.intervalPctMso)}`
      : `not found (${outcome.why})`;
  context.say(`${kind}: ${words}, ${result.method}, ${counts.pulses} pulses`);
  if (percentMso === null) return;
  requirePlausible(context, kind, percentMso);
  await confirmValue(context, `${kind} ${words}`);
  remember(context, kind, percentMso, result.method);
}

/**
 * An active threshold lies a little below the resting one (0.7 to 0.88 of it). Far from there the activity of
 * the muscle was taken for responses, and nothing may be given by it.
 */
function requirePlausible(context: MeasureContext, kind: MeasuredKind, percentMso: number): void {
  const rmt = context.known().thresholds.find((known) => known.kind === "RMT")?.percentMso;
  if (kind !== "AMT" || rmt === undefined) return;
  const part = percentMso / rmt;
  if (part >= LEAST_AMT_PART && part <= MOST_AMT_PART) return;
  throw new PulsetrainError(
    "MEASURE_IMPOSSIBLE",
    `an AMT of ${percentMso} %MSO beside an RMT of ${rmt} %MSO is none: look at the contraction`,
  );
}

const LEAST_AMT_PART = 0.5;
const MOST_AMT_PART = 1.05;

function intervalWords(interval: readonly [number, number] | null): string {
  return interval === null ? "" : ` (${interval[0]} to ${interval[1]})`;
}

function remember(
  context: MeasureContext,
  kind: MeasuredKind,
  percentMso: number,
  method: string,
): void {
  const { clock } = context;
  const measuredAt = clock.toUtcIso(clock.now());
  const found = measuredThreshold(context.setup(), kind, percentMso, method, measuredAt);
  const others = context.known().thresholds.filter((known) => known.kind !== kind);
  context.learn({ thresholds: [...others, found] });
}
