/**
 * A second opinion on the simulated MagPro: a client in Python that shares neither code nor tables
 * with this project holds a whole session with it, in real processes on a pseudo-terminal.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";

const HAS_PYTHON = process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;
const MAIN = fileURLToPath(new URL("../../src/app/main.mjs", import.meta.url));
const CLIENT = fileURLToPath(new URL("./magpro_client.py", import.meta.url));

interface Fired {
  readonly from: number;
  readonly to: number;
  readonly outputs: readonly (readonly number[])[];
}

interface ClientReport {
  readonly problems: readonly string[];
  readonly fired: readonly Fired[];
}

interface Line {
  readonly t: number;
  readonly intensityPctMso: readonly number[];
}

const jsonLines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

const firstLine = (child: ChildProcess): Promise<string> =>
  new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error("no output"));
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("close", (code) => reject(new Error(`ended with ${code}`)));
  });

const ended = (
  child: ChildProcess,
): Promise<{ readonly code: number | null; readonly out: string }> =>
  new Promise((resolve) => {
    let out = "";
    child.stdout?.on("data", (chunk) => {
      out += String(chunk);
    });
    child.once("close", (code) => resolve({ code, out }));
  });

// In real time beside other work a process may not get the processor in time; a disagreement shows every time.
describe("an independent client of the MagPro", { retry: 2 }, () => {
  it("finds it to be as published, and every pulse, pair and burst at its time", async ({
    expect,
    skip,
    onTestFinished,
  }) => {
    if (!HAS_PYTHON) skip("python3 on Linux is missing, so nobody gives a second opinion");
    const folder = mkdtempSync(join(tmpdir(), "pulsetrain-magpro-"));
    const file = join(folder, "discharges.jsonl");
    const simulator = spawn(
      process.execPath,
      [
        MAIN,
        ...["simulate", "magpro-x100-option", "--link", join(folder, "port")],
        ...["--discharges", file],
      ],
      { stdio: ["ignore", "pipe", "inherit"] },
    );
    onTestFinished(() => {
      simulator.kill("SIGKILL");
      rmSync(folder, { recursive: true, force: true });
    });
    const port = (await firstLine(simulator)).replace(/^ready /, "");
    const client = spawn("python3", [CLIENT, port], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => {
      client.kill("SIGKILL");
    });
    const [report] = jsonLines((await ended(client)).out) as readonly ClientReport[];
    expect(report?.problems).toEqual([]);

    const seen = jsonLines(readFileSync(file, "utf8")) as readonly Line[];
    const asked = (report?.fired ?? []).flatMap(({ outputs, ...window }) =>
      outputs.map((output) => ({ output, ...window })),
    );
    expect(seen.length).toBeGreaterThan(35);
    expect(seen.map(({ intensityPctMso }) => intensityPctMso)).toEqual(
      asked.map(({ output }) => output),
    );
    // Cause and effect on one clock: no tolerance is needed.
    for (const [i, { t }] of seen.entries()) {
      expect(t).toBeGreaterThanOrEqual(Number(asked[i]?.from.toFixed(6)));
      expect(t).toBeLessThanOrEqual(asked[i]?.to ?? 0);
    }
    const closed = ended(simulator);
    simulator.kill("SIGTERM");
    expect((await closed).code).toBe(0);
  });
});
