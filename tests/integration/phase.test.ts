import { describe, expect, it } from "vitest";
import { parseProtocolText } from "../../protocols/parse.ts";
import type { Protocol } from "../../protocols/types.ts";
import { person } from "../../simulators/person/index.ts";
import { type CircularSummary, summaryOf, wrapped } from "../../src/analysis/phase/circular.ts";
import type { RigConfig } from "../../src/app/config/rig.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";
import { eventsOf, runVirtual, type VirtualResult, type VirtualRun } from "./harness.ts";

const LEAST_S = 2;

function byPhase(totalPulses: number, phases: readonly string[]): Protocol {
  const pattern = {
    type: "closed-loop-single",
    totalPulses,
    interPulseS: [LEAST_S, 3],
    trigger: { rhythm: "mu", phases, toleranceRad: 0.1 },
  };
  const file = { pulsetrain: 1, id: "phase", intensity: { value: 110, base: "%RMT" }, pattern };
  const read = parseProtocolText(JSON.stringify(file), "phase");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

const listening =
  (options: Readonly<Record<string, unknown>> = {}) =>
  (rig: RigConfig): RigConfig => ({
    ...rig,
    amplifier: { driver: "brainvision-rda", port: "simulated", options },
  });

const run = (protocol: Protocol, rest: Partial<VirtualRun> = {}): Promise<VirtualResult> =>
  runVirtual({ protocols: [protocol], rig: listening(), seed: 3, ...rest });

/** The phase that each pulse really met, minus the one it waited for, by condition. */
function missed(result: VirtualResult, seed: number): ReadonlyMap<string, CircularSummary> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const brain = person.create({ subject: "healthy-older", seed, clock, channels: ["C3"] });
  const intents = new Map(eventsOf(result, "intent").map(({ seq, dose }) => [seq, dose]));
  const given = eventsOf(result, "outcome").filter(({ outcome }) => outcome === "delivered");
  const errors = new Map<string, number[]>();
  for (const [i, { intent }] of given.entries()) {
    const dose = intents.get(intent);
    const condition = dose?.place.condition ?? "";
    const truth = brain.truth.phaseRad("mu", result.discharges[i]?.atMs ?? Number.NaN);
    const error = wrapped(truth - (dose?.phase?.targetRad ?? Number.NaN));
    errors.set(condition, [...(errors.get(condition) ?? []), error]);
  }
  return new Map([...errors].map(([condition, all]) => [condition, summaryOf(all)]));
}

