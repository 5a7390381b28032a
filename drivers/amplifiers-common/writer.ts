/**
 * Where a codec puts samples. It fills the typed arrays of the block under way in place and says what
 * was lost, repeated or skipped; nothing is made for a single frame, and nothing is interpolated.
 */
import { toHex } from "../../src/base/hex.ts";
import type {
  AmplifierCounters,
  AmplifierEvent,
  AmplifierTrigger,
  SampleBlock,
} from "../../src/contract/amplifier.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";

export interface SampleWriter {
  /** One array a channel. The frame under way belongs at `[at]` of each. */
  readonly channels: readonly Float32Array[];
  readonly at: number;
  /** The frame at `at` is whole. */
  commit(): void;
  /** The device's own time of the frame under way, ms; the first of a block counts. */
  stamp(deviceMs: number): void;
  /** A mark in the frame under way. */
  mark(code: number, source: string): void;
  /** A mark in a frame that was committed before; false when its block is gone already. */
  markBefore(framesBack: number, code: number, source: string): boolean;
  /** Frames that never came, just before the one under way. */
  lose(frames: number, atLeast: boolean): void;
  /** The same frames once more; they are dropped. */
  repeat(frames: number): void;
  /** The counter of the device began anew at 0. */
  wrap(): void;
  /** Bytes that belong to no frame. */
  junk(bytes: Uint8Array, from: number, to: number): void;
  /** Framing holds again; does nothing when there was no junk. */
  inStep(): void;
  tell(text: string): void;
  fault(code: ErrorCode, detail: string): void;
  /** The block under way goes out as it is. For devices whose packets are the blocks. */
  flush(): void;
  /** From the arrival of the last frame to the present chunk, ms. */
  silenceMs(): number;
}

/** The half that only the shell of a driver uses. */
export interface WriterControl {
  readonly writer: SampleWriter;
  /** The living counters. */
  readonly counters: AmplifierCounters;
  /** Index of the next frame, lost ones counted in. */
  readonly index: number;
  /** From here on frames count and news are told; before, they are looked at and dropped. */
  begin(atMs: number): void;
  end(): void;
  /** What is pushed next arrived at this instant. */
  arrive(atMs: number): void;
  stalled(): void;
}

export interface WriterParts {
  readonly channels: number;
  /** Frames after which a block goes out. */
  readonly blockFrames: number;
  readonly onBlock: (block: SampleBlock) => void;
  readonly onEvent: (event: AmplifierEvent) => void;
}

type Counts = { -readonly [K in keyof AmplifierCounters]: AmplifierCounters[K] };

const NO_TRIGGERS: readonly AmplifierTrigger[] = [];
/** Of a run of junk, so many bytes are told in hex. */
const SHOWN_BYTES = 64;
/** Junk without a frame in between: this is another device, or another speed. */
const HOPELESS_BYTES = 4096;

const noCounts = (): Counts => ({
  frames: 0,
  lost: 0,
  repeats: 0,
  wraps: 0,
  resyncs: 0,
  junkBytes: 0,
  stalls: 0,
});

const inOrder = (triggers: readonly AmplifierTrigger[]): readonly AmplifierTrigger[] =>
  triggers.length === 0 ? NO_TRIGGERS : triggers.toSorted((a, b) => a.offset - b.offset);

/** Bytes that belong to no frame, from one frame to the next. */
interface JunkRun {
  readonly shown: number[];
  bytes: number;
  isTold: boolean;
}

