import type { Observable } from "rxjs";
import type { DecodedFrame, DecodeOptions } from "./decode.ts";
import type { Dose, Rounding } from "./dose.ts";
import type { GuardedBytePort, PermitLike } from "./guarded.ts";
import type { Hazard, HazardClassifier } from "./hazard.ts";
import type { Result } from "./result.ts";
import type { LabClock } from "./time.ts";
import type { SerialLine } from "./transport.ts";
import type { TriggerPath } from "./trigger.ts";

export type { DecodedFrame, DecodeOptions, GuardedBytePort, PermitLike };

/** What a device says of itself, as last read. Null means: this device does not tell. */
export interface StimulatorStatus {
  /** Instant of the answer on the rig's clock. */
  readonly atMs: number;
  readonly state: "standby" | "armed" | "ready";
  readonly remote: boolean;
  readonly coilPresent: boolean | null;
  /** One per channel: the first stands for A, the second for B. */
  readonly intensityPctMso: readonly number[] | null;
  readonly mode: "single" | "train" | null;
  readonly train: TrainSettings | null;
  readonly activity: "idle" | "train" | "wait";
  /** Interval of the pair or burst that one start gives, as set; null or absent: one start is one pulse. */
  readonly isiMs?: number | null;
  /** Pulses of the burst that one start gives; null or absent: no burst. */
  readonly burstPulses?: number | null;
  readonly enhancedPower: boolean | null;
  /** Pulse shape that is set, in the words of `Capabilities.pulseShapes`; null or absent: not told. */
  readonly waveform?: string | null;
  readonly currentDirection?: string | null;
  /** What the device says of the coil that is plugged in (its number, its type); null or absent: not told. */
  readonly coil?: string | null;
  /** Highest reading of the coil's sensors, and when it was taken. */
  readonly coilTemperatureC: number | null;
  readonly coilTemperatureAtMs: number | null;
  /** The device's own words when it reports an error; null when it reports none. */
  readonly fault: string | null;
}

export interface TrainSettings {
  readonly frequencyHz: number;
  readonly pulses: number;
  readonly durationS: number;
}

/** What a device is to be set to before it is armed for a dose. */
export interface StimulatorSettings {
  /** One per channel, 0 for one that gives nothing; or the only one of a device that is set by one figure. */
  readonly intensityPctMso: readonly number[];
  /** Null: single-pulse mode. */
  readonly train: TrainSettings | null;
  readonly isiMs: number | null;
  /** Pulses of the burst that one start gives; null or absent: no burst. */
  readonly burstPulses?: number | null;
  /** Who starts the pulses where it is not the host; null or absent: the host. */
  readonly external?: "trigger" | "stored-protocol" | null;
}

export interface DeviceIdentity {
  readonly model: string;
  readonly softwareVersion: string | null;
  readonly detail: Readonly<Record<string, string>>;
}

/** Spontaneous news; `status$` carries every status that was read. */
export type StimulatorEvent =
  | {
      readonly kind: "fault";
      readonly atMs: number;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly kind: "link-lost"; readonly atMs: number; readonly detail: string }
  | { readonly kind: "control-lost"; readonly atMs: number; readonly detail: string }
  /** The device left armed/ready by itself. */
  | { readonly kind: "disarmed-itself"; readonly atMs: number; readonly detail: string }
  /** The device reported a pulse; `expected`: it belongs to a dose that was written. */
  | {
      readonly kind: "pulse";
      readonly atMs: number;
      readonly expected: boolean;
      /** Realised rate of rise of the current, one a channel; null: the device does not tell. */
      readonly didtAPerUs: readonly number[] | null;
      /** Pulses that this report stands for where it is more than one (a device that counts bursts). */
      readonly pulses?: number;
    }
  /** Coil or pulse shape are others than before: thresholds measured with the old one are void. */
  | {
      readonly kind: "equipment";
      readonly atMs: number;
      readonly what: "coil" | "waveform" | "current-direction" | "temperature-sensor";
      readonly was: string;
      readonly now: string;
    }
  /** Something was changed at the device's own panel. */
  | { readonly kind: "panel"; readonly atMs: number; readonly detail: string }
  | { readonly kind: "junk"; readonly atMs: number; readonly hex: string; readonly why: string };

