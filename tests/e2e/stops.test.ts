import { describe, expect } from "vitest";
import {
  eventsOf,
  jsonLines,
  type Lab,
  PATIENCE_MS,
  pulsesBy,
  RMT,
  type Stimulator,
  test,
} from "./lab.ts";
import { catches, childOf, eventually, isAlive, type Running, wait } from "./processes.ts";
import { trainsText } from "./protocols.ts";

/** A train that is not cut is seen to go on for two seconds. */
const TRAIN_PULSES = 25;

interface Started {
  readonly unit: Stimulator;
  readonly run: Running;
}

/** A run in the middle of its first train. */
async function startRun(lab: Lab, options: Parameters<Lab["start"]>[1] = {}): Promise<Started> {
  const unit = await lab.stimulator();
  const protocol = lab.file("p.yaml", trainsText(20, TRAIN_PULSES, 1));
  const run = lab.start(
    ["run", protocol, "--rig", unit.rig, "--db", lab.db, "--json", ...RMT],
    options,
  );
  await unit.discharged(3, run);
  return { unit, run };
}

/** The run ended as stopped by `by`, its device is in standby, and nothing came after it ended. */
async function expectStopped(lab: Lab, { unit, run }: Started, by: RegExp): Promise<void> {
  const end = await run.done;
  expect({ code: end.code, signal: end.signal }, end.stderr).toEqual({ code: 5, signal: null });
  const atEnd = unit.discharges().length;
  expect(jsonLines(end.stdout).at(-1)).toMatchObject({ status: "stopped" });
  expect(end.stderr).toMatch(by);
  const events = lab.events();
  expect(eventsOf(events, "stop")).toHaveLength(1);
  expect(eventsOf(events, "stop")[0]?.by).toMatch(by);
  expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
  expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "stopped" });
  // A train that was cut is of unknown outcome: never fewer pulses than what came.
  const counted = pulsesBy(events, "delivered") + pulsesBy(events, "unknown");
  expect(counted).toBeGreaterThanOrEqual(unit.discharges().length);
  expect(await unit.firesWhenTold()).toBe(false);
  expect(unit.discharges()).toHaveLength(atEnd);
  expect(atEnd % TRAIN_PULSES).not.toBe(0);
}

describe.concurrent("a run that is paused", { timeout: PATIENCE_MS }, () => {
  test("pauses at the next train border on SIGUSR1, goes on with the next, and shortens no interval", async ({
    lab,
  }) => {
    const unit = await lab.stimulator();
    const protocol = lab.file("p.yaml", trainsText(20, 8, 1.5));
    const run = lab.start(["run", protocol, "--rig", unit.rig, "--db", lab.db, "--json", ...RMT]);
    await unit.discharged(3, run);
    run.kill("SIGUSR1");
    await run.said(/paused: SIGUSR1/);
    const atPause = unit.discharges().length;
    expect(atPause % 8).toBe(0);
    expect(await unit.firesWhenTold()).toBe(false);
    await wait(1500);
    expect(unit.discharges()).toHaveLength(atPause);
    run.kill("SIGUSR1");
    await unit.discharged(atPause + 8, run);
    run.kill("SIGINT");
    const { code, stderr } = await run.done;
    expect(code, stderr).toBe(5);

    const events = lab.events();
    expect(events.filter(({ kind }) => kind === "pause" || kind === "resume")).toHaveLength(2);
    const [resume] = eventsOf(events, "resume");
    expect(resume?.shiftedMs).toBeGreaterThan(1000);
    const written = eventsOf(events, "written");
    for (const [i, { writtenMs }] of written.entries()) {
      const before = written[i - 1];
      // 0.8 s of train and 1.5 s of rest, less what a dose may be late.
      if (before !== undefined) expect(writtenMs - before.writtenMs).toBeGreaterThan(2300 - 5);
    }
    // Paused means disarmed: what comes after it has an arming of its own.
    expect(eventsOf(events, "arm")).toHaveLength(2);
  });
});

