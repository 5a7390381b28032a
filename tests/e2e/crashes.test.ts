import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
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
import {
  childOf,
  eventually,
  isAlive,
  type LaunchOptions,
  type Running,
  wait,
} from "./processes.ts";
import { trainsText } from "./protocols.ts";

/** After this time without a command a unit disarms by itself: 1 s, and a bit, ms. */
const SILENCE_MS = 1300;

interface Started {
  readonly unit: Stimulator;
  readonly run: Running;
  /** The process beside the port. */
  readonly rigPid: number;
}

type When = "in the middle of a train" | "in a rest";

async function startRun(
  lab: Lab,
  when: When,
  options: Partial<LaunchOptions> = {},
): Promise<Started> {
  const unit = await lab.stimulator();
  const protocol = lab.file("p.yaml", trainsText(20, 8, 1.2));
  const run = lab.start(
    ["run", protocol, "--rig", unit.rig, "--db", lab.db, "--json", ...RMT],
    options,
  );
  await unit.discharged(when === "in a rest" ? 8 : 3, run);
  // Into the rest, past the report of the train's end.
  if (when === "in a rest") await wait(300);
  const main = options.command === undefined ? run.pid : await childOf(run.pid);
  return { unit, run, rigPid: await childOf(main) };
}

/** Nothing comes any more, whatever the unit is told, and every pulse stands in the journal. */
async function expectSilence(lab: Lab, unit: Stimulator): Promise<void> {
  const before = unit.discharges().length;
  expect(await unit.firesWhenTold()).toBe(false);
  expect(unit.discharges()).toHaveLength(before);
  const events = lab.events();
  const counted = pulsesBy(events, "delivered") + pulsesBy(events, "unknown");
  expect(counted).toBeGreaterThanOrEqual(before);
  const intents = eventsOf(events, "intent").map(({ seq }) => seq);
  const closed = eventsOf(events, "outcome").map(({ intent }) => intent);
  expect(new Set(closed)).toEqual(new Set(intents));
  expect(closed).toHaveLength(intents.length);
}

/** The next start closes the session; a person acknowledges it. */
async function expectRecovery(lab: Lab): Promise<void> {
  const [cut] = lab.sessions();
  expect(cut?.status).toBe("interrupted");
  const next = await lab.cli([
    "run",
    lab.file("q.yaml", trainsText(1, 5, 1)),
    ...["--db", lab.db, "--json", "--speed", "max", ...RMT],
  ]);
  expect(next.code, next.stderr).toBe(0);
  expect(next.stderr).toContain(`session ${cut?.session} was interrupted`);
  const session = cut?.session ?? "";
  const shown = await lab.cli(["journal", "show", session, "--json", "--db", lab.db]);
  const last = jsonLines<Record<string, unknown>>(shown.stdout).at(-1);
  expect(last).toMatchObject({ kind: "run.stop", status: "interrupted" });
  const resolve = ["journal", "resolve", session, "--by", "A. Example", "--note", "unit looked at"];
  const resolved = await lab.cli([...resolve, "--json", "--db", lab.db]);
  expect(resolved.code, resolved.stderr).toBe(0);
  expect(JSON.parse(resolved.stdout)).toMatchObject({ resolved: true, by: "A. Example" });
  const verified = await lab.cli(["journal", "verify", "--json", "--db", lab.db]);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
}

for (const when of ["in the middle of a train", "in a rest"] as const) {
  describe.concurrent(`a process that is killed ${when}`, { timeout: PATIENCE_MS }, () => {
    test("and owns the journal: the process beside the port disarms and goes", async ({ lab }) => {
      const { unit, run, rigPid } = await startRun(lab, when);
      run.kill("SIGKILL");
      await run.done;
      await eventually("the end of the process beside the port", () => !isAlive(rigPid));
      const atEnd = unit.discharges().length;
      expect(await unit.firesWhenTold()).toBe(false);
      expect(unit.discharges()).toHaveLength(atEnd);
      await expectRecovery(lab);
      expect(unit.discharges()).toHaveLength(atEnd);
    });

    test("and stands beside the port: the unit falls silent and the run is faulted", async ({
      lab,
    }) => {
      const { unit, run, rigPid } = await startRun(lab, when);
      process.kill(rigPid, "SIGKILL");
      const { code, stdout, stderr } = await run.done;
      expect(code, stderr).toBe(4);
      expect(stderr).toMatch(/RIG_PROCESS_DIED.*SIGKILL/);
      expect(jsonLines(stdout).at(-1)).toMatchObject({ status: "faulted", planned: 160 });
      await wait(SILENCE_MS);
      await expectSilence(lab, unit);
      const events = lab.events();
      expect(eventsOf(events, "fault")).toMatchObject([{ code: "RIG_PROCESS_DIED" }]);
      expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "faulted" });
    });

    test("and is the stimulator: the run is faulted, with the port lost", async ({ lab }) => {
      const { unit, run } = await startRun(lab, when);
      unit.kill("SIGKILL");
      const { code, stdout, stderr } = await run.done;
      expect(code, stderr).toBe(4);
      expect(stderr).toMatch(/PORT_LOST/);
      expect(jsonLines(stdout).at(-1)).toMatchObject({ status: "faulted" });
      const events = lab.events();
      expect(eventsOf(events, "fault")[0]).toMatchObject({ code: "PORT_LOST" });
      expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: false });
      const counted = pulsesBy(events, "delivered") + pulsesBy(events, "unknown");
      expect(counted).toBeGreaterThanOrEqual(unit.discharges().length);
    });

    const old = oldNode();
    test.skipIf(old === null)(
      "and is the launcher under a Node that is too old: the run stops and disarms",
      async ({ lab }) => {
        const { unit, run, rigPid } = await startRun(lab, when, { command: old ?? "" });
        run.kill("SIGKILL");
        await eventually("the end of the process beside the port", () => !isAlive(rigPid));
        await eventually("the end of the run", () => lab.sessions()[0]?.status === "stopped");
        await expectSilence(lab, unit);
        const events = lab.events();
        expect(eventsOf(events, "stop")[0]?.by).toMatch(/launcher|parent/);
        expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
      },
    );
  });
}

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
    // 500 ms of silence since the last beat, which may be 100 ms old; a busy machine gets 200 ms.
    expect((given.at(-1)?.t ?? 0) - stalledAtS).toBeLessThan(0.7);
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

/** A Node on the PATH that cannot run the program by itself. */
function oldNode(): string | null {
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  const found = ["/usr/local/bin", "/usr/bin", ...folders]
    .map((folder) => join(folder, "node"))
    .filter((file) => existsSync(file));
  return (
    found.find((file) => {
      const said = spawnSync(file, ["--version"], { encoding: "utf8" }).stdout;
      return Number(/^v(\d+)/.exec(said)?.[1]) < 22;
    }) ?? null
  );
}
