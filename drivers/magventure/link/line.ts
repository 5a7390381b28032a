/**
 * Questions and orders over a guarded port, to a device that speaks by itself too. Every message is
 * told to the driver first, whoever waits for it, so that none is lost. One question is on the line at
 * a time; only a start and a disarm do not wait. Nothing here retries.
 */
import type { Subscription } from "rxjs";
import { toHex } from "../../../src/base/hex.ts";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { WriteStamp } from "../../../src/contract/transport.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type Command, encode, NUMBERS } from "../wire/commands.ts";
import { type Message, readMessage } from "../wire/messages.ts";
import { createSplitter, type Piece } from "../wire/splitter.ts";
import type { Exchange, Heard } from "./answers.ts";

/** Bytes that began a frame and were followed by nothing for so long are none, ms; a frame lasts under 20. */
const STALE_MS = 100;
/** An answer that is later than this belongs to nobody any more, ms. */
const OWED_MS = 3000;
/** So many junk bytes are kept for the words of an error. */
const HEARD_BYTES = 64;

export interface WaitFor {
  /** Does this message answer? */
  readonly accept: (message: Message) => boolean;
  readonly timeoutMs: number;
}

export interface Permitted {
  readonly permit: PermitLike;
  /** Asked just before the bytes leave; an error instead of null keeps them back. */
  readonly veto?: () => PulsetrainError | null;
}

export interface Sent {
  readonly stamp: WriteStamp;
  readonly hex: string;
}

export interface Line {
  /** A question, answered by the message of its own number. */
  ask(question: Command, timeoutMs: number): Promise<Exchange>;
  /** An order in its turn. Resolves with its answer, or at once with null where none is waited for. */
  order(command: Command, permitted: Permitted, wait: WaitFor | null): Promise<Exchange | null>;
  /** Bytes leave before this returns, whatever is on the line. */
  sendNow(command: Command, permit?: PermitLike): Sent;
  /** The next message that is accepted. Begins to look at once. */
  next(wait: WaitFor): Promise<Exchange>;
  /** A question or order is on the line or waits. */
  readonly isBusy: boolean;
  /** Number of the question that is on the line; null: none. */
  readonly asking: number | null;
  /** Ends every wait with `lost`; nothing leaves any more. */
  end(detail: string): void;
}

export interface LineParts {
  readonly port: GuardedBytePort;
  readonly clock: LabClock;
  /** Before anybody who waits for it. */
  readonly onMessage: (message: Message, atMs: number, asOfMs: number | null) => void;
  readonly onJunk: (hex: string, why: string, atMs: number) => void;
}

interface Waiter {
  readonly accept: (message: Message) => boolean;
  readonly settle: (exchange: Exchange) => void;
  heard: Heard | null;
}

