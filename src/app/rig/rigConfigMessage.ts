import type { FaultOrder } from "../../contract/simulator.ts";
import type { CheckInput } from "../../safety/types.ts";
import type { RigConfig } from "../config/rig.ts";

/** All that the process beside the port needs to build its rig. Plain data; no secrets. */
export interface RigProcessConfig {
  readonly session: string;
  readonly rig: RigConfig;
  /** What the gate weighs besides plan and device. */
  readonly context: Omit<CheckInput, "plan" | "device" | "earlier">;
  readonly seed: number;
  /** One time axis for both processes: reading of the monotonic clock and UTC at instant 0. */
  readonly originNs: string;
  readonly utcAtOriginMs: number;
  readonly parentSilenceMs: number | null;
  /** JSON lines of what a simulated stimulator in this process delivers. */
  readonly dischargesFile: string | null;
  readonly simulatorFaults: readonly FaultOrder[];
  /** Figures of the simulated body that a bench sets otherwise. */
  readonly simulatorBody: Readonly<Record<string, number>>;
  /** Where `pulsetrain stop` finds this run; null: nowhere. */
  readonly stopSocket: string | null;
}

/** First message to a rig process. */
export interface ConfigureMessage {
  readonly type: "configure";
  readonly config: RigProcessConfig;
}