/** What came of one dose, with the instants on the rig's clock; null: not seen. */
export interface Delivery {
  readonly outcome: "delivered" | "refused-by-device" | "unknown";
  readonly detail: string;
  readonly writtenMs: number;
  readonly writtenHex: string;
  readonly drainedMs: number | null;
  readonly acknowledgedMs: number | null;
  /** When the device itself showed that it was done (a train bit that rose and fell, a pulse report). */
  readonly deviceReportedMs: number | null;
}

/**
 * One real device behind bytes. Methods reject with a coded error; nothing is retried that can
 * reach a person. `connect` and `close` never arm, raise or fire.
 */
export interface Stimulator {
  readonly status$: Observable<StimulatorStatus>;
  readonly events$: Observable<StimulatorEvent>;
  /** Take control and probe: identity, version, state. The device is in standby afterwards. */
  connect(): Promise<DeviceIdentity>;
  /** The last answer, however old; null before the first. */
  lastStatus(): StimulatorStatus | null;
  /** Ask now. With `temperature` also the coil, where the device can tell. */
  readStatus(options?: { readonly temperature?: boolean }): Promise<StimulatorStatus>;
  /** Set in standby; returns what the device says it is set to, not what was asked. */
  prepare(settings: StimulatorSettings, permit: PermitLike): Promise<StimulatorStatus>;
  /** Arm and wait until ready. Rejects when ready does not come within the model's own time. */
  arm(permit: PermitLike): Promise<StimulatorStatus>;
  /** Resolves when the device says ready; rejects after `timeoutMs`. */
  awaitReady(timeoutMs: number): Promise<StimulatorStatus>;
  /** Keep the line quiet until `untilMs`, so that no poll stands between a deadline and its bytes. */
  quietUntil(untilMs: number): void;
  /** Hands the bytes over before it returns; the promise settles when the outcome is known. */
  deliver(
    dose: Dose,
    permit: PermitLike,
  ): { readonly writtenMs: number; readonly writtenHex: string; readonly done: Promise<Delivery> };
  /**
   * Somebody else may start pulses from now on, under this permit, until `endExternal`: each is
   * reported as a `pulse` event with `expected: false`, and recharging after one is no trouble.
   * For `by: "stored-protocol"` this starts it. Absent: the model cannot be used so.
   */
  beginExternal?(
    dose: Dose,
    permit: PermitLike,
  ): { readonly writtenMs: number; readonly writtenHex: string } | null;
  endExternal?(): void;
  /** Always allowed, jumps every queue. `confirmed`: the device answered that it is in standby. */
  disarm(why: string): Promise<{ readonly confirmed: boolean; readonly detail: string }>;
  /** Disarm, give up control, close the port. */
  close(): Promise<{ readonly confirmed: boolean; readonly detail: string }>;
}

/** Something a model cannot do, in words with the reason and the alternative. */
export interface DeviceProblem {
  readonly rule: "INT-03" | "ITI-03" | "DEV-01";
  readonly detail: string;
  readonly source: string;
}

/** A stretch of legal values of a setting, ends included. */
export interface ScaleStretch {
  readonly from: number;
  readonly to: number;
  readonly step: number;
}

/** What one setting of a model can be, as data: the plan check and the device pages are made of it. */
export interface SettingRange {
  readonly setting: string;
  readonly unit: string;
  readonly scale: readonly ScaleStretch[];
  readonly source: string;
}

/** Plain data about a model with its options (mains voltage, software version when known). */
export interface Capabilities {
  readonly model: string;
  readonly vendor: string;
  /** What the device can time by itself. */
  readonly deviceTimed: {
    readonly train: boolean;
    readonly burst: boolean;
    readonly pair: boolean;
    /** A train of bursts from one start. */
    readonly burstTrain: boolean;
  };
  /** Pulses may come from its trigger input while this host holds it armed and counts. */
  readonly externalTrigger: boolean;
  /** A protocol stored in the device can be started and its pulses are told. */
  readonly storedProtocol: boolean;
  /** Intensities of their own: 2 for devices that give two different pulses of one start. */
  readonly channels: 1 | 2;
  /** Shortest honest interval between pulses that the host times over the wire, ms. */
  readonly hostMinIntervalMs: number;
  readonly maxPctMso: number;
  readonly intensityStepPctMso: number;
  /** Evidence of a delivered dose. */
  readonly evidence: "none" | "status" | "per-pulse";
  /** The pulse shape of this rig: the key of its thresholds. */
  readonly waveform: string;
  /** All that the model can be set to. */
  readonly pulseShapes: readonly string[];
  readonly currentDirections: readonly string[];
  readonly ranges: readonly SettingRange[];
  /** From handing over the bytes of a start to the pulse, worst case, ms; null: there is no such way in. */
  readonly worstLatencyMs: { readonly serial: number | null; readonly trigger: number | null };
  readonly reportsTemperature: boolean;
  /** Longest time between setting an intensity and ready at it, ms, worst case. */
  readonly worstReadyMs: number;
}

