import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { expect } from "vitest";
import type { StoredEvent } from "../../src/contract/events.ts";
import { eventsOf, jsonLines, type Lab, pulsesBy, RMT, type Stimulator } from "./lab.ts";
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

export interface Started {
  readonly unit: Stimulator;
  readonly run: Running;
  /** The process beside the port. */
  readonly rigPid: number;
}

export type When = "in the middle of a train" | "in a rest";

/** A run that has come so far. */
export async function startRun(
  lab: Lab,
  when: When,
  options: Partial<LaunchOptions> = {},
): Promise<Started> {
  const unit = await lab.stimulator();
  // A train that is not cut is seen to go on for two seconds.
  const pulses = when === "in a rest" ? 8 : 25;
  const protocol = lab.file("p.yaml", trainsText(20, pulses, 1.2));
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
export async function expectSilence(lab: Lab, unit: Stimulator): Promise<void> {
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
async function expectRecovery(lab: Lab, discharges: number): Promise<void> {
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
  const events = jsonLines<StoredEvent>(shown.stdout);
  expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "interrupted" });
  const counted = pulsesBy(events, "delivered") + pulsesBy(events, "unknown");
  expect(counted).toBeGreaterThanOrEqual(discharges);
  expect(eventsOf(events, "outcome")).toHaveLength(eventsOf(events, "intent").length);
  const resolve = ["journal", "resolve", session, "--by", "A. Example", "--note", "unit looked at"];
  const resolved = await lab.cli([...resolve, "--json", "--db", lab.db]);
  expect(resolved.code, resolved.stderr).toBe(0);
  expect(JSON.parse(resolved.stdout)).toMatchObject({ resolved: true, by: "A. Example" });
  const verified = await lab.cli(["journal", "verify", "--json", "--db", lab.db]);
  expect(JSON.parse(verified.stdout)).toMatchObject({ ok: true });
}

/** The process that owns the journal is killed: the one beside the port disarms and goes. */
export async function killOwner(lab: Lab, when: When): Promise<void> {
  const { unit, run, rigPid } = await startRun(lab, when);
  run.kill("SIGKILL");
  await run.done;
  await eventually("the end of the process beside the port", () => !isAlive(rigPid));
  const atEnd = unit.discharges().length;
  expect(await unit.firesWhenTold()).toBe(false);
  await expectRecovery(lab, atEnd);
  expect(unit.discharges()).toHaveLength(atEnd);
}

/** The process beside the port is killed: the unit falls silent by itself and the run is faulted. */
export async function killRig(lab: Lab, when: When): Promise<void> {
  const { unit, run, rigPid } = await startRun(lab, when);
  process.kill(rigPid, "SIGKILL");
  const { code, stdout, stderr } = await run.done;
  expect(code, stderr).toBe(4);
  expect(stderr).toMatch(/RIG_PROCESS_DIED.*SIGKILL/);
  const planned = when === "in a rest" ? 160 : 500;
  expect(jsonLines(stdout).at(-1)).toMatchObject({ status: "faulted", planned });
  await wait(SILENCE_MS);
  await expectSilence(lab, unit);
  const events = lab.events();
  expect(eventsOf(events, "fault")).toMatchObject([{ code: "RIG_PROCESS_DIED" }]);
  expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "faulted" });
}

/** The stimulator is killed: the run is faulted, with the port lost. */
export async function killUnit(lab: Lab, when: When): Promise<void> {
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
}

/** The launcher is killed, which runs under a Node that is too old: the run stops and disarms. */
export async function killLauncher(lab: Lab, when: When, command: string): Promise<void> {
  const { unit, run, rigPid } = await startRun(lab, when, { command });
  run.kill("SIGKILL");
  await eventually("the end of the process beside the port", () => !isAlive(rigPid));
  await eventually("the end of the run", () => lab.sessions()[0]?.status === "stopped");
  await expectSilence(lab, unit);
  const events = lab.events();
  expect(eventsOf(events, "stop")[0]?.by).toMatch(/launcher|parent/);
  expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
}

/** A Node on this machine that cannot run the program by itself. */
export function oldNode(): string | null {
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
