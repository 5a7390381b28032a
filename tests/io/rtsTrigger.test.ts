import { beforeEach, describe, expect, it } from "vitest";
import type { PermitLike } from "../../src/contract/guarded.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createMemoryLink, type MemoryLink } from "../../src/io/memoryPort.ts";
import { createRtsTrigger, type RtsTrigger } from "../../src/io/rtsTrigger.ts";
import { claimMint, type PermitTerms } from "../../src/safety/permit.ts";
import { createStopLatch } from "../../src/safety/stop.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

const mint = claimMint();

let clock: VirtualClock;
let link: MemoryLink;
/** Every change of the line: instant and level. */
let edges: (readonly [number, boolean])[];
let breaks: (on: boolean) => Error | null;
let trigger: RtsTrigger;

beforeEach(async () => {
  clock = createVirtualClock({ startUtcMs: 0 });
  link = createMemoryLink(clock, { baudRate: null, name: "adapter" });
  edges = [];
  breaks = () => null;
  const port: BytePort = Object.assign(Object.create(link.port), {
    setRts: async (on: boolean) => {
      const error = breaks(on);
      if (error !== null) throw error;
      edges.push([clock.now(), on]);
    },
  });
  trigger = createRtsTrigger({ port, clock, deviceId: "stim" });
  await link.port.open();
  await trigger.ready();
  edges = [];
});

function permit(terms: Partial<PermitTerms> = {}): PermitLike {
  return mint({
    permitId: "p1",
    deviceId: "stim",
    notBeforeMs: 0,
    notAfterMs: 100,
    ceilingPctMso: 50,
    maxPulses: 1,
    grants: [{ kind: "fire" }],
    latch: createStopLatch(),
    ...terms,
  });
}

function refusalOf(work: () => unknown): string {
  try {
    work();
    return "fired";
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    return isPulsetrainError(error.cause) ? `${error.code} by ${error.cause.code}` : error.code;
  }
}

describe("a trigger over RTS", () => {
  it("raises the line once under a permit and lowers it after its width", async () => {
    await clock.advanceTo(10);
    const stamp = trigger.fire(permit());
    expect(stamp).toMatchObject({ writtenMs: 10, writtenHex: "RTS" });
    expect(await stamp.drained).toBe(10);
    await clock.advanceTo(50);
    expect(edges).toEqual([
      [10, true],
      [12, false],
    ]);
  });

  it("does not touch the line for a permit that grants something else", async () => {
    const spent = permit();
    trigger.fire(spent);
    await clock.advanceTo(10);
    edges = [];
    const stopped = createStopLatch();
    stopped.fall("a person");
    const cases: readonly (readonly [PermitLike, string])[] = [
      [spent, "PORT_HAZARD_REFUSED by GATE_PERMIT_SPENT"],
      [{ permitId: "p1" }, "PORT_HAZARD_REFUSED by GATE_PERMIT_FORGED"],
      [permit({ deviceId: "other" }), "PORT_HAZARD_REFUSED by GATE_PERMIT_MISMATCH"],
      [permit({ grants: [{ kind: "arm" }] }), "PORT_HAZARD_REFUSED by GATE_PERMIT_MISMATCH"],
      [permit({ notBeforeMs: 11 }), "PORT_HAZARD_REFUSED by GATE_PERMIT_EXPIRED"],
      [permit({ notAfterMs: 9 }), "PORT_HAZARD_REFUSED by GATE_PERMIT_EXPIRED"],
      [permit({ latch: stopped }), "PORT_HAZARD_REFUSED by GATE_STOPPED"],
    ];
    for (const [given, code] of cases) expect(refusalOf(() => trigger.fire(given))).toBe(code);
    await clock.advanceTo(50);
    expect(edges).toEqual([]);
  });

  it("lets nothing through once its latch has fallen, and the permit stays unspent", async () => {
    const held = permit();
    trigger.latch("a pedal");
    trigger.latch("another");
    expect(trigger.latched).toBe("a pedal");
    expect(refusalOf(() => trigger.fire(held))).toBe("PORT_HAZARD_REFUSED");
    await clock.advanceTo(50);
    expect(edges).toEqual([]);
  });

  it("gives no second edge while the line is up", async () => {
    trigger.fire(permit());
    expect(refusalOf(() => trigger.fire(permit()))).toBe("PORT_LINE_STUCK");
    await clock.advanceTo(2);
    expect(refusalOf(() => trigger.fire(permit()))).toBe("fired");
    await clock.advanceTo(50);
    expect(edges.map(([, on]) => on)).toEqual([true, false, true, false]);
  });

  it("never fires again after the line could not be lowered, until it is known to be low", async () => {
    breaks = (on) => (on ? null : new Error("EIO"));
    trigger.fire(permit());
    await clock.advanceTo(10);
    expect(refusalOf(() => trigger.fire(permit()))).toBe("PORT_LINE_STUCK");
    breaks = () => null;
    await trigger.ready();
    expect(refusalOf(() => trigger.fire(permit()))).toBe("fired");
  });

  it("lowers the line although raising it is said to have failed, and does not try again", async () => {
    const asked: boolean[] = [];
    breaks = (on) => {
      asked.push(on);
      return on ? new Error("EIO") : null;
    };
    const stamp = trigger.fire(permit());
    await expect(stamp.drained).rejects.toThrow(/PORT_LOST.*not known whether RTS rose.*EIO/);
    await clock.advanceTo(50);
    expect(asked).toEqual([true, false]);
  });

  it("is worth nothing after a loss until the line of the next opening is known to be low", async () => {
    link.unplug("gone");
    expect(refusalOf(() => trigger.fire(permit()))).toBe("PORT_NOT_OPEN");
    link.replug();
    await link.port.open();
    expect(refusalOf(() => trigger.fire(permit()))).toBe("PORT_LINE_STUCK");
    await trigger.ready();
    expect(refusalOf(() => trigger.fire(permit()))).toBe("fired");
  });

  it("says so on a link without lines", async () => {
    const bare = createRtsTrigger({ port: link.port, clock, deviceId: "stim" });
    await expect(bare.ready()).rejects.toThrow("PORT_NO_LINES");
    expect(refusalOf(() => bare.fire(permit()))).toBe("PORT_LINE_STUCK");
  });
});
