import { describe, expect } from "vitest";
import { type Lab, PATIENCE_MS, type Stimulator, test } from "./lab.ts";
import type { Finished } from "./processes.ts";

interface Step {
  readonly step: string;
  readonly verdict: "ok" | "warn" | "fail" | "skipped";
  readonly detail: string;
  readonly cure: string | null;
}

interface Report {
  readonly ok: boolean;
  readonly host: readonly Step[];
  readonly ports: readonly { readonly path: string }[];
  readonly devices: readonly { readonly steps: readonly Step[]; readonly simulated: boolean }[];
}

function reportOf({ stdout }: Finished): Report {
  return JSON.parse(stdout) as Report;
}

function verdicts(end: Finished): Readonly<Record<string, string>> {
  const steps = reportOf(end).devices[0]?.steps ?? [];
  return Object.fromEntries(steps.map(({ step, verdict }) => [step, verdict]));
}

function examine(
  lab: Lab,
  rig: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return lab.cli(["doctor", "--rig", rig, "--json"], { env });
}

/** Looked at and left alone: nothing left the coil, and nothing does when told to. */
async function expectUntouched(unit: Stimulator): Promise<void> {
  expect(await unit.firesWhenTold()).toBe(false);
  expect(unit.discharges()).toEqual([]);
}

const CODE = "7a1b2c3d-4e5f-69";
const CODE_LINES = "mains: 240\nunlockCode: env:PULSETRAIN_TEST_CODE";

