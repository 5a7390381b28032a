import { beforeEach, describe, expect, it } from "vitest";
import type { BytePort } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createMemoryLink, type MemoryLink } from "../../src/io/memoryPort.ts";
import { type RecordedPort, recordPort, type WireFrame } from "../../src/io/recorder.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

let clock: VirtualClock;
let link: MemoryLink;
let batches: (readonly WireFrame[])[];

/** Blanks everything after a leading 0x51. */
const redact = (bytes: Uint8Array): Uint8Array =>
  bytes[0] === 0x51 ? bytes.map((byte, n) => (n === 0 ? byte : 0x2a)) : bytes;

function record(port: BytePort, batchFrames = 3): RecordedPort {
  return recordPort(port, {
    clock,
    sink: (frames) => batches.push(frames),
    redact,
    batchFrames,
    batchMs: 50,
  });
}

beforeEach(() => {
  clock = createVirtualClock({ startUtcMs: 0 });
  link = createMemoryLink(clock, { baudRate: 10_000 });
  batches = [];
});

describe("recorder", () => {
  it("records both directions with the instants of handing over and arrival", async () => {
    const port = record(link.port);
    await port.open();
    await clock.advanceTo(10);
    port.write(Uint8Array.of(0xab, 0x01));
    link.far.send(Uint8Array.of(0xcd));
    await clock.advanceTo(12);
    port.flush();
    expect(batches).toEqual([
      [
        [10, "tx", "ab01"],
        [11, "rx", "cd"],
      ],
    ]);
  });

  it("records arrivals that nobody else listens to", async () => {
    const port = record(link.port);
    await port.open();
    link.far.send(Uint8Array.of(7));
    await clock.advanceTo(60);
    expect(batches).toEqual([[[1, "rx", "07"]]]);
  });

  it("hands a batch over when it is full, when it is old and when the port closes, never an empty one", async () => {
    const port = record(link.port);
    await port.open();
    for (let n = 0; n < 4; n++) port.write(Uint8Array.of(n));
    expect(batches.map((batch) => batch.length)).toEqual([3]);
    await clock.advanceTo(200);
    expect(batches.map((batch) => batch.length)).toEqual([3, 1]);
    port.write(Uint8Array.of(9));
    await port.close();
    expect(batches.map((batch) => batch.length)).toEqual([3, 1, 1]);
    await clock.advanceTo(400);
    expect(batches).toHaveLength(3);
    expect(clock.pending).toBe(0);
  });

  it("blanks secrets in the record and sends them whole", async () => {
    const atDevice: number[] = [];
    link.far.bytes$.subscribe((bytes) => atDevice.push(...bytes));
    const port = record(link.port);
    await port.open();
    port.write(Uint8Array.of(0x51, 1, 2));
    await port.close();
    await clock.advanceTo(10);
    expect(batches).toEqual([[[0, "tx", "512a2a"]]]);
    expect(atDevice).toEqual([0x51, 1, 2]);
  });

  it("does not record a write that was refused as a whole, but one that may have left in part", async () => {
    const port = record(link.port);
    expect(() => port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    const cutting: BytePort = {
      ...link.port,
      write: () => {
        throw new PulsetrainError("PORT_LOST", "only 1 of 2 bytes were taken");
      },
    };
    const recorded = record(cutting);
    expect(() => recorded.write(Uint8Array.of(1, 2))).toThrow("PORT_LOST");
    port.flush();
    recorded.flush();
    expect(batches).toEqual([[[0, "tx", "0102"]]]);
  });

  it("stops recording on request while the port goes on", async () => {
    const port = record(link.port);
    await port.open();
    port.stopRecording();
    port.write(Uint8Array.of(1));
    link.far.send(Uint8Array.of(2));
    await clock.advanceTo(100);
    expect(batches).toEqual([]);
  });
});
