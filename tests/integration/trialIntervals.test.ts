/** Trials of several conditions at random intervals: each comes at its instant, on the devices that give them. */
import { describe, expect, it } from "vitest";
import { pctMso, protocol, single } from "../../protocols/build.ts";
import type { Protocol } from "../../protocols/types.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { simulatedRigOf } from "../../src/app/run/defaultRig.ts";
import type { Dose } from "../../src/contract/dose.ts";
import { eventsOf, runVirtual, type VirtualResult, type VirtualRun } from "./harness.ts";

const SICI = resolveProtocol("sici").protocol;
const ON = (model: string): Pick<VirtualRun, "rig"> => ({ rig: () => simulatedRigOf(model) });
/** Three bytes at 9600 baud. */
const FIRE_LINE_MS = 3.125;

/** A protocol of the library with some of its pattern replaced. */
function changed(from: Protocol, pattern: Record<string, unknown>): Protocol {
  if (from.pattern === null) throw new Error("no pattern");
  return { ...from, pattern: { ...from.pattern, ...pattern } as Protocol["pattern"] };
}

const dosesOf = (result: VirtualResult): readonly Dose[] =>
  eventsOf(result, "intent").map(({ dose }) => dose);

const outcomesOf = (result: VirtualResult): readonly string[] => [
  ...new Set(eventsOf(result, "outcome").map(({ outcome }) => outcome)),
];

describe("SICI at 4 to 6 s on a simulated BiStim²", () => {
  const run = (seed: number, threshold = ["RMT=45", "1mV=54"]): Promise<VirtualResult> =>
    runVirtual({ protocols: [SICI], threshold, seed, ...ON("magstim-bistim") });

  it.each(Array.from({ length: 20 }, (_, i) => i + 1))(
    "gives all 75 trials at their instants, by the units that they are for: seed %d",
    async (seed) => {
      const result = await run(seed);
      expect(result).toMatchObject({ status: "completed", code: null });
      expect(result.counts).toEqual({ planned: 135, delivered: 135, unknown: 0, skipped: 0 });
      expect(outcomesOf(result)).toEqual(["delivered"]);
      const written = eventsOf(result, "written");
      expect(written.every(({ plannedMs, writtenMs }) => plannedMs === writtenMs)).toBe(true);
      const doses = dosesOf(result);
      expect(result.discharges.length).toBe(75);
      for (const [i, { atMs, intensityPctMso, isiMs }] of result.discharges.entries()) {
        const isPair = doses[i]?.shape.kind === "pair";
        expect(intensityPctMso).toEqual(isPair ? [36, 54] : [0, 54]);
        expect(isiMs).toBe(doses[i]?.shape.kind === "pair" ? doses[i].shape.isiMs : 1);
        expect(atMs).toBeCloseTo((written[i]?.writtenMs ?? Number.NaN) + FIRE_LINE_MS, 6);
      }
      const dues = doses.map(({ dueMs }) => dueMs);
      const drawn = dues.slice(1).map((dueMs, i) => dueMs - (dues[i] ?? 0));
      expect(Math.min(...drawn)).toBeGreaterThanOrEqual(5400);
      expect(Math.max(...drawn)).toBeLessThanOrEqual(6000);
    },
  );

  it("gives every trial at the shortest interval that it lets itself be given", async () => {
    const fixed = changed(SICI, { interPulseS: [5.4, 5.4] });
    const threshold = ["RMT=45", "1mV=54"];
    const result = await runVirtual({ protocols: [fixed], threshold, ...ON("magstim-bistim") });
    expect(result.counts).toMatchObject({ delivered: 135, skipped: 0 });
  });

  it.each([
    [53, 64, "42 % to sink"],
    [40, 48, "32 % to sink"],
    [53, 90, "a test pulse as strong as can be wanted"],
  ])("fits with RMT %d %% and 1 mV at %d %%: %s", async (rmt, test) => {
    const result = await run(3, [`RMT=${rmt}`, `1mV=${test}`]);
    expect(result.counts).toMatchObject({ delivered: 135, skipped: 0 });
  });

  it.each([
    [54, 65, "6.1 s"],
    [60, 72, "6.6 s"],
    [80, 96, "8.2 s"],
  ])("is refused with RMT %d %% and 1 mV at %d %%, since it needs %s", async (rmt, test, need) => {
    const refused = run(3, [`RMT=${rmt}`, `1mV=${test}`]);
    await expect(refused).rejects.toThrow(
      `magstim-bistim: test alone after ISI 3 ms needs ${need} from start to start (recharging, sinking, setting and arming), the protocol gives 4-6 s; what helps: an interval of ${need} or more at its upper end, or a smaller drop in output from trial to trial, or blocks of one condition (4.2 s)`,
    );
  });
});

