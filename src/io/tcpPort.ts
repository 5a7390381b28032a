import { connect, type Socket } from "node:net";
import type { LabClock } from "../contract/time.ts";
import type { BytePort, CloseReason, WriteStamp } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { deadline, withTimeout } from "../time/operators.ts";
import { createLinkState, requireOpen, unwatched } from "./linkState.ts";
import { explainOpenFailure } from "./openFailure.ts";

export interface TcpPortOptions {
  readonly host: string;
  readonly port: number;
  readonly clock: LabClock;
}

interface Connection {
  readonly socket: Socket;
  /** Set before we end the socket, so that its `close` event tells whose doing it was. */
  ending: CloseReason | null;
}

const CONNECT_PATIENCE_MS = 5000;
const DRAIN_PATIENCE_MS = 2000;
const CLOSE_PATIENCE_MS = 2000;

/**
 * A byte link over TCP without Nagle's delay. Errors of `open`: PORT_NOT_FOUND, PORT_OPEN_FAILED.
 * Errors of `write`: PORT_NOT_OPEN and PORT_STALLED; nothing has left then. `drained` means that
 * the bytes are with the kernel, which is all that a socket can tell: a network that stalls may
 * deliver them late, so a stimulator with a person under it belongs on a serial cable.
 */
export function createTcpPort(options: TcpPortOptions): BytePort {
  const { host, port, clock } = options;
  const name = `tcp://${host}:${port}`;
  const state = createLinkState();
  let connection: Connection | null = null;
  /** Settles without an error when the open that is under way has ended. */
  let underWay: Promise<void> | null = null;

  const isOpen = (): boolean => state.isOpen && connection !== null && connection.ending === null;

  const connectNow = async (): Promise<void> => {
    const socket = connect({ host, port, noDelay: true });
    const made: Connection = { socket, ending: null };
    let words = "the other side closed the connection";
    socket.on("error", (error) => {
      words = error.message;
    });
    socket.on("data", (chunk: Buffer) => {
      state.arrived({ atMs: clock.now(), value: Uint8Array.from(chunk) });
    });
    socket.on("close", () => {
      if (connection === made) connection = null;
      state.ended(made.ending ?? { lost: true, detail: words });
    });
    try {
      await connected(socket, clock);
    } catch (error) {
      socket.destroy();
      throw explainOpenFailure(name, error, process.platform);
    }
    connection = made;
    state.opened();
  };

  const open = async (): Promise<void> => {
    if (underWay !== null || connection !== null) {
      throw new PulsetrainError("PORT_OPEN_FAILED", `${name} is open already`);
    }
    const attempt = connectNow();
    underWay = attempt.catch(() => undefined);
    await attempt.finally(() => {
      underWay = null;
    });
  };

  const write = (bytes: Uint8Array): WriteStamp => {
    requireOpen(name, isOpen());
    // `requireOpen` has just said so; the compiler cannot see it.
    if (connection === null) throw new PulsetrainError("PORT_NOT_OPEN", `${name} is not open`);
    return handOver(connection.socket, bytes, name, clock);
  };

  return {
    name,
    get isOpen() {
      return isOpen();
    },
    bytes$: state.bytes$,
    closed$: state.closed$,
    open,
    write,
    // Arrivals are handed on as they come, so nothing that has arrived waits here.
    discardInput: () => undefined,
    close: async () => {
      if (underWay !== null) await underWay;
      if (connection === null) return;
      connection.ending ??= { lost: false, detail: "closed by the host" };
      await endSocket(connection.socket, clock);
    },
  };
}

function connected(socket: Socket, clock: LabClock): Promise<void> {
  const connecting = new Promise<void>((resolve, reject) => {
    socket.once("connect", resolve);
    socket.once("error", reject);
  });
  const late = (): Error => new Error(`no answer within ${CONNECT_PATIENCE_MS} ms`);
  return withTimeout(clock, connecting, CONNECT_PATIENCE_MS, late);
}

/** A socket keeps what the kernel does not take; with such a backlog nothing more is handed over. */
function handOver(socket: Socket, bytes: Uint8Array, name: string, clock: LabClock): WriteStamp {
  if (socket.writableLength > 0) {
    throw new PulsetrainError("PORT_STALLED", `${name} takes no bytes; nothing was written`);
  }
  const writtenMs = clock.now();
  const left = new Promise<number>((resolve, reject) => {
    socket.write(Uint8Array.from(bytes), (error) => {
      if (error === null || error === undefined) resolve(clock.now());
      else reject(new PulsetrainError("PORT_LOST", `${name}: ${error.message}`, { cause: error }));
    });
  });
  const late = (): Error =>
    new PulsetrainError(
      "PORT_STALLED",
      `${name}: the bytes had not left after ${DRAIN_PATIENCE_MS} ms`,
    );
  return { writtenMs, drained: unwatched(withTimeout(clock, left, DRAIN_PATIENCE_MS, late)) };
}

/** Lets what was handed over leave, then waits for the end; a silent other side is cut off. */
async function endSocket(socket: Socket, clock: LabClock): Promise<void> {
  const closed = new Promise<void>((resolve) => {
    if (socket.closed) resolve();
    else socket.once("close", () => resolve());
  });
  socket.end();
  await deadline(clock, closed, clock.now() + CLOSE_PATIENCE_MS, () => {
    socket.destroy();
    return closed;
  });
}
