import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { vi } from "vitest";
import { type RunOptions, runCommand } from "../../src/app/commands/run.ts";
import { watchStopRequests } from "../../src/app/run/stopRequests.ts";

/** What the last line of `run --json` says. */
interface Summary {
  readonly session: string;
  readonly status: string;
  readonly planned: number;
  readonly delivered: number;
}

/** A folder for journals and stop sockets of these tests alone. */
export interface Folder {
  readonly path: string;
  remove(): void;
}

export function ownFolder(): Folder {
  const path = mkdtempSync(join(tmpdir(), "pulsetrain-slow-"));
  vi.stubEnv("PULSETRAIN_STOP_DIR", path);
  // A run lets its process end although a parent could still talk to it; the runner's may not.
  watchStopRequests();
  process.channel?.ref();
  // Progress belongs on a terminal.
  const quiet = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  return {
    path,
    remove() {
      quiet.mockRestore();
      vi.unstubAllEnvs();
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** One session of a protocol on the virtual clock, as a person runs it. */
export function runOnce(protocol: string, db: string, seed: number): Promise<Summary> {
  return runMeasuredOnce(protocol, { threshold: ["RMT=45"], speed: "max", db, json: true, seed });
}

/** The same with what it needs measured first. */
export async function runMeasuredOnce(protocol: string, options: RunOptions): Promise<Summary> {
  const lines: string[] = [];
  const io = {
    out: (line: string) => lines.push(line),
    err: () => undefined,
    errIsTerminal: false,
    colours: false,
  };
  await runCommand(protocol, options, io);
  return JSON.parse(lines.at(-1) ?? "") as Summary;
}

/** A file with one block of single pulses, about `pulses` times 5.5 s long. */
export function singlePulses(folder: Folder, pulses: number): string {
  const file = join(folder.path, `single-${pulses}.json`);
  const pattern = { type: "single", totalPulses: pulses, interPulseS: [5, 6] };
  const block = { label: "single", intensity: { value: 40, base: "%MSO" }, pattern };
  writeFileSync(file, JSON.stringify({ pulsetrain: 1, id: `single-${pulses}`, blocks: [block] }));
  return file;
}
