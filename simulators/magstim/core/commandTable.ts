import { asciiOf } from "../wire/checksum.ts";
import type { DataLength } from "../wire/hostStream.ts";
import type { FamilyInput } from "./inputs.ts";

export type Query =
  | "temperature"
  | "version"
  | "parameters"
  | "error-code"
  | "system-status"
  | "system-mode"
  | "charge-delay";

/** A command of the host, decoded. `code` is null for the plain padding byte. */
export type Command<I> =
  | { readonly kind: "take-control"; readonly code: string | null }
  | { readonly kind: "query"; readonly what: Query }
  | { readonly kind: "act"; readonly input: FamilyInput | I };

/** Why data is no command. */
export type Refusal = "bad-data" | "out-of-range";

/** `V` is what differs between the units of a group, `I` what only that group can be told. */
export type Decoder<V, I> = (data: readonly number[], variant: V) => Command<I> | Refusal;

export interface CommandRow<V, I> {
  readonly letter: string;
  /** Number of data bytes, checksum not counted; null: this unit does not know the command. */
  readonly dataLength: (variant: V) => number | null;
  /** `some`: of the three `E` commands only disarming is free. */
  readonly needsControl: "yes" | "no" | "some";
  readonly decode: Decoder<V, I>;
}

/** The commands of a group of models. */
export interface CommandSet<V, I> {
  /** The lengths by which the host's bytes are split. */
  dataLengthOf(variant: V): DataLength;
  /** The frame must have been split by `dataLengthOf`. */
  decode(command: number, data: readonly number[], variant: V): Command<I> | Refusal;
  needsControl(command: number, data: readonly number[]): boolean;
}

export function commandSet<V, I>(rows: readonly CommandRow<V, I>[]): CommandSet<V, I> {
  const rowOf = new Map(rows.map((row) => [row.letter.charCodeAt(0), row]));
  return {
    dataLengthOf: (variant) => (command) => rowOf.get(command)?.dataLength(variant) ?? "unknown",
    decode: (command, data, variant) => rowOf.get(command)?.decode(data, variant) ?? "bad-data",
    needsControl: (command, data) => {
      const needed = rowOf.get(command)?.needsControl ?? "no";
      return needed === "yes" || (needed === "some" && !isLetter(data, "A"));
    },
  };
}

/** One data byte that is not looked at. */
export function padded(): number {
  return 1;
}

/** What every model knows (`nicolasmcnair/magpy`); only taking control differs. */
export function familyRows<V, I>(maxPowerPct: number): readonly CommandRow<V, I>[] {
  return [
    {
      letter: "R",
      dataLength: padded,
      needsControl: "no",
      decode: act({ kind: "give-up-control" }),
    },
    {
      letter: "@",
      dataLength: () => 3,
      needsControl: "yes",
      decode: (data) => number(data, 0, maxPowerPct, (pct) => ({ kind: "set-power", pct })),
    },
    { letter: "E", dataLength: padded, needsControl: "some", decode: decodeE },
    { letter: "F", dataLength: padded, needsControl: "no", decode: query("temperature") },
  ];
}

export function isLetter(data: readonly number[], letter: string): boolean {
  return data[0] === letter.charCodeAt(0);
}

export function query(what: Query): () => { readonly kind: "query"; readonly what: Query } {
  return () => ({ kind: "query", what });
}

export function act<I>(input: FamilyInput | I): () => Command<I> {
  return () => ({ kind: "act", input });
}

/** Decimal digits, most significant first. `make` may find that the number is none it can take. */
export function number<I>(
  data: readonly number[],
  lowest: number,
  highest: number,
  make: (value: number) => FamilyInput | I | null,
): Command<I> | Refusal {
  const [zero = 0, nine = 0] = asciiOf("09");
  if (!data.every((byte) => byte >= zero && byte <= nine)) return "bad-data";
  const value = data.reduce((total, byte) => total * 10 + (byte - zero), 0);
  const input = value >= lowest && value <= highest ? make(value) : null;
  return input === null ? "out-of-range" : { kind: "act", input };
}

function decodeE<I>(data: readonly number[]): Command<I> | Refusal {
  if (isLetter(data, "A")) return { kind: "act", input: { kind: "disarm" } };
  if (isLetter(data, "B")) return { kind: "act", input: { kind: "arm" } };
  if (isLetter(data, "H")) return { kind: "act", input: { kind: "fire", cause: "serial" } };
  return "bad-data";
}