export function createLine({ port, clock, onMessage, onJunk }: LineParts): Line {
  const splitter = createSplitter();
  const waiters: Waiter[] = [];
  const owed = createOwed(clock);
  const turns = createTurns();
  let asking: number | null = null;
  let ended: string | null = null;
  let stale: Subscription | null = null;

  const junk = (bytes: Uint8Array, why: string, atMs: number): void => {
    for (const waiter of waiters) waiter.heard = addHeard(waiter.heard, bytes, why);
    onJunk(toHex(bytes), why, atMs);
  };

  const takeMessage = (message: Message, atMs: number): void => {
    const asOfMs = owed.take(message.message);
    onMessage(message, atMs, asOfMs);
    for (const waiter of waiters.filter(({ accept }) => accept(message)))
      waiter.settle({ kind: "answer", atMs, message, asOfMs });
  };

  const take = (pieces: readonly Piece[], atMs: number): void => {
    for (const piece of pieces) {
      if (piece.kind === "junk") {
        junk(piece.bytes, piece.why, atMs);
        continue;
      }
      const read = readMessage(piece.body);
      if (read.ok) takeMessage(read.value, atMs);
      else junk(piece.bytes, read.error.why, atMs);
    }
  };

  const watchStale = (): void => {
    stale?.unsubscribe();
    if (splitter.held === 0) return;
    stale = clock.at(clock.now() + STALE_MS, () => take(splitter.flush(), clock.now()));
  };

  const bytes = port.bytes$.subscribe(({ atMs, value }) => {
    take(splitter.push(value), atMs);
    watchStale();
  });

  const next: Line["next"] = ({ accept, timeoutMs }) => {
    if (ended !== null)
      return Promise.resolve({ kind: "lost", atMs: clock.now(), detail: ended } as const);
    return new Promise((resolve) => {
      let timer: Subscription | null = null;
      const waiter: Waiter = {
        accept,
        heard: null,
        settle: (exchange) => {
          timer?.unsubscribe();
          waiters.splice(waiters.indexOf(waiter), 1);
          resolve(exchange);
        },
      };
      waiters.push(waiter);
      timer = clock.at(clock.now() + timeoutMs, () =>
        waiter.settle({ kind: "silent", atMs: clock.now(), heard: waiter.heard }),
      );
    });
  };

  const sendNow: Line["sendNow"] = (command, permit) => {
    if (ended !== null) throw new PulsetrainError("PORT_LOST", ended);
    const encoded = encode(command);
    if (!encoded.ok) throw new PulsetrainError(encoded.error.code, encoded.error.why);
    const stamp =
      permit === undefined ? port.write(encoded.value) : port.write(encoded.value, permit);
    // A lost port is told by the end of the link; the promise alone must not end the process. Nobody
    // asks when a question has left, and asking costs the port a thread.
    if (permit !== undefined) stamp.drained.catch(() => undefined);
    return { stamp, hex: toHex(encoded.value) };
  };

  return {
    ask: (question, timeoutMs) =>
      turns.run(async () => {
        const number = NUMBERS[question.what];
        asking = number;
        const askedMs = clock.now();
        try {
          if (ended === null) sendNow(question);
          const exchange = await next({ accept: ({ message }) => message === number, timeoutMs });
          owed.settle(number, askedMs, exchange);
          return exchange;
        } finally {
          asking = null;
        }
      }),
    order: (command, { permit, veto }, wait) =>
      turns.run(async () => {
        const vetoed = veto?.() ?? null;
        if (vetoed !== null) throw vetoed;
        sendNow(command, permit);
        return wait === null ? null : await next(wait);
      }),
    sendNow,
    next,
    get isBusy() {
      return turns.isBusy;
    },
    get asking() {
      return asking;
    },
    end: (detail) => {
      if (ended !== null) return;
      ended = detail;
      bytes.unsubscribe();
      stale?.unsubscribe();
      for (const waiter of [...waiters]) waiter.settle({ kind: "lost", atMs: clock.now(), detail });
    },
  };
}

function addHeard(heard: Heard | null, bytes: Uint8Array, why: string): Heard {
  const all = [...(heard?.bytes ?? []), ...bytes].slice(0, HEARD_BYTES);
  return { bytes: Uint8Array.from(all), why: heard?.why ?? why };
}

/** One after the other, in the order of their coming. */
function createTurns(): {
  run<T>(work: () => Promise<T>): Promise<T>;
  readonly isBusy: boolean;
} {
  let last: Promise<unknown> = Promise.resolve();
  let count = 0;
  return {
    run: (work) => {
      count += 1;
      // Free: nothing is waited for, so that the bytes leave in this very stretch.
      const mine = count === 1 ? work() : last.then(work, work);
      const over = mine.finally(() => {
        count -= 1;
      });
      last = over.catch(() => undefined);
      return over;
    },
    get isBusy() {
      return count > 0;
    },
  };
}

/** Questions that were given up, whose answers may still come and look like those of later ones. */
function createOwed(clock: LabClock): {
  /** The instant of the oldest such question that a message of this number may answer. */
  take(number: number): number | null;
  settle(number: number, askedMs: number, exchange: Exchange): void;
} {
  let entries: { readonly number: number; readonly askedMs: number }[] = [];
  return {
    take: (number) => {
      entries = entries.filter(({ askedMs }) => clock.now() - askedMs <= OWED_MS);
      const at = entries.findIndex((one) => one.number === number);
      return at < 0 ? null : (entries.splice(at, 1)[0]?.askedMs ?? null);
    },
    settle: (number, askedMs, exchange) => {
      // Damaged bytes were the answer; and if an older question's answer was taken, this one's is to come.
      const isOpen =
        exchange.kind === "silent"
          ? exchange.heard === null
          : exchange.kind === "answer" && exchange.asOfMs !== null;
      if (isOpen) entries.push({ number, askedMs });
    },
  };
}
