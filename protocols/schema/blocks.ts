import { z } from "zod";
import type { Block } from "../types.ts";
import { count, oneOf, orNull, seconds, secondsAbove0, strict, text } from "./fields.ts";
import { intensitySchema } from "./intensity.ts";
import { nearestKey } from "./nearestKey.ts";
import { patternSchema } from "./patterns.ts";

/** One place or several, always read as a list. */
export const targetSchema: z.ZodType<readonly string[]> = z
  .union([text.transform((one): readonly string[] => [one]), z.array(text)], {
    error: "text, or a list of texts",
  })
  .default([]);

const stimulation = strict("label, intensity, pattern", {
  label: text,
  target: targetSchema,
  intensity: intensitySchema,
  pattern: patternSchema,
}).meta({ id: "stimulation" });

const rest = strict("restS", { restS: secondsAbove0 }).meta({ id: "rest" });

const wait = strict("waitUntil", {
  waitUntil: strict("afterS, from, block", {
    afterS: seconds,
    from: oneOf(["session-start", "block-start", "block-end"]),
    block: orNull(text),
  }).superRefine((anchor, context) => {
    if ((anchor.from === "session-start") !== (anchor.block === null)) {
      const message =
        anchor.block === null
          ? "the label of an earlier block"
          : "no block with from: session-start";
      context.addIssue({ code: "custom", path: ["block"], message });
    }
  }),
}).meta({ id: "wait" });

const hold = strict("hold", { hold: text }).meta({ id: "hold" });

const STEP_KEYS = [
  "label",
  "target",
  "intensity",
  "pattern",
  "restS",
  "waitUntil",
  "hold",
  "repeat",
  "blocks",
];
const STEP =
  "a block: label with intensity and pattern, or restS, or waitUntil, or hold, or repeat with blocks";

/** A block with a mistyped key fits no kind of block: the key it likely meant says more than that. */
function blockAdvice(input: unknown): string {
  if (typeof input !== "object" || input === null) return STEP;
  const foreign = Object.keys(input).find((key) => !STEP_KEYS.includes(key));
  const near = foreign === undefined ? null : nearestKey(foreign, STEP_KEYS);
  return near === null ? STEP : `${STEP} (the key ${near} in place of ${foreign})`;
}

const simple = z.union([stimulation, rest, wait, hold], {
  error: (issue) => blockAdvice(issue.input),
});

const repeat = strict("repeat, blocks", {
  repeat: count,
  blocks: z.array(simple, { error: "a list of blocks" }).min(1, { error: "at least one block" }),
});

export const blocksSchema: z.ZodType<readonly Block[]> = z
  .array(
    z.union([stimulation, rest, wait, hold, repeat], {
      error: (issue) => blockAdvice(issue.input),
    }),
    { error: "a list of blocks" },
  )
  .min(1, { error: "at least one block" });
