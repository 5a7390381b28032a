import { firstValueFrom } from "rxjs";
import { afterEach, describe, expect, it } from "vitest";
import type { BytePort, CloseReason } from "../../src/contract/transport.ts";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createSerialPort } from "../../src/io/serialPort.ts";
import { withTimeout } from "../../src/time/operators.ts";
import { createRealClock } from "../../src/time/realClock.ts";
import { openPtyPair, type PtyPair } from "./ptyPair.ts";

const clock = createRealClock();
const cleanups: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function ptyPair(options?: { readonly holdSlave?: boolean }): PtyPair {
  const pair = openPtyPair(options);
  cleanups.push(() => pair.vanish());
  return pair;
}

function portOn(path: string, baudRate = 115_200): BytePort {
  const port = createSerialPort({
    path,
    line: { baudRate, dataBits: 8, parity: "none", stopBits: 1 },
    clock,
  });
  cleanups.push(() => port.close());
  return port;
}

const soon = <T>(promise: Promise<T>): Promise<T> =>
  withTimeout(clock, promise, 5000, () => new Error("waited too long"));

/** Waits until `list` holds `length` entries. */
async function count(list: readonly number[], length: number): Promise<void> {
  const endMs = clock.now() + 5000;
  while (list.length < length && clock.now() < endMs) await clock.wait(2);
}

async function codeOf(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
    return "no error";
  } catch (error) {
    return isPulsetrainError(error) ? error.code : String(error);
  }
}

