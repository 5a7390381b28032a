import { orList } from "../../src/base/result.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

/**
 * The numbers of a body, some of them set otherwise. Throws `CLI_BAD_CALL` for a key that is no
 * figure of this body, or a value that is no number >= 0.
 */
export function figuresWith<F extends Readonly<Record<keyof F, number>>>(
  defaults: F,
  overrides: Readonly<Record<string, number>> | undefined,
): F {
  const changed = overrides ?? {};
  for (const [key, value] of Object.entries(changed)) {
    if (!Object.hasOwn(defaults, key)) {
      throw new PulsetrainError(
        "CLI_BAD_CALL",
        `no figure ${key}: expected ${orList(Object.keys(defaults))}`,
      );
    }
    if (!Number.isFinite(value) || value < 0)
      throw new PulsetrainError("CLI_BAD_CALL", `figure ${key}: ${value}`);
  }
  return { ...defaults, ...changed };
}

/** One of the words that a free option may have; absent: the first. Throws `CLI_BAD_CALL`. */
export function wordOption<W extends string>(
  options: Readonly<Record<string, unknown>> | undefined,
  key: string,
  words: readonly [W, ...W[]],
): W {
  const given = options?.[key];
  if (given === undefined || given === null) return words[0];
  const word = words.find((one) => one === given);
  if (word !== undefined) return word;
  throw new PulsetrainError("CLI_BAD_CALL", `${key} ${String(given)}: expected ${orList(words)}`);
}

/** A whole number within bounds, or null when the option is absent. Throws `CLI_BAD_CALL`. */
export function numberOption(
  options: Readonly<Record<string, unknown>> | undefined,
  key: string,
  { from, to }: { readonly from: number; readonly to: number },
): number | null {
  const given = options?.[key];
  if (given === undefined || given === null) return null;
  if (typeof given === "number" && Number.isInteger(given) && given >= from && given <= to)
    return given;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `${key} ${String(given)}: expected a whole number from ${from} to ${to}`,
  );
}
