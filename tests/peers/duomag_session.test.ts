/** A client in Python, written from the published wire facts alone, holds a session with the simulated DuoMAG. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { describe, it, onTestFinished } from "vitest";

const HAS_PYTHON = process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;
const MAIN = fileURLToPath(new URL("../../src/app/main.mjs", import.meta.url));
const CLIENT = fileURLToPath(new URL("./duomag_client.py", import.meta.url));

interface Verdict {
  readonly problems: readonly string[];
  readonly fired: readonly { readonly from: number; readonly to: number; readonly power: number }[];
}

function startSimulator(folder: string, discharges: string): ChildProcess {
  const args = ["simulate", "duomag", "--link", join(folder, "port"), "--discharges", discharges];
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  return child;
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (child.stdout === null) return reject(new Error("no output"));
    createInterface({ input: child.stdout }).once("line", resolve);
    child.once("close", (code) => reject(new Error(`ended with ${code}`)));
  });
}

function clientOn(port: string): Promise<Verdict> {
  const client = spawn("python3", [CLIENT, port], { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => void client.kill("SIGKILL"));
  let said = "";
  client.stdout.on("data", (chunk) => {
    said += String(chunk);
  });
  return new Promise((resolve, reject) => {
    client.once("close", (code) =>
      said === "" ? reject(new Error(`the client ended with ${code}`)) : resolve(JSON.parse(said)),
    );
  });
}

describe.skipIf(!HAS_PYTHON)("an independent client of the DuoMAG", () => {
  it("finds the unit to be as published, and every pulse at its time", async ({ expect }) => {
    const folder = mkdtempSync(join(tmpdir(), "pulsetrain-duomag-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const log = join(folder, "discharges.jsonl");
    const simulator = startSimulator(folder, log);
    const port = (await firstLine(simulator)).replace(/^ready /, "");
    const { problems, fired } = await clientOn(port);
    expect(problems).toEqual([]);
    expect(fired).toHaveLength(2);
    const seen = readFileSync(log, "utf8")
      .split("\n")
      .filter((line) => line !== "")
      .map((line) => JSON.parse(line) as { t: number; intensityPctMso: readonly number[] });
    expect(seen.map(({ intensityPctMso }) => intensityPctMso)).toEqual(
      fired.map(({ power }) => [power]),
    );
    // Cause and effect on one clock: no tolerance is needed.
    for (const [i, { t }] of seen.entries()) {
      expect(t).toBeGreaterThanOrEqual(Number(fired[i]?.from.toFixed(6)));
      expect(t).toBeLessThanOrEqual(fired[i]?.to ?? 0);
    }
  });
});
