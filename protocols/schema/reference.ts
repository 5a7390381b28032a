import { z } from "zod";
import type { Citation, PublishedFlags, Schedule, Verification } from "../types.ts";
import { count, oneOf, orNull, range, strict, text } from "./fields.ts";

/* Where a protocol comes from and how far its figures can be trusted. */

export const citationSchema: z.ZodType<Citation> = strict("a citation", {
  authors: text,
  year: z.nullable(
    z.int({ error: "a year" }).min(1980, { error: "a year" }).max(2100, { error: "a year" }),
  ),
  journal: text,
  doi: orNull(text),
  doiStatus: oneOf(["seen", "from-memory", "uncertain", "none"]),
  doiUnverified: orNull(text),
});

export const scheduleSchema: z.ZodType<Schedule> = strict("a schedule", {
  sessions: orNull(count),
  perDay: orNull(count),
  interSessionMin: orNull(range(0, 100_000, "min")),
  text: orNull(text),
});

const texts = z.array(text, { error: "a list of texts" });

export const verificationSchema: z.ZodType<Verification> = strict("a verification mark", {
  verifiedFields: texts.default([]),
  where: z.string({ error: "text" }).default(""),
  otherFields: text,
});

export const publishedFlagsSchema: z.ZodType<PublishedFlags> = strict("published flags", {
  maxTier: oneOf(["none", "soft", "hard", "not-applicable"]),
  flags: z
    .array(
      strict("rule, tier, detail", { rule: text, tier: oneOf(["soft", "hard"]), detail: text }),
      {
        error: "a list of flags",
      },
    )
    .default([]),
  notes: texts.default([]),
  note: orNull(text),
});
