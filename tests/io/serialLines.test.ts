import { firstValueFrom } from "rxjs";
import { describe, expect, it } from "vitest";
import type { SafePort } from "../../src/io/safeBinding.ts";
import {
  createSerialPort,
  type SerialBytePort,
  type SerialPortOptions,
} from "../../src/io/serialPort.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

/** A port with modem lines, a rate and a line that can stall: what a pseudo-terminal lacks. */
interface FakePort {
  readonly safe: SafePort;
  readonly calls: unknown[];
  readonly written: number[];
}

/** Every line, as the binding is told of it. */
const LOW = { rts: false, dtr: false, brk: false, cts: false, dsr: false, lowLatency: true };

interface FakeOptions {
  readonly baudRate?: number;
  readonly setFails?: string;
  readonly lowLatency?: boolean;
  readonly drain?: () => Promise<void>;
  readonly takes?: (bytes: Uint8Array) => number;
}

function fakePort(options: FakeOptions = {}): FakePort {
  const calls: unknown[] = [];
  const written: number[] = [];
  let isOpen = true;
  let cancel: (error: Error) => void = () => undefined;
  const safe: SafePort = {
    openOptions: {} as SafePort["openOptions"],
    get isOpen() {
      return isOpen;
    },
    read: () =>
      new Promise((_, reject) => {
        cancel = reject;
      }),
    close: async () => {
      isOpen = false;
      calls.push("close");
      cancel(Object.assign(new Error("canceled"), { canceled: true }));
    },
    set: async (lines) => {
      calls.push(lines);
      if (options.setFails !== undefined) throw new Error(options.setFails);
    },
    getBaudRate: async () => ({ baudRate: options.baudRate ?? 9600 }),
    drain: options.drain ?? (async () => undefined),
    write: () => Promise.reject(new Error("not the way to write")),
    update: () => Promise.reject(new Error("not in this test")),
    get: async () => {
      const status = { cts: false, dsr: false, dcd: false };
      return options.lowLatency === undefined
        ? status
        : { ...status, lowLatency: options.lowLatency };
    },
    flush: () => Promise.reject(new Error("a flush would drop bytes on their way out")),
    writeNow: (bytes) => {
      const taken = options.takes?.(bytes) ?? bytes.length;
      written.push(...bytes.subarray(0, taken));
      return taken;
    },
    discardArrived: () => undefined,
  };
  return { safe, calls, written };
}

function portOver(
  fake: FakePort,
  more: Partial<SerialPortOptions> = {},
): { readonly port: SerialBytePort; readonly clock: VirtualClock } {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const port = createSerialPort({
    path: "fake",
    line: { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 },
    clock,
    openBinding: async () => fake.safe,
    ...more,
  });
  return { port, clock };
}

describe("lines of a serial port", () => {
  it("are all named and low when it has opened, and nothing was written", async () => {
    const fake = fakePort();
    const { port } = portOver(fake);
    await port.open();
    expect(fake.calls).toEqual([LOW]);
    expect(fake.written).toEqual([]);
  });

  it("are raised only where the options say so", async () => {
    const fake = fakePort();
    await portOver(fake, { modemLines: { rts: false, dtr: true } }).port.open();
    expect(fake.calls).toEqual([{ ...LOW, dtr: true }]);
  });

  it("are named one and all when RTS alone changes, and the others stay as they were", async () => {
    const fake = fakePort();
    const { port } = portOver(fake, { modemLines: { rts: false, dtr: true } });
    await port.open();
    await Promise.all([port.setRts(true), port.setRts(false)]);
    expect(fake.calls.slice(1)).toEqual([
      { ...LOW, dtr: true, rts: true },
      { ...LOW, dtr: true },
    ]);
  });

  it("change in the call that asks for it, not behind what its caller does next", async () => {
    const fake = fakePort();
    const { port } = portOver(fake);
    await port.open();
    const raised = port.setRts(true);
    expect(fake.calls.at(-1)).toEqual({ ...LOW, rts: true });
    await raised;
    void port.setRts(false);
    expect(fake.calls.at(-1)).toEqual(LOW);
  });

  it("change one after the other, however long the system takes for one", async () => {
    const fake = fakePort();
    const { port } = portOver(fake);
    await port.open();
    const { promise: held, resolve: go } = Promise.withResolvers<void>();
    const { set } = fake.safe;
    fake.safe.set = async (lines) => {
      await set(lines);
      if (lines.rts === true) await held;
    };
    const both = Promise.all([port.setRts(true), port.setRts(false)]);
    await Promise.resolve();
    expect(fake.calls.slice(1)).toEqual([{ ...LOW, rts: true }]);
    go();
    await both;
    expect(fake.calls.slice(1)).toEqual([{ ...LOW, rts: true }, LOW]);
  });

  it("are low again before the port closes, also when they were raised just before", async () => {
    const fake = fakePort();
    const { port, clock } = portOver(fake);
    await port.open();
    void port.setRts(true);
    await clock.run(() => port.close());
    expect(fake.calls).toEqual([LOW, { ...LOW, rts: true }, LOW, "close"]);
    await expect(port.setRts(true)).rejects.toThrow("PORT_NOT_OPEN");
    expect(fake.calls.at(-1)).toBe("close");
  });

  it("are said to be missing by the one who wants to raise one", async () => {
    const { port } = portOver(
      fakePort({ setFails: "Error: Inappropriate ioctl for device, cannot set" }),
    );
    await port.open();
    await expect(port.setRts(true)).rejects.toThrow(/PORT_NO_LINES.*ENOTTY/);
    expect(port.isOpen).toBe(true);
  });

  it("come with the mode in which an adapter does not wait, and what came of it is read back", async () => {
    const lowLatency: (boolean | null)[] = [];
    for (const options of [{ lowLatency: true }, { lowLatency: false }, {}]) {
      const { port } = portOver(fakePort(options));
      expect(port.lowLatency).toBeNull();
      await port.open();
      lowLatency.push(port.lowLatency);
    }
    expect(lowLatency).toEqual([true, false, null]);
  });

  it("may be missing, but a port that cannot lower them for another reason is refused", async () => {
    const without = portOver(
      fakePort({ setFails: "Error: Inappropriate ioctl for device, cannot set" }),
    );
    await without.port.open();
    expect(without.port.isOpen).toBe(true);
    const broken = fakePort({ setFails: "Error: Input/output error, cannot set" });
    const refused = portOver(broken);
    await expect(refused.clock.run(() => refused.port.open())).rejects.toThrow("PORT_OPEN_FAILED");
    expect(refused.port.isOpen).toBe(false);
    expect(broken.calls).toContain("close");
  });
});

