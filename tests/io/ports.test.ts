import { describe, expect, it } from "vitest";
import type { BytePort } from "../../src/contract/transport.ts";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { readLatencyTimerMs } from "../../src/io/latencyTimer.ts";
import { createMemoryLink, type MemoryLink } from "../../src/io/memoryPort.ts";
import { parsePortAddress, type UsbIdentity } from "../../src/io/portAddress.ts";
import { type PortEntry, portWords } from "../../src/io/portEntry.ts";
import { listPorts } from "../../src/io/portList.ts";
import { createUsbPort, findByIdentity } from "../../src/io/usbPort.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";
import { fakeSys } from "./fakeSys.ts";

const noUdev = (): Promise<never> => Promise.reject(new Error("spawn udevadm ENOENT"));
const FTDI = { vendorId: "0403", productId: "6001", driver: "ftdi_sio", manufacturer: "FTDI" };

function identity(text: string): UsbIdentity {
  const address = parsePortAddress(text, "linux");
  if (address.kind !== "usb") throw new Error(`${text} is no identity`);
  return address.identity;
}

describe("ports of this machine", () => {
  it("are read from /sys with their adapters where there is no udevadm", async () => {
    const sys = fakeSys();
    sys.usb("ttyUSB10", { ...FTDI, serial: "A50285BI", latencyMs: 16 });
    sys.usb("ttyUSB2", { vendorId: "067B", productId: "2303", driver: "pl2303" });
    sys.uart("ttyS0", 4);
    const ports = await listPorts({ system: noUdev, platform: "linux", sysRoot: sys.root });
    expect(ports.map(portWords)).toEqual([
      "/dev/ttyS0 (no USB identity)",
      "/dev/ttyUSB2 (067b:2303)",
      "/dev/ttyUSB10 (FTDI, 0403:6001, serial A50285BI)",
    ]);
    expect(ports.at(-1)?.driver).toBe("ftdi_sio");
  });

  it("leave out consoles and the UARTs that a PC lacks, whoever names them", async () => {
    const sys = fakeSys();
    sys.uart("ttyS1", 0);
    sys.console("tty3");
    const system = async (): Promise<{ path: string }[]> => [{ path: "/dev/ttyS1" }];
    expect(await listPorts({ system, platform: "linux", sysRoot: sys.root })).toEqual([]);
  });

  it("join what udev and the kernel tell, in plain words", async () => {
    const sys = fakeSys();
    sys.usb("ttyUSB0", { ...FTDI, manufacturer: "Future Technology" });
    const told = { path: "/dev/ttyUSB0", manufacturer: "FTDI_x20", serialNumber: "A1" };
    const [port] = await listPorts({
      system: async () => [told],
      platform: "linux",
      sysRoot: sys.root,
    });
    expect(port).toMatchObject({ manufacturer: "Future Technology", serialNumber: "A1" });
  });

  it("are serialport's on systems without /sys", async () => {
    const told = { path: "COM3", vendorId: "0403", productId: "6001", serialNumber: "A1" };
    const ports = await listPorts({ system: async () => [told], platform: "win32" });
    expect(ports).toMatchObject([{ path: "COM3", vendorId: "0403", driver: null }]);
    expect(await listPorts({ system: noUdev, platform: "win32" })).toEqual([]);
  });
});

describe("latency timer", () => {
  it("is read of FTDI adapters and of nothing else", () => {
    const sys = fakeSys();
    sys.usb("ttyUSB0", { ...FTDI, latencyMs: 16 });
    sys.usb("ttyUSB1", { vendorId: "067b", productId: "2303", driver: "pl2303" });
    expect(readLatencyTimerMs("/dev/ttyUSB0", sys.root)).toBe(16);
    expect(readLatencyTimerMs("/dev/ttyUSB1", sys.root)).toBeNull();
    expect(readLatencyTimerMs("/dev/nothing", sys.root)).toBeNull();
  });
});

const HERE: readonly PortEntry[] = [
  port("/dev/ttyUSB0", "0403", "6001", "A50285BI"),
  port("/dev/ttyUSB1", "0403", "6001", "B9"),
  port("/dev/ttyACM0", "2341", "0043", "with blank"),
  port("/dev/ttyS0", null, null, null),
];

function port(
  path: string,
  vendorId: string | null,
  productId: string | null,
  serialNumber: string | null,
): PortEntry {
  return {
    path,
    vendorId,
    productId,
    serialNumber,
    manufacturer: null,
    product: null,
    driver: null,
  };
}

