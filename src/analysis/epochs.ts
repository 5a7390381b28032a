/**
 * Cuts the epoch around a pulse. A mark on the amplifier's own clock is the best there is; the rig's clock is the way out
 * and the epoch says so. An epoch waits for its last frame, and one with lost frames is none.
 */
import type { ChannelInfo } from "../contract/amplifier.ts";
import { type ClockFit, frameOfInstant, instantErrorMs } from "./clockFit.ts";
import type { RingTrigger, SampleRing } from "./ring.ts";
import type { Epoch, WindowMs } from "./signal/epoch.ts";

export interface EpochRequest {
  /** When the pulse was, on the rig's clock. */
  readonly atMs: number;
  readonly window: WindowMs;
  /** The mark that belongs to the pulse; null: the rig's clock decides. */
  readonly mark: {
    /** Null: any. */
    readonly code: number | null;
    readonly source: string | null;
    /** How far the mark may lie from where the clock says the pulse was, ms. */
    readonly withinMs: number;
    /** Without a mark the clock decides, instead of nobody. */
    readonly elseClock: boolean;
  } | null;
}

export type CutEpoch =
  | {
      readonly kind: "ready";
      /** One for each channel of the stream. */
      readonly epochs: readonly Epoch[];
      readonly alignedBy: "mark" | "clock";
      /** Standard error of the alignment, ms; half a frame for a mark. */
      readonly errorMs: number;
      /** Frame of the pulse in the stream. */
      readonly pulseFrame: number;
    }
  | { readonly kind: "waiting" }
  | {
      readonly kind: "invalid";
      readonly why: "lost-frames" | "gone" | "no-clock" | "no-mark" | "several-marks";
    };

export interface EpochSource {
  readonly ring: SampleRing;
  readonly channels: readonly ChannelInfo[];
  readonly rateHz: number;
  /** Null as long as nothing has arrived. */
  readonly clock: ClockFit | null;
}

interface Alignment {
  readonly kind: "aligned";
  readonly alignedBy: "mark" | "clock";
  readonly frame: number;
  readonly errorMs: number;
}

/** To be asked again after every block while it is waiting. */
export function cutEpoch(source: EpochSource, request: EpochRequest): CutEpoch {
  const alignment = align(source, request);
  if (alignment.kind !== "aligned") return alignment;
  const { ring, channels, rateHz } = source;
  const { fromMs, toMs } = request.window;
  const { frame, alignedBy, errorMs } = alignment;
  const from = Math.ceil(frame + (fromMs * rateHz) / 1000 - ON_FRAME);
  const to = Math.floor(frame + (toMs * rateHz) / 1000 + ON_FRAME) + 1;
  const read = ring.read(from, to);
  switch (read.kind) {
    case "waiting":
      return { kind: "waiting" };
    case "lost":
      return { kind: "invalid", why: "lost-frames" };
    case "gone":
      return { kind: "invalid", why: "gone" };
    case "whole": {
      const epochs = read.channels.map((samples, i): Epoch => {
        const info = channels[i];
        return {
          samples,
          rateHz,
          pulseIndex: frame - from,
          unit: info?.unit ?? "count",
          range: info === undefined ? null : [info.min, info.max],
        };
      });
      return { kind: "ready", epochs, alignedBy, errorMs, pulseFrame: frame };
    }
  }
}

/** An instant that lies right on a frame must not lose it to rounding. */
const ON_FRAME = 1e-6;

function align(
  source: EpochSource,
  request: EpochRequest,
): Alignment | Exclude<CutEpoch, { kind: "ready" }> {
  const { clock, ring, rateHz } = source;
  if (clock === null) return { kind: "invalid", why: "no-clock" };
  const expected = frameOfInstant(clock, request.atMs);
  const byClock: Alignment = {
    kind: "aligned",
    alignedBy: "clock",
    frame: expected,
    errorMs: instantErrorMs(clock, expected),
  };
  const { mark } = request;
  if (mark === null) return byClock;
  const within = (mark.withinMs * rateHz) / 1000;
  const marks = ring.triggers().filter((trigger) => isMeant(trigger, mark, expected, within));
  const [only] = marks;
  if (marks.length > 1) return { kind: "invalid", why: "several-marks" };
  if (only !== undefined) {
    return { kind: "aligned", alignedBy: "mark", frame: only.index, errorMs: 500 / rateHz };
  }
  // It may still come.
  if (ring.held().to <= expected + within) return { kind: "waiting" };
  return mark.elseClock ? byClock : { kind: "invalid", why: "no-mark" };
}

function isMeant(
  { index, code, source }: RingTrigger,
  mark: NonNullable<EpochRequest["mark"]>,
  expected: number,
  within: number,
): boolean {
  const isNamed = (mark.code ?? code) === code && (mark.source ?? source) === source;
  return isNamed && Math.abs(index - expected) <= within;
}
