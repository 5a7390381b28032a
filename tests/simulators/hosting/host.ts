import { spawn } from "node:child_process";
import { closeSync, constants, mkdtempSync, openSync, readSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

/** A folder that goes away with the test. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Hosted {
  readonly pid: number;
  /** Resolves with the next line of standard output. */
  nextLine(): Promise<string>;
  order(line: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly exit: Promise<number | null>;
}

const HOST_SCRIPT = fileURLToPath(new URL("./hostScript.ts", import.meta.url));

/** `runSimulate` in a process of its own. */
export function host(options: Readonly<Record<string, unknown>>): Hosted {
  const child = spawn(process.execPath, [HOST_SCRIPT, JSON.stringify(options)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const exit = new Promise<number | null>((resolve) => child.on("exit", (code) => resolve(code)));
  onTestFinished(async () => {
    child.kill("SIGTERM");
    await exit;
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    pid: child.pid ?? 0,
    nextLine: async () => String((await lines.next()).value),
    order: (line) => child.stdin.write(`${line}\n`),
    kill: (signal) => child.kill(signal),
    exit,
  };
}

export interface RawLine {
  say(bytes: Uint8Array): Promise<Uint8Array>;
  close(): void;
}

/** Plain file reads and writes, as somebody's own script would do; gives up after two seconds. */
export function openRaw(path: string): RawLine {
  const fd = openSync(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
  const readNow = (): number[] => {
    const buffer = Buffer.alloc(64);
    try {
      return [...buffer.subarray(0, readSync(fd, buffer))];
    } catch {
      return [];
    }
  };
  return {
    say: async (bytes) => {
      writeSync(fd, bytes);
      for (let tries = 0; tries < 200; tries++) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        const answer = readNow();
        if (answer.length > 0) return Uint8Array.from(answer);
      }
      return new Uint8Array();
    },
    close: () => closeSync(fd),
  };
}
