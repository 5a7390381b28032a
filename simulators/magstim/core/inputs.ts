import type { Discharge } from "../../../src/contract/simulator.ts";

/** A fault of the body itself, not of the line, that every model can have. */
export type FamilyFault =
  | "reboot"
  | "overheat"
  | "coil-off"
  | "coil-worn"
  | "coil-switch-released"
  | "error-bit"
  | "stuck-ready";

/** What can happen to every unit and is the same everywhere. */
export type SharedInput =
  /** 60 s without a pulse. */
  | { readonly kind: "unused" }
  /** The host said nothing for too long. */
  | { readonly kind: "silence" }
  /** A command was carried out and answered with a status: the silence starts anew. */
  | { readonly kind: "heard" }
  | { readonly kind: "take-control" }
  | { readonly kind: "give-up-control" }
  | { readonly kind: "arm" }
  | { readonly kind: "disarm" }
  /** A hand at the coil. */
  | { readonly kind: "coil"; readonly change: "on" | "off" | "new" }
  | { readonly kind: "coil-switch"; readonly pressed: boolean }
  | { readonly kind: "fault"; readonly fault: FamilyFault };

/** What can happen to every unit; each group of models answers to `fire` and `set-power` in its own way. */
export type FamilyInput =
  | SharedInput
  | { readonly kind: "fire"; readonly cause: "serial" | "trigger" }
  | { readonly kind: "set-power"; readonly pct: number };

/** Of the host's commands. `out-of-range`: a number that the present state has no room for. */
export type Verdict = "done" | "conflict" | "out-of-range";

export interface Stepped<B> {
  readonly body: B;
  readonly verdict: Verdict;
  /** The pulse that this step gave off, if any. */
  readonly discharge: Discharge | null;
}

/** What a body will do by itself, and when. */
export interface Due<I> {
  readonly input: I;
  readonly atMs: number;
}

export function done<B>(body: B, discharge: Discharge | null = null): Stepped<B> {
  return { body, verdict: "done", discharge };
}

export function refused<B>(body: B, verdict: "conflict" | "out-of-range"): Stepped<B> {
  return { body, verdict, discharge: null };
}
