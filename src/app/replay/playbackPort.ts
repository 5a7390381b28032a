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
  readonly sentMs: number;
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
  /** What the recording's clock shows more than this run's. */
  let offsetMs = 0;
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
  /** A frame that sets, arms or fires must be the next of its kind in the recording. */
  const nextOf = (hex: string): Exchange | null => {
    let at = cursor;
    while (parts.looseQueries && exchanges[at] !== undefined && isQuery(exchanges[at]?.tx ?? ""))
      at += 1;
    const candidate = exchanges[at];
    if (candidate === undefined || candidate.tx !== hex) return null;
    for (const passed of exchanges.slice(cursor, at)) lastAnswer.set(passed.tx, passed);
    cursor = at + 1;
    offsetMs = candidate.sentMs - clock.now();
    return candidate;
  };
  /** What the recording knew of the same query at this time of the run: the nearest one counts. */
  const nearestQuery = (hex: string): Exchange | null => {
    const atMs = clock.now() + offsetMs;
    let best = lastAnswer.get(hex) ?? null;
    for (let i = cursor; i < exchanges.length; i += 1) {
      const candidate = exchanges[i];
      if (candidate === undefined || !isQuery(candidate.tx)) break;
      const isNearer =
        best === null || Math.abs(candidate.sentMs - atMs) < Math.abs(best.sentMs - atMs);
      if (candidate.tx !== hex || !isNearer) continue;
      best = candidate;
      cursor = i + 1;
    }
    return best;
  };
  const match = (hex: string): Exchange | null =>
    parts.looseQueries && isQuery(hex) ? nearestQuery(hex) : nextOf(hex);

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
