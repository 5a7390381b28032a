import { once } from "node:events";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { firstValueFrom } from "rxjs";
import { afterEach, describe, expect, it } from "vitest";
import type { BytePort, CloseReason } from "../../src/contract/transport.ts";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createTcpPort } from "../../src/io/tcpPort.ts";
import { withTimeout } from "../../src/time/operators.ts";
import { createRealClock } from "../../src/time/realClock.ts";

const clock = createRealClock();
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Far {
  readonly server: Server;
  readonly port: number;
  readonly sockets: Socket[];
  readonly received: number[];
}

async function listen(): Promise<Far> {
  const sockets: Socket[] = [];
  const received: number[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => undefined);
    socket.on("data", (chunk: Buffer) => received.push(...chunk));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  cleanups.push(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { server, port, sockets, received };
}

function portTo(port: number): BytePort {
  const made = createTcpPort({ host: "127.0.0.1", port, clock });
  cleanups.push(() => made.close());
  return made;
}

const soon = <T>(promise: Promise<T>): Promise<T> =>
  withTimeout(clock, promise, 5000, () => new Error("waited too long"));

async function until(condition: () => boolean): Promise<void> {
  const endMs = clock.now() + 5000;
  while (!condition()) {
    if (clock.now() > endMs) throw new Error("waited too long");
    await clock.wait(2);
  }
}

describe("tcp port", () => {
  it("carries bytes both ways and sends nothing by itself", async () => {
    const far = await listen();
    const port = portTo(far.port);
    await port.open();
    await until(() => far.sockets.length === 1);
    await clock.wait(20);
    expect(far.received).toEqual([]);
    const stamp = port.write(Uint8Array.of(1, 2));
    expect(await soon(stamp.drained)).toBeGreaterThanOrEqual(stamp.writtenMs);
    await until(() => far.received.length === 2);
    const arrival = soon(firstValueFrom(port.bytes$));
    far.sockets[0]?.write(Uint8Array.of(3));
    expect([...(await arrival).value]).toEqual([3]);
  });

  it("refuses a write unless it is open now, and never sends it later", async () => {
    const far = await listen();
    const port = portTo(far.port);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    const opening = port.open();
    expect(() => port.write(Uint8Array.of(2))).toThrow("PORT_NOT_OPEN");
    await opening;
    port.write(Uint8Array.of(3));
    const end = soon(firstValueFrom(port.closed$));
    const closing = port.close();
    expect(() => port.write(Uint8Array.of(4))).toThrow("PORT_NOT_OPEN");
    await closing;
    expect(await end).toEqual({ lost: false, detail: "closed by the host" });
    await port.open();
    await until(() => far.sockets.length === 2);
    await clock.wait(20);
    expect(far.received).toEqual([3]);
  });

  it("tells a lost connection from its own close", async () => {
    const far = await listen();
    const port = portTo(far.port);
    await port.open();
    await until(() => far.sockets.length === 1);
    const end: Promise<CloseReason> = soon(firstValueFrom(port.closed$));
    far.sockets[0]?.resetAndDestroy();
    expect((await end).lost).toBe(true);
    expect(port.isOpen).toBe(false);
  });

  it("refuses to keep bytes for a far side that does not read", async () => {
    const far = await listen();
    far.server.once("connection", (socket: Socket) => socket.pause());
    const port = portTo(far.port);
    await port.open();
    await until(() => far.sockets.length === 1);
    far.sockets[0]?.pause();
    const big = new Uint8Array(1 << 20);
    expect(() => {
      for (let n = 0; n < 64; n++) port.write(big);
    }).toThrow("PORT_STALLED");
  });

  it("says that nobody listens", async () => {
    const far = await listen();
    far.server.close();
    await once(far.server, "close");
    const error: unknown = await portTo(far.port)
      .open()
      .catch((reason: unknown) => reason);
    expect(isPulsetrainError(error) && error.code).toBe("PORT_NOT_FOUND");
  });
});
