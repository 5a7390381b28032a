import { describe, expect } from "vitest";
import { eventsOf, jsonLines, PATIENCE_MS, pulsesBy, RMT, test } from "./lab.ts";
import { singlesText, trainsText } from "./protocols.ts";

/** Between two readings in two busy processes, ms. */
const CLOCKS_MS = 60;
/** Between two pulses that one device times, ms. */
const DEVICE_MS = 20;

describe.concurrent("a run over a pseudo-terminal in real time", { timeout: PATIENCE_MS }, () => {
  test("delivers to a simulator in another process what its journal says, at the instants it says", async ({
    lab,
  }) => {
    const unit = await lab.stimulator();
    const run = await lab.cli([
      "run",
      lab.file("p.yaml", trainsText(3, 5, 1.5)),
      ...["--rig", unit.rig, "--db", lab.db, "--json", ...RMT],
    ]);
    expect(run.stderr).toContain("SIMULATED");
    expect(run.code).toBe(0);
    const [summary] = jsonLines<Record<string, unknown>>(run.stdout);
    expect(summary).toMatchObject({
      status: "completed",
      planned: 15,
      unknown: 0,
      simulated: true,
    });

    const events = await lab.shown();
    const given = eventsOf(events, "outcome").filter(({ outcome }) => outcome === "delivered");
    const discharges = unit.discharges();
    expect(given.length).toBeGreaterThan(0);
    expect(discharges).toHaveLength(pulsesBy(events, "delivered"));
    expect(summary?.["delivered"]).toBe(discharges.length);
    expect(discharges.map(({ n }) => n)).toEqual(discharges.map((_, i) => i + 1));
    expect(new Set(discharges.map(({ cause }) => cause))).toEqual(new Set(["train"]));
    const intents = new Map(eventsOf(events, "intent").map((event) => [event.seq, event]));
    const offsets: number[] = [];
    for (const [train, { intent, writtenMs }] of given.entries()) {
      const pulses = discharges.slice(5 * train, 5 * train + 5);
      for (const { intensityPctMso } of pulses)
        expect(intensityPctMso).toEqual(intents.get(intent)?.dose.intensityPctMso);
      const [first] = pulses;
      offsets.push((first?.t ?? Number.NaN) * 1000 - (writtenMs ?? Number.NaN));
      for (const [i, { t }] of pulses.entries())
        expect(Math.abs((t - (first?.t ?? 0)) * 1000 - 100 * i)).toBeLessThan(DEVICE_MS);
    }
    expect(Math.max(...offsets) - Math.min(...offsets)).toBeLessThan(CLOCKS_MS);
    expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
    expect(await unit.firesWhenTold()).toBe(false);
  });

  test("keeps single pulses that the host times apart by no less than their plan", async ({
    lab,
  }) => {
    const unit = await lab.stimulator();
    const run = await lab.cli([
      "run",
      lab.file("p.yaml", singlesText(4, 1.2)),
      ...["--rig", unit.rig, "--db", lab.db, "--json", ...RMT],
    ]);
    expect(run.code).toBe(0);
    const events = lab.events();
    expect(unit.discharges()).toHaveLength(pulsesBy(events, "delivered"));
    expect(unit.discharges().length).toBeGreaterThan(0);
    const written = eventsOf(events, "written");
    for (const [i, { plannedMs, writtenMs }] of written.entries()) {
      expect(writtenMs - plannedMs).toBeLessThan(5);
      expect(writtenMs).toBeGreaterThanOrEqual(plannedMs);
      const before = written[i - 1];
      if (before !== undefined) expect(plannedMs - before.plannedMs).toBeGreaterThan(1199.9);
    }
    for (const { cause } of unit.discharges()) expect(cause).toBe("serial");
  });
});
