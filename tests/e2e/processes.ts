import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

/** The file behind `bin`. */
export const MAIN: string = fileURLToPath(new URL("../../src/app/main.mjs", import.meta.url));

export interface Finished {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A program that runs; its output so far can be read at any time. */
export interface Running {
  readonly pid: number;
  readonly child: ChildProcess;
  readonly done: Promise<Finished>;
  stdout(): string;
  stderr(): string;
  /** Resolves when `pattern` has been said on either stream; rejects when the program ends without. */
  said(pattern: RegExp): Promise<void>;
  kill(signal: NodeJS.Signals): void;
  /** Ends it whatever it does; with its group, where it leads one. */
  destroy(): void;
}

export interface LaunchOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: the Node that runs the tests. */
  readonly command?: string;
  /** What runs is not Node with `MAIN`, but `command` with these arguments alone. */
  readonly bare?: boolean;
  readonly stdio?: readonly ("ignore" | "pipe" | number)[];
  /** Leader of a process group of its own. */
  readonly ownGroup?: boolean;
}

export function launch(args: readonly string[], options: LaunchOptions): Running {
  const { cwd, env, command = process.execPath, bare = false, stdio, ownGroup = false } = options;
  const child = spawn(command, bare ? [...args] : [MAIN, ...args], {
    cwd,
    env,
    stdio: [...(stdio ?? ["ignore", "pipe", "pipe"])],
    detached: ownGroup,
  });
  const text = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (chunk: string) => {
      text[name] += chunk;
    });
  }
  const done = new Promise<Finished>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code, signal, ...text }));
  });
  done.catch(() => undefined);
  return {
    pid: child.pid ?? -1,
    child,
    done,
    stdout: () => text.stdout,
    stderr: () => text.stderr,
    said: (pattern) =>
      eventually(`"${pattern.source}" said by ${args[0]}`, () => {
        if (pattern.test(text.stdout) || pattern.test(text.stderr)) return true;
        if (child.exitCode === null && child.signalCode === null) return false;
        throw new Error(`it ended without "${pattern.source}":\n${text.stdout}${text.stderr}`);
      }),
    kill: (signal) => {
      child.kill(signal);
    },
    destroy: () => {
      child.kill("SIGKILL");
      if (!ownGroup || child.pid === undefined) return;
      try {
        process.kill(-child.pid, "SIGKILL");
      } catch {
        // The group is gone.
      }
    },
  };
}

const LOOK_MS = 10;
const PATIENCE_MS = 20_000;

/** Looks again and again until `isSo`; rejects after 20 s, naming what was waited for. */
export async function eventually(what: string, isSo: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() > giveUpAt) throw new Error(`waited in vain for ${what}`);
    await wait(LOOK_MS);
  }
}

export function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Children of a process, by Linux's /proc. */
export function childrenOf(pid: number): readonly number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return text === "" ? [] : text.split(/\s+/).map(Number);
}

/** The one child of a process; waits until there is one. */
export async function childOf(pid: number): Promise<number> {
  await eventually(`a child of process ${pid}`, () => childrenOf(pid).length > 0);
  const [child = -1] = childrenOf(pid);
  return child;
}

/** A zombie counts as gone. */
export function isAlive(pid: number): boolean {
  if (!existsSync(`/proc/${pid}/stat`)) return false;
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return !/^[ZX]/.test(stat.slice(stat.lastIndexOf(")") + 2));
}

/** Has the process a listener of its own for this signal? By Linux's /proc. */
export function catches(pid: number, signal: NodeJS.Signals): boolean {
  const mask = /^SigCgt:\s*([0-9a-f]+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return (BigInt(`0x${mask ?? "0"}`) & (1n << BigInt(constants.signals[signal] - 1))) !== 0n;
}
