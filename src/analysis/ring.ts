/** The last stretch of an amplifier's stream, by frame index. Losses stay visible; nothing is filled in. */
import type { AmplifierTrigger, SampleBlock } from "../contract/amplifier.ts";
import type { Result } from "../contract/result.ts";

/** A mark by its place in the stream. */
export interface RingTrigger {
  readonly index: number;
  readonly code: AmplifierTrigger["code"];
  readonly source: AmplifierTrigger["source"];
}

export type RingRead =
  | { readonly kind: "whole"; readonly channels: readonly Float32Array[] }
  /** Frames that have not come yet. */
  | { readonly kind: "waiting"; readonly missing: number }
  /** Frames were lost in it, at least so many. */
  | { readonly kind: "lost"; readonly frames: number }
  /** Its beginning is older than the ring, or than the stream. */
  | { readonly kind: "gone" };

export interface SampleRing {
  /** Refused: another number of channels, a block that is longer than the ring, or one that goes back in the stream. */
  push(block: SampleBlock): Result<null, "channels" | "too-long" | "backwards">;
  /** Copies of the frames from `from` on; `to` is not included. */
  read(from: number, to: number): RingRead;
  /** Marks that the ring still holds the frames of, oldest first. */
  triggers(): readonly RingTrigger[];
  /** First frame that is held and first frame to come; equal while empty. */
  held(): { readonly from: number; readonly to: number };
}

/** `from` to `to` never came; at a seam, where nobody knows how many, both are the same. */
interface Loss {
  readonly from: number;
  readonly to: number;
  readonly frames: number;
}

export function createSampleRing(channelCount: number, capacityFrames: number): SampleRing {
  const stores = Array.from({ length: channelCount }, () => new Float32Array(capacityFrames));
  let first: number | null = null;
  let next = 0;
  let losses: readonly Loss[] = [];
  let marks: readonly RingTrigger[] = [];
  const oldest = (): number => Math.max(first ?? next, next - capacityFrames);

  const noteLoss = (block: SampleBlock): void => {
    if (first === null) return;
    const frames = Math.max(block.firstIndex - next, block.lostBefore);
    if (frames > 0) losses = [...losses, { from: next, to: block.firstIndex, frames }];
  };
  const forget = (): void => {
    const from = oldest();
    losses = losses.filter((loss) => loss.to > from);
    marks = marks.filter(({ index }) => index >= from);
  };

  return {
    push: (block) => {
      const { firstIndex, frames, channels, triggers } = block;
      if (channels.length !== channelCount) return { ok: false, error: "channels" };
      if (frames > capacityFrames) return { ok: false, error: "too-long" };
      if (first !== null && firstIndex < next) return { ok: false, error: "backwards" };
      noteLoss(block);
      first ??= firstIndex;
      stores.forEach((store, channel) => {
        writeWrapped(store, firstIndex, (channels[channel] ?? store).subarray(0, frames));
      });
      next = firstIndex + frames;
      const own = triggers.map(({ offset, code, source }) => ({
        index: firstIndex + offset,
        code,
        source,
      }));
      marks = [...marks, ...own];
      forget();
      return { ok: true, value: null };
    },
    read: (from, to) => {
      if (first === null) return { kind: "waiting", missing: to - from };
      if (from < oldest()) return { kind: "gone" };
      const broken = losses.filter((loss) => from < Math.max(loss.to, loss.from) && to > loss.from);
      if (broken.length > 0) {
        return { kind: "lost", frames: broken.reduce((sum, { frames }) => sum + frames, 0) };
      }
      if (to > next) return { kind: "waiting", missing: to - next };
      return { kind: "whole", channels: stores.map((store) => unwrapped(store, from, to)) };
    },
    triggers: () => marks,
    held: () => ({ from: oldest(), to: next }),
  };
}

function writeWrapped(store: Float32Array, index: number, samples: Float32Array): void {
  const at = index % store.length;
  const fits = Math.min(samples.length, store.length - at);
  store.set(samples.subarray(0, fits), at);
  store.set(samples.subarray(fits), 0);
}

function unwrapped(store: Float32Array, from: number, to: number): Float32Array {
  const samples = new Float32Array(to - from);
  const at = from % store.length;
  const fits = Math.min(samples.length, store.length - at);
  samples.set(store.subarray(at, at + fits), 0);
  samples.set(store.subarray(0, samples.length - fits), fits);
  return samples;
}
