import { describe, expect } from "vitest";
import {
  expectSilence,
  killLauncher,
  killOwner,
  killRig,
  killUnit,
  oldNode,
  startRun,
} from "./crashes.ts";
import { eventsOf, jsonLines, PATIENCE_MS, test } from "./lab.ts";
import { isAlive, wait } from "./processes.ts";

const MID_TRAIN = "in the middle of a train";
const OLD_NODE = oldNode();

describe.concurrent("a process that is killed in the middle of a train", {
  timeout: PATIENCE_MS,
}, () => {
  test("and owns the journal: the process beside the port disarms and goes", ({ lab }) =>
    killOwner(lab, MID_TRAIN));
  test("and stands beside the port: the unit falls silent and the run is faulted", ({ lab }) =>
    killRig(lab, MID_TRAIN));
  test("and is the stimulator: the run is faulted, with the port lost", ({ lab }) =>
    killUnit(lab, MID_TRAIN));
  test.skipIf(OLD_NODE === null)("and is the launcher: the run stops and disarms", ({ lab }) =>
    killLauncher(lab, MID_TRAIN, OLD_NODE ?? ""),
  );
});

describe.concurrent("a process that is killed in a rest", { timeout: PATIENCE_MS }, () => {
  test("and owns the journal: the process beside the port disarms and goes", ({ lab }) =>
    killOwner(lab, "in a rest"));
});

describe.concurrent("the way these tests look at a unit", { timeout: PATIENCE_MS }, () => {
  test("fires one that is armed", async ({ lab }) => {
    const { unit } = await startRun(lab, "in a rest");
    expect(await unit.firesWhenTold()).toBe(true);
  });
});

describe.concurrent("a process that stalls", { timeout: PATIENCE_MS }, () => {
  test("and owns the journal: the other one disarms within the half second of WDG-01", async ({
    lab,
  }) => {
    const { unit, run } = await startRun(lab, "in the middle of a train");
    run.kill("SIGSTOP");
    const stalledAtS = Number(process.hrtime.bigint()) / 1e9;
    await wait(2000);
    const given = unit.discharges();
    run.kill("SIGCONT");
    // 500 ms of silence since the last beat, and 300 ms for a busy machine; the train had 2.2 s to go.
    expect((given.at(-1)?.t ?? 0) - stalledAtS).toBeLessThan(0.8);
    const { code, stdout, stderr } = await run.done;
    expect(code, stderr).toBe(5);
    expect(jsonLines(stdout).at(-1)).toMatchObject({ status: "stopped" });
    const events = lab.events();
    expect(eventsOf(events, "stop")[0]?.by).toMatch(/parent silent for \d+ ms/);
    expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
    expect(unit.discharges()).toHaveLength(given.length);
    await expectSilence(lab, unit);
  });

  test("and stands beside the port: the unit disarms by itself and the run ends", async ({
    lab,
  }) => {
    const { unit, run, rigPid } = await startRun(lab, "in a rest");
    process.kill(rigPid, "SIGSTOP");
    const { code, stderr } = await run.done;
    expect(code, stderr).toBe(4);
    expect(isAlive(rigPid)).toBe(false);
    await expectSilence(lab, unit);
  });
});
