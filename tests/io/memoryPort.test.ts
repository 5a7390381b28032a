import fc from "fast-check";
import { NEVER, Subject } from "rxjs";
import { describe, expect, it } from "vitest";
import type { SimulatedDevice } from "../../src/contract/simulator.ts";
import type { CloseReason } from "../../src/contract/transport.ts";
import { createMemoryLink, type MemoryLink, plugIn } from "../../src/io/memoryPort.ts";
import { createRealClock } from "../../src/time/realClock.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

const clockAt0 = (): VirtualClock => createVirtualClock({ startUtcMs: 0, patienceMs: 20 });

interface Seen {
  readonly atDevice: { readonly atMs: number; readonly bytes: number[] }[];
  readonly atHost: { readonly atMs: number; readonly bytes: number[] }[];
  readonly ends: CloseReason[];
}

function watch(clock: VirtualClock, link: MemoryLink): Seen {
  const seen: Seen = { atDevice: [], atHost: [], ends: [] };
  link.far.bytes$.subscribe((bytes) =>
    seen.atDevice.push({ atMs: clock.now(), bytes: [...bytes] }),
  );
  link.port.bytes$.subscribe(({ atMs, value }) => seen.atHost.push({ atMs, bytes: [...value] }));
  link.port.closed$.subscribe((end) => seen.ends.push(end));
  return seen;
}

