/** Real processes of one test, and a folder for them; all gone when it ends. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { TestContext } from "vitest";

const HAS_PYTHON = process.platform === "linux" && spawnSync("python3", ["--version"]).status === 0;
export const MAIN: string = fileURLToPath(new URL("../../src/app/main.mjs", import.meta.url));

export interface Scene {
  readonly folder: string;
  spawn(command: string, args: readonly string[], env?: NodeJS.ProcessEnv): Started;
}

export interface Started {
  /** The first line of standard output. */
  firstLine(): Promise<string>;
  /** Exit code, and all that was said. */
  ended(): Promise<{ readonly code: number | null; readonly out: string; readonly err: string }>;
  stop(): void;
}

/** A folder and processes that end with the test; skips it in words where there is no Python. */
export function scene({ skip, onTestFinished }: TestContext): Scene {
  if (!HAS_PYTHON) skip("python3 on Linux is missing, so nobody gives a second opinion");
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-peers-"));
  const children: ChildProcess[] = [];
  onTestFinished(async () => {
    for (const child of children) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    }
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    folder,
    spawn: (command, args, env = {}) => {
      const child = spawn(command, args, {
        stdio: ["ignore", "pipe", "pipe"],
        env: { ...process.env, PULSETRAIN_STOP_DIR: folder, ...env },
      });
      children.push(child);
      return started(child);
    },
  };
}

function started(child: ChildProcess): Started {
  const said = { out: "", err: "" };
  child.stdout?.on("data", (chunk) => {
    said.out += String(chunk);
  });
  child.stderr?.on("data", (chunk) => {
    said.err += String(chunk);
  });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    firstLine: () =>
      new Promise((resolve, reject) => {
        if (child.stdout === null) return reject(new Error("no output"));
        createInterface({ input: child.stdout }).once("line", resolve);
        void code.then((ended) => reject(new Error(`ended with ${ended}: ${said.err}`)));
      }),
    ended: async () => ({ code: await code, ...said }),
    stop: () => child.kill("SIGTERM"),
  };
}

export const jsonLines = (text: string): unknown[] =>
  text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));

/** Where the device or the simulator can be opened. */
export const addressOf = async (process: Started): Promise<string> =>
  (await process.firstLine()).replace(/^ready /, "");
