import type { Discharge } from "../../../src/contract/simulator.ts";
import type { BodyEvent, RapidBody } from "./body.ts";

/** A fault of the body itself, not of the line. */
export type BodyFault =
  | "reboot"
  | "overheat"
  | "coil-off"
  | "coil-worn"
  | "coil-switch-released"
  | "error-bit"
  | "jam-train"
  | "stuck-ready";

/** Everything that can happen to a Rapid unit. */
export type BodyInput =
  | { readonly kind: "event"; readonly event: BodyEvent }
  /** A command was carried out and answered with a status: the silence starts anew. */
  | { readonly kind: "heard" }
  | { readonly kind: "take-control" }
  | { readonly kind: "give-up-control" }
  | { readonly kind: "arm" }
  | { readonly kind: "disarm" }
  | { readonly kind: "fire"; readonly cause: "serial" | "trigger" }
  | { readonly kind: "set-power"; readonly pct: number }
  | { readonly kind: "set-frequency"; readonly tenthsHz: number }
  | { readonly kind: "set-pulses"; readonly pulses: number }
  | { readonly kind: "set-duration"; readonly tenthsS: number }
  | { readonly kind: "set-charge-delay"; readonly delayMs: number }
  | { readonly kind: "enhanced-power"; readonly on: boolean }
  | { readonly kind: "ignore-switch" }
  | { readonly kind: "fault"; readonly fault: BodyFault };

/** Of the host's commands. `bad-data`: a number that the present state has no room for. */
export type Verdict = "done" | "conflict" | "bad-data";

export interface Stepped {
  readonly body: RapidBody;
  readonly verdict: Verdict;
  /** The pulse that this step gave off, if any. */
  readonly discharge: Discharge | null;
}
