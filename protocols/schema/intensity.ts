import { z } from "zod";
import type { Intensity } from "../types.ts";
import { above0, count, intensityBase, oneOf, orNull, strict, text } from "./fields.ts";

/** No protocol reads above 300 % of a threshold; the gate's own limits are far below. */
const percent = above0(300, "%");

/** A ramp stays at or below the stated intensity: it may soften a start, never exceed the plan. */
const ramp = strict("fromPct, toPct, trains", {
  fromPct: above0(100, "% of the block's intensity"),
  toPct: above0(100, "% of the block's intensity"),
  trains: count,
});

export const intensitySchema: z.ZodType<Intensity> = strict("value, base", {
  value: orNull(percent),
  values: orNull(
    z.array(percent, { error: "a list of levels in %" }).min(2, { error: "at least two levels" }),
  ),
  base: intensityBase,
  note: orNull(text),
  toBeMeasured: z.boolean({ error: "true or false" }).default(false),
  hemisphere: orNull(oneOf(["left", "right"])),
  ramp: orNull(ramp),
  eFieldVPerM: orNull(above0(1000, "V/m")),
})
  .superRefine((intensity, context) => {
    if (intensity.value !== null && intensity.values !== null) {
      context.addIssue({
        code: "custom",
        path: ["values"],
        message: "either value or values, not both",
      });
    }
    if (intensity.ramp !== null && intensity.values !== null) {
      context.addIssue({
        code: "custom",
        path: ["ramp"],
        message: "no ramp beside levels in random order",
      });
    }
  })
  .meta({ id: "intensity" });