describe.concurrent("pulsetrain doctor", { timeout: PATIENCE_MS }, () => {
  test("without a rig tells of this machine and its ports, and ends well", async ({ lab }) => {
    const end = await lab.cli(["doctor", "--json"]);
    expect(end.code, end.stderr).toBe(0);
    const report = reportOf(end);
    expect(report.host.map(({ step }) => step)).toEqual(["node", "clock"]);
    expect(report.devices).toEqual([]);
    const shown = await lab.cli(["doctor"]);
    expect(shown.stdout).toMatch(/^this machine\n[\s\S]*^serial ports$/m);
  });

  test("passes a well unit behind a pseudo-terminal at every step and leaves it disarmed", async ({
    lab,
  }) => {
    const unit = await lab.stimulator(["--unlock-code", CODE], { rigLines: CODE_LINES });
    const end = await examine(lab, unit.rig, { PULSETRAIN_TEST_CODE: CODE });
    expect(end.code, end.stdout + end.stderr).toBe(0);
    expect(Object.values(verdicts(end)).every((verdict) => verdict === "ok")).toBe(true);
    expect(end.stdout + end.stderr).not.toContain(CODE);
    await expectUntouched(unit);
  });

  test("passes a unit that lives in its own process", async ({ lab }) => {
    const rig = lab.file(
      "rig.yaml",
      "name: b\nsimulated: true\nstimulator: { driver: magstim-rapid2, port: simulated, mains: 115 }\n",
    );
    const end = await lab.cli(["doctor", "--rig", rig]);
    expect(end.code, end.stdout + end.stderr).toBe(0);
    expect(end.stdout).toMatch(
      /^stimulator magstim-rapid2 on simulated \(simulated\)$[\s\S]*nothing failed/m,
    );
  });

  test("says of a silent unit that it does not reply, with the likely causes", async ({ lab }) => {
    const unit = await lab.stimulator(["--fault", "silent"]);
    const end = await examine(lab, unit.rig);
    expect(end.code, end.stderr).toBe(4);
    expect(verdicts(end)).toMatchObject({
      open: "ok",
      loopback: "skipped",
      reply: "fail",
      version: "skipped",
    });
    expect(end.stdout).toMatch(/main unit \(not of a user interface\)/);
    await expectUntouched(unit);
  });

  test("warns of a unit whose line carries garbage", async ({ lab }) => {
    const unit = await lab.stimulator();
    const running = lab.start(["doctor", "--rig", unit.rig, "--json"]);
    await running.said(/examining/);
    unit.order("fault garbage");
    await new Promise((resolve) => setTimeout(resolve, 2500));
    unit.order("fault garbage");
    const end = await running.done;
    expect(verdicts(end)["framing"], end.stdout).toBe("warn");
    await expectUntouched(unit);
  });

  test("tells a refused unlock code from a silent unit, and shows the code nowhere", async ({
    lab,
  }) => {
    const wrong = "0badc0de-1122-33";
    const unit = await lab.stimulator(["--unlock-code", CODE], { rigLines: CODE_LINES });
    const end = await examine(lab, unit.rig, { PULSETRAIN_TEST_CODE: wrong });
    expect(end.code, end.stderr).toBe(4);
    expect(verdicts(end)).toMatchObject({ reply: "ok", control: "fail", version: "skipped" });
    expect(end.stdout).toContain("DEVICE_UNLOCK_REFUSED");
    for (const secret of [wrong, CODE, Buffer.from(wrong).toString("hex")])
      expect((end.stdout + end.stderr).toLowerCase()).not.toContain(secret);
    await expectUntouched(unit);
  });

  test("ends with 2 for a rig file that is wrong, naming the place", async ({ lab }) => {
    const rigs = {
      "port: udp://x:1, mains: 240, driver: magstim-rapid2": /rig\.yaml:3.*udp:/,
      "port: usb:0403:60, mains: 240, driver: magstim-rapid2": /rig\.yaml:3.*usb:VID:PID/,
      "port: simulated, driver: magstim-rapid2": /mains/,
      "port: simulated, driver: toaster": /DEVICE_UNKNOWN_DRIVER.*toaster/,
      "port: simulated, mains: 240, driver: magstim-rapid2, unlockCode: env:NO_SUCH_NAME":
        /NO_SUCH_NAME/,
    };
    for (const [stimulator, words] of Object.entries(rigs)) {
      const rig = lab.file(
        "rig.yaml",
        `name: b\nsimulated: false\nstimulator: { ${stimulator} }\n`,
      );
      const end = await examine(lab, rig);
      expect(end.code, end.stderr).toBe(2);
      expect(end.stderr).toMatch(words);
      expect(end.stdout).toBe("");
    }
  });

  test("refuses with 3 a port that is called simulated and proves nothing", async ({ lab }) => {
    const rig = lab.file(
      "rig.yaml",
      "name: b\nsimulated: true\nstimulator: { driver: magstim-rapid2, port: /dev/ttyS0, mains: 240 }\n",
    );
    const end = await examine(lab, rig);
    expect(end.code, end.stderr).toBe(3);
    expect(end.stderr).toContain("RIG_NOT_PROVEN_SIMULATED");
  });

  test("ends with 4 for an adapter that is not there, and lists what is", async ({ lab }) => {
    const rig = lab.file(
      "rig.yaml",
      "name: b\nsimulated: false\nstimulator: { driver: magstim-rapid2, port: usb:NOSUCH, mains: 240 }\n",
    );
    const end = await examine(lab, rig);
    expect(end.code, end.stderr).toBe(4);
    expect(end.stdout).toMatch(/PORT_NOT_FOUND: usb:NOSUCH: no such adapter; there is/);
  });

  test("gives control back and ends with 5 on a signal", async ({ lab }) => {
    const unit = await lab.stimulator();
    const running = lab.start(["doctor", "--rig", unit.rig, "--json"]);
    await running.said(/examining/);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    running.kill("SIGINT");
    running.kill("SIGTERM");
    const end = await running.done;
    expect([end.code, end.stdout], end.stderr).toEqual([5, ""]);
    // The port is free, and the unit answers at once to the next who asks.
    const again = await examine(lab, unit.rig);
    expect(again.code, again.stdout).toBe(0);
    await expectUntouched(unit);
  });
});
