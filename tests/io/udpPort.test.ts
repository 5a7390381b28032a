import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { BytePort, CloseReason } from "../../src/contract/transport.ts";
import { createUdpPort } from "../../src/io/udpPort.ts";
import { createRealClock } from "../../src/time/realClock.ts";

const clock = createRealClock();
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Far {
  readonly socket: Socket;
  readonly port: number;
  readonly received: (readonly number[])[];
}

async function far(address = "127.0.0.1"): Promise<Far> {
  const socket = createSocket("udp4");
  const received: (readonly number[])[] = [];
  socket.on("message", (datagram) => received.push([...datagram]));
  socket.bind(0, address);
  await once(socket, "listening");
  cleanups.push(() => {
    socket.close();
  });
  return { socket, port: (socket.address() as AddressInfo).port, received };
}

/** A port number that nobody has just now. */
async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0);
  await once(socket, "listening");
  const { port } = socket.address() as AddressInfo;
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}

async function portTo(
  device: Far,
): Promise<{ readonly port: BytePort; readonly listenPort: number }> {
  const listenPort = await freePort();
  const port = createUdpPort({ host: "127.0.0.1", port: device.port, listenPort, clock });
  cleanups.push(() => port.close());
  return { port, listenPort };
}

async function until(condition: () => boolean): Promise<void> {
  const endMs = clock.now() + 5000;
  while (!condition()) {
    if (clock.now() > endMs) throw new Error("waited too long");
    await clock.wait(2);
  }
}

describe("udp port", () => {
  it("carries datagrams whole both ways and sends nothing by itself", async () => {
    const device = await far();
    const { port, listenPort } = await portTo(device);
    const arrived: (readonly number[])[] = [];
    port.bytes$.subscribe(({ value }) => arrived.push([...value]));
    await port.open();
    await clock.wait(10);
    expect(device.received).toEqual([]);

    const stamp = port.write(Uint8Array.of(1, 2, 3));
    expect(await stamp.drained).toBeGreaterThanOrEqual(stamp.writtenMs);
    port.write(Uint8Array.of(4));
    await until(() => device.received.length === 2);
    expect(device.received).toEqual([[1, 2, 3], [4]]);

    device.socket.send(Uint8Array.of(7, 8), listenPort, "127.0.0.1");
    device.socket.send(Uint8Array.of(9), listenPort, "127.0.0.1");
    await until(() => arrived.length === 2);
    expect(arrived).toEqual([[7, 8], [9]]);
  });

  it("takes what the device sends from another of its ports, and nothing from another address", async () => {
    const device = await far();
    const sibling = await far();
    const stranger = await far("127.0.0.2");
    const { port, listenPort } = await portTo(device);
    const arrived: number[] = [];
    port.bytes$.subscribe(({ value }) => arrived.push(...value));
    await port.open();
    stranger.socket.send(Uint8Array.of(66), listenPort, "127.0.0.1");
    await clock.wait(20);
    sibling.socket.send(Uint8Array.of(5), listenPort, "127.0.0.1");
    await until(() => arrived.length > 0);
    expect(arrived).toEqual([5]);
  });

  it("refuses a write unless it is open now, and can be opened again", async () => {
    const device = await far();
    const { port } = await portTo(device);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    await port.open();
    await expect(port.open()).rejects.toMatchObject({ code: "PORT_OPEN_FAILED" });
    const ends: CloseReason[] = [];
    port.closed$.subscribe((reason) => ends.push(reason));
    await port.close();
    await port.close();
    expect(ends).toEqual([{ lost: false, detail: "closed by the host" }]);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    await port.open();
    port.write(Uint8Array.of(2));
    await until(() => device.received.length === 1);
    expect(device.received).toEqual([[2]]);
  });

  it("says so when another program listens there, or the host does not exist", async () => {
    const device = await far();
    const { port, listenPort } = await portTo(device);
    await port.open();
    const second = createUdpPort({ host: "127.0.0.1", port: device.port, listenPort, clock });
    await expect(second.open()).rejects.toMatchObject({ code: "PORT_BUSY" });
    expect(second.isOpen).toBe(false);
    const nowhere = createUdpPort({ host: "no.such.host.invalid", port: 1, listenPort: 1, clock });
    await expect(nowhere.open()).rejects.toMatchObject({ code: "PORT_NOT_FOUND" });
  });
});