describe("memory link", () => {
  it("refuses a write before it is open and never sends it later", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: null });
    const seen = watch(clock, link);
    expect(() => link.port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    await link.port.open();
    await clock.advanceTo(1000);
    expect(seen.atDevice).toEqual([]);
  });

  it("delivers a write when its last bit has arrived, 10 bits a byte, one write after the other", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: 10_000 });
    const seen = watch(clock, link);
    await clock.run(async () => {
      await link.port.open();
      await clock.wait(100);
      const first = link.port.write(Uint8Array.of(1, 2, 3));
      const second = link.port.write(Uint8Array.of(4));
      expect([first.writtenMs, second.writtenMs]).toEqual([100, 100]);
      link.far.send(Uint8Array.of(9, 9));
      expect(await first.drained).toBe(103);
      expect(await second.drained).toBe(104);
    });
    expect(seen.atDevice).toEqual([
      { atMs: 103, bytes: [1, 2, 3] },
      { atMs: 104, bytes: [4] },
    ]);
    expect(seen.atHost).toEqual([{ atMs: 102, bytes: [9, 9] }]);
  });

  it("delivers at the same instant, but never inside the write, when it has no line rate", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: null });
    const seen = watch(clock, link);
    await clock.advanceTo(7);
    await link.port.open();
    link.port.write(Uint8Array.of(1));
    expect(seen.atDevice).toEqual([]);
    await clock.advanceTo(7);
    expect(seen.atDevice).toEqual([{ atMs: 7, bytes: [1] }]);
  });

  it("hands on what was written, whatever becomes of the caller's buffer", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: 9600 });
    const seen = watch(clock, link);
    await link.port.open();
    const buffer = Uint8Array.of(1, 2);
    link.port.write(buffer);
    buffer.fill(0);
    await clock.advanceTo(10);
    expect(seen.atDevice[0]?.bytes).toEqual([1, 2]);
  });

  it("tells the device whenever the host opens its end, and what it says then arrives", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: null });
    const seen = watch(clock, link);
    const toHost = new Subject<Uint8Array>();
    let opened = 0;
    plugIn(link, {
      model: "greeting",
      toHost$: toHost,
      discharges$: NEVER,
      unplugged$: NEVER,
      fromHost: () => undefined,
      hostOpened: () => {
        opened += 1;
        toHost.next(Uint8Array.of(opened));
      },
      trigger: () => undefined,
      fault: () => undefined,
      close: () => undefined,
    });
    for (const _ of [1, 2]) {
      await link.port.open();
      await clock.advanceTo(clock.now() + 10);
      await link.port.close();
    }
    expect(seen.atHost.map(({ bytes }) => bytes)).toEqual([[1], [2]]);
  });

  it("keeps the order of bytes for any chunking, rate and pauses, in both directions", async () => {
    const chunks = fc.array(
      fc.record({
        bytes: fc.uint8Array({ maxLength: 12 }),
        pauseMs: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 12 },
    );
    const rate = fc.constantFrom(null, 9600, 115_200);
    await fc.assert(
      fc.asyncProperty(chunks, rate, async (sent, baudRate) => {
        const clock = clockAt0();
        const link = createMemoryLink(clock, { baudRate });
        const seen = watch(clock, link);
        await clock.run(async () => {
          await link.port.open();
          for (const { bytes, pauseMs } of sent) {
            link.port.write(bytes);
            link.far.send(bytes);
            await clock.wait(pauseMs);
          }
        });
        await clock.advanceTo(10_000);
        const all = sent.flatMap(({ bytes }) => [...bytes]);
        expect(seen.atDevice.flatMap(({ bytes }) => bytes)).toEqual(all);
        expect(seen.atHost.flatMap(({ bytes }) => bytes)).toEqual(all);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the order on the real clock", async () => {
    const clock = createRealClock();
    const link = createMemoryLink(clock, { baudRate: 115_200 });
    const seen: number[] = [];
    link.far.bytes$.subscribe((bytes) => seen.push(...bytes));
    await link.port.open();
    const writes = Array.from({ length: 40 }, (_, n) => link.port.write(Uint8Array.of(n, n, n)));
    await Promise.all(writes.map(({ drained }) => drained));
    expect(seen).toEqual(writes.flatMap((_, n) => [n, n, n]));
  });

  it("loses what is on the line when it is unplugged, and says so", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: 1000 });
    const seen = watch(clock, link);
    await link.port.open();
    const stamp = link.port.write(Uint8Array.of(1));
    link.far.send(Uint8Array.of(2));
    link.unplug("pulled");
    await expect(stamp.drained).rejects.toThrow("PORT_LOST");
    await clock.advanceTo(1000);
    expect(seen.atDevice).toEqual([]);
    expect(seen.atHost).toEqual([]);
    expect(seen.ends).toEqual([{ lost: true, detail: "pulled" }]);
    expect(() => link.port.write(Uint8Array.of(1))).toThrow("PORT_NOT_OPEN");
    await expect(link.port.open()).rejects.toThrow("PORT_NOT_FOUND");
  });

  it("still delivers what was handed over before the host closed", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: 1000 });
    const seen = watch(clock, link);
    await link.port.open();
    link.port.write(Uint8Array.of(5));
    await link.port.close();
    expect(seen.ends).toEqual([{ lost: false, detail: "closed by the host" }]);
    await clock.advanceTo(100);
    expect(seen.atDevice).toEqual([{ atMs: 10, bytes: [5] }]);
  });

  it("opens again after a replug, with nothing of the earlier opening", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: 1000 });
    const seen = watch(clock, link);
    await link.port.open();
    link.far.send(Uint8Array.of(1));
    await link.port.close();
    await link.port.open();
    link.unplug("pulled");
    link.replug();
    await link.port.open();
    const laterEnds: CloseReason[] = [];
    link.port.closed$.subscribe((end) => laterEnds.push(end));
    await clock.advanceTo(100);
    expect(seen.atHost).toEqual([]);
    expect(laterEnds).toEqual([]);
    await link.port.close();
    expect(laterEnds).toHaveLength(1);
    // The first subscriber saw the end of the first opening only.
    expect(seen.ends).toHaveLength(1);
  });

  it("joins a simulated device to the host", async () => {
    const clock = clockAt0();
    const link = createMemoryLink(clock, { baudRate: null });
    const seen = watch(clock, link);
    const toHost = new Subject<Uint8Array>();
    const unplugged = new Subject<void>();
    const heard: number[] = [];
    const device: SimulatedDevice = {
      model: "echo",
      toHost$: toHost,
      discharges$: new Subject(),
      unplugged$: unplugged,
      fromHost: (bytes) => {
        heard.push(...bytes);
        toHost.next(bytes);
      },
      trigger: () => undefined,
      fault: () => undefined,
      close: () => undefined,
    };
    const takeAway = plugIn(link, device);
    await link.port.open();
    link.port.write(Uint8Array.of(7));
    await clock.advanceTo(1);
    expect(heard).toEqual([7]);
    expect(seen.atHost).toEqual([{ atMs: 0, bytes: [7] }]);
    unplugged.next();
    expect(seen.ends).toEqual([{ lost: true, detail: "echo: unplugged" }]);
    takeAway();
    expect(toHost.observed).toBe(false);
  });
});
