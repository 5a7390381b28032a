/**
 * One question, one answer, over a guarded port. The device never speaks first, so a question waits
 * for the answer of the one before it, or for its time-out. Only a disarm does not wait.
 * Nothing here retries, and nothing that waits survives the end of the link.
 */
import type { Subscription } from "rxjs";
import { toHex } from "../../../src/base/hex.ts";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { WriteStamp } from "../../../src/contract/transport.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { redact } from "../secrets.ts";
import { type Answer, decodeAnswer, lookAtDevice } from "../wire/answers.ts";
import { type Command, encode } from "../wire/commands.ts";
import type { Dialect } from "../wire/dialect.ts";
import { createSplitter, type Piece, type Splitter } from "../wire/splitter.ts";

/** What came of one question. */
export type Exchange =
  | { readonly kind: "answer"; readonly atMs: number; readonly answer: Answer }
  | { readonly kind: "silent"; readonly atMs: number }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string };

export interface AskOptions {
  readonly timeoutMs: number;
  readonly permit?: PermitLike;
  /** Asked just before the bytes leave; an error instead of null keeps them back. */
  readonly veto?: () => PulsetrainError | null;
}

export interface Line {
  /** Waits for its turn. Rejects when the bytes may not leave; every answer resolves. */
  ask(command: Command, options: AskOptions): Promise<Exchange>;
  /** Bytes leave before this returns, whatever is in flight; throws when they may not. */
  sendNow(command: Command, options: AskOptions): { readonly stamp: WriteStamp; readonly hex: string; readonly exchange: Promise<Exchange> };
  /** A question is in flight or waits. */
  readonly isBusy: boolean;
  /** Lengths of answers depend on it. */
  setDialect(dialect: Dialect): void;
  /** Ends every wait with `lost`; nothing leaves any more. */
  end(detail: string): void;
}

export interface LineParts {
  readonly port: GuardedBytePort;
  readonly clock: LabClock;
  readonly dialect: Dialect;
  readonly onAnswer: (answer: Answer, atMs: number) => void;
  readonly onJunk: (hex: string, why: string, atMs: number) => void;
}

/** A question whose bytes have left. */
interface InFlight {
  readonly reply: string;
  readonly settle: (exchange: Exchange) => void;
}

interface Waiting {
  readonly start: () => void;
  readonly lose: (detail: string) => void;
}

export function createLine(parts: LineParts): Line {
  const { port, clock, onAnswer, onJunk } = parts;
  let dialect = parts.dialect;
  let splitter: Splitter = createSplitter(lookAtDevice(dialect));
  let ended: string | null = null;
  const inFlight: InFlight[] = [];
  const waiting: Waiting[] = [];

  const takePiece = (piece: Piece, atMs: number): void => {
    // An echoing cable brings our own frames back, so even junk may hold the code.
    const hex = toHex(redact(piece.bytes));
    if (piece.kind === "junk") return onJunk(hex, piece.why, atMs);
    const decoded = decodeAnswer(piece.bytes, dialect);
    if (!decoded.ok) return onJunk(hex, decoded.error.why, atMs);
    const answer = decoded.value;
    // A lone `?` names no command: the oldest question gets it.
    const place = answer.reply === "?" ? 0 : inFlight.findIndex((one) => one.reply === answer.reply);
    const asked = inFlight[place];
    if (asked === undefined) return onJunk(hex, "an answer that nobody waits for", atMs);
    onAnswer(answer, atMs);
    asked.settle({ kind: "answer", atMs, answer });
  };

  const flush = (atMs: number): void => {
    for (const piece of splitter.flush()) takePiece(piece, atMs);
  };

  const startNext = (): void => {
    while (inFlight.length === 0) {
      const next = waiting.shift();
      if (next === undefined) return;
      next.start();
    }
  };

  const track = (reply: string, timeoutMs: number): Promise<Exchange> =>
    new Promise((resolve) => {
      let timer: Subscription | null = null;
      const entry: InFlight = {
        reply,
        settle: (exchange) => {
          timer?.unsubscribe();
          inFlight.splice(inFlight.indexOf(entry), 1);
          resolve(exchange);
          startNext();
        },
      };
      inFlight.push(entry);
      timer = clock.at(clock.now() + timeoutMs, () => {
        const atMs = clock.now();
        // What is left over is no answer, unless its last byte came at this very instant.
        flush(atMs);
        if (inFlight.includes(entry)) entry.settle({ kind: "silent", atMs });
      });
    });

  const sendNow: Line["sendNow"] = (command, { timeoutMs, permit, veto }) => {
    if (ended !== null) throw new PulsetrainError("PORT_LOST", ended);
    const vetoed = veto?.() ?? null;
    if (vetoed !== null) throw vetoed;
    const encoded = encode(command, dialect);
    if (!encoded.ok) throw new PulsetrainError(encoded.error.code, encoded.error.why);
    if (inFlight.length === 0) {
      port.discardInput();
      flush(clock.now());
    }
    const bytes = encoded.value;
    const stamp = permit === undefined ? port.write(bytes) : port.write(bytes, permit);
    // A lost port is told by the end of the link; the promise alone must not end the process.
    stamp.drained.catch(() => undefined);
    const exchange = track(String.fromCharCode(bytes[0] ?? 0), timeoutMs);
    return { stamp, hex: toHex(redact(bytes)), exchange };
  };

  const ask: Line["ask"] = (command, options) =>
    new Promise((resolve, reject) => {
      const start = (): void => {
        try {
          sendNow(command, options).exchange.then(resolve, reject);
        } catch (error) {
          reject(error);
        }
      };
      const lose = (detail: string): void => resolve({ kind: "lost", atMs: clock.now(), detail });
      if (ended !== null) return lose(ended);
      waiting.push({ start, lose });
      startNext();
    });

  const bytes = port.bytes$.subscribe(({ atMs, value }) => {
    for (const piece of splitter.push(value)) takePiece(piece, atMs);
  });

  return {
    ask,
    sendNow,
    get isBusy() {
      return inFlight.length > 0 || waiting.length > 0;
    },
    setDialect: (next) => {
      flush(clock.now());
      dialect = next;
      splitter = createSplitter(lookAtDevice(next));
    },
    end: (detail) => {
      if (ended !== null) return;
      ended = detail;
      bytes.unsubscribe();
      for (const one of waiting.splice(0)) one.lose(detail);
      for (const one of [...inFlight]) one.settle({ kind: "lost", atMs: clock.now(), detail });
    },
  };
}
