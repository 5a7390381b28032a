import { z } from "zod";
import type { Pattern } from "../types.ts";
import {
  above0,
  count,
  frequencyHz,
  intensityBase,
  isiMs,
  oneOf,
  orNull,
  range,
  seconds,
  secondsAbove0,
  strict,
  text,
} from "./fields.ts";

/*
 * One map per kind of pattern. A key without `orNull` must stand in the file, with null where the
 * source lacks the figure; a key with `orNull` may be left out.
 */

const figure = {
  count: z.nullable(count),
  frequencyHz: z.nullable(frequencyHz),
  isiMs: z.nullable(isiMs),
  secondsAbove0: z.nullable(secondsAbove0),
};

const interval: z.ZodType<readonly [number, number]> = z
  .tuple([secondsAbove0, secondsAbove0], { error: "two numbers [shortest, longest] in s" })
  .refine(([low, high]) => low <= high, {
    error: "two numbers [shortest, longest] in s, the shorter one first",
  });

/** A number of ms, or a latency of the subject with an offset in ms (`N20`, `N20+2`, `N20-1`). */
const isiOrLatency = z.union([isiMs, z.string().regex(/^N20([+-]\d+(\.\d+)?)?$/)], {
  error: "a number above 0 ms, or N20, N20+2, N20-1",
});
const isiList = z
  .array(isiOrLatency, { error: "a list of intervals in ms" })
  .min(1, { error: "at least one interval" });

/** Percent or other words: a median nerve stimulus may be 300 % of the perceptual threshold. */
const level = strict("value, base", {
  value: z.nullable(above0(1000, "%")),
  base: intensityBase,
});

const conventional = strict("a conventional pattern", {
  type: z.literal("conventional"),
  frequencyHz: figure.frequencyHz,
  pulsesPerTrain: orNull(count),
  trainDurationS: orNull(secondsAbove0),
  interTrainIntervalS: orNull(seconds),
  trains: figure.count,
  totalPulses: orNull(count),
});

const thetaBurst = strict("a theta burst pattern", {
  type: z.enum(["iTBS", "cTBS", "imTBS"]),
  pulsesPerBurst: figure.count,
  intraBurstHz: figure.frequencyHz,
  burstHz: figure.frequencyHz,
  burstsPerTrain: orNull(count),
  trainDurationS: orNull(secondsAbove0),
  interTrainIntervalS: orNull(seconds),
  trains: figure.count,
  totalPulses: orNull(count),
});

const quadripulse = strict("a QPS pattern", {
  type: z.literal("QPS"),
  pulsesPerBurst: figure.count,
  isiMs: figure.isiMs,
  burstIntervalS: figure.secondsAbove0,
  bursts: figure.count,
  trainDurationS: orNull(secondsAbove0),
  totalPulses: orNull(count),
});

const single = strict("a single-pulse pattern", {
  type: z.literal("single"),
  totalPulses: figure.count,
  interPulseS: z.nullable(interval),
  jitter: orNull(text),
});

const paired = strict("a paired-pulse pattern", {
  type: z.literal("paired"),
  isiMs: isiList,
  conditioning: level,
  test: level,
  trialsPerCondition: figure.count,
  unconditionedTrials: orNull(range(0, 1000, "trials").int({ error: "a whole number" })),
  alone: oneOf(["test", "conditioning"]).default("test"),
  interPulseS: z.nullable(interval),
  jitter: orNull(text),
  totalPulses: orNull(count),
});

const pas = strict("a paired associative pattern", {
  type: z.literal("pas"),
  isiMs: figure.isiMs,
  pairs: figure.count,
  pairIntervalS: figure.secondsAbove0,
  conditioning: level,
  totalPulses: orNull(count),
  alternatives: orNull(text),
  isiRule: orNull(text),
});

const thresholdTracking = strict("a threshold-tracking pattern", {
  type: z.literal("threshold-tracking"),
  isiMs: isiList,
  conditioning: level,
  targetUv: z.nullable(above0(100_000, "uV")),
  windowPct: orNull(above0(100, "%")),
  stepPctMso: orNull(above0(100, "%MSO")),
  trialsPerCondition: figure.count,
  interPulseS: z.nullable(interval),
  totalPulses: orNull(count),
});

const closedLoopBurst = strict("a closed-loop burst pattern", {
  type: z.literal("closed-loop-burst"),
  pulsesPerBurst: figure.count,
  intraBurstHz: figure.frequencyHz,
  bursts: figure.count,
  totalPulses: orNull(count),
  trigger: strict("rhythm, phase, minInterTriggerS", {
    rhythm: text,
    phase: text,
    minInterTriggerS: orNull(secondsAbove0),
  }),
});

const closedLoopSingle = strict("a closed-loop single-pulse pattern", {
  type: z.literal("closed-loop-single"),
  totalPulses: figure.count,
  interPulseS: orNull(interval),
  trigger: strict("rhythm, phases, toleranceRad", {
    rhythm: text,
    phases: z.array(text, { error: "a list of phases" }).min(1, { error: "at least one phase" }),
    toleranceRad: orNull(range(0, Math.PI, "rad")),
  }),
});

const risingFromZero = z
  .array(range(0, 600_000, "ms"), { error: "a list of times in ms" })
  .min(1, { error: "at least one time" })
  .max(10_000, { error: "at most 10000 times" })
  .refine((times) => times[0] === 0, { error: "times that start with 0" })
  .refine((times) => times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0)), {
    error: "rising times",
  });

const custom = strict("a custom pattern", {
  type: z.literal("custom"),
  pulseTimesMs: risingFromZero,
  trains: count.default(1),
  interTrainIntervalS: orNull(seconds),
  totalPulses: orNull(count),
});

const external = strict("a window for somebody else's trigger", {
  type: z.literal("external"),
  startedBy: z
    .enum(["trigger", "stored-protocol"], { error: "trigger or stored-protocol" })
    .default("trigger"),
  maxPulses: figure.count,
  maxRateHz: figure.frequencyHz,
  windowS: figure.secondsAbove0,
  windows: count.default(1),
  interWindowS: orNull(seconds),
  totalPulses: orNull(count),
});

const TYPES =
  "conventional, iTBS, cTBS, imTBS, QPS, single, paired, pas, threshold-tracking, closed-loop-burst, closed-loop-single, external, custom";

export const patternSchema: z.ZodType<Pattern> = z
  .discriminatedUnion(
    "type",
    [
      conventional,
      thetaBurst,
      quadripulse,
      single,
      paired,
      pas,
      thresholdTracking,
      closedLoopBurst,
      closedLoopSingle,
      external,
      custom,
    ],
    { error: `a pattern: a map with a type, one of ${TYPES}` },
  )
  .meta({ id: "pattern" });
