import type { Observable } from "rxjs";
import type { LabClock } from "./time.ts";

/** What a simulated stimulator really delivered: the ground truth in tests. One per pulse. */
export interface Discharge {
  /** Instant on the device's clock, ms. */
  readonly atMs: number;
  /** Counts from 1. */
  readonly n: number;
  /** Two for a pair. */
  readonly intensityPctMso: readonly number[];
  readonly cause: "serial" | "trigger" | "train";
}

/** A fault on request: `KIND` at once, or `KIND@WHEN` with seconds since start or `pulse:N`. */
export interface FaultOrder {
  readonly kind: string;
  readonly when:
    | { readonly at: "start" }
    | { readonly at: "time"; readonly s: number }
    | { readonly at: "pulse"; readonly n: number };
}

export interface SimulatorOptions {
  readonly model: string;
  readonly clock: LabClock;
  readonly seed: number;
  readonly softwareVersion: string | null;
  readonly unlockCode: string | null;
  readonly mains: 240 | 115;
  readonly faults: readonly FaultOrder[];
  /** Figures of the body that a test or a bench may set otherwise; keys are the simulator's own. */
  readonly body?: Readonly<Record<string, number>>;
}

/** A device seen from the far side of its cable. */
export interface SimulatedDevice {
  readonly model: string;
  /** Bytes from the device to the host. */
  readonly toHost$: Observable<Uint8Array>;
  readonly discharges$: Observable<Discharge>;
  /** Emits when a fault unplugs the cable. */
  readonly unplugged$: Observable<void>;
  /** Bytes from the host. */
  fromHost(bytes: Uint8Array): void;
  /** A rising edge on the trigger input. */
  trigger(): void;
  /** Order a fault now. Throws a coded error for a kind this device does not know. */
  fault(order: FaultOrder): void;
  close(): void;
}

/** What the `index.ts` of a folder in `simulators/` exports as `simulator`. */
export interface SimulatorModule {
  readonly models: readonly string[];
  /** Speed of the simulated cable; the in-process link delays bytes by it. */
  readonly baudRate: number;
  readonly faultKinds: readonly string[];
  create(options: SimulatorOptions): SimulatedDevice;
}
