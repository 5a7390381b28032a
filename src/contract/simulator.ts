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
  /** From the first pulse of a pair to the second; 0: both at once. Absent for one pulse. */
  readonly isiMs?: number;
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
  /** What the electrodes of a simulated amplifier see; absent: a signal of its own. */
  readonly source?: SignalSource;
  /** Free options, as the rig file has them. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What is at the electrodes: the only view that an amplifier has of a simulated person. */
export interface SignalSource {
  /**
   * Writes `out.length` samples of one channel in microvolt, the first at `firstMs` on the run's clock
   * and the others `stepMs` apart. Called for every channel in turn, with rising instants.
   */
  fill(channel: number, firstMs: number, stepMs: number, out: Float64Array): void;
}

/**
 * A simulated person: driven by what a simulated stimulator discharges and a simulated nerve
 * stimulator gives, seen through the electrodes alone. Between the two nobody passes a note.
 */
export interface SimulatedPerson extends SignalSource {
  readonly subject: string;
  /** What is under the electrodes, in the order of the channels (`FDI`, `APB`, `C3`). */
  readonly channels: readonly string[];
  /**
   * A pulse of the coil. `waveform` and output decide what of it the cortex feels. `hemispheres` has the side of each pulse of
   * the discharge, where two coils are used; absent: all are over the side whose muscles are recorded.
   */
  discharge(
    discharge: Discharge,
    how: { readonly waveform: string; readonly hemispheres?: readonly ("tested" | "other")[] },
  ): void;
  /** An electrical stimulus at the wrist at `atMs`. */
  nerve(atMs: number): void;
  /** Where the operator holds the coil: a site of a search grid, as the protocol names it. */
  coilAt(site: string): void;
  /** How hard the person contracts, as a part of the maximum; 0 at rest. */
  contract(part: number): void;
}

/** What `simulators/person/index.ts` exports as `person`. */
export interface PersonModule {
  readonly subjects: readonly string[];
  /** Throws `CLI_BAD_CALL` for a subject that it does not know, naming those it does. */
  create(options: {
    readonly subject: string;
    readonly seed: number;
    readonly clock: LabClock;
    /** One name a channel: `EMG` channels see muscles, the others the scalp (10-20 names). */
    readonly channels: readonly string[];
  }): SimulatedPerson;
}

/** An output line of a simulated trigger box. */
export interface LineEdge {
  readonly atMs: number;
  /** From 1. */
  readonly line: number;
  readonly rises: boolean;
}

/** A device seen from the far side of its cable. */
export interface SimulatedDevice {
  readonly model: string;
  /** Bytes from the device to the host. */
  readonly toHost$: Observable<Uint8Array>;
  readonly discharges$: Observable<Discharge>;
  /** Emits when a fault unplugs the cable. */
  readonly unplugged$: Observable<void>;
  /** The cable is put back. Absent: it stays off. */
  replug?(): void;
  /** Edges of the outputs of a trigger box; absent on everything else. */
  readonly edges$?: Observable<LineEdge>;
  /** Bytes from the host. */
  fromHost(bytes: Uint8Array): void;
  /**
   * The host has opened its end: a connection to a socket, a line that goes up. Not every cable tells
   * (a pseudo-terminal does not), and a device that does not care has none.
   */
  hostOpened?(): void;
  /** A rising edge on the trigger input. On an amplifier: its mark in the sample of this instant. */
  trigger(): void;
  /**
   * Somebody at the device's own panel: orders of the simulator's own words (`amplitude 55`, `page 2`,
   * `enable`). Absent: it has none. Throws a coded error for an order it does not know.
   */
  panel?(order: string): void;
  /** Order a fault now. Throws a coded error for a kind this device does not know. */
  fault(order: FaultOrder): void;
  close(): void;
}

/** What the `index.ts` of a folder in `simulators/` exports as `simulator`. */
export interface SimulatorModule {
  readonly models: readonly string[];
  /** Speed of the simulated cable; the in-process link delays bytes by it. */
  readonly baudRate: number;
  /** Where the models of a folder differ in speed; null: no serial line. Absent: `baudRate` holds for all. */
  baudRateOf?(model: string): number | null;
  readonly faultKinds: readonly string[];
  create(options: SimulatorOptions): SimulatedDevice;
}
