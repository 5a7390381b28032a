import { createServer, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { NEVER, type Observable, Subject } from "rxjs";
import { explainOpenFailure } from "../../io/openFailure.ts";
import { openPty } from "../../io/pty.ts";
import { ownFolder } from "../../io/simulatorProof.ts";
import { placeLink, removeLink } from "./link.ts";

/** The cable of a hosted simulator, seen from the device. */
export interface HostedLine {
  /** What another program opens: the link, or `tcp://127.0.0.1:PORT`. */
  readonly address: string;
  /** What is behind the address; the same for TCP. */
  readonly target: string;
  readonly bytes$: Observable<Uint8Array>;
  /** A client has connected; a pseudo-terminal does not tell. */
  readonly opened$: Observable<void>;
  /** Bytes get lost while nobody listens, as on a cable. */
  write(bytes: Uint8Array): void;
  close(): void;
}

/** A pseudo-terminal behind a link; without a path the link gets a place of its own. */
export async function openLinkedPty(linkPath: string | null, model: string): Promise<HostedLine> {
  const address = linkPath ?? join(ownFolder(), `${model}-${process.pid}`);
  const pty = await openPty();
  try {
    await placeLink(address, pty.path);
  } catch (error) {
    pty.close();
    throw error;
  }
  return {
    address,
    target: pty.path,
    bytes$: pty.bytes$,
    opened$: NEVER,
    write: pty.write,
    close: () => {
      removeLink(address, pty.path);
      pty.close();
    },
  };
}

/** A TCP port on the loopback; 0 picks a free one. A cable has one other end: a second client is turned away. */
export async function openTcpLine(port: number): Promise<HostedLine> {
  const bytes = new Subject<Uint8Array>();
  const opened = new Subject<void>();
  let client: Socket | null = null;
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    if (client !== null) {
      socket.destroy();
      return;
    }
    client = socket.setNoDelay(true);
    socket.on("data", (chunk: Buffer) => bytes.next(new Uint8Array(chunk)));
    socket.on("close", () => {
      client = null;
    });
    opened.next();
  });
  const address = `tcp://127.0.0.1:${await listen(server, port)}`;
  return {
    address,
    target: address,
    bytes$: bytes.asObservable(),
    opened$: opened.asObservable(),
    write: (sent) => {
      client?.write(sent);
    },
    close: () => {
      server.close();
      client?.destroy();
      bytes.complete();
      opened.complete();
    },
  };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      // The words of a taken port are not among those of serial ports.
      const busy =
        "code" in error && error.code === "EADDRINUSE"
          ? new Error("EBUSY: the port is taken")
          : error;
      reject(explainOpenFailure(`tcp://127.0.0.1:${port}`, busy, process.platform));
    });
    server.listen({ port, host: "127.0.0.1" }, () => {
      const bound = server.address();
      resolve(bound !== null && typeof bound === "object" ? bound.port : port);
    });
  });
}
