import type { Subscription } from "rxjs";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort, SerialLine, Stamped } from "../../contract/transport.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { withTimeout } from "../../time/operators.ts";
import { createLinkState, requireOpen } from "../linkState.ts";
import { type Negotiation, negotiate, startNegotiation, waitingFor } from "./negotiation.ts";
import { createTelnetDecoder, escapeData } from "./telnet.ts";

export interface Rfc2217PortOptions {
  /** `rfc2217://host:port` */
  readonly name: string;
  readonly line: SerialLine;
  readonly clock: LabClock;
  /** The connection to the server, not opened. */
  readonly link: BytePort;
}

/** One opening, from the first byte to the server to the end of the connection. */
interface Opening {
  readonly state: () => Negotiation;
  /** Settles when everything is agreed; rejects when it cannot be. */
  readonly agreed: Promise<void>;
  readonly stop: () => void;
}

const AGREE_WITHIN_MS = 5000;

/**
 * The serial port of a device server. It opens when the server has confirmed every setting of the line
 * and that RTS and DTR are low; bytes then pass as they are. It has no `setRts`: a network is no way
 * to a trigger. What RTS does while a server opens its port is the server's affair.
 */
export function createRfc2217Port(options: Rfc2217PortOptions): BytePort {
  const { name, clock, link } = options;
  const state = createLinkState();
  let opening: Opening | null = null;
  /** Settles without an error when the open that is under way has ended. */
  let underWay: Promise<void> | null = null;

  const fail = (detail: string): void => {
    state.ended({ lost: true, detail });
    opening?.stop();
    void link.close();
  };

  const openNow = async (): Promise<void> => {
    const made = startOpening(options, (chunk) => state.arrived(chunk), fail);
    try {
      await link.open();
      link.closed$.subscribe(({ lost, detail }) => {
        made.stop();
        if (opening === made) opening = null;
        state.ended({ lost, detail });
      });
      made.begin();
      await withTimeout(clock, made.agreed, AGREE_WITHIN_MS, () => notAgreed(name, made.state()));
    } catch (error) {
      made.stop();
      await link.close();
      throw error;
    }
    if (!link.isOpen)
      throw new PulsetrainError("PORT_LOST", `${name}: it ended while it was opened`);
    opening = made;
    state.opened();
  };

  return {
    name,
    get isOpen() {
      return state.isOpen && link.isOpen;
    },
    bytes$: state.bytes$,
    closed$: state.closed$,
    open: async () => {
      if (underWay !== null || opening !== null)
        throw new PulsetrainError("PORT_OPEN_FAILED", `${name} is open already`);
      const attempt = openNow();
      underWay = attempt.catch(() => undefined);
      await attempt.finally(() => {
        underWay = null;
      });
    },
    write: (bytes) => {
      requireOpen(name, state.isOpen && link.isOpen);
      const agreed = opening?.state();
      if (agreed?.phase === "ready" && agreed.suspended)
        throw new PulsetrainError("PORT_STALLED", `${name} asked for silence; nothing was written`);
      return link.write(escapeData(bytes));
    },
    // Arrivals are handed on as they come, so nothing that has arrived waits here.
    discardInput: () => undefined,
    close: async () => {
      if (underWay !== null) await underWay;
      await link.close();
    },
  };
}

function notAgreed(name: string, state: Negotiation): PulsetrainError {
  const why =
    state.phase === "refused"
      ? state.why
      : `within ${AGREE_WITHIN_MS} ms no word on ${waitingFor(state)}`;
  return new PulsetrainError("PORT_OPEN_FAILED", `${name}: ${why}; is this an RFC 2217 server?`);
}

function startOpening(
  { name, line, link }: Rfc2217PortOptions,
  onData: (chunk: Stamped<Uint8Array>) => void,
  onWithdrawn: (detail: string) => void,
): Opening & { begin(): void } {
  const decoder = createTelnetDecoder();
  let { state, send } = startNegotiation(line);
  let arrivals: Subscription | null = null;
  let settle: { resolve(): void; reject(error: unknown): void } | null = null;
  const agreed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  agreed.catch(() => undefined);

  const sendAll = (frames: readonly Uint8Array[]): void => {
    // One write, since a connection takes no second one before the first has left.
    if (frames.length > 0) link.write(Uint8Array.from(frames.flatMap((frame) => [...frame])));
  };
  const moved = (before: Negotiation): void => {
    if (state.phase === before.phase) return;
    if (state.phase === "ready") settle?.resolve();
    if (state.phase !== "refused") return;
    if (before.phase === "ready") onWithdrawn(state.why);
    settle?.reject(notAgreed(name, state));
  };
  const take = ({ atMs, value }: Stamped<Uint8Array>): void => {
    const frames: Uint8Array[] = [];
    for (const piece of decoder.push(value)) {
      // What comes before the line is set was sent at another one.
      if (piece.kind === "data" && state.phase === "ready") onData({ atMs, value: piece.bytes });
      const before = state;
      ({ state, send } = negotiate(state, piece));
      frames.push(...send);
      moved(before);
    }
    try {
      sendAll(frames);
    } catch (error) {
      settle?.reject(error);
    }
  };

  return {
    state: () => state,
    agreed,
    begin: () => {
      arrivals = link.bytes$.subscribe(take);
      sendAll(send);
    },
    stop: () => {
      arrivals?.unsubscribe();
      settle?.reject(new PulsetrainError("PORT_LOST", `${name}: the connection ended`));
    },
  };
}
