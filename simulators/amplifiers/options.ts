import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

/** Free options of a rig file. Keys that a simulator does not ask for are the driver's. */
export type FreeOptions = Readonly<Record<string, unknown>>;

/** Throws `CLI_BAD_CALL` for what is no number within the limits. */
export function numberOption(
  options: FreeOptions,
  key: string,
  standard: number,
  limits: { readonly min: number; readonly max: number; readonly whole?: boolean },
): number {
  if (options[key] === undefined) return standard;
  const value = options[key];
  const { min, max, whole = false } = limits;
  const isGood =
    typeof value === "number" &&
    value >= min &&
    value <= max &&
    (!whole || Number.isInteger(value));
  if (isGood) return value;
  throw badOption(key, value, `a ${whole ? "whole " : ""}number from ${min} to ${max}`);
}

/** Names: a list of texts or of things with a `name`, or one text with commas (`FDI,APB`). */
export function namesOption(
  options: FreeOptions,
  key: string,
  standard: readonly string[],
): readonly string[] {
  const value = options[key];
  if (value === undefined) return standard;
  const parts: readonly unknown[] =
    typeof value === "string" ? value.split(",") : Array.isArray(value) ? value : [];
  const names = parts.map(nameOf);
  if (names.length > 0 && names.every((name) => name !== "")) return names;
  throw badOption(key, value, "names, such as FDI,APB,C3");
}

function nameOf(part: unknown): string {
  if (typeof part === "string") return part.trim();
  const isNamed = typeof part === "object" && part !== null && "name" in part;
  return isNamed && typeof part.name === "string" ? part.name.trim() : "";
}

export function badOption(key: string, value: unknown, expected: string): PulsetrainError {
  return new PulsetrainError(
    "CLI_BAD_CALL",
    `option ${key}: ${JSON.stringify(value)}: expected ${expected}`,
  );
}