describe.concurrent("a run that is stopped in the middle of a train", {
  timeout: PATIENCE_MS,
}, () => {
  test("ends with 5, disarmed, on SIGHUP", async ({ lab }) => {
    const started = await startRun(lab);
    started.run.kill("SIGHUP");
    await expectStopped(lab, started, /SIGHUP/);
  });

  test("takes signals that go on and on for one stop", async ({ lab }) => {
    const started = await startRun(lab);
    const { run } = started;
    for (let i = 0; isAlive(run.pid) && i < 2000; i += 1) {
      run.kill(i % 3 === 0 ? "SIGTERM" : "SIGINT");
      await wait(1);
    }
    await expectStopped(lab, started, /SIGTERM/);
  });

  test("stops once when the terminal signals its whole process group", async ({ lab }) => {
    const started = await startRun(lab, { ownGroup: true });
    process.kill(-started.run.pid, "SIGINT");
    await expectStopped(lab, started, /SIGINT/);
  });

  test("stops on `pulsetrain stop` from another process", async ({ lab }) => {
    const started = await startRun(lab);
    const stop = await lab.cli(["stop", "--json"]);
    expect(stop.code).toBe(0);
    const [{ session } = { session: "" }] = lab.sessions();
    expect(JSON.parse(stop.stdout)).toEqual({ stopped: [session] });
    await expectStopped(lab, started, /pulsetrain stop/);
    expect((await lab.cli(["stop"])).stderr).toContain("nothing runs");
  });
});

describe.concurrent("a run that is stopped before it has begun", { timeout: PATIENCE_MS }, () => {
  test("ends with 5 and fires nothing, however early the signal comes", async ({ lab }) => {
    const unit = await lab.stimulator();
    const protocol = lab.file("p.yaml", trainsText(2, 5, 1.5));
    for (const afterMs of [0, 150, 500]) {
      const options = ["--rig", unit.rig, "--db", lab.db, ...RMT];
      const run = lab.start(["run", protocol, ...options], { ownGroup: true });
      // Before its first line a program cannot have listened.
      await eventually("the program's own listeners", () => catches(run.pid, "SIGHUP"));
      await wait(afterMs);
      // As a terminal does: to whatever has been started until then.
      process.kill(-run.pid, "SIGINT");
      const { code, signal, stderr } = await run.done;
      expect({ afterMs, code, signal }, stderr).toEqual({ afterMs, code: 5, signal: null });
    }
    expect(unit.discharges()).toEqual([]);
    expect(await unit.firesWhenTold()).toBe(false);
  });

  test("ends with 5 while the process beside the port is still loading", async ({ lab }) => {
    const protocol = lab.file("p.yaml", trainsText(2, 5, 1.5));
    for (const afterMs of [0, 60]) {
      const run = lab.start(["run", protocol, "--db", lab.db, ...RMT], { ownGroup: true });
      await childOf(run.pid);
      await wait(afterMs);
      process.kill(-run.pid, "SIGINT");
      const { code, signal, stderr } = await run.done;
      expect({ afterMs, code, signal }, stderr).toEqual({ afterMs, code: 5, signal: null });
    }
  });

  test("ends with 5 when it still waits for the device's first answer", async ({ lab }) => {
    const unit = await lab.stimulator(["--fault", "silent"]);
    const protocol = lab.file("p.yaml", trainsText(2, 5, 1.5));
    const run = lab.start(["run", protocol, "--rig", unit.rig, "--db", lab.db, "--json", ...RMT]);
    await childOf(run.pid);
    await eventually("the plan on its way to the device", () => {
      return eventsOf(lab.events(), "segment").length > 0;
    });
    run.kill("SIGINT");
    const { code, stdout, stderr } = await run.done;
    expect(code, stderr).toBe(5);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ status: "stopped", planned: 10, skipped: 10 });
    expect(unit.discharges()).toEqual([]);
  });

  test("ends with 5 on the virtual clock too", async ({ lab }) => {
    const name = "koch-2022-precuneus-24wk";
    const run = lab.start(["run", name, "--speed", "max", "--db", lab.db, "--json", ...RMT]);
    await run.said(/train 2\/40/);
    run.kill("SIGTERM");
    const { code, stdout, stderr } = await run.done;
    expect(code, stderr).toBe(5);
    expect(jsonLines(stdout)).toEqual([expect.objectContaining({ status: "stopped" })]);
    expect(eventsOf(lab.events(), "disarm").at(-1)).toMatchObject({ confirmed: true });
  });
});
