import { InvalidArgumentError } from "commander";

/** A number of the command line, whole and not negative. */
export function wholeNumber(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("expected a whole number");
  return Number(text);
}

/** Gathers a repeatable option. */
export function gather(value: string, sofar: readonly string[] | undefined): readonly string[] {
  return [...(sofar ?? []), value];
}
