/** Amplifiers: samples in, in blocks of typed arrays, with the instants that belong to them. */
import type { Observable } from "rxjs";
import type { DecodedFrame, DecodeOptions } from "./decode.ts";
import type { Result } from "./result.ts";
import type { LabClock } from "./time.ts";
import type { BytePort, SerialLine } from "./transport.ts";

export interface ChannelInfo {
  readonly name: string;
  /** `uV` at the electrode; `count` where nobody published a scale and no calibration was given. */
  readonly unit: "uV" | "count";
  /** Smallest step, in `unit`. */
  readonly resolution: number;
  /** Ends of the range, in `unit`: what reaches them is clipped. */
  readonly min: number;
  readonly max: number;
}

/** Plain data about an amplifier as this rig has it. */
export interface AmplifierCapabilities {
  readonly model: string;
  readonly vendor: string;
  readonly channels: readonly ChannelInfo[];
  /** Nominal samples a second and channel. */
  readonly rateHz: number;
  /** Pass band that is published; null: not known. */
  readonly bandHz: readonly [number, number] | null;
  readonly resolutionBits: number;
  /** Where a pulse can be seen on the amplifier's own clock. */
  readonly triggerInput: "sample" | "event" | "none";
  /** Good enough to measure an MEP (2 kHz and more); `why` when not. */
  readonly mep: { readonly fit: boolean; readonly why: string };
  /** Samples that can be lost without any way to know how many; null: any number. */
  readonly lossAmbiguousAfter: number | null;
}

/** A mark on the amplifier's own clock. `offset` counts frames from the start of its block. */
export interface AmplifierTrigger {
  readonly offset: number;
  readonly code: number;
  readonly source: string;
}

/** Frames of one stretch without a gap. Channels side by side, each `frames` long. */
export interface SampleBlock {
  /** Index of the first frame since the stream began; what was lost is counted in. */
  readonly firstIndex: number;
  readonly frames: number;
  readonly channels: readonly Float32Array[];
  readonly triggers: readonly AmplifierTrigger[];
  /** When its last byte arrived, on the rig's clock, ms. */
  readonly arrivedMs: number;
  /** Frames lost just before it, at least; nothing is interpolated. */
  readonly lostBefore: number;
  /** The device's own time of the first frame where it tells one, ms. */
  readonly deviceMs: number | null;
}

export type AmplifierEvent =
  | {
      readonly kind: "loss";
      readonly atMs: number;
      readonly frames: number;
      /** The counter of the device cannot tell how many: at least so many. */
      readonly atLeast: boolean;
    }
  | { readonly kind: "repeat"; readonly atMs: number; readonly frames: number }
  | { readonly kind: "resync"; readonly atMs: number; readonly bytes: number; readonly hex: string }
  /** No data for longer than the stall limit of the driver. */
  | { readonly kind: "stall"; readonly atMs: number; readonly silentMs: number }
  | { readonly kind: "resumed"; readonly atMs: number }
  | { readonly kind: "message"; readonly atMs: number; readonly text: string }
  | {
      readonly kind: "fault";
      readonly atMs: number;
      readonly code: string;
      readonly detail: string;
    }
  | { readonly kind: "link-lost"; readonly atMs: number; readonly detail: string };

/** Counted from the start of the stream. */
export interface AmplifierCounters {
  readonly frames: number;
  readonly lost: number;
  readonly repeats: number;
  readonly wraps: number;
  readonly resyncs: number;
  readonly junkBytes: number;
  readonly stalls: number;
}

/** One real amplifier behind bytes. */
export interface Amplifier {
  readonly blocks$: Observable<SampleBlock>;
  readonly events$: Observable<AmplifierEvent>;
  counters(): AmplifierCounters;
  /** Open and identify. Rejects with a coded error: silent, another device, wrong rate. */
  connect(): Promise<Readonly<Record<string, string>>>;
  start(): Promise<void>;
  stop(): Promise<void>;
  close(): Promise<void>;
}

export interface AmplifierConfig {
  readonly driver: string;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What the `index.ts` of a folder in `drivers/` exports as `amplifier`. */
export interface AmplifierModule {
  readonly models: readonly string[];
  readonly kind: "amplifier";
  /** The serial line; null for devices on a network (one emission of the port is one datagram on UDP). */
  line(config: AmplifierConfig): SerialLine | null;
  describe(config: AmplifierConfig): Result<AmplifierCapabilities, string>;
  create(context: {
    readonly config: AmplifierConfig;
    readonly clock: LabClock;
    readonly port: BytePort;
  }): Amplifier;
  decodeCapture(model: string, bytes: Uint8Array, options: DecodeOptions): readonly DecodedFrame[];
}