describe("serial port", () => {
  it("is refused when it runs at another rate than was asked", async () => {
    const { port, clock } = portOver(fakePort({ baudRate: 115_200 }));
    await expect(clock.run(() => port.open())).rejects.toThrow(/PORT_OPEN_FAILED.*9600.*115200/);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
  });

  it("stays open when the line took nothing, and says that nothing was written", async () => {
    const fake = fakePort({ takes: () => 0 });
    const { port } = portOver(fake);
    await port.open();
    expect(() => port.write(Uint8Array.of(1, 2))).toThrow("PORT_STALLED");
    expect(port.isOpen).toBe(true);
  });

  it("ends as lost when the line cut a frame, so that no other frame is glued to it", async () => {
    const fake = fakePort({ takes: () => 1 });
    const { port } = portOver(fake);
    await port.open();
    const end = firstValueFrom(port.closed$);
    expect(() => port.write(Uint8Array.of(1, 2))).toThrow(/PORT_LOST.*only 1 of 2/);
    expect(port.isOpen).toBe(false);
    expect((await end).lost).toBe(true);
  });

  it("ends as lost when the write itself fails", async () => {
    const fake = fakePort({
      takes: () => {
        throw new Error("EIO: i/o error, write");
      },
    });
    const { port } = portOver(fake);
    await port.open();
    const end = firstValueFrom(port.closed$);
    expect(() => port.write(Uint8Array.of(1))).toThrow(/PORT_LOST.*EIO/);
    expect((await end).lost).toBe(true);
  });

  it("says when bytes do not leave, in the time of the line and a second", async () => {
    const { port, clock } = portOver(fakePort({ drain: () => new Promise(() => undefined) }));
    await port.open();
    const stamp = port.write(new Uint8Array(96));
    await expect(clock.run(() => stamp.drained)).rejects.toThrow("PORT_STALLED");
    // 96 bytes of 10 bits at 9600 baud are 100 ms.
    expect(clock.now()).toBeCloseTo(1100, 6);
  });

  it("closes although the line never drains", async () => {
    const fake = fakePort({ drain: () => new Promise(() => undefined) });
    const { port, clock } = portOver(fake);
    await port.open();
    port.write(Uint8Array.of(1));
    await clock.run(() => port.close());
    expect(fake.calls).toContain("close");
    expect(port.isOpen).toBe(false);
  });

  it("gives the last bytes their time on the line before it closes", async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const order: string[] = [];
    const fake = fakePort({
      drain: async () => {
        await clock.wait(30);
        order.push("drained");
      },
    });
    const { port } = portOver(fake, { clock });
    await port.open();
    port.closed$.subscribe(() => order.push("closed"));
    port.write(Uint8Array.of(1));
    await clock.run(() => port.close());
    expect(order.at(-1)).toBe("closed");
    expect(order).toContain("drained");
  });
});
