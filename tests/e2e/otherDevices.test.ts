/** Devices that speak by themselves, behind a pseudo-terminal in real time. */
import { describe, expect } from "vitest";
import { expectAccount } from "./faulted.ts";
import {
  eventsOf,
  jsonLines,
  type Lab,
  PATIENCE_MS,
  pulsesBy,
  type Stimulator,
  test,
} from "./lab.ts";
import { type Running, wait } from "./processes.ts";
import { protocolText } from "./protocols.ts";

interface Device {
  readonly model: string;
  readonly pattern: (starts: number) => string;
  readonly pulsesPerStart: number;
}

/** Starts that the device times by itself, and starts of the host. */
const DEVICES: readonly Device[] = [
  {
    model: "magpro-x100-option",
    pattern: (trains) =>
      `{ type: conventional, frequencyHz: 10, pulsesPerTrain: 5, interTrainIntervalS: 1.5, trains: ${trains} }`,
    pulsesPerStart: 5,
  },
  {
    model: "duomag",
    pattern: (pulses) => `{ type: single, totalPulses: ${pulses}, interPulseS: [2, 2] }`,
    pulsesPerStart: 1,
  },
];

async function started(
  lab: Lab,
  { model, pattern }: Device,
  starts: number,
): Promise<{ readonly unit: Stimulator; readonly run: Running }> {
  const unit = await lab.stimulator([], { model, rigLines: "reconnect: false" });
  const intensity = '{ value: 50, base: "%MSO" }';
  const protocol = lab.file("p.yaml", protocolText({ intensity, pattern: pattern(starts) }));
  const threshold = ["--threshold", "RMT=45"];
  const run = lab.start([
    ...["run", protocol, "--rig", unit.rig, "--db", lab.db, "--json"],
    ...threshold,
  ]);
  return { unit, run };
}

/** An edge at its trigger input gives no pulse. */
async function expectDisarmed(unit: Stimulator): Promise<void> {
  const before = unit.discharges().length;
  unit.order("trigger");
  await wait(400);
  expect(unit.discharges()).toHaveLength(before);
}

describe.concurrent.each(DEVICES)("a $model", { timeout: PATIENCE_MS }, (device) => {
  test("delivers a session to its end, and stands disarmed", async ({ lab }) => {
    const { unit, run } = await started(lab, device, 3);
    const end = await run.done;
    expect(end.code, end.stderr).toBe(0);
    expect(jsonLines(end.stdout).at(-1)).toMatchObject({ status: "completed" });
    const pulses = 3 * device.pulsesPerStart;
    expect(unit.discharges()).toHaveLength(pulses);
    expect(pulsesBy(lab.events(), "delivered")).toBe(pulses);
    expect(eventsOf(lab.events(), "note")).toEqual([]);
    await expectDisarmed(unit);
  });

  test("is disarmed by Ctrl-C, which ends the run with 5", async ({ lab }) => {
    const { unit, run } = await started(lab, device, 20);
    await unit.discharged(device.pulsesPerStart + 1, run);
    run.kill("SIGINT");
    const end = await run.done;
    expect(end.code, end.stderr).toBe(5);
    const events = lab.events();
    expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
    expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "stopped" });
    expectAccount(lab, unit.discharges());
    await expectDisarmed(unit);
  });

  test("that is gone ends the run with 4, the disarm unconfirmed", async ({ lab }) => {
    const { unit, run } = await started(lab, device, 20);
    await unit.discharged(device.pulsesPerStart + 1, run);
    unit.kill("SIGKILL");
    const end = await run.done;
    expect(end.code, end.stderr).toBe(4);
    const events = lab.events();
    expect(eventsOf(events, "fault")[0]).toMatchObject({ code: "PORT_LOST" });
    expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: false });
    const counted = pulsesBy(events, "delivered") + pulsesBy(events, "unknown");
    expect(counted).toBeGreaterThanOrEqual(unit.discharges().length);
  });
});
