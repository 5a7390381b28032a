import { z } from "zod";
import { nearestKey } from "./nearestKey.ts";

/*
 * Building stones of the schema. The message of every stone says what was expected, so that a
 * problem reads "expected ..., got ..." without a second table of words.
 */

/** Highest count of anything in a file: a slip of the keyboard must not fill the memory. */
const MAX_COUNT = 100_000;

/** A map that takes these keys only; a foreign key is answered with the key that was likely meant. */
export function strict<S extends z.ZodRawShape>(
  what: string,
  shape: S,
): z.ZodObject<S, z.core.$strict> {
  const known = Object.keys(shape);
  return z.strictObject(shape, {
    error: (issue) => {
      if (issue.code !== "unrecognized_keys") return `${what}: a map of keys`;
      const keys = (issue as { readonly keys?: readonly string[] }).keys ?? [];
      // One line a key, in the order of the issue's `keys`: `problems.ts` splits them again.
      return keys.map((key) => adviceFor(key, known)).join("\n");
    },
  });
}

function adviceFor(key: string, known: readonly string[]): string {
  const near = nearestKey(key, known);
  return near === null ? `one of the keys ${known.join(", ")}` : `the key ${near}`;
}

/** Null, or left out: the source does not say. */
export function orNull<T extends z.ZodType>(inner: T): z.ZodDefault<z.ZodNullable<T>> {
  return z.nullable(inner).default(null as never);
}

export const text: z.ZodString = z
  .string({ error: "text" })
  .min(1, { error: "text that is not empty" });

/**
 * What an intensity is relative to. A slip such as `%RTM` must not pass for a response that is to
 * be measured first. The remark of a source may follow in brackets.
 */
export const intensityBase: z.ZodString = text.regex(
  /^(%(RMT|AMT|MSO|RMT200)( \(.*\))?|(\d+(\.\d+)? ?)?(mV|uV|V\/m)( .*)?|% perceptual threshold\b.*|median nerve\b.*)$/,
  {
    error: "%RMT, %AMT or %MSO, or a response to be found such as 1mV",
  },
);

const COUNT_WORDS = `a whole number from 1 to ${MAX_COUNT}`;
export const count: z.ZodInt = z
  .int({ error: COUNT_WORDS })
  .min(1, { error: COUNT_WORDS })
  .max(MAX_COUNT, { error: COUNT_WORDS });

/** A number above 0 and at most `max`. */
export function above0(max: number, unit: string): z.ZodNumber {
  const words = `a number above 0, at most ${max} ${unit}`;
  return z.number({ error: words }).positive({ error: words }).max(max, { error: words });
}

/** A number from `min` to `max`. */
export function range(min: number, max: number, unit: string): z.ZodNumber {
  const words = `a number from ${min} to ${max} ${unit}`;
  return z.number({ error: words }).min(min, { error: words }).max(max, { error: words });
}

export function oneOf<const T extends readonly [string, ...string[]]>(
  options: T,
): z.ZodType<T[number]> {
  return z.enum(options, { error: `one of ${options.join(", ")}` });
}

/** The longest stretch of time a protocol may name: one day. */
const DAY_S = 86_400;
export const seconds: z.ZodNumber = range(0, DAY_S, "s");
export const secondsAbove0: z.ZodNumber = above0(DAY_S, "s");
export const frequencyHz: z.ZodNumber = above0(1000, "Hz");
export const isiMs: z.ZodNumber = above0(10_000, "ms");
