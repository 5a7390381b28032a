import { PulsetrainError } from "../src/errors/pulsetrainError.ts";
import { fieldName, fieldProblems } from "./problems.ts";
import { protocolSchema } from "./schema.ts";
import type { MeasurePlan, Protocol } from "./types.ts";

/*
 * Protocols from code, for session scripts. A builder makes the same plain data that a file holds,
 * and `protocol` puts it through the same schema: code can say nothing that a file cannot.
 */

/** An intensity as a file states it. */
export interface IntensityInput {
  readonly value?: number | null;
  readonly values?: readonly number[];
  readonly base: string;
  readonly note?: string;
  readonly hemisphere?: "left" | "right";
  readonly ramp?: { readonly fromPct: number; readonly toPct: number; readonly trains: number };
}

/** Percent of the resting motor threshold. */
export function pctRmt(value: number): IntensityInput {
  return { value, base: "%RMT" };
}

/** Percent of the active motor threshold. */
export function pctAmt(value: number): IntensityInput {
  return { value, base: "%AMT" };
}

/** Percent of the stimulator's maximum output. */
export function pctMso(value: number): IntensityInput {
  return { value, base: "%MSO" };
}

/** Starts softly: the first `trains` trains (or pulses) rise from `fromPct` to `toPct` percent of the intensity. */
export function ramped(
  intensity: IntensityInput,
  ramp: NonNullable<IntensityInput["ramp"]>,
): IntensityInput {
  return { ...intensity, ramp };
}

interface Place {
  readonly label?: string;
  readonly target?: string | readonly string[];
  readonly intensity: IntensityInput;
}

/** A block of a session script: the data of a file's block. */
export interface BlockInput {
  readonly [key: string]: unknown;
}

export interface TrainInput extends Place {
  readonly frequencyHz: number;
  readonly pulsesPerTrain: number;
  readonly trains: number;
  /** Off time; needed for more than one train. */
  readonly interTrainIntervalS?: number;
}

/** Trains at one frequency. */
export function train({ label = "train", target, intensity, ...figures }: TrainInput): BlockInput {
  return { label, target, intensity, pattern: { type: "conventional", ...figures } };
}

export interface SingleInput extends Place {
  readonly totalPulses: number;
  /** Shortest and longest interval, s. */
  readonly interPulseS: readonly [number, number];
}

/** Single pulses at random intervals. */
export function single({
  label = "single",
  target,
  intensity,
  ...figures
}: SingleInput): BlockInput {
  return { label, target, intensity, pattern: { type: "single", ...figures } };
}

export interface ThetaBurstInput extends Place {
  readonly trains?: number;
  readonly burstsPerTrain?: number;
  readonly interTrainIntervalS?: number;
  readonly pulsesPerBurst?: number;
  readonly intraBurstHz?: number;
  readonly burstHz?: number;
}

/** Three pulses at 50 Hz, bursts at 5 Hz (Huang 2005). */
const BURST = { pulsesPerBurst: 3, intraBurstHz: 50, burstHz: 5 };

/** Intermittent theta burst: 2 s on, 8 s off, 20 trains (Huang 2005) unless told otherwise. */
export function iTbs({
  label = "iTBS",
  target,
  intensity,
  ...figures
}: ThetaBurstInput): BlockInput {
  const standard = { ...BURST, burstsPerTrain: 10, interTrainIntervalS: 8, trains: 20 };
  return { label, target, intensity, pattern: { type: "iTBS", ...standard, ...figures } };
}

/** Continuous theta burst: 200 bursts in 40 s (Huang 2005) unless told otherwise. */
export function cTbs({
  label = "cTBS",
  target,
  intensity,
  ...figures
}: ThetaBurstInput): BlockInput {
  return {
    label,
    target,
    intensity,
    pattern: { type: "cTBS", ...BURST, burstsPerTrain: 200, trains: 1, ...figures },
  };
}

export interface PairedInput {
  readonly label?: string;
  readonly target?: string | readonly string[];
  readonly isiMs: readonly number[];
  readonly conditioning: IntensityInput;
  readonly test: IntensityInput;
  readonly trialsPerCondition: number;
  readonly unconditionedTrials?: number;
  /** Which of the two pulses is given in them; left out: the test pulse. */
  readonly alone?: "test" | "conditioning";
  readonly interPulseS: readonly [number, number];
}

/** Pairs of pulses and test pulses alone, in random order. */
export function paired({
  label = "paired",
  target,
  conditioning,
  test,
  ...figures
}: PairedInput): BlockInput {
  const level = ({ value = null, base }: IntensityInput): object => ({ value, base });
  const pattern = {
    type: "paired",
    ...figures,
    conditioning: level(conditioning),
    test: level(test),
  };
  return { label, target, intensity: test, pattern };
}

/** Nothing for `restS` seconds. */
export function rest(restS: number): BlockInput {
  return { restS };
}

/** A person confirms before anything later is delivered. */
export function hold(text: string): BlockInput {
  return { hold: text };
}

/** The next block starts `afterS` seconds after the session's start, or after a block's start or end. */
export function waitUntil(
  afterS: number,
  from:
    | "session-start"
    | { readonly startOf: string }
    | { readonly endOf: string } = "session-start",
): BlockInput {
  if (from === "session-start") return { waitUntil: { afterS, from } };
  if ("startOf" in from) return { waitUntil: { afterS, from: "block-start", block: from.startOf } };
  return { waitUntil: { afterS, from: "block-end", block: from.endOf } };
}

/** Blocks in order, `times` times. */
export function repeat(times: number, blocks: readonly BlockInput[]): BlockInput {
  return { repeat: times, blocks };
}

export interface ProtocolInput {
  readonly id: string;
  readonly name?: string;
  readonly species?: "human" | "rodent";
  readonly target?: string | readonly string[];
  readonly note?: string;
  /** What comes of it; left out: nothing is measured. */
  readonly measure?: MeasurePlan;
  readonly blocks: readonly BlockInput[];
}

/** A protocol from blocks. Throws `PROTOCOL_BAD` naming every field that is not valid. */
export function protocol(input: ProtocolInput): Protocol {
  const read = protocolSchema.safeParse(withoutUndefined({ pulsetrain: 1, ...input }));
  if (read.success) return read.data;
  const problems = fieldProblems(read.error.issues).map(
    ({ path, expected }) => `${fieldName(path)}: expected ${expected}`,
  );
  throw new PulsetrainError("PROTOCOL_BAD", `protocol ${input.id}: ${problems.join("; ")}`);
}

/** A key with `undefined` counts as left out, as it would in a file. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, member]) => member !== undefined)
      .map(([key, member]) => [key, withoutUndefined(member)]),
  );
}
