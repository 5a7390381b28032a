import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createDrainQueue } from "../../src/io/drainQueue.ts";
import { explainOpenFailure } from "../../src/io/openFailure.ts";
import { createPort } from "../../src/io/openPort.ts";
import { parsePortAddress } from "../../src/io/portAddress.ts";
import { createRealClock } from "../../src/time/realClock.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";

const LINE = { baudRate: 9600, dataBits: 8, parity: "none", stopBits: 1 } as const;

describe("port strings", () => {
  it("reads paths and TCP addresses", () => {
    expect(parsePortAddress("/dev/ttyUSB0")).toEqual({ kind: "serial", path: "/dev/ttyUSB0" });
    expect(parsePortAddress("COM3")).toEqual({ kind: "serial", path: "COM3" });
    expect(parsePortAddress("tcp://lab-pc:4001")).toEqual({
      kind: "tcp",
      host: "lab-pc",
      port: 4001,
    });
    expect(parsePortAddress("tcp://[::1]:4001")).toEqual({ kind: "tcp", host: "::1", port: 4001 });
  });

  it("reads identities of adapters, hex in any case, and device servers", () => {
    const usb = (
      vendorId: string | null,
      productId: string | null,
      serialNumber: string | null,
    ) => ({
      kind: "usb",
      identity: { vendorId, productId, serialNumber },
    });
    expect(parsePortAddress("usb:A50285BI")).toEqual(usb(null, null, "A50285BI"));
    expect(parsePortAddress(" usb:0403:6001 ")).toEqual(usb("0403", "6001", null));
    expect(parsePortAddress("usb:067B:23A3:X1")).toEqual(usb("067b", "23a3", "X1"));
    expect(parsePortAddress("usb:0403:6001:00:1b")).toEqual(usb("0403", "6001", "00:1b"));
    expect(parsePortAddress("rfc2217://10.0.0.2:4001")).toEqual({
      kind: "rfc2217",
      host: "10.0.0.2",
      port: 4001,
    });
  });

  it("reads UDP addresses, with the port of this machine where it is another", () => {
    const udp = (host: string, port: number, listenPort: number): unknown => ({
      kind: "udp",
      host,
      port,
      listenPort,
    });
    expect(parsePortAddress("udp://192.168.200.220:5050?listen=50000")).toEqual(
      udp("192.168.200.220", 5050, 50_000),
    );
    expect(parsePortAddress("UDP://[::1]:50000")).toEqual(udp("::1", 50_000, 50_000));
  });

  it("takes blanks around a port for what they are", () => {
    expect(parsePortAddress(" COM3 ")).toEqual({ kind: "serial", path: "COM3" });
  });

  it("refuses the dial-in twin of a macOS port by the name of the other", () => {
    expect(() => parsePortAddress("/dev/tty.usbserial-A1", "darwin")).toThrow(
      /RIG_FILE_BAD.*\/dev\/cu\.usbserial-A1/,
    );
    expect(parsePortAddress("/dev/cu.usbserial-A1", "darwin").kind).toBe("serial");
    expect(parsePortAddress("/dev/ttyUSB0", "linux").kind).toBe("serial");
  });

  it.each([
    "",
    "  ",
    "usb:",
    "usb:0403:",
    "usb:0403:60",
    "usb:0403:6001:",
    "usb:xyz1:6001",
    "usb:A:B",
    "rfc2217://x",
    "rfc2217://x:0",
    "simulated",
    "udp://x",
    "udp://x:0",
    "udp://x:1?listen=0",
    "udp://x:1?listen=65536",
    "udp://x:1?listen=",
    "tcp://x:1?listen=2",
    "rfc2217://x:1?listen=2",
    "http://x:1",
    "tcp://x",
    "tcp://x:0",
    "tcp://x:65536",
    "tcp://:5",
    "tcp://a:1/b",
    "tcp://u@h:1",
  ])("refuses %j by name of the field", (text) => {
    expect(() => parsePortAddress(text)).toThrow(/RIG_FILE_BAD.*port/);
  });

  it("never takes a TCP address for a path", () => {
    const isTcpOrRefused = (rest: string): boolean => {
      try {
        return parsePortAddress(`tcp://${rest}`).kind === "tcp";
      } catch (error) {
        return String(error).includes("RIG_FILE_BAD");
      }
    };
    fc.assert(fc.property(fc.string(), isTcpOrRefused));
  });

  it("gives a closed port and refuses a virtual clock", () => {
    const clock = createRealClock();
    expect(createPort("/dev/ttyUSB0", LINE, clock).isOpen).toBe(false);
    for (const name of ["tcp://localhost:1", "rfc2217://localhost:1", "usb:A1"]) {
      const port = createPort(name, LINE, clock);
      expect([port.name, port.isOpen]).toEqual([name, false]);
    }
    const virtual = createVirtualClock({ startUtcMs: 0 });
    expect(() => createPort("/dev/ttyUSB0", LINE, virtual)).toThrow("CLI_BUG");
  });
});

describe("words of the system", () => {
  it.each([
    ["Error: No such file or directory, cannot open /dev/x", "linux", "PORT_NOT_FOUND"],
    ["Error: No such device or address, cannot open /dev/x", "linux", "PORT_NOT_FOUND"],
    ["Error: Permission denied, cannot open /dev/x", "linux", "PORT_PERMISSION"],
    ["Error Resource temporarily unavailable Cannot lock port", "linux", "PORT_BUSY"],
    ["Error: Device or resource busy, cannot open /dev/x", "linux", "PORT_BUSY"],
    ["Error: Resource busy, cannot open /dev/cu.x", "darwin", "PORT_BUSY"],
    ["Opening COM3: Access denied", "win32", "PORT_BUSY"],
    ["Opening COM3: File not found", "win32", "PORT_NOT_FOUND"],
    ["connect ECONNREFUSED 127.0.0.1:1", "linux", "PORT_NOT_FOUND"],
    ["something else", "linux", "PORT_OPEN_FAILED"],
  ] as const)("%j on %s is %s", (words, platform, code) => {
    const error = explainOpenFailure("/dev/x", new Error(words), platform);
    expect(error.code).toBe(code);
    expect(error.detail).toContain(words);
  });

  it("names the dial-out twin of a macOS port", () => {
    const error = explainOpenFailure("/dev/tty.usb1", new Error("Resource busy"), "darwin");
    expect(error.detail).toContain("/dev/cu.usb1");
    expect(explainOpenFailure("/dev/ttyUSB0", new Error("x"), "linux").detail).not.toContain("cu.");
  });
});

describe("drain queue", () => {
  it("runs one drain at a time and one more for all who ask meanwhile", async () => {
    const finish: (() => void)[] = [];
    let instant = 0;
    const queue = createDrainQueue(
      () => new Promise((resolve) => finish.push(resolve)),
      () => instant,
    );
    const first = queue.drained();
    const second = queue.drained();
    const third = queue.drained();
    expect(finish).toHaveLength(1);
    instant = 5;
    finish[0]?.();
    expect(await first).toBe(5);
    await Promise.resolve();
    expect(finish).toHaveLength(2);
    instant = 9;
    finish[1]?.();
    expect(await Promise.all([second, third])).toEqual([9, 9]);
  });

  it("drains again for those who wait when a drain fails", async () => {
    const outcomes = [Promise.reject(new Error("gone")), Promise.resolve()];
    const queue = createDrainQueue(
      () => outcomes.shift() ?? Promise.resolve(),
      () => 1,
    );
    const first = queue.drained();
    const second = queue.drained();
    await expect(first).rejects.toThrow("gone");
    expect(await second).toBe(1);
  });
});
