/** Whole sessions through the real engine and gate: the device's own account equals the journal's. */
import { describe, expect, it } from "vitest";
import { iTbs, paired, pctMso, pctRmt, protocol, single, train } from "../../../protocols/build.ts";
import type { Protocol } from "../../../protocols/types.ts";
import { DEFAULT_RIG, type RigConfig } from "../../../src/app/config/rig.ts";
import { resolveProtocol } from "../../../src/app/protocolFiles.ts";
import { pulseCount, pulseOffsetMs } from "../../../src/base/doseShape.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import {
  eventsOf,
  runVirtual,
  type VirtualResult,
  type VirtualRun,
} from "../../integration/harness.ts";

function rigOf(driver: string, options: Readonly<Record<string, unknown>> = {}): RigConfig {
  return { ...DEFAULT_RIG, stimulator: { driver, port: "simulated", options } };
}

function session(
  driver: string,
  plan: Protocol,
  rest: Omit<VirtualRun, "protocols" | "rig"> = {},
): Promise<VirtualResult> {
  return runVirtual({ protocols: [plan], rig: () => rigOf(driver), ...rest });
}

/** Pulses of the device's account: a pair is one discharge of two. */
function pulsesOf({ discharges }: VirtualResult): number {
  return discharges.reduce((sum, { intensityPctMso }) => sum + intensityPctMso.length, 0);
}

/** Every delivered dose is in the device's account, with its output and its instants, in order. */
function expectAccountsEqual(result: VirtualResult): void {
  const intents = new Map(eventsOf(result, "intent").map(({ dose, seq }) => [seq, dose]));
  let at = 0;
  for (const outcome of eventsOf(result, "outcome")) {
    const dose = intents.get(outcome.intent) as Dose;
    expect(outcome.outcome).toBe("delivered");
    const { shape } = dose;
    const count = shape.kind === "pair" ? 1 : pulseCount(shape);
    const mine = result.discharges.slice(at, at + count);
    at += count;
    expect(mine.length).toBe(count);
    const firstMs = mine[0]?.atMs ?? Number.NaN;
    // From the bytes to the pulse an answer's time goes by; nothing comes before them.
    expect(firstMs).toBeGreaterThan(outcome.writtenMs ?? Number.NaN);
    expect(firstMs).toBeLessThan((outcome.writtenMs ?? Number.NaN) + 100);
    for (const [i, { atMs, intensityPctMso }] of mine.entries()) {
      expect(intensityPctMso).toEqual(dose.intensityPctMso);
      expect(atMs - firstMs).toBeCloseTo(pulseOffsetMs(shape, i), 6);
    }
    expect(outcome.deviceReportedMs).toBeGreaterThanOrEqual(mine.at(-1)?.atMs ?? Number.NaN);
  }
  expect(at).toBe(result.discharges.length);
}

const SINGLES = protocol({
  id: "singles",
  blocks: [single({ totalPulses: 8, interPulseS: [4, 6], intensity: pctRmt(110) })],
});
const TRAINS_20HZ = protocol({
  id: "trains",
  blocks: [
    train({
      frequencyHz: 20,
      pulsesPerTrain: 40,
      interTrainIntervalS: 28,
      trains: 5,
      intensity: pctRmt(100),
    }),
  ],
});
const ITBS = protocol({ id: "itbs", blocks: [iTbs({ intensity: pctRmt(80) })] });
const SICI = protocol({
  id: "sici",
  blocks: [
    paired({
      isiMs: [2, 3, 12],
      trialsPerCondition: 4,
      unconditionedTrials: 4,
      interPulseS: [5, 6],
      conditioning: pctRmt(80),
      test: pctRmt(120),
    }),
  ],
});

describe("a session on a simulated MagPro", () => {
  const runs: readonly (readonly [string, string, Protocol, number])[] = [
    ["single pulses", "magpro-r30", SINGLES, 8],
    ["trains of 20 Hz", "magpro-r30", TRAINS_20HZ, 200],
    ["trains of 20 Hz", "magpro-x100", TRAINS_20HZ, 200],
    ["iTBS", "magpro-x100", ITBS, 600],
    ["iTBS", "magpro-r30", ITBS, 600],
    ["pairs and test pulses in random order", "magpro-x100-option", SICI, 28],
    ["pairs and test pulses in random order", "magpro-r30-option", SICI, 28],
  ];
  it.each(runs)("delivers %s on %s", async (_, driver, plan, pulses) => {
    const result = await session(driver, plan);
    expect(result).toMatchObject({ status: "completed", pending: 0 });
    expect(result.counts).toEqual({ planned: pulses, delivered: pulses, unknown: 0, skipped: 0 });
    expect(pulsesOf(result)).toBe(pulses);
    expectAccountsEqual(result);
    expect(eventsOf(result, "note")).toEqual([]);
    expect(eventsOf(result, "disarm").every(({ confirmed }) => confirmed)).toBe(true);
  });

  it("starts each train of bursts once, 10 s apart", async () => {
    const written = eventsOf(await session("magpro-x100", ITBS), "written");
    expect(written.length).toBe(20);
    expect(new Set(written.map(({ hex }) => hex))).toEqual(new Set(["fe010461ff"]));
    for (const [i, { writtenMs }] of written.entries())
      expect(writtenMs - (written[0]?.writtenMs ?? 0)).toBeCloseTo(i * 10_000, 6);
  });

  it("writes down the rate of rise of every pulse that the device tells", async () => {
    const result = await session("magpro-x100", TRAINS_20HZ);
    const told = eventsOf(result, "measure").filter(({ name }) => name === "device-pulse");
    expect(told.length).toBe(200);
    for (const { body } of told)
      expect((body["didtAPerUs"] as readonly number[])[0]).toBeGreaterThan(0);
  });

  it("comes out the same again and again", async () => {
    const [a, b] = [
      await session("magpro-x100-option", SICI),
      await session("magpro-x100-option", SICI),
    ];
    expect(b.events).toEqual(a.events);
    expect(b.discharges).toEqual(a.discharges);
  });

  it("refuses pairs on a model without them, before anything is sent", async () => {
    await expect(session("magpro-r30", SICI)).rejects.toThrow(/magpro-r30/);
  });

  it("delivers a published protocol of the library", async () => {
    const { protocol: koch } = resolveProtocol("koch-2022-precuneus-24wk");
    const result = await session("magpro-x100", koch);
    expect(result.counts).toMatchObject({ delivered: 1600, unknown: 0, skipped: 0 });
    expectAccountsEqual(result);
  });
});

