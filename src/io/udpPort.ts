import { createSocket, type Socket } from "node:dgram";
import { lookup } from "node:dns/promises";
import type { LabClock } from "../contract/time.ts";
import type { BytePort, CloseReason, WriteStamp } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { withTimeout } from "../time/operators.ts";
import { createLinkState, requireOpen, unwatched } from "./linkState.ts";
import { explainOpenFailure } from "./openFailure.ts";

export interface UdpPortOptions {
  /** The device: writes go to its port, and only datagrams from its address are taken. */
  readonly host: string;
  readonly port: number;
  /** Port of this machine that the device sends to. */
  readonly listenPort: number;
  readonly clock: LabClock;
}

interface Bound {
  readonly socket: Socket;
  readonly address: string;
  /** Set before we close the socket, so that its `close` event tells whose doing it was. */
  ending: CloseReason | null;
}

const OPEN_PATIENCE_MS = 5000;
const SEND_PATIENCE_MS = 2000;

/**
 * A byte link over UDP: an emission is one datagram, and so is a write. Nobody confirms anything and
 * nothing is sent again, so it is for devices that stream samples, and `open` succeeds whether or not
 * somebody is there. The device may send from any port of its address; what others send is dropped.
 * Errors of `open`: PORT_NOT_FOUND (no such host), PORT_BUSY (another program listens), PORT_OPEN_FAILED.
 */
export function createUdpPort(options: UdpPortOptions): BytePort {
  const { host, port, listenPort, clock } = options;
  const name = `udp://${host}:${port}`;
  const state = createLinkState();
  let bound: Bound | null = null;
  /** Settles without an error when the open that is under way has ended. */
  let underWay: Promise<void> | null = null;

  const bindNow = async (): Promise<void> => {
    const { address, family } = await lookup(host);
    const socket = createSocket({ type: family === 6 ? "udp6" : "udp4" });
    const made: Bound = { socket, address, ending: null };
    try {
      await bind(socket, listenPort);
    } catch (error) {
      socket.close();
      throw error;
    }
    socket.on("message", (datagram, { address: from }) => {
      if (from === made.address)
        state.arrived({ atMs: clock.now(), value: Uint8Array.from(datagram) });
    });
    socket.on("error", (error) => {
      made.ending ??= { lost: true, detail: error.message };
      socket.close();
    });
    socket.on("close", () => {
      if (bound === made) bound = null;
      state.ended(made.ending ?? { lost: true, detail: "the socket was closed" });
    });
    bound = made;
    state.opened();
  };

  const open = async (): Promise<void> => {
    if (underWay !== null || bound !== null)
      throw new PulsetrainError("PORT_OPEN_FAILED", `${name} is open already`);
    const late = (): Error => new Error(`no answer for the name within ${OPEN_PATIENCE_MS} ms`);
    const attempt = withTimeout(clock, bindNow(), OPEN_PATIENCE_MS, late);
    underWay = attempt.catch(() => undefined);
    try {
      await attempt;
    } catch (error) {
      throw explainOpenFailure(`${name} (listening on ${listenPort})`, error, process.platform);
    } finally {
      underWay = null;
    }
  };

  const write = (bytes: Uint8Array): WriteStamp => {
    requireOpen(name, state.isOpen && bound !== null);
    // `requireOpen` has just said so; the compiler cannot see it.
    if (bound === null) throw new PulsetrainError("PORT_NOT_OPEN", `${name} is not open`);
    const { socket, address } = bound;
    return handOver(socket, bytes, { address, port, name }, clock);
  };

  return {
    name,
    get isOpen() {
      return state.isOpen;
    },
    bytes$: state.bytes$,
    closed$: state.closed$,
    open,
    write,
    // Arrivals are handed on as they come, so nothing that has arrived waits here.
    discardInput: () => undefined,
    close: async () => {
      if (underWay !== null) await underWay;
      if (bound === null) return;
      const { socket } = bound;
      bound.ending ??= { lost: false, detail: "closed by the host" };
      await new Promise<void>((resolve) => socket.close(() => resolve()));
    },
  };
}

function bind(socket: Socket, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.once("error", reject);
    // Never shared: two programs on one port would each see some of the datagrams.
    socket.bind({ port, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
}

function handOver(
  socket: Socket,
  bytes: Uint8Array,
  to: { readonly address: string; readonly port: number; readonly name: string },
  clock: LabClock,
): WriteStamp {
  const writtenMs = clock.now();
  const left = new Promise<number>((resolve, reject) => {
    socket.send(Uint8Array.from(bytes), to.port, to.address, (error) => {
      if (error === null) resolve(clock.now());
      else
        reject(new PulsetrainError("PORT_LOST", `${to.name}: ${error.message}`, { cause: error }));
    });
  });
  const late = (): Error =>
    new PulsetrainError(
      "PORT_STALLED",
      `${to.name}: the datagram had not left after ${SEND_PATIENCE_MS} ms`,
    );
  return { writtenMs, drained: unwatched(withTimeout(clock, left, SEND_PATIENCE_MS, late)) };
}