describe("what a hand does at a BiStim² between trials", () => {
  /** Nothing but test pulses alone, of the second unit at 54 %. */
  const ALONE = protocol({
    id: "alone",
    blocks: [single({ totalPulses: 8, interPulseS: [5, 6], intensity: pctMso(54) })],
  });

  it.each([
    ["power 20", "the first unit wakes up"],
    ["power 54", "the first unit is set like the second"],
    ["power-b 60", "the second unit is raised"],
    ["power-b 0", "the second unit is at 0"],
    ["interval 300", "the pulse would come late"],
  ])("%s ends the run before another pulse leaves: %s", async (order) => {
    const result = await runVirtual({
      protocols: [ALONE],
      ...ON("magstim-bistim"),
      device: (device, clock) => {
        clock.at(16_000, () => device?.panel?.(order));
      },
    });
    expect(result.status).toBe("faulted");
    const before = result.discharges.length;
    expect(before).toBeGreaterThan(0);
    expect(before).toBeLessThan(8);
    for (const { atMs, intensityPctMso } of result.discharges) {
      expect(atMs).toBeLessThan(16_000);
      expect(intensityPctMso).toEqual([0, 54]);
    }
  });
});

/** Every level as often after every other, so that the farthest drops occur. */
const curve = (values: readonly number[], intervalS: number): Protocol =>
  protocol({
    id: "curve",
    blocks: [
      {
        label: "curve",
        intensity: { ...pctMso(50), value: null, values },
        pattern: {
          type: "single",
          totalPulses: 10 * values.length,
          interPulseS: [intervalS, intervalS],
        },
      },
    ],
  } as Parameters<typeof protocol>[0]);

describe.each([
  ["magstim-200", [20, 60], 5.7],
  ["magstim-200", [20, 90], 8.7],
  ["magstim-bistim", [20, 60], 5.8],
  ["magstim-rapid2", [20, 60], 5.7],
  ["magstim-horizon", [30, 40, 50], 3.7],
] as const)("a curve on a simulated %s at %j %%", (model, levels, shortestS) => {
  it(`is given whole at ${shortestS} s, and planned no closer`, async () => {
    const result = await runVirtual({ protocols: [curve(levels, shortestS)], ...ON(model) });
    expect(result.counts.skipped).toBe(0);
    expect(result.discharges.length).toBe(10 * levels.length);
    const closer = Math.round(10 * shortestS - 1) / 10;
    await expect(runVirtual({ protocols: [curve(levels, closer)], ...ON(model) })).rejects.toThrow(
      "from start to start",
    );
  });
});

describe("trials on a MagPro whose every answer comes as late as any was seen", () => {
  const slow = { minAnswerMs: 85, maxAnswerMs: 85 };

  it("are given whole at the shortest interval for pairs and test pulses alone", async () => {
    const fixed = changed(SICI, { interPulseS: [2.5, 2.5] });
    const threshold = ["RMT=45", "1mV=54"];
    const on = { threshold, body: slow, ...ON("magpro-x100-option") };
    const result = await runVirtual({ protocols: [fixed], ...on });
    expect(result.counts).toMatchObject({ delivered: 135, skipped: 0 });
    const closer = changed(SICI, { interPulseS: [2.4, 2.4] });
    await expect(runVirtual({ protocols: [closer], ...on })).rejects.toThrow("from start to start");
  });

  it("are given whole at the shortest interval for levels of single pulses", async () => {
    const on = { body: slow, ...ON("magpro-x100") };
    const result = await runVirtual({ protocols: [curve([30, 60], 1.3)], ...on });
    expect(result.counts.skipped).toBe(0);
    expect(result.discharges.length).toBe(20);
    await expect(runVirtual({ protocols: [curve([30, 60], 1.2)], ...on })).rejects.toThrow(
      "from start to start",
    );
  });
});