describe("what ends a session", () => {
  const orders: readonly (readonly [string, string])[] = [
    ["amplitude 60", "DEVICE_PANEL_CHANGED"],
    ["page 7", "DEVICE_PANEL_CHANGED"],
    ["pulse", "DEVICE_FOREIGN_PULSE"],
    ["disable", "DEVICE_NOT_READY"],
    ["waveform monophasic", "DEVICE_EQUIPMENT_CHANGED"],
    ["direction reverse", "DEVICE_EQUIPMENT_CHANGED"],
    // The device disables itself in the same message, which is what ends the run.
    ["coil 82", "DEVICE_NOT_READY"],
  ];
  it.each(orders)("is somebody at the panel: %s is %s", async (order, code) => {
    const result = await session("magpro-x100", SINGLES, {
      device: (device, clock) => clock.at(8000, () => device?.panel?.(order)),
    });
    expect(result).toMatchObject({ status: "faulted", code });
    expect(result.endMs).toBeLessThan(50_000);
    const atEnd = eventsOf(result, "disarm").at(-1);
    expect(atEnd?.confirmed).toBe(true);
  });

  it.each([1, 2, 3, 4, 5].map((seed) => [seed] as const))(
    "is a pulse that was not told: it counts as unknown (seed %i)",
    async (seed) => {
      const result = await session("magpro-x100", TRAINS_20HZ, {
        seed,
        faults: [{ kind: "lost-report", when: { at: "time", s: 3 } }],
      });
      const { delivered, unknown } = result.counts;
      expect(delivered + unknown).toBeGreaterThanOrEqual(pulsesOf(result));
    },
  );

  it.each(["unplug", "silent", "overheat", "coil-off", "reboot", "jam-train"])(
    "is %s in a train: nothing is delivered that is not written down as such",
    async (kind) => {
      const result = await session("magpro-x100", TRAINS_20HZ, {
        faults: [{ kind, when: { at: "pulse", n: 60 } }],
      });
      expect(result.status).toBe("faulted");
      const { delivered, unknown } = result.counts;
      expect(delivered + unknown).toBeGreaterThanOrEqual(pulsesOf(result));
      const stop = eventsOf(result, "stop")[0];
      for (const { writtenMs } of eventsOf(result, "written"))
        expect(writtenMs).toBeLessThanOrEqual(stop?.tMs ?? 0);
    },
  );
});

describe("a window for somebody else's pulses", () => {
  const windowPlan = (startedBy: "trigger" | "stored-protocol", maxPulses: number): Protocol =>
    protocol({
      id: "window",
      blocks: [
        {
          label: "window",
          target: [],
          intensity: pctMso(50),
          pattern: { type: "external", startedBy, maxPulses, maxRateHz: 2, windowS: 20 },
        },
      ] as never,
    });

  it("counts what a box triggers, and the device is disarmed after it", async () => {
    const result = await session("magpro-x100", windowPlan("trigger", 10), {
      device: (device, clock) => {
        for (const atMs of [5000, 6000, 8000, 11_000, 40_000])
          clock.at(atMs, () => device?.trigger());
      },
    });
    expect(result.status).toBe("completed");
    expect(result.discharges.length).toBe(4);
    expect(eventsOf(result, "outcome")).toMatchObject([{ outcome: "delivered", pulses: 4 }]);
    expect(eventsOf(result, "written")).toEqual([]);
  });

  it("ends the run at the first pulse too many", async () => {
    const result = await session("magpro-x100", windowPlan("trigger", 2), {
      device: (device, clock) => {
        for (const atMs of [5000, 6000, 6030, 7000]) clock.at(atMs, () => device?.trigger());
      },
    });
    expect(result.discharges.length).toBeLessThanOrEqual(3);
    expect(result.counts.delivered).toBe(result.discharges.length);
  });

  it("counts the pulses of a protocol that is stored in the device", async () => {
    const result = await session("magpro-x100", windowPlan("stored-protocol", 20));
    expect(eventsOf(result, "written")).toMatchObject([{ hex: "fe010461ff" }]);
    expect(eventsOf(result, "outcome")[0]?.pulses).toBe(result.discharges.length);
    expect(result.discharges.length).toBeGreaterThan(0);
  });
});
