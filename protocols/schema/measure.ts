import { z } from "zod";
import type { MeasurePlan } from "../types.ts";
import { above0, count, oneOf, orNull, strict, text } from "./fields.ts";

/* What is measured while a protocol runs. The names of methods are those of `src/analysis`. */

const threshold = strict("a threshold to find", {
  what: z.literal("threshold"),
  kind: oneOf(["RMT", "AMT", "1mV"]),
  method: orNull(text),
});

const hotspot = strict("sites to search", {
  what: z.literal("hotspot"),
  sites: z
    .array(text, { error: "a list of names of sites" })
    .min(2, { error: "two sites or more" }),
  pulsesPerSite: count.default(5),
});

const responses = strict("responses to measure", {
  what: oneOf(["mep", "ratio", "recruitment", "silent-period", "tep"]),
});

const afterEffect = strict("an effect that outlasts its block", {
  what: z.literal("after-effect"),
  /** Label of the block before; the other blocks of single pulses come after. */
  baseline: text,
});

const tracking = strict("two thresholds tracked side by side", {
  what: z.literal("tracking"),
  rule: orNull(oneOf(["serial", "ml-pest", "proportional"])),
});

const phase = strict("responses by phase", {
  what: z.literal("mep-by-phase"),
  minimumAccuracyDeg: orNull(above0(180, "degrees")),
});

export const measureSchema: z.ZodType<MeasurePlan> = z.discriminatedUnion(
  "what",
  [threshold, hotspot, responses, afterEffect, tracking, phase],
  {
    error:
      "what is measured: threshold, hotspot, mep, ratio, recruitment, silent-period, tep, after-effect, tracking or mep-by-phase",
  },
);
