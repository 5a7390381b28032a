import { Subject } from "rxjs";
import { fromHex, toHex } from "../../base/hex.ts";
import type { HazardClassifier } from "../../contract/hazard.ts";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort, CloseReason, Stamped } from "../../contract/transport.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";

export type RecordedFrame = readonly [number, "tx" | "rx", string];

/** Where what is written stops being what was recorded. */
export interface Departure {
  readonly atMs: number;
  readonly expected: string | null;
  readonly written: string;
}

export interface PlaybackPort extends BytePort {
  /** The first departure from the recording; null while there is none. */
  readonly departure: Departure | null;
  /** Recorded writes that never came. */
  readonly left: number;
}

/** A write of the recording with what the device answered before the next write. */
interface Exchange {
  readonly tx: string;
  readonly answers: readonly { readonly afterMs: number; readonly bytes: Uint8Array }[];
}

/**
 * A port on whose far side a recording answers: each write must equal the recorded one and gets
 * the recorded answer after the recorded time. With `looseQueries` the number of harmless queries
 * may differ, since in real time the clock decides how many fit between two doses; a query that is
 * not in the recording at this place gets the last recorded answer to the same query.
 */
export function createPlaybackPort(parts: {
  readonly clock: LabClock;
  readonly frames: readonly RecordedFrame[];
  readonly redact: (bytes: Uint8Array) => Uint8Array;
  readonly classify: HazardClassifier;
  readonly looseQueries: boolean;
  /** Time that one byte takes on the line, ms. */
  readonly byteMs: number;
}): PlaybackPort {
  const { clock, redact, classify } = parts;
  const exchanges = exchangesOf(parts.frames);
  const bytes$ = new Subject<Stamped<Uint8Array>>();
  const closed$ = new Subject<CloseReason>();
  const lastAnswer = new Map<string, Exchange>();
  let cursor = 0;
  let isOpen = false;
  let departure: Departure | null = null;

  const isQuery = (hex: string): boolean => {
    const bytes = fromHex(hex);
    return bytes !== null && classify(bytes).kind === "safe";
  };
  const answer = (exchange: Exchange): void => {
    lastAnswer.set(exchange.tx, exchange);
    for (const { afterMs, bytes } of exchange.answers) {
      clock.at(clock.now() + afterMs, () => {
        if (isOpen) bytes$.next({ atMs: clock.now(), value: bytes });
      });
    }
  };
  /** Finds the recorded exchange for a write; skips recorded queries that are not asked here. */
  const match = (hex: string): Exchange | null => {
    let at = cursor;
    for (;;) {
      const candidate = exchanges[at];
      if (candidate === undefined) break;
      if (candidate.tx === hex) {
        cursor = at + 1;
        return candidate;
      }
      if (!parts.looseQueries || !isQuery(candidate.tx)) break;
      // What the recording said meanwhile is the newest there is.
      lastAnswer.set(candidate.tx, candidate);
      at += 1;
    }
    return parts.looseQueries && isQuery(hex) ? (lastAnswer.get(hex) ?? null) : null;
  };

  return {
    name: "recording",
    get isOpen() {
      return isOpen;
    },
    get departure() {
      return departure;
    },
    get left() {
      return exchanges.slice(cursor).filter(({ tx }) => !parts.looseQueries || !isQuery(tx)).length;
    },
    bytes$,
    closed$,
    async open() {
      isOpen = true;
    },
    write(bytes) {
      if (!isOpen) throw new PulsetrainError("PORT_NOT_OPEN", "recording");
      const hex = toHex(redact(bytes));
      const found = match(hex);
      if (found !== null) answer(found);
      else
        departure ??= { atMs: clock.now(), expected: exchanges[cursor]?.tx ?? null, written: hex };
      const writtenMs = clock.now();
      // A recording does not say when the last bit had left: the line's own time stands in for it.
      const drainedMs = writtenMs + bytes.length * parts.byteMs;
      return { writtenMs, drained: clock.until(drainedMs).then(() => drainedMs) };
    },
    discardInput: () => undefined,
    async close() {
      if (!isOpen) return;
      isOpen = false;
      closed$.next({ lost: false, detail: "closed" });
      closed$.complete();
    },
  };
}

function exchangesOf(frames: readonly RecordedFrame[]): readonly Exchange[] {
  const exchanges: {
    tx: string;
    sentMs: number;
    answers: { afterMs: number; bytes: Uint8Array }[];
  }[] = [];
  for (const [atMs, direction, hex] of frames) {
    if (direction === "tx") {
      exchanges.push({ tx: hex, sentMs: atMs, answers: [] });
      continue;
    }
    const current = exchanges.at(-1);
    const bytes = fromHex(hex);
    if (current !== undefined && bytes !== null)
      current.answers.push({ afterMs: atMs - current.sentMs, bytes });
  }
  return exchanges;
}