describe("pulses that wait for a phase of the EEG", () => {
  const protocol = byPhase(60, ["peak", "trough", "random"]);
  const whole = run(protocol);

  it("meet it: the truth of the simulated brain is near each target, whatever the condition", async () => {
    const result = await whole;
    expect(result.status).toBe("completed");
    expect(result.counts).toEqual({ planned: 60, delivered: 60, unknown: 0, skipped: 0 });
    const errors = missed(result, 3);
    expect([...errors.keys()].sort()).toEqual(["peak", "random", "trough"]);
    for (const { n, meanRad, resultant } of errors.values()) {
      expect(n).toBe(20);
      // Chance alone: 0.2 of 20 pulses.
      expect(resultant).toBeGreaterThan(0.45);
      expect(Math.abs(meanRad ?? Number.NaN)).toBeLessThan(0.7);
    }
  });

  it("are written down before, with the earliest instant, and never come before it", async () => {
    const result = await whole;
    const intents = new Map(eventsOf(result, "intent").map((intent) => [intent.seq, intent]));
    for (const written of eventsOf(result, "written")) {
      const intent = intents.get(written.intent);
      expect(intent?.seq ?? Number.NaN).toBeLessThan(written.seq);
      expect(written.writtenMs).toBeGreaterThanOrEqual(intent?.plannedMs ?? Number.NaN);
      expect(written.writtenMs).toBe(written.plannedMs);
    }
  });

  it("keep every interval at or above the one that was drawn", async () => {
    const result = await whole;
    const doses = eventsOf(result, "intent").map(({ dose }) => dose);
    const gaps = result.discharges.slice(1).map(({ atMs }, i) => ({
      asked: (doses[i + 1]?.dueMs ?? 0) - (doses[i]?.dueMs ?? 0),
      was: atMs - (result.discharges[i]?.atMs ?? 0),
    }));
    expect(gaps).toHaveLength(59);
    for (const { asked, was } of gaps) {
      expect(was).toBeGreaterThanOrEqual(asked - 1e-6);
      // Two turns of the slowest rhythm at most: what the phase was not near for.
      expect(was).toBeLessThan(asked + 250);
    }
  });

  it("tell how each was aimed", async () => {
    const aims = eventsOf(await whole, "measure").filter(({ name }) => name === "phase-aim");
    expect(aims).toHaveLength(60);
    for (const { body } of aims) {
      expect(body["newestAgeMs"]).toBeGreaterThan(0);
      expect(body["newestAgeMs"]).toBeLessThan(30);
      expect(body["aheadMs"]).toBeLessThan(70);
      expect(body["waitedMs"]).toBeGreaterThanOrEqual(0);
    }
    // 3 bytes at 9600 baud and what the samples are late: learnt from the first mark on.
    const delays = aims.map(({ body }) => Number(body["delayMs"]));
    expect(delays[0]).toBe(6);
    expect(Math.min(...delays.slice(2))).toBeGreaterThan(3);
    expect(Math.max(...delays.slice(2))).toBeLessThan(5);
  });

  it("keep their distances over a pause too", async () => {
    const result = await run(byPhase(8, ["peak", "trough"]), {
      operator: (clock, conductor) => {
        clock.at(7000, () => conductor.togglePause("test"));
        clock.at(12_000, () => conductor.resume("test"));
      },
    });
    expect(result.counts.delivered).toBe(8);
    expect(eventsOf(result, "resume")).toHaveLength(1);
    const gaps = result.discharges
      .slice(1)
      .map(({ atMs }, i) => atMs - (result.discharges[i]?.atMs ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(LEAST_S * 1000);
    expect(Math.max(...gaps)).toBeGreaterThan(5000);
    for (const { resultant } of missed(result, 3).values()) expect(resultant).toBeGreaterThan(0.2);
  });

  it("come out the same with the same seed", async () => {
    const again = await run(protocol);
    expect(again.events).toEqual((await whole).events);
  });
});

/** An electrode that shows nothing: steps of a millivolt are far above any EEG. */
const SILENT = listening({ resolutionUv: 1000 });

describe("pulses that cannot be aimed", () => {
  const protocol = byPhase(4, ["trough"]);

  it("are skipped with the reason where no phase can be told, and none is given anyhow", async () => {
    const result = await run(protocol, { rig: SILENT });
    expect(result.discharges).toEqual([]);
    expect(result.counts).toEqual({ planned: 4, delivered: 0, unknown: 0, skipped: 4 });
    for (const { detail, outcome } of eventsOf(result, "outcome")) {
      expect(outcome).toBe("skipped-late");
      expect(detail).toBe("no pulse within 2000 ms: no phase can be estimated (flat)");
    }
  });

  it("move what is left by what was waited: no burst of pulses follows a wait", async () => {
    const result = await run(protocol, { rig: SILENT });
    const intents = eventsOf(result, "outcome").map(({ plannedMs }) => plannedMs);
    for (const [i, atMs] of intents.slice(1).entries())
      expect(atMs - (intents[i] ?? 0)).toBeGreaterThanOrEqual(LEAST_S * 1000 + 2000);
  });

  it("are not planned on a rig without an EEG", async () => {
    const without = (rig: RigConfig): RigConfig => rig;
    await expect(run(protocol, { rig: without })).rejects.toThrow(/needs an EEG amplifier/);
    const elsewhere = listening({ channels: [{ name: "FDI" }, { name: "Oz" }] });
    await expect(run(protocol, { rig: elsewhere })).rejects.toThrow(/needs an EEG amplifier/);
  });

  it("are not given any more after a stop, also while one waits", async () => {
    const result = await run(byPhase(20, ["trough"]), {
      rig: SILENT,
      operator: (clock, conductor) => clock.at(6000, () => conductor.stop("test")),
    });
    expect(result.status).toBe("stopped");
    expect(result.discharges).toEqual([]);
    expect(result.endMs).toBeLessThan(40_000);
  });

  it("are skipped while the journal does not answer", async () => {
    const result = await run(byPhase(12, ["trough"]), { journalSilentMs: [5000, 21_000] });
    const skipped = eventsOf(result, "outcome").filter(({ outcome }) => outcome !== "delivered");
    expect(skipped.length).toBeGreaterThan(0);
    for (const { detail } of skipped) expect(detail).toBe("its intent was not durable in time");
    expect(result.counts.delivered + result.counts.skipped).toBe(12);
    expect(result.discharges).toHaveLength(result.counts.delivered);
  });
});
