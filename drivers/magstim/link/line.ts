/**
 * One question, one answer, over a guarded port. The device never speaks first, so a question waits
 * for the answer of the one before it, or for its time-out. Only a disarm does not wait.
 * Nothing here retries, and nothing that waits survives the end of the link.
 */
import { toHex } from "../../../src/base/hex.ts";
import type { GuardedBytePort, PermitLike } from "../../../src/contract/stimulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { WriteStamp } from "../../../src/contract/transport.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { redact } from "../secrets.ts";
import { type Answer, lookAtDevice } from "../wire/answers.ts";
import { type Command, encode } from "../wire/commands.ts";
import type { Dialect } from "../wire/dialect.ts";
import { createSplitter, type Piece, type Splitter } from "../wire/splitter.ts";
import { createInFlight, type Exchange, type InFlight } from "./inFlight.ts";

export interface AskOptions {
  readonly timeoutMs: number;
  readonly permit?: PermitLike;
  /** Asked just before the bytes leave; an error instead of null keeps them back. */
  readonly veto?: () => PulsetrainError | null;
}

/** A question whose bytes have left. */
export interface Sent {
  readonly stamp: WriteStamp;
  /** The bytes as they may be recorded. */
  readonly hex: string;
  readonly exchange: Promise<Exchange>;
}

export interface Line {
  /** Waits for its turn. Rejects when the bytes may not leave; every answer resolves. */
  ask(command: Command, options: AskOptions): Promise<Exchange>;
  /** Bytes leave before this returns, whatever is in flight; throws when they may not. */
  sendNow(command: Command, options: AskOptions): Sent;
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

/** Stands for bytes that are not shown. */
const BLANK = 0x2a;

interface Waiting {
  readonly start: () => void;
  readonly lose: (detail: string) => void;
}

export function createLine(parts: LineParts): Line {
  const { port, clock } = parts;
  let dialect = parts.dialect;
  let splitter: Splitter<Answer> = createSplitter(lookAtDevice(dialect));
  let ended: string | null = null;
  const waiting: Waiting[] = [];

  /** A code left and nothing good came back yet: what arrives may be its echo, in any pieces. */
  let mayEcho = false;

  const take = (pieces: readonly Piece<Answer>[], atMs: number): void => {
    for (const piece of pieces) {
      const taken = takePiece(piece, inFlight);
      if (taken.kind === "junk") {
        inFlight.hear(piece.bytes.length, taken.why);
        const bytes = mayEcho ? new Uint8Array(piece.bytes.length).fill(BLANK) : piece.bytes;
        parts.onJunk(toHex(redact(bytes)), taken.why, atMs);
        continue;
      }
      if (taken.answer.kind === "good") mayEcho = false;
      parts.onAnswer(taken.answer, atMs);
      const { answer, asOfMs } = taken;
      taken.settle({ kind: "answer", atMs, answer, asOfMs });
    }
  };
  const flush = (atMs: number): void => take(splitter.flush(), atMs);
  const startNext = (): void => {
    while (inFlight.size === 0) {
      const next = waiting.shift();
      if (next === undefined) return;
      next.start();
    }
  };
  // What is left over at a time-out is no answer, unless its last byte came at that very instant.
  const inFlight = createInFlight(clock, flush, startNext);

  const sendNow = (command: Command, { timeoutMs, permit, veto }: AskOptions): Sent => {
    if (ended !== null) throw new PulsetrainError("PORT_LOST", ended);
    const vetoed = veto?.() ?? null;
    if (vetoed !== null) throw vetoed;
    const encoded = encode(command, dialect);
    if (!encoded.ok) throw new PulsetrainError(encoded.error.code, encoded.error.why);
    if (inFlight.size === 0) {
      port.discardInput();
      flush(clock.now());
    }
    const bytes = encoded.value;
    const stamp = permit === undefined ? port.write(bytes) : port.write(bytes, permit);
    // A lost port is told by the end of the link; the promise alone must not end the process. Nobody
    // asks when a question has left, and asking costs the port a thread.
    if (permit !== undefined) stamp.drained.catch(() => undefined);
    if ("unlockCode" in command) mayEcho = true;
    const exchange = inFlight.add(String.fromCharCode(bytes[0] ?? 0), timeoutMs);
    return { stamp, hex: toHex(redact(bytes)), exchange };
  };

  const ask: Line["ask"] = (command, options) =>
    new Promise((resolve, reject) => {
      const start = (): void => {
        try {
          resolve(sendNow(command, options).exchange);
        } catch (error) {
          reject(error);
        }
      };
      const lose = (detail: string): void => resolve({ kind: "lost", atMs: clock.now(), detail });
      if (ended !== null) return lose(ended);
      waiting.push({ start, lose });
      startNext();
    });

  const bytes = port.bytes$.subscribe(({ atMs, value }) => take(splitter.push(value), atMs));

  return {
    ask,
    sendNow,
    get isBusy() {
      return inFlight.size > 0 || waiting.length > 0;
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
      inFlight.loseAll(detail);
    },
  };
}

type Taken =
  | { readonly kind: "junk"; readonly why: string }
  | {
      readonly kind: "answer";
      readonly answer: Answer;
      readonly asOfMs: number | null;
      readonly settle: (exchange: Exchange) => void;
    };

/** A frame goes to the question it answers; everything else is junk. */
function takePiece(piece: Piece<Answer>, inFlight: InFlight): Taken {
  if (piece.kind === "junk") return { kind: "junk", why: piece.why };
  const match = inFlight.match(piece.meaning);
  if (match === null) return { kind: "junk", why: "an answer that nobody waits for" };
  return { kind: "answer", answer: piece.meaning, ...match };
}
