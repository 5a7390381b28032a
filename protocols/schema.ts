import { z } from "zod";
import { blocksSchema, targetSchema } from "./schema/blocks.ts";
import { oneOf, orNull, strict, text } from "./schema/fields.ts";
import { intensitySchema } from "./schema/intensity.ts";
import { measureSchema } from "./schema/measure.ts";
import { patternSchema } from "./schema/patterns.ts";
import {
  citationSchema,
  publishedFlagsSchema,
  scheduleSchema,
  verificationSchema,
} from "./schema/reference.ts";
import type { Protocol } from "./types.ts";

const ID = "letters, digits, dots, dashes and underscores";

const file = strict("a protocol", {
  /** For editors; it says nothing about the protocol. */
  $schema: orNull(text),
  /** Version of this format. */
  pulsetrain: z.literal(1, { error: "the format version 1" }),
  id: text.regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, { error: ID }),
  name: orNull(text),
  category: oneOf(["ad-therapy", "reference-therapy", "physiology", "rodent", "lab"]).default(
    "lab",
  ),
  species: oneOf(["human", "rodent"]).default("human"),
  citation: orNull(citationSchema),
  target: targetSchema,
  coil: orNull(text),
  waveform: orNull(text),
  intensity: orNull(intensitySchema),
  pattern: orNull(patternSchema),
  blocks: orNull(blocksSchema),
  measure: orNull(measureSchema),
  schedule: orNull(scheduleSchema),
  derived: orNull(text),
  adFinding: orNull(text),
  verification: orNull(verificationSchema),
  publishedFlags: orNull(publishedFlagsSchema),
  note: orNull(text),
}).superRefine((protocol, context) => {
  const expect = (key: string, message: string): void =>
    context.addIssue({ code: "custom", path: [key], message });
  if (protocol.blocks !== null) {
    if (protocol.pattern !== null) expect("pattern", "either pattern or blocks, not both");
    if (protocol.intensity !== null) expect("intensity", "the intensity inside each block");
  } else {
    if (protocol.pattern === null) expect("pattern", "a pattern, or a list of blocks");
    if (protocol.intensity === null) expect("intensity", "an intensity: value and base");
  }
});

/** A protocol file: unknown keys are errors, what was left out reads as null. */
export const protocolSchema: z.ZodType<Protocol> = file.transform(
  ({ $schema: _, ...read }): Protocol => ({ ...read, name: read.name ?? read.id }),
);