describe("an adapter named by its identity", () => {
  it.each([
    ["usb:A50285BI", "/dev/ttyUSB0"],
    ["usb:a50285bi", "/dev/ttyUSB0"],
    ["usb:2341:0043", "/dev/ttyACM0"],
    ["usb:0403:6001:B9", "/dev/ttyUSB1"],
    ["USB:0403:6001:b9", "/dev/ttyUSB1"],
    ["usb:with_blank", "/dev/ttyACM0"],
  ])("%s is found", (text, path) => {
    expect(findByIdentity(text, identity(text), HERE).path).toBe(path);
  });

  it("is never the one of another vendor with the same serial number", () => {
    const code = codeOf(() => findByIdentity("x", identity("usb:10c4:ea60:B9"), HERE));
    expect(code).toMatch(/^PORT_NOT_FOUND/);
  });

  it("is refused with all that fit when it is ambiguous", () => {
    expect(codeOf(() => findByIdentity("usb:0403:6001", identity("usb:0403:6001"), HERE))).toMatch(
      /^PORT_AMBIGUOUS.*2 ports fit.*ttyUSB0.*A50285BI.*ttyUSB1.*B9/,
    );
  });

  it("is refused with all that is there when it is absent", () => {
    expect(codeOf(() => findByIdentity("usb:C1", identity("usb:C1"), HERE))).toMatch(
      /^PORT_NOT_FOUND.*ttyUSB0 \(0403:6001, serial A50285BI\).*ttyS0/,
    );
    expect(codeOf(() => findByIdentity("usb:C1", identity("usb:C1"), []))).toMatch(
      /no serial port/,
    );
  });
});

function codeOf(work: () => unknown): string {
  try {
    return String(work());
  } catch (error) {
    return isPulsetrainError(error) ? error.message : "another error";
  }
}

describe("a port that is named by its adapter", () => {
  it("is found again under another number after a loss", async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const links = new Map<string, MemoryLink>();
    let path = "/dev/ttyUSB0";
    const openAt = (at: string): BytePort => {
      const link = createMemoryLink(clock, { baudRate: null, name: at });
      links.set(at, link);
      return link.port;
    };
    const usb = createUsbPort({
      name: "usb:A1",
      identity: identity("usb:A1"),
      list: async () => [port(path, "0403", "6001", "A1")],
      openAt,
    });
    const got: number[] = [];
    const ends: boolean[] = [];
    usb.bytes$.subscribe(({ value }) => got.push(...value));
    await usb.open();
    usb.closed$.subscribe(({ lost }) => ends.push(lost));
    links.get("/dev/ttyUSB0")?.far.send(Uint8Array.of(1));
    await clock.advanceTo(1);
    links.get("/dev/ttyUSB0")?.unplug("out of its socket");
    expect([usb.isOpen, ends]).toEqual([false, [true]]);
    expect(() => usb.write(Uint8Array.of(9))).toThrow("PORT_NOT_OPEN");

    path = "/dev/ttyUSB7";
    await usb.open();
    const arrived: number[] = [];
    links.get("/dev/ttyUSB7")?.far.bytes$.subscribe((bytes) => arrived.push(...bytes));
    links.get("/dev/ttyUSB7")?.far.send(Uint8Array.of(2));
    usb.write(Uint8Array.of(3));
    await clock.advanceTo(2);
    expect([got, arrived]).toEqual([[1, 2], [3]]);
    await usb.close();
    expect(usb.isOpen).toBe(false);
  });

  it("leaves no half-open port behind and opens later when the adapter was absent", async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const link = createMemoryLink(clock, { baudRate: null });
    let isThere = false;
    const usb = createUsbPort({
      name: "usb:A1",
      identity: identity("usb:A1"),
      list: async () => (isThere ? [port("/dev/ttyUSB0", "0403", "6001", "A1")] : []),
      openAt: () => link.port,
    });
    await expect(usb.open()).rejects.toThrow("PORT_NOT_FOUND");
    isThere = true;
    link.unplug("not yet");
    await expect(usb.open()).rejects.toThrow("PORT_NOT_FOUND");
    link.replug();
    await usb.open();
    await expect(usb.open()).rejects.toThrow("PORT_OPEN_FAILED");
    expect(usb.isOpen).toBe(true);
  });
});
