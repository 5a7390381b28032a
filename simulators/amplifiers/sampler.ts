import { Subscription } from "rxjs";
import type { LabClock } from "../../src/contract/time.ts";
import type { Electrodes } from "./electrodes.ts";

/** Frames that were sampled one after the other. Its arrays are used again for the next block. */
export interface SampledBlock {
  /** Frames since sampling began. */
  readonly firstFrame: number;
  readonly frames: number;
  /** Instant of the first frame, and from each to the next, ms. */
  readonly firstMs: number;
  readonly stepMs: number;
  /** What the electrodes saw: microvolt, one array a channel. */
  readonly uv: readonly Float64Array[];
  /** Offsets of the frames in which a trigger is seen, ascending. */
  readonly marks: readonly number[];
}

export interface Sampling {
  /** Frames a second by the device's own clock, whose pace is the sampler's. */
  readonly rateHz: number;
  readonly blockFrames: number;
  readonly channels: number;
  /** Until the first frame. */
  readonly delayMs?: number;
  readonly onBlock: (block: SampledBlock) => void;
}

/** The converter of an amplifier: whole blocks on the injected clock, never a timer a sample. */
export interface Sampler {
  readonly isRunning: boolean;
  /** From a frame to the next, ms; 0 while it stands still. */
  readonly stepMs: number;
  start(sampling: Sampling): void;
  stop(): void;
  /** A trigger edge now, or so much later: seen by the first frame that is not before it. */
  mark(afterMs?: number): void;
  /** From the block that is being filled on, the device's clock runs faster by this factor. */
  quicken(factor: number): void;
}

interface Run {
  readonly sampling: Sampling;
  readonly uv: readonly Float64Array[];
  /** A frame whose instant is known; the others are counted from it. */
  anchorFrame: number;
  anchorMs: number;
  stepMs: number;
  /** First frame of the block that is being filled. */
  nextFrame: number;
  marks: number[];
}

/** Sums of steps do not meet an instant to the last bit. */
const ROUNDING_STEPS = 1e-6;
const NO_MARKS: readonly number[] = [];

/** `pace`: how much faster than by its own figures the device's clock runs, against the injected one. */
export function createSampler(clock: LabClock, electrodes: Electrodes, pace: number): Sampler {
  let tempo = pace;
  let run: Run | null = null;
  let waiting = Subscription.EMPTY;

  const instantOf = ({ anchorFrame, anchorMs, stepMs }: Run, frame: number): number =>
    anchorMs + (frame - anchorFrame) * stepMs;

  const dueMs = (current: Run): number =>
    instantOf(current, current.nextFrame + current.sampling.blockFrames);

  const wait = (current: Run): void => {
    waiting = clock.at(dueMs(current), () => {
      // Several at once when the process came late; a listener may stop or start again meanwhile.
      while (run === current && dueMs(current) <= clock.now()) finishBlock(current);
      if (run === current) wait(current);
    });
  };

  const finishBlock = (current: Run): void => {
    const { sampling, uv, nextFrame, stepMs } = current;
    const frames = sampling.blockFrames;
    const firstMs = instantOf(current, nextFrame);
    for (const [channel, out] of uv.entries()) electrodes.fill(channel, firstMs, stepMs, out);
    const marks = takeMarks(current, nextFrame + frames);
    current.nextFrame += frames;
    sampling.onBlock({ firstFrame: nextFrame, frames, firstMs, stepMs, uv, marks });
  };

  return {
    get isRunning() {
      return run !== null;
    },
    get stepMs() {
      return run?.stepMs ?? 0;
    },
    start: (sampling) => {
      waiting.unsubscribe();
      const { channels, blockFrames, rateHz, delayMs = 0 } = sampling;
      run = {
        sampling,
        uv: Array.from({ length: channels }, () => new Float64Array(blockFrames)),
        anchorFrame: 0,
        anchorMs: clock.now() + delayMs,
        stepMs: 1000 / (rateHz * tempo),
        nextFrame: 0,
        marks: [],
      };
      wait(run);
    },
    stop: () => {
      waiting.unsubscribe();
      run = null;
    },
    mark: (afterMs = 0) => {
      if (run === null) return;
      const steps = (clock.now() + afterMs - run.anchorMs) / run.stepMs;
      const frame = run.anchorFrame + Math.ceil(steps - ROUNDING_STEPS);
      run.marks.push(Math.max(frame, run.nextFrame));
    },
    quicken: (factor) => {
      tempo *= factor;
      if (run === null) return;
      run.anchorMs = instantOf(run, run.nextFrame);
      run.anchorFrame = run.nextFrame;
      run.stepMs /= factor;
      waiting.unsubscribe();
      wait(run);
    },
  };
}

/** Those that lie before the end of the block, as offsets; later ones stay. */
function takeMarks(run: Run, endFrame: number): readonly number[] {
  if (run.marks.length === 0) return NO_MARKS;
  const taken = run.marks.filter((frame) => frame < endFrame);
  run.marks = run.marks.filter((frame) => frame >= endFrame);
  return taken.map((frame) => frame - run.nextFrame).sort((a, b) => a - b);
}
