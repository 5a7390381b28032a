import { FRAME_OVERHEAD, frameAtFront } from "./frame.ts";

/** Bytes that have come and are neither frame nor dropped yet. */
export interface HostStream {
  readonly pending: readonly number[];
}

export const EMPTY_STREAM: HostStream = { pending: [] };

export interface Split {
  readonly stream: HostStream;
  /** Bodies of good frames, in order. */
  readonly bodies: readonly (readonly number[])[];
  readonly dropped: number;
}

/**
 * A byte that begins no frame is dropped alone, since a good frame may start right behind it; the
 * inside of a frame that was accepted is never searched.
 */
export function pushHostBytes(stream: HostStream, bytes: Uint8Array): Split {
  return split([...stream.pending, ...bytes], "waits");
}

/** After a pause that is longer than any frame: what is unfinished never was one. */
export function giveUpWaiting(stream: HostStream): Split {
  return split(stream.pending, "gives up");
}

function split(all: readonly number[], unfinished: "waits" | "gives up"): Split {
  const bodies: (readonly number[])[] = [];
  let pending = all;
  let dropped = 0;
  while (pending.length > 0) {
    const front = frameAtFront(pending);
    if (front.kind === "unfinished" && unfinished === "waits") break;
    if (front.kind === "frame") {
      bodies.push(front.body);
      pending = pending.slice(front.body.length + FRAME_OVERHEAD);
    } else {
      dropped += 1;
      pending = pending.slice(1);
    }
  }
  return { stream: { pending }, bodies, dropped };
}
