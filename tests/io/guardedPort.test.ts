import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { Hazard, HazardClassifier } from "../../src/contract/hazard.ts";
import type { PermitLike } from "../../src/contract/stimulator.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { type GuardPort, guardPort } from "../../src/io/guardedPort.ts";
import { createMemoryLink, type MemoryLink } from "../../src/io/memoryPort.ts";
import { claimMint, type PermitTerms } from "../../src/safety/permit.ts";
import { createStopLatch } from "../../src/safety/stop.ts";
import { createRealClock } from "../../src/time/realClock.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

const mint = claimMint();

/** A device of one-byte frames: 0 is safe, 1 fires, 2 arms, 3 and a figure sets channel A. */
const classify: HazardClassifier = (bytes): Hazard => {
  const [first, second] = bytes;
  if (bytes.length === 1 && first === 0) return { kind: "safe" };
  if (bytes.length === 1 && first === 1) return { kind: "fire" };
  if (bytes.length === 1 && first === 2) return { kind: "arm" };
  if (bytes.length === 2 && first === 3 && second !== undefined) {
    return { kind: "intensity", channel: "A", pctMso: second };
  }
  return { kind: "unknown", why: "no frame of this device" };
};

const SAFE = Uint8Array.of(0);
const FIRE = Uint8Array.of(1);
const ARM = Uint8Array.of(2);

let clock: VirtualClock;
let link: MemoryLink;
let guard: GuardPort;
let atDevice: number[];