/** One of the intensities that a device is set to: A is the first of a status, B the second. */
export type Channel = Extract<Hazard, { readonly kind: "intensity" }>["channel"];

export interface DeviceModel {
  readonly capabilities: Capabilities;
  /** Pure: why this device cannot deliver the dose; empty when it can. */
  judgeDose(dose: Dose): readonly DeviceProblem[];
  /** Pure: least time from the end of this dose's last pulse to the next start, ms. */
  minRestAfterMs(dose: Dose): number;
  /**
   * Pure: least time from the end of `before`'s last pulse to the start of `next` as the one after it,
   * ms, with everything that the driver does in between: seeing what came of `before` and, where `next`
   * needs other settings, disarming, setting, sinking, arming. Not below `minRestAfterMs`. Absent: the
   * model knows no more than that.
   */
  minRestBetweenMs?(before: Dose, next: Dose): number;
  /** Pure: highest rate of single starts or of a train at this output, Hz. */
  maxFrequencyHz(pctMso: number): number;
  /**
   * Pure: the shape on the steps of the device, with every figure that moved. The plan shows each
   * move and refuses those beyond its tolerance. Absent: every figure of a shape can be set as it is.
   */
  onSteps?(shape: Dose["shape"]): {
    readonly shape: Dose["shape"];
    readonly roundings: readonly Rounding[];
  };
  /**
   * Pure: what a person must confirm before this dose, because the device cannot tell it (dials of
   * a stimulator without a wire); null: nothing.
   */
  confirmationFor?(dose: Dose): string | null;
  /** Pure: what must be set before the dose. */
  settingsFor(dose: Dose): StimulatorSettings;
  /**
   * Pure: the channel that gives a dose with one intensity; every other channel is at 0 then. Absent: A.
   */
  channelOf?(dose: Dose): Channel;
  /**
   * Pure: the hazardous frames that `prepare` may send for this dose, in order, without the safe
   * ones. The gate grants each of them once, after checking that none exceeds the dose.
   */
  grantsFor(dose: Dose): readonly Hazard[];
}

export interface StimulatorConfig {
  readonly driver: string;
  readonly mains: 240 | 115 | null;
  readonly softwareVersion: string | null;
  /** Free options of the rig file's `stimulator` part that the core does not know. */
  readonly options: Readonly<Record<string, unknown>>;
}

export interface DriverContext {
  readonly config: StimulatorConfig;
  readonly clock: LabClock;
  readonly port: GuardedBytePort;
  /** A secret; never log it. Null when the rig has none. */
  readonly unlockCode: string | null;
  /** Starts leave here instead of the wire: RTS, a trigger box. Null or absent: over the wire. */
  readonly trigger?: TriggerPath | null;
}

/** What the `index.ts` of a folder in `drivers/` exports as `driver`. */
export interface DriverModule {
  readonly models: readonly string[];
  readonly kind: "stimulator";
  readonly line: SerialLine;
  /** Fails with words when the rig file lacks something the model needs (mains voltage). */
  describe(config: StimulatorConfig): Result<DeviceModel, string>;
  classifier(config: StimulatorConfig): HazardClassifier;
  create(context: DriverContext): Stimulator;
  /** Decode one complete capture that may hold several frames and junk. */
  decodeCapture(model: string, bytes: Uint8Array, options: DecodeOptions): readonly DecodedFrame[];
  /**
   * Bytes of one write as they may be recorded: secrets replaced, length kept. Pure. Absent when
   * no frame of the device holds a secret.
   */
  redact?(bytes: Uint8Array): Uint8Array;
}