export function createWriter(parts: WriterParts): WriterControl {
  const { blockFrames, onBlock, onEvent } = parts;
  // A plain loop: this is what a stream of small blocks costs most.
  const fresh = (): Float32Array[] => {
    const arrays: Float32Array[] = [];
    for (let n = 0; n < parts.channels; n += 1) arrays.push(new Float32Array(blockFrames));
    return arrays;
  };
  const block = { channels: fresh(), at: 0 };
  let triggers: AmplifierTrigger[] = [];
  let deviceMs: number | null = null;
  let counts = noCounts();
  let isLive = false;
  let nowMs = 0;
  let lastFrameMs = 0;
  let firstIndex = 0;
  let lostBefore = 0;
  let run: JunkRun | null = null;

  const flush = (): void => {
    const frames = block.at;
    if (frames === 0) return;
    const filled = block.channels;
    block.channels = fresh();
    block.at = 0;
    onBlock({
      firstIndex,
      frames,
      channels: frames === blockFrames ? filled : filled.map((samples) => samples.slice(0, frames)),
      triggers: inOrder(triggers),
      arrivedMs: lastFrameMs,
      lostBefore,
      deviceMs,
    });
    firstIndex += frames;
    lostBefore = 0;
    deviceMs = null;
    triggers = [];
  };

  const fault = (code: ErrorCode, detail: string): void => {
    if (isLive) onEvent({ kind: "fault", atMs: nowMs, code, detail });
  };

  /** Junk that no frame ended is told too. */
  const endRun = (isResync: boolean): void => {
    if (run === null) return;
    const { shown, bytes } = run;
    run = null;
    if (isResync) counts.resyncs += 1;
    onEvent({ kind: "resync", atMs: nowMs, bytes, hex: toHex(Uint8Array.from(shown)) });
  };

  const writer: SampleWriter = {
    get channels() {
      return block.channels;
    },
    get at() {
      return block.at;
    },
    commit: () => {
      lastFrameMs = nowMs;
      if (!isLive) {
        triggers = [];
        deviceMs = null;
        return;
      }
      block.at += 1;
      counts.frames += 1;
      if (block.at === blockFrames) flush();
    },
    stamp: (ms) => {
      if (block.at === 0) deviceMs = ms;
    },
    mark: (code, source) => {
      triggers.push({ offset: block.at, code, source });
    },
    markBefore: (framesBack, code, source) => {
      const offset = block.at - framesBack;
      if (offset < 0) return false;
      triggers.push({ offset, code, source });
      return true;
    },
    lose: (frames, atLeast) => {
      if (!isLive) return;
      flush();
      firstIndex += frames;
      lostBefore += frames;
      counts.lost += frames;
      onEvent({ kind: "loss", atMs: nowMs, frames, atLeast });
    },
    repeat: (frames) => {
      if (!isLive) return;
      counts.repeats += frames;
      onEvent({ kind: "repeat", atMs: nowMs, frames });
    },
    wrap: () => {
      if (isLive) counts.wraps += 1;
    },
    junk: (bytes, from, to) => {
      if (!isLive || from >= to) return;
      run ??= { shown: [], bytes: 0, isTold: false };
      run.bytes += to - from;
      counts.junkBytes += to - from;
      const room = Math.min(to, from + SHOWN_BYTES - run.shown.length);
      for (let i = from; i < room; i += 1) run.shown.push(bytes[i] ?? 0);
      if (run.isTold || run.bytes < HOPELESS_BYTES) return;
      run.isTold = true;
      fault("WIRE_UNKNOWN_FRAME", `${run.bytes} bytes in a row are no samples of this device`);
    },
    inStep: () => endRun(true),
    tell: (text) => {
      if (isLive) onEvent({ kind: "message", atMs: nowMs, text });
    },
    fault,
    flush,
    silenceMs: () => nowMs - lastFrameMs,
  };

  return {
    writer,
    get counters() {
      return counts;
    },
    get index() {
      return firstIndex + block.at;
    },
    begin: (atMs) => {
      counts = noCounts();
      block.at = 0;
      triggers = [];
      deviceMs = null;
      firstIndex = 0;
      lostBefore = 0;
      run = null;
      nowMs = atMs;
      lastFrameMs = atMs;
      isLive = true;
    },
    end: () => {
      endRun(false);
      flush();
      isLive = false;
    },
    arrive: (atMs) => {
      nowMs = atMs;
    },
    stalled: () => {
      counts.stalls += 1;
      flush();
    },
  };
}
