/**
 * Ways to a trigger input. A box has lines; one may lead to a stimulator, the others carry marker
 * codes to amplifiers. Raising the stimulator's line is a pulse and needs a permit like any other.
 */
import type { DecodedFrame, DecodeOptions } from "./decode.ts";
import type { GuardedBytePort, PermitLike } from "./guarded.ts";
import type { HazardClassifier } from "./hazard.ts";
import type { Result } from "./result.ts";
import type { LabClock } from "./time.ts";
import type { SerialLine } from "./transport.ts";

/** What a box that confirms said of one edge. */
export type TriggerAnswer =
  | { readonly kind: "given"; readonly atMs: number }
  /** The box raised nothing. */
  | { readonly kind: "refused"; readonly atMs: number; readonly detail: string }
  /** Nobody knows. */
  | { readonly kind: "silent"; readonly detail: string };

/** A start that left, in the form of a write: `writtenMs` is the instant just before it. */
export interface TriggerStamp {
  readonly writtenMs: number;
  /** Hex of the bytes, or the words of a line that was raised (`RTS`). */
  readonly writtenHex: string;
  readonly drained: Promise<number>;
  /** Never rejects. Absent: the box confirms nothing. */
  readonly answer?: Promise<TriggerAnswer>;
}

/** How a stimulator driver starts a dose otherwise than by its own wire. */
export interface TriggerPath {
  readonly name: string;
  /** Worst case from the call to the edge, ms. */
  readonly worstLatencyMs: number;
  /** Raises the line once, under the permit, and lowers it again. Throws like a guarded write. */
  fire(permit: PermitLike): TriggerStamp;
}

export interface TriggerConfig {
  readonly driver: string;
  /** Line that leads to the stimulator, from 1; null: the box carries markers alone. */
  readonly stimulatorLine: number | null;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface TriggerCapabilities {
  readonly model: string;
  readonly lines: number;
  /** How long a line stays up, ms; null: the host lowers it. */
  readonly pulseMs: number | null;
  /** Shortest time between two edges of one line, ms. */
  readonly minIntervalMs: number;
  readonly worstLatencyMs: number;
  /** Does the box confirm what it did? */
  readonly confirms: boolean;
}

/** One box behind bytes. Opening, closing and marking never raise the stimulator's line. */
export interface TriggerBox {
  /** All lines low afterwards; resolves with what the box says of itself. */
  open(): Promise<Readonly<Record<string, string>>>;
  fire(permit: PermitLike): TriggerStamp;
  /**
   * A marker code on the lines that do not lead to the stimulator. Best effort: false when it could
   * not be sent. Never in the safety path; never waits.
   */
  mark(code: number): boolean;
  /** All lines low, then closed. Never throws. */
  close(): Promise<void>;
}

/** What the `index.ts` of a folder in `drivers/` exports as `trigger`. */
export interface TriggerModule {
  readonly models: readonly string[];
  readonly kind: "trigger";
  line(config: TriggerConfig): SerialLine;
  /** Fails with words when the rig file says something the box cannot be. */
  describe(config: TriggerConfig): Result<TriggerCapabilities, string>;
  /** Raising the stimulator's line is `fire`; marker codes and lowering are `safe`. */
  classifier(config: TriggerConfig): HazardClassifier;
  create(context: {
    readonly config: TriggerConfig;
    readonly clock: LabClock;
    readonly port: GuardedBytePort;
  }): TriggerBox;
  decodeCapture(model: string, bytes: Uint8Array, options: DecodeOptions): readonly DecodedFrame[];
}