describe.skipIf(process.platform !== "linux")("serial port on a pseudo-terminal", () => {
  it("carries bytes both ways and stamps them", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    await port.open();
    expect(port.isOpen).toBe(true);
    const beforeMs = clock.now();
    const stamp = port.write(Uint8Array.of(1, 2, 0, 255));
    const drainedMs = await soon(stamp.drained);
    expect(stamp.writtenMs).toBeGreaterThanOrEqual(beforeMs);
    expect(drainedMs).toBeGreaterThanOrEqual(stamp.writtenMs);
    await soon(pty.receivedCount(4));
    expect(pty.received).toEqual([1, 2, 0, 255]);
    const arrival = soon(firstValueFrom(port.bytes$));
    pty.send(Uint8Array.of(10, 13, 17, 19, 0));
    const { atMs, value } = await arrival;
    expect([...value]).toEqual([10, 13, 17, 19, 0]);
    expect(atMs).toBeGreaterThanOrEqual(drainedMs);
  });

  it("has handed the bytes over when write returns", async () => {
    const pty = ptyPair();
    pty.pauseReading();
    const port = portOn(pty.path);
    await port.open();
    await clock.wait(30);
    port.write(Uint8Array.of(42));
    expect(pty.takeNow()).toEqual([42]);
  });

  it("sends nothing when it opens", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    await port.open();
    await clock.wait(60);
    expect(pty.received).toEqual([]);
  });

  it("refuses a write before it is open, and opening later does not send it", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    const opening = port.open();
    expect(() => port.write(Uint8Array.of(2))).toThrow("PORT_NOT_OPEN");
    await opening;
    port.write(Uint8Array.of(3));
    await soon(pty.receivedCount(1));
    await clock.wait(30);
    expect(pty.received).toEqual([3]);
  });

  it("refuses a write after it was closed", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    await port.open();
    const end = soon(firstValueFrom(port.closed$));
    const closing = port.close();
    expect(port.isOpen).toBe(false);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    await closing;
    expect(await end).toEqual({ lost: false, detail: "closed by the host" });
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
  });

  it("opens again after a close and brings no bytes of the time between", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    const arrived: number[] = [];
    port.bytes$.subscribe(({ value }) => arrived.push(...value));
    await port.open();
    await port.close();
    pty.send(Uint8Array.of(1, 2));
    await port.open();
    pty.send(Uint8Array.of(3));
    await count(arrived, 1);
    expect(arrived).toEqual([3]);
    port.write(Uint8Array.of(9));
    await soon(pty.receivedCount(1));
    expect(pty.received).toEqual([9]);
  });

  it("notices a vanished device without being asked, and opens no more", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    await port.open();
    const end = soon(firstValueFrom(port.closed$));
    pty.vanish();
    const reason: CloseReason = await end;
    expect(reason.lost).toBe(true);
    expect(port.isOpen).toBe(false);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    expect(await codeOf(port.open())).toBe("PORT_NOT_FOUND");
  });

  it("says that the device is gone when the write comes first", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    await port.open();
    const end = soon(firstValueFrom(port.closed$));
    // The descriptor is closed in this turn, so no read event can have come before the write.
    pty.vanish();
    const words = await new Promise<string>((resolve) => {
      const tryIt = (): void => {
        try {
          port.write(Uint8Array.of(1));
          setTimeout(tryIt, 0);
        } catch (error) {
          resolve(String(error));
        }
      };
      tryIt();
    });
    expect(words).toMatch(/PORT_LOST|PORT_NOT_OPEN/);
    expect((await end).lost).toBe(true);
  });

  it("is refused while another opening holds the port, and works when that one is closed", async () => {
    const pty = ptyPair();
    const first = portOn(pty.path);
    const second = portOn(pty.path);
    await first.open();
    expect(await codeOf(second.open())).toBe("PORT_BUSY");
    await first.close();
    await second.open();
    expect(second.isOpen).toBe(true);
  });

  it("refuses to be opened twice, and a close overtakes no open", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    const opening = port.open();
    expect(await codeOf(port.open())).toBe("PORT_OPEN_FAILED");
    await port.close();
    await opening;
    expect(port.isOpen).toBe(false);
  });

  it("survives closes and lost devices at any moment of reading and writing", async () => {
    // A close during a read must not touch a destroyed poller: that ends the whole process.
    for (let round = 0; round < 60; round++) {
      const pty = ptyPair();
      const port = portOn(pty.path);
      const ends: CloseReason[] = [];
      port.closed$.subscribe((end) => ends.push(end));
      await port.open();
      if (round % 2 === 0) pty.send(new Uint8Array(30));
      if (round % 3 === 0) port.write(new Uint8Array(10));
      if (round % 5 === 0) await clock.wait(1);
      const closing = port.close();
      if (round % 4 === 0) pty.vanish();
      await closing;
      expect(ends).toHaveLength(1);
      expect(port.isOpen).toBe(false);
    }
  });

  it("names a port that is not there and one that is no serial port", async () => {
    expect(await codeOf(portOn("/dev/does-not-exist").open())).toBe("PORT_NOT_FOUND");
    expect(await codeOf(portOn("/dev/null").open())).toBe("PORT_OPEN_FAILED");
  });

  it("faults at once when the line takes no more, instead of keeping bytes for later", async () => {
    const pty = ptyPair();
    pty.pauseReading();
    const port = portOn(pty.path);
    await port.open();
    let fault = "";
    for (let n = 0; n < 10_000 && fault === ""; n++) {
      try {
        port.write(new Uint8Array(50));
      } catch (error) {
        fault = String(error);
      }
    }
    expect(fault).toMatch(/PORT_STALLED|PORT_LOST.*only \d+ of 50 bytes/);
  });

  it("forgets what has arrived when it is told to", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    const arrived: number[] = [];
    port.bytes$.subscribe(({ value }) => arrived.push(...value));
    await port.open();
    await clock.wait(30);
    pty.send(Uint8Array.of(1, 2, 3));
    // The kernel carries the bytes over meanwhile, and no turn of the loop reads them.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 40);
    port.discardInput();
    pty.send(Uint8Array.of(4));
    await count(arrived, 1);
    expect(arrived).toEqual([4]);
  });

  it("keeps the order of many small writes and answers", async () => {
    const pty = ptyPair();
    const port = portOn(pty.path);
    const arrived: number[] = [];
    port.bytes$.subscribe(({ value }) => arrived.push(...value));
    await port.open();
    const drains = Array.from({ length: 100 }, (_, n) => {
      pty.send(Uint8Array.of(n));
      return port.write(Uint8Array.of(n, n)).drained;
    });
    await soon(Promise.all(drains));
    await soon(pty.receivedCount(200));
    expect(pty.received).toEqual(drains.flatMap((_, n) => [n, n]));
    await count(arrived, 100);
    expect(arrived).toEqual(drains.map((_, n) => n));
  });
});
