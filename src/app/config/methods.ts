import { orList } from "../../base/result.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { NeededValue } from "../measure/needs.ts";
import { methodNamed } from "../measure/thresholds.ts";

const VALUES = ["RMT", "AMT", "1mV"] as const;

/** `RMT=mills-nithi` of `--method`, repeated. */
export function methodOptions(
  texts: readonly string[],
): Readonly<Partial<Record<NeededValue, string>>> {
  return Object.fromEntries(texts.map(methodOption));
}

function methodOption(text: string): readonly [NeededValue, string] {
  const [name = "", method = "", ...more] = text.split("=");
  const value = VALUES.find((known) => known === name);
  if (value === undefined || more.length > 0) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `--method ${text}: expected ${orList(VALUES)}, = and the name of a method`,
    );
  }
  return [value, methodNamed(method).name];
}
