/** What a model of trigger box has to bring; `index.ts` puts them behind one module. */
import { z } from "zod";
import { readOptions } from "../../src/base/options.ts";
import { err } from "../../src/base/result.ts";
import type { DecodedFrame, DecodeOptions } from "../../src/contract/decode.ts";
import type { GuardedBytePort } from "../../src/contract/guarded.ts";
import type { HazardClassifier } from "../../src/contract/hazard.ts";
import type { Result } from "../../src/contract/result.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { SerialLine } from "../../src/contract/transport.ts";
import type { TriggerBox, TriggerCapabilities, TriggerConfig } from "../../src/contract/trigger.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

export interface BoxContext {
  readonly config: TriggerConfig;
  readonly clock: LabClock;
  readonly port: GuardedBytePort;
}

export interface BoxKind {
  readonly line: SerialLine;
  describe(config: TriggerConfig): Result<TriggerCapabilities, string>;
  classifier(config: TriggerConfig): HazardClassifier;
  /** Called only with a configuration that `describe` accepts. */
  create(context: BoxContext): TriggerBox;
  decode(bytes: Uint8Array, direction: DecodeOptions["direction"]): readonly DecodedFrame[];
}

/** 8 data bits, no parity, 1 stop bit: all of the boxes. */
export const lineAt = (baudRate: number): SerialLine => ({
  baudRate,
  dataBits: 8,
  parity: "none",
  stopBits: 1,
});

/** How long a line stays up, ms, where the rig file may choose. */
export const pulseMsField = (leastMs: number): z.ZodDefault<z.ZodNumber> =>
  z.number().min(leastMs).max(100).default(5);

/** The options of a box, after a look at the line that leads to the stimulator. */
export function readBoxOptions<T>(
  config: TriggerConfig,
  lines: number,
  schema: z.ZodType<T>,
): Result<T, string> {
  const { driver, options, stimulatorLine } = config;
  const isLine =
    stimulatorLine === null ||
    (Number.isInteger(stimulatorLine) && stimulatorLine >= 1 && stimulatorLine <= lines);
  if (!isLine)
    return err(
      `${driver} has lines 1 to ${lines}; \`stimulatorLine: ${stimulatorLine}\` is none of them`,
    );
  return readOptions(schema, options, driver);
}

/** Bit of the line that leads to the stimulator; 0 when none does. */
export function stimulatorMask({ stimulatorLine }: TriggerConfig): number {
  return stimulatorLine === null ? 0 : 2 ** (stimulatorLine - 1);
}

/** For `create`, which a described configuration reaches. */
export function orBadRig<T>(read: Result<T, string>): T {
  if (read.ok) return read.value;
  throw new PulsetrainError("RIG_FILE_BAD", read.error);
}