beforeEach(async () => {
  clock = createVirtualClock({ startUtcMs: 0 });
  link = createMemoryLink(clock, { baudRate: null });
  atDevice = [];
  link.far.bytes$.subscribe((bytes) => atDevice.push(...bytes));
  guard = guardPort(link.port, { deviceId: "stim", classify, clock });
  await guard.open();
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

/** The code of the refusal, with the code of its cause where a permit was the reason. */
function refusalOf(write: () => unknown): string {
  try {
    write();
    return "passed";
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    return isPulsetrainError(error.cause) ? `${error.code} by ${error.cause.code}` : error.code;
  }
}

async function arrived(): Promise<number[]> {
  await clock.advanceTo(clock.now());
  return atDevice;
}

describe("guarded port", () => {
  it("lets safe bytes pass without a permit", async () => {
    guard.write(SAFE);
    expect(await arrived()).toEqual([0]);
  });

  it("refuses every hazard without a permit and writes nothing", async () => {
    for (const bytes of [FIRE, ARM, Uint8Array.of(3, 10)]) {
      expect(refusalOf(() => guard.write(bytes))).toBe("PORT_HAZARD_REFUSED");
    }
    expect(await arrived()).toEqual([]);
  });

  it("lets a hazard pass that a permit grants, once", async () => {
    const once = permit();
    guard.write(FIRE, once);
    expect(refusalOf(() => guard.write(FIRE, once))).toBe(
      "PORT_HAZARD_REFUSED by GATE_PERMIT_SPENT",
    );
    expect(await arrived()).toEqual([1]);
  });

  it("refuses bytes that are not known, whatever the permit grants", async () => {
    const generous = permit({
      grants: [{ kind: "fire" }, { kind: "arm" }, { kind: "unknown", why: "" }],
    });
    for (const bytes of [
      Uint8Array.of(1, 1),
      Uint8Array.of(0, 1),
      Uint8Array.of(9),
      new Uint8Array(0),
    ]) {
      expect(refusalOf(() => guard.write(bytes, generous))).toBe("PORT_HAZARD_REFUSED");
    }
    expect(await arrived()).toEqual([]);
  });

  it("refuses a permit of another device, outside its window, for something else or not minted", async () => {
    expect(refusalOf(() => guard.write(FIRE, permit({ deviceId: "other" })))).toMatch(
      "GATE_PERMIT_MISMATCH",
    );
    expect(refusalOf(() => guard.write(ARM, permit()))).toMatch("GATE_PERMIT_MISMATCH");
    expect(refusalOf(() => guard.write(FIRE, { ...permit() }))).toMatch("GATE_PERMIT_FORGED");
    expect(refusalOf(() => guard.write(FIRE, permit({ notBeforeMs: 1 })))).toMatch(
      "GATE_PERMIT_EXPIRED",
    );
    await clock.advanceTo(101);
    expect(refusalOf(() => guard.write(FIRE, permit()))).toMatch("GATE_PERMIT_EXPIRED");
    expect(await arrived()).toEqual([]);
  });

  it("holds bytes that come a little before their window until it opens", async () => {
    const real = createRealClock();
    const cable = createMemoryLink(real, { baudRate: null });
    const port = guardPort(cable.port, { deviceId: "stim", classify, clock: real });
    await port.open();
    for (let turn = 0; turn < 20; turn += 1) {
      const notBeforeMs = real.now() + 2;
      const window = { notBeforeMs, notAfterMs: notBeforeMs + 1000 };
      expect(port.write(FIRE, permit(window)).writtenMs).toBeGreaterThanOrEqual(notBeforeMs);
    }
  });

  it("refuses bytes that come long before their window, on any clock", async () => {
    const real = createRealClock();
    const cable = createMemoryLink(real, { baudRate: null });
    const port = guardPort(cable.port, { deviceId: "stim", classify, clock: real });
    await port.open();
    const window = { notBeforeMs: real.now() + 50, notAfterMs: real.now() + 100 };
    expect(refusalOf(() => port.write(FIRE, permit(window)))).toMatch("GATE_PERMIT_EXPIRED");
  });

  it("lets nothing out when the processor was taken away until after the window", async () => {
    let reads = 0;
    const slept: LabClock = Object.create(clock, {
      kind: { value: "real" },
      // The machine sleeps at the fourth look: the hold begins in time and ends too late.
      now: { value: () => (++reads < 4 ? 10 : 200) },
    });
    const late = guardPort(link.port, { deviceId: "stim", classify, clock: slept });
    const held = permit({ notBeforeMs: 12, notAfterMs: 17 });
    expect(refusalOf(() => late.write(FIRE, held))).toMatch("GATE_PERMIT_EXPIRED");
    expect(refusalOf(() => late.write(FIRE, held))).not.toBe("passed");
    expect(await arrived()).toEqual([]);
  });

  it("keeps a permit whole when the port is not open", async () => {
    const kept = permit();
    await guard.close();
    expect(refusalOf(() => guard.write(FIRE, kept))).toBe("PORT_NOT_OPEN");
    await guard.open();
    guard.write(FIRE, kept);
    expect(await arrived()).toEqual([1]);
  });

  it("lets only safe bytes pass once latched, with any permit, after a reopening too", async () => {
    guard.latch("pedal");
    guard.latch("later word");
    expect(guard.latched).toBe("pedal");
    guard.write(SAFE);
    expect(refusalOf(() => guard.write(FIRE, permit()))).toBe("PORT_HAZARD_REFUSED");
    await guard.close();
    await guard.open();
    expect(refusalOf(() => guard.write(FIRE, permit()))).toBe("PORT_HAZARD_REFUSED");
    expect(await arrived()).toEqual([0]);
  });

  it("treats the bytes as unknown when the classifier breaks", async () => {
    const broken = guardPort(link.port, {
      deviceId: "stim",
      classify: () => {
        throw new Error("broken table");
      },
      clock,
    });
    expect(() => broken.write(SAFE, permit())).toThrow(/PORT_HAZARD_REFUSED.*broken table/);
    expect(await arrived()).toEqual([]);
  });

  it("sends what it judged, even when the classifier's caller keeps the buffer", async () => {
    const buffer = Uint8Array.of(0);
    const sly = guardPort(link.port, {
      deviceId: "stim",
      classify: (bytes) => {
        const hazard = classify(bytes);
        buffer[0] = 1;
        return hazard;
      },
      clock,
    });
    sly.write(buffer);
    expect(await arrived()).toEqual([0]);
  });

  it("does not repeat bytes that are not known, as they may hold a secret", () => {
    expect(() => guard.write(Uint8Array.of(0x51, 0xab, 0xcd))).toThrow(/^(?!.*abcd)/);
  });

  it("never lets more hazards out than permits grant, in any order of calls", async () => {
    const step = fc.oneof(
      fc.record({
        kind: fc.constant("write" as const),
        bytes: fc.uint8Array({ maxLength: 2, max: 3 }),
        permit: fc.option(fc.nat(2), { nil: null }),
      }),
      fc.record({ kind: fc.constant("wait" as const), ms: fc.nat(60) }),
      fc.constant({ kind: "latch" as const }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const ownClock = createVirtualClock({ startUtcMs: 0 });
        const ownLink = createMemoryLink(ownClock, { baudRate: null });
        const own = guardPort(ownLink.port, { deviceId: "stim", classify, clock: ownClock });
        const hazards: {
          readonly kind: string;
          readonly isLatched: boolean;
          readonly atMs: number;
        }[] = [];
        ownLink.far.bytes$.subscribe((bytes) => {
          const { kind } = classify(bytes);
          if (kind !== "safe")
            hazards.push({ kind, isLatched: own.latched !== null, atMs: ownClock.now() });
        });
        const permits = [0, 1, 2].map(() => permit());
        await own.open();
        for (const each of steps) {
          if (each.kind === "wait") await ownClock.advanceTo(ownClock.now() + each.ms);
          if (each.kind === "latch") own.latch("test");
          if (each.kind === "write") {
            refusalOf(() =>
              own.write(each.bytes, each.permit === null ? undefined : permits[each.permit]),
            );
            await ownClock.advanceTo(ownClock.now());
          }
        }
        expect(hazards.length).toBeLessThanOrEqual(permits.length);
        expect(
          hazards.every(
            ({ kind, isLatched, atMs }) => kind === "fire" && !isLatched && atMs <= 100,
          ),
        ).toBe(true);
      }),
      { numRuns: 100 },
    );
  });
});
