import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { expectAccount, expectFaulted, runVirtual } from "./faulted.ts";
import { eventsOf, jsonLines, type Lab, PATIENCE_MS, RMT, type Stimulator, test } from "./lab.ts";
import { type Finished, type Running, wait } from "./processes.ts";
import { trainsText } from "./protocols.ts";

function startRun(lab: Lab, unit: Stimulator, env: Readonly<Record<string, string>> = {}): Running {
  const protocol = lab.file("p.yaml", trainsText(20, 10, 1.2));
  const options = ["--rig", unit.rig, "--db", lab.db, "--json", ...RMT];
  return lab.start(["run", protocol, ...options], { env });
}

describe.concurrent("a device that fails", { timeout: PATIENCE_MS }, () => {
  test("while it is connected ends the run with 4, the step and its likely causes", async ({
    lab,
  }) => {
    const { end, discharges } = await runVirtual(lab, "silent");
    expectFaulted(lab, discharges, end, "DEVICE_SILENT");
    expect(end.stderr).toMatch(/taking control: no answer.*cable/);
    expect(discharges).toEqual([]);
  });

  test("by refusing to fire ends the run with 4 and no pulse of that train", async ({ lab }) => {
    const { end, discharges } = await runVirtual(lab, "refuse@pulse:8");
    expectFaulted(lab, discharges, end, "DEVICE_CONFLICT");
    expect(discharges).toHaveLength(10);
  });

  test("never counts as disarmed when it goes on saying that it is ready", async ({ lab }) => {
    const { end, discharges } = await runVirtual(lab, "stuck-ready@pulse:8");
    expectFaulted(lab, discharges, end, "DEVICE_DISARM_UNCONFIRMED");
    expect(eventsOf(lab.events(), "disarm").at(-1)).toMatchObject({ confirmed: false });
  });
});

describe.concurrent("a device behind a pseudo-terminal", { timeout: PATIENCE_MS }, () => {
  const cases = [
    { fault: "coil-off", code: "DEVICE_COIL", disarmed: true },
    { fault: "silent", code: "DEVICE_CONTROL_LOST", disarmed: false },
    { fault: "unplug", code: "PORT_LOST", disarmed: false },
  ] as const;
  for (const { fault, code, disarmed } of cases)
    test(`ends the run with ${code} on ${fault} in the middle of a train`, async ({ lab }) => {
      const unit = await lab.stimulator();
      const run = startRun(lab, unit);
      await unit.discharged(3, run);
      unit.order(`fault ${fault}`);
      const end = await run.done;
      // Without a cable the unit goes on until its own second of silence is over.
      if (fault === "unplug") await wait(1200);
      expectFaulted(lab, unit.discharges(), end, code);
      expect(eventsOf(lab.events(), "disarm").at(-1)?.confirmed).toBe(disarmed);
      if (fault !== "unplug") expect(await unit.firesWhenTold()).toBe(false);
    });

  test("loses no pulse and invents none while its answers are damaged", async ({ lab }) => {
    const unit = await lab.stimulator();
    const run = startRun(lab, unit);
    await unit.discharged(3, run);
    for (const fault of ["corrupt-answer", "garbage", "cut-answer"]) {
      unit.order(`fault ${fault}`);
      await wait(150);
    }
    await Promise.race([unit.discharged(12, run).catch(() => undefined), run.done]);
    run.kill("SIGINT");
    const end = await run.done;
    expect([4, 5], end.stderr).toContain(end.code);
    expectAccount(lab, unit.discharges());
    expect(eventsOf(lab.events(), "disarm").at(-1)).toMatchObject({ confirmed: true });
    expect(await unit.firesWhenTold()).toBe(false);
  });

  test("ends the run with DEVICE_WRONG_VERSION when the rig file says another one", async ({
    lab,
  }) => {
    const unit = await lab.stimulator(["--software-version", "10.0"], {
      rigLines: 'mains: 240\nsoftwareVersion: "9.0"',
    });
    const end = await startRun(lab, unit).done;
    expectFaulted(lab, unit.discharges(), end, "DEVICE_WRONG_VERSION");
    expect(end.stderr).toMatch(/10\.0.*9\.0/);
    expect(unit.discharges()).toEqual([]);
  });

  test("gives no control for a wrong unlock code, which appears nowhere", async ({ lab }) => {
    const wrong = "0badc0de-1122-33";
    const unit = await lab.stimulator(["--unlock-code", "7a1b2c3d-4e5f-69"], {
      rigLines: "mains: 240\nunlockCode: env:PULSETRAIN_TEST_CODE",
    });
    const end = await startRun(lab, unit, { PULSETRAIN_TEST_CODE: wrong }).done;
    expectFaulted(lab, unit.discharges(), end, "DEVICE_UNLOCK_REFUSED");
    expect(unit.discharges()).toEqual([]);
    expectNowhere(lab, end, wrong);
  });

  test("shows its unlock code nowhere when it is the right one", async ({ lab }) => {
    const right = "7a1b2c3d-4e5f-69";
    const unit = await lab.stimulator(["--unlock-code", right], {
      rigLines: "mains: 240\nunlockCode: env:PULSETRAIN_TEST_CODE",
    });
    const run = startRun(lab, unit, { PULSETRAIN_TEST_CODE: right });
    await run.said(/train 1\/20/);
    run.kill("SIGINT");
    const end = await run.done;
    expect(end.code, end.stderr).toBe(5);
    expectNowhere(lab, end, right);
  });

  const hasFlock = spawnSync("flock", ["--version"]).status === 0;
  test.skipIf(!hasFlock)("is left alone while another program holds it", async ({ lab }) => {
    const unit = await lab.stimulator();
    const holder = ["-x", unit.link, "-c", "echo held; exec sleep 60"];
    await lab.start(holder, { command: "flock", bare: true, ownGroup: true }).said(/held/);
    const end = await startRun(lab, unit).done;
    expect(end.code, end.stderr).toBe(4);
    expect(end.stderr).toMatch(/PORT_BUSY: .*unit-.*\n.*close the other program/);
  });
});

