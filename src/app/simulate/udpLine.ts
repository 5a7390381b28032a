import { createSocket, type Socket } from "node:dgram";
import { NEVER, Subject } from "rxjs";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { explainOpenFailure } from "../../io/openFailure.ts";
import type { HostedLine } from "./lines.ts";

export interface UdpEnds {
  /** Where the device sends to: `HOST:PORT`. */
  readonly to: string;
  /** Where it listens, on the loopback; 0 picks a free port. */
  readonly listenPort: number;
}

const LOOPBACK = "127.0.0.1";
const HIGHEST_PORT = 65_535;

/** Datagrams to one place, whoever listens there: one emission of the device is one datagram. */
export async function openUdpLine({ to, listenPort }: UdpEnds): Promise<HostedLine> {
  const { host, port } = parseTarget(to);
  const bytes = new Subject<Uint8Array>();
  const socket = createSocket("udp4");
  socket.on("message", (datagram) => bytes.next(new Uint8Array(datagram)));
  const address = `udp://${LOOPBACK}:${await bind(socket, listenPort, host)}`;
  // Nobody may listen yet, and the system says so by an error: as with a real amplifier, it sends on.
  socket.on("error", () => undefined);
  let isOpen = true;
  return {
    address,
    target: address,
    bytes$: bytes.asObservable(),
    opened$: NEVER,
    write: (sent) => {
      if (isOpen) socket.send(sent, port, host);
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      socket.close();
      bytes.complete();
    },
  };
}

function parseTarget(to: string): { readonly host: string; readonly port: number } {
  const [, host, digits] = /^([^\s:/]+):(\d+)$/.exec(to) ?? [];
  const port = Number(digits);
  if (host === undefined || !(port >= 1 && port <= HIGHEST_PORT)) {
    throw new PulsetrainError("CLI_BAD_CALL", `--udp ${to}: expected HOST:PORT`);
  }
  return { host, port };
}

/** To the loopback alone, unless the packets leave this machine. */
function bind(socket: Socket, listenPort: number, host: string): Promise<number> {
  const isLocal = host === LOOPBACK || host === "localhost";
  return new Promise((resolve, reject) => {
    socket.once("error", (error) => {
      const busy =
        "code" in error && error.code === "EADDRINUSE"
          ? new Error("EBUSY: the port is taken")
          : error;
      reject(explainOpenFailure(`udp://${LOOPBACK}:${listenPort}`, busy, process.platform));
    });
    socket.bind({ port: listenPort, ...(isLocal ? { address: LOOPBACK } : {}) }, () =>
      resolve(socket.address().port),
    );
  });
}
