import type { Discharge } from "../../src/contract/simulator.ts";
import type { DuomagBody } from "./body.ts";
import type { BodyFault } from "./faults.ts";
import type { HostCommand } from "./hostBytes.ts";

/** What somebody does at the unit itself. */
export type PanelOrder =
  | { readonly kind: "intensity"; readonly pct: number }
  | { readonly kind: "turn"; readonly by: number }
  | { readonly kind: "coil"; readonly type: number }
  | { readonly kind: "coil-off" }
  | { readonly kind: "pair"; readonly isiMs: number; readonly secondPct: number | null }
  | { readonly kind: "single" }
  | { readonly kind: "demand"; readonly on: boolean };

/** Everything that can happen to a DuoMAG unit. */
export type BodyInput =
  | { readonly kind: "heard" }
  | { readonly kind: "command"; readonly command: HostCommand }
  | { readonly kind: "trigger" }
  | { readonly kind: "second-pulse" }
  | { readonly kind: "told"; readonly turn: number }
  | { readonly kind: "refuse-next" }
  | { readonly kind: "panel"; readonly order: PanelOrder }
  | { readonly kind: "fault"; readonly fault: BodyFault };

export interface Stepped {
  readonly body: DuomagBody;
  /** What this step gave off, if anything. */
  readonly effects: readonly Discharge[];
}
