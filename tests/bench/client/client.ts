/** The bare client: C where there is a compiler, else Python; see `client.c` for its script. */
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { askForPriority } from "../timing/priority.ts";

/** How to run it here. */
export interface BareClient {
  readonly what: "C client" | "Python client";
  readonly file: string;
  readonly args: readonly string[];
}

/** What an answer looks like: its length (0: up to `suffix`), its ends, and one byte under a mask. */
export interface AnswerShape {
  readonly length: number;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly byte?: { readonly at: number; readonly mask: number; readonly value: number };
}

export type Step =
  | { readonly step: "match"; readonly answer: AnswerShape }
  | { readonly step: "wait"; readonly us: number }
  /** Until the monotonic clock of the system shows so much. */
  | { readonly step: "at"; readonly ns: bigint }
  /** Forgets what has arrived. */
  | { readonly step: "drop" }
  /** Writes and waits for the answer; `ask` reports how long it took. */
  | { readonly step: "say" | "ask"; readonly hex: string };

function source(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}

/** Null where there is neither compiler nor Python. */
export function bareClient(folder: string): BareClient | null {
  const file = join(folder, "client");
  const compiled = spawnSync("gcc", ["-O2", "-o", file, source("./client.c")]);
  if (compiled.status === 0) return { what: "C client", file, args: [] };
  const python = spawnSync("python3", ["-c", "import termios, tty"]);
  if (python.status !== 0) return null;
  return { what: "Python client", file: "python3", args: [source("./client.py")] };
}

function lineOf(step: Step): string {
  switch (step.step) {
    case "match": {
      const { length, prefix = "-", suffix = "-", byte } = step.answer;
      const { at, mask, value } = byte ?? { at: 0, mask: 0, value: 0 };
      return `match ${length} ${at} ${mask} ${value} ${prefix} ${suffix}`;
    }
    case "wait":
      return `wait ${step.us}`;
    case "at":
      return `at ${step.ns}`;
    case "drop":
      return "drop";
    case "say":
    case "ask":
      return `${step.step} ${step.hex}`;
  }
}

/** `prompt`: with the priority of the process beside a port. Resolves with the microseconds of every `ask` that was answered. */
export async function runClient(
  client: BareClient,
  path: string,
  steps: readonly Step[],
  options: { readonly prompt: boolean } = { prompt: false },
): Promise<readonly number[]> {
  const child = spawn(client.file, [...client.args, path], { stdio: ["pipe", "pipe", "inherit"] });
  if (options.prompt && child.pid !== undefined) askForPriority(child.pid);
  child.stdin.end(`${steps.map(lineOf).join("\n")}\n`);
  const [told, [code, signal]] = await Promise.all([text(child.stdout), once(child, "exit")]);
  if (code !== 0) throw new Error(`the ${client.what} ended: ${signal ?? code}`);
  return told.trim().split("\n").filter(Boolean).map(Number);
}