/** Neither in words nor in bytes. */
function expectNowhere(lab: Lab, end: Finished, secret: string): void {
  const journal = readdirSync(lab.folder).filter((name) => name.startsWith("journal.db"));
  expect(journal.length).toBeGreaterThan(0);
  const hex = Buffer.from(secret).toString("hex");
  const texts = journal.map((name) => readFileSync(join(lab.folder, name), "latin1"));
  for (const text of [end.stdout, end.stderr, ...texts]) {
    expect(text.includes(secret)).toBe(false);
    expect(text.toLowerCase().includes(hex)).toBe(false);
  }
}

describe.concurrent("a disk that fills up during a run", { timeout: PATIENCE_MS }, () => {
  const hasPrlimit = spawnSync("prlimit", ["--version"]).status === 0;
  test.skipIf(!hasPrlimit)("disarms, ends with 2 and still counts every pulse", async ({ lab }) => {
    const unit = await lab.stimulator();
    const run = startRun(lab, unit);
    await unit.discharged(13, run);
    spawnSync("prlimit", ["--pid", String(run.pid), "--fsize=4096"]);
    const { code, stdout, stderr } = await run.done;
    expect(code, stderr).toBe(2);
    expect(stderr).toMatch(/JOURNAL_WRITE_FAILED.*\n.*make room/);
    const summary = jsonLines<Record<string, number | string>>(stdout).at(-1) ?? {};
    expect(summary).toMatchObject({ status: "faulted", planned: 200 });
    const counted = Number(summary["delivered"]) + Number(summary["unknown"]);
    expect(counted).toBeGreaterThanOrEqual(unit.discharges().length);
    expect(await unit.firesWhenTold()).toBe(false);

    const verified = await lab.cli(["journal", "verify", "--json", "--db", lab.db]);
    expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
    expect(lab.sessions()[0]?.status).toBe("interrupted");
  });
});
