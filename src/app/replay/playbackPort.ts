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

interface Heard {
  readonly atMs: number;
  readonly bytes: Uint8Array;
}

/** A write of the recording with what the device said before the next write, asked or not. */
interface Exchange {
  readonly tx: string;
  readonly sentMs: number;
  readonly answers: readonly Heard[];
}

interface Recording {
  /** What the device said before it was written to: a device that tells its status by itself. */
  readonly prelude: readonly Heard[];
  readonly exchanges: readonly Exchange[];
}

const SAME_INSTANT_MS = 1e-6;
/** Behind the newest answer by more than this an answer is not given a second time, ms. */
const OLD_NEWS_MS = 300;

/**
 * A port on whose far side a recording answers: each write must equal the recorded one and gets
 * the recorded answer after the recorded time. What came before the first write comes when the port
 * opens. With `looseQueries` the number of harmless queries
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
  /** When and how the link was lost; null: it held. */
  readonly loss: { readonly atMs: number; readonly detail: string } | null;
}): PlaybackPort {
  const { clock, redact, classify } = parts;
  const { exchanges, ...recording } = recordingOf(parts.frames);
  let { prelude } = recording;
  const bytes$ = new Subject<Stamped<Uint8Array>>();
  const closed$ = new Subject<CloseReason>();
  /** The last recorded answer to a query, and whether nothing was set or fired since. */
  const lastAnswer = new Map<string, { readonly exchange: Exchange; isFresh: boolean }>();
  /** Behind the last recorded query of each kind that was answered, by its bytes. */
  const asked = new Map<string, number>();
  const underWay = new Set<{ readonly deliver: () => void; readonly cancel: () => void }>();
  let cursor = 0;
  let isOpen = false;
  /** What the recording's clock shows more than this run's. */
  let offsetMs = 0;
  /** When the newest answer that was given had been asked for. */
  let toldMs = Number.NEGATIVE_INFINITY;
  let departure: Departure | null = null;

  const isQuery = (hex: string): boolean => {
    const bytes = fromHex(hex);
    return bytes !== null && classify(bytes).kind === "safe";
  };
  const remember = (exchange: Exchange): void => {
    toldMs = Math.max(toldMs, exchange.sentMs);
    lastAnswer.set(exchange.tx, { exchange, isFresh: true });
  };
  const say = (atMs: number, bytes: Uint8Array): void => {
    const deliver = (): void => {
      underWay.delete(saying);
      if (isOpen) bytes$.next({ atMs: clock.now(), value: bytes });
    };
    const timer = clock.at(atMs, deliver);
    const saying = { deliver, cancel: () => timer.unsubscribe() };
    underWay.add(saying);
  };
  /** In real time a write may come a little sooner than it did: what came before it still does. */
  const hurry = (): void => {
    for (const { cancel, deliver } of [...underWay]) {
      cancel();
      clock.at(clock.now(), deliver);
    }
  };
  const answer = (exchange: Exchange): void => {
    if (exchange.answers.length > 0) remember(exchange);
    // A write at its recorded instant is answered at the recorded one to the last bit: sums would round.
    const aheadMs = exchange.sentMs - clock.now();
    const byMs = Math.abs(aheadMs) < SAME_INSTANT_MS ? 0 : aheadMs;
    for (const { atMs, bytes } of exchange.answers) say(atMs - byMs, bytes);
  };
  /** A frame that sets, arms or fires must be the next of its kind in the recording. */
  const nextOf = (hex: string): Exchange | null => {
    let at = cursor;
    while (parts.looseQueries && exchanges[at] !== undefined && isQuery(exchanges[at]?.tx ?? ""))
      at += 1;
    const candidate = exchanges[at];
    if (candidate === undefined || candidate.tx !== hex) return null;
    for (const passed of exchanges.slice(cursor, at)) remember(passed);
    for (const known of lastAnswer.values()) known.isFresh = false;
    cursor = at + 1;
    offsetMs = candidate.sentMs - clock.now();
    if (parts.looseQueries) hurry();
    return candidate;
  };
  /**
   * What the recording knew of the same query at this time of the run: of those between two orders the
   * nearest one counts, each once; queries of other kinds keep a place of their own.
   */
  const nearestQuery = (hex: string): Exchange | null => {
    const atMs = clock.now() + offsetMs;
    const last = lastAnswer.get(hex);
    let best = last?.isFresh === true ? last.exchange : null;
    for (let i = Math.max(cursor, asked.get(hex) ?? 0); i < exchanges.length; i += 1) {
      const candidate = exchanges[i];
      if (candidate === undefined || !isQuery(candidate.tx)) break;
      const isNearer =
        best === null || Math.abs(candidate.sentMs - atMs) < Math.abs(best.sentMs - atMs);
      if (candidate.tx !== hex || !isNearer) continue;
      best = candidate;
      asked.set(hex, i + 1);
    }
    // An answer from before the last order tells of another state; it is better than none.
    const found = best ?? last?.exchange ?? null;
    if (found === null || found !== last?.exchange || found.sentMs > toldMs - OLD_NEWS_MS)
      return found;
    // Given once, and another question has shown since how the device went on: this one is lost.
    return { ...found, answers: [] };
  };
  const end = (reason: CloseReason): void => {
    if (!isOpen) return;
    isOpen = false;
    closed$.next(reason);
    closed$.complete();
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
      const { loss } = parts;
      if (loss !== null) clock.at(loss.atMs, () => end({ lost: true, detail: loss.detail }));
      const [first] = prelude;
      if (first === undefined) return;
      // The instant at which a real port was opened is in no recording.
      const aheadMs = parts.looseQueries ? first.atMs - clock.now() : 0;
      for (const { atMs, bytes } of prelude) say(Math.max(atMs - aheadMs, clock.now()), bytes);
      prelude = [];
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
      end({ lost: false, detail: "closed" });
    },
  };
}

function recordingOf(frames: readonly RecordedFrame[]): Recording {
  const prelude: Heard[] = [];
  const exchanges: { tx: string; sentMs: number; answers: Heard[] }[] = [];
  for (const [atMs, direction, hex] of frames) {
    if (direction === "tx") {
      exchanges.push({ tx: hex, sentMs: atMs, answers: [] });
      continue;
    }
    const current = exchanges.at(-1);
    const bytes = fromHex(hex);
    if (bytes === null) continue;
    if (current === undefined) prelude.push({ atMs, bytes });
    else current.answers.push({ atMs, bytes });
  }
  return { prelude, exchanges };
}
