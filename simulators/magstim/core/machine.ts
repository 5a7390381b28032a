import type { Answer } from "../wire/answers.ts";
import type { DataLength } from "../wire/hostStream.ts";
import type { InstrumentBits } from "../wire/status.ts";
import type { FamilyBody } from "./body.ts";
import type { Command, Refusal } from "./commandTable.ts";
import type { Due, FamilyInput, Stepped } from "./inputs.ts";
import type { PanelTable } from "./panel.ts";
import type { Kit } from "./step.ts";

/**
 * One unit as the rest of the family's simulator sees it: what its body does, what it is told and
 * what it says. All of it is pure. `I` is what only its group of models can be told.
 */
export interface Machine<B extends FamilyBody, I extends { readonly kind: string }> extends Kit<B> {
  readonly model: string;
  /** Kinds of fault that it has no part for. */
  readonly lacksFaults: readonly string[];
  /** A version text that is not its own; null: it tells no version. */
  readonly otherVersion: string | null;
  /** What a command gets that needs control while nobody holds it. */
  readonly withoutControl: "silence" | "conflict";
  /** Command bytes whose checksum is not looked at. */
  readonly unchecked: readonly number[];
  readonly dataLength: DataLength;
  /** The question whose answer the `unsolicited` fault sends. */
  readonly statusCommand: number;
  readonly panelOrders: PanelTable<I>;
  step(body: B, input: FamilyInput | I, nowMs: number): Stepped<B>;
  /** What this body does next by itself, apart from what all bodies do. */
  nextOwn(body: B): Due<I> | null;
  /** What the `jam-train` fault does to it. */
  readonly jam: I | null;
  decode(command: number, data: readonly number[]): Command<I> | Refusal;
  needsControl(command: number, data: readonly number[]): boolean;
  /** A wrong or missing code gets no answer. */
  isCodeRight(code: string | null): boolean;
  /** The good answer to a command; the instrument status comes from the caller. */
  reply(command: number, instrument: InstrumentBits, body: B, nowMs: number): Answer;
}
