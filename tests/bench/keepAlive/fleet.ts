/** What the processes of the keep-alive bench agree on. */
import type { PlanShape } from "../timing/benchModel.ts";

export const RIGS = 16;

/** A rig of the fleet and what it does: it is armed, and gives a start now and then. */
interface FleetKind {
  readonly model: string;
  readonly plan: PlanShape;
}

const STARTS = { trains: 1, starts: 3, intervalMs: 4500, periodMs: 9500, isTrain: false } as const;
const POWER_PCT = 40;

/** The models that give up remote control when nobody speaks to them. */
const KINDS: readonly FleetKind[] = [
  {
    model: "magstim-super-rapid2",
    plan: { ...STARTS, shape: { kind: "pulse" }, intensityPctMso: [POWER_PCT] },
  },
  {
    model: "magstim-200",
    plan: { ...STARTS, shape: { kind: "pulse" }, intensityPctMso: [POWER_PCT] },
  },
  {
    model: "magstim-bistim",
    plan: {
      ...STARTS,
      shape: { kind: "pair", isiMs: 10 },
      intensityPctMso: [POWER_PCT, POWER_PCT],
    },
  },
];

export function kindOf(rig: number): FleetKind {
  const kind = KINDS[rig % KINDS.length];
  if (kind === undefined) throw new Error("no kind");
  return kind;
}

/** As the driver polls while it is armed. */
export const POLL_MS = 200;
/** `J@` and its checksum: the question of the bare loop. */
export const POLL_HEX = "4a4075";

/** First argument of a parent, as JSON. */
export interface ParentOrder {
  readonly rig: number;
  readonly devicePath: string;
  readonly folder: string;
}

export type FromParent =
  | { readonly type: "ready" }
  | {
      readonly type: "done";
      readonly status: string;
      readonly detail: string;
      readonly controlLost: number;
      readonly stalls: number;
    };

/** What one line has seen. */
export interface LineReport {
  /** Between two frames of the host while the device was armed, ms. */
  readonly gapsMs: readonly number[];
  /** Answers while armed that say: the host has no control. */
  readonly lost: number;
}

export interface FarSideReady {
  readonly type: "ready";
  readonly paths: readonly string[];
  readonly sinkPath: string;
}

export interface FarSideReport {
  readonly lines: readonly LineReport[];
  /** Of the bare loop. */
  readonly bareGapsMs: readonly number[];
}
