import { describe, expect, it } from "vitest";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { recordedLateness } from "../../src/app/replay/lateClock.ts";
import { readConfigure } from "../../src/app/rig/readConfigure.ts";
import type { RigProcessConfig } from "../../src/app/rig/rigConfigMessage.ts";
import { readToRig } from "../../src/app/rig/rigMessages.ts";
import { EMPTY_LEDGER } from "../../src/app/run/ledgerFacts.ts";
import { gateContext, planFor, prepareSetup, type Setup } from "../../src/app/run/setup.ts";
import { wireRig } from "../../src/app/simulate/rigDevices.ts";
import type { StoredEvent } from "../../src/contract/events.ts";
import type { Discharge } from "../../src/contract/simulator.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";

const STARTED_UTC = "2026-03-02T09:00:00.000Z";
const { protocol } = resolveProtocol("ihi");

async function setup(): Promise<Setup> {
  const threshold = ["RMT=60", "1mV=70", "RMT-other=65"];
  return prepareSetup({ threshold, seed: 1 }, STARTED_UTC, protocol);
}

function configOf(made: Setup): RigProcessConfig {
  return {
    session: "second",
    rig: made.rig,
    context: gateContext(made, EMPTY_LEDGER, false),
    seed: 1,
    originNs: "0",
    utcAtOriginMs: 0,
    parentSilenceMs: 500,
    dischargesFile: null,
    simulatorFaults: [],
    simulatorBody: {},
    stopSocket: null,
  };
}

describe("a second stimulator at the border between the processes", () => {
  it("passes in the plan and in the rig as it is", async () => {
    const made = await setup();
    const planned = planFor(made, protocol, "00", 1);
    if (!planned.ok) throw new Error("no plan");
    expect(planned.plan.doses.some(({ conditioner }) => conditioner !== undefined)).toBe(true);
    const message = { type: "segment", segment: 1, plan: planned.plan, startAtMs: null };
    expect(readToRig(message)).toEqual({ ok: true, value: message });
    const config = configOf(made);
    expect(config.context.rig.second?.intensityPctMso).toBe(78);
    expect(readConfigure({ type: "configure", config })).toEqual({ ok: true, value: config });
  });

  it("must be the one that the gate was told of", async () => {
    const config = configOf(await setup());
    const { second, ...one } = config.context.rig;
    if (second === undefined) throw new Error("the rig has one");
    const told = (rig: typeof config.context.rig): unknown =>
      readConfigure({
        type: "configure",
        config: { ...config, context: { ...config.context, rig } },
      });
    const refused = { ok: false, error: expect.stringContaining("second stimulator") };
    expect(told(one)).toEqual(refused);
    expect(told({ ...one, second: { ...second, intensityPctMso: 10 } })).toEqual(refused);
  });
});

describe("a hosted rig with a second stimulator", () => {
  it("gives a pulse of it when its own box raises its line, and none of the first", async () => {
    const { rig } = await setup();
    const clock = createVirtualClock({ startUtcMs: 0 });
    const wired = await wireRig({ rig, clock, seed: 1, subject: "healthy-older" });
    const given: (readonly [string, Discharge])[] = [];
    wired.stimulator.discharges$.subscribe((one) => given.push(["first", one]));
    wired.second?.discharges$.subscribe((one) => given.push(["second", one]));
    expect(wired.devices.map(({ place }) => place)).toEqual([
      ...["stimulator", "trigger", "second", "amplifier"],
    ]);
    wired.second?.trigger();
    expect(given).toMatchObject([["second", { intensityPctMso: [78], cause: "trigger" }]]);
    for (const { device } of wired.devices) device.close();
  });
});

describe("the lateness of a recorded conditioned dose", () => {
  it("has one figure for each of its two instants, and one where the first was missed", () => {
    const dose = { lateLimitMs: 1, conditioner: { leadMs: 10, pctMso: 60 } };
    const events = [
      { kind: "intent", seq: 1, dose },
      {
        kind: "measure",
        name: "conditioning-pulse",
        body: { intent: 1, plannedMs: 990, writtenMs: 990.25 },
      },
      { kind: "outcome", intent: 1, permittedMs: 970, plannedMs: 1000, writtenMs: 1000.5 },
      { kind: "intent", seq: 4, dose },
      { kind: "outcome", intent: 4, permittedMs: 5970, plannedMs: 6000, writtenMs: null },
      { kind: "intent", seq: 6, dose },
      {
        kind: "measure",
        name: "conditioning-pulse",
        body: { intent: 6, plannedMs: 10_990, writtenMs: 10_990 },
      },
      { kind: "outcome", intent: 6, permittedMs: 10_970, plannedMs: 11_000, writtenMs: null },
    ] as unknown as readonly StoredEvent[];
    expect(recordedLateness(events)).toEqual([0.25, 0.5, 1.5, 0, 2]);
  });
});
