import {
  closeSync,
  constants,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test as base } from "vitest";
import type { StoredEvent } from "../../src/contract/events.ts";
import {
  eventually,
  type Finished,
  type LaunchOptions,
  launch,
  type Running,
  wait,
} from "./processes.ts";

/** A line of `simulate --discharges`. */
export interface DischargeLine {
  readonly t: number;
  readonly n: number;
  readonly intensityPctMso: readonly number[];
  readonly cause: "serial" | "trigger" | "train";
}

/** A simulated stimulator in a process of its own, behind a pseudo-terminal. */
export interface Stimulator extends Running {
  readonly link: string;
  /** Rig file that leads to it. */
  readonly rig: string;
  discharges(): readonly DischargeLine[];
  discharged(n: number): Promise<void>;
  order(line: string): void;
  /** Orders a pulse on the line behind everybody's back; true when one came. */
  firesWhenTold(): Promise<boolean>;
}

export interface SessionLine {
  readonly session: string;
  readonly status: string;
  readonly protocol: string | null;
  readonly simulated: boolean;
}

/** One test's folder, journal and processes; all of it goes away with the test. */
export interface Lab {
  readonly folder: string;
  readonly db: string;
  file(name: string, text: string): string;
  start(args: readonly string[], options?: Partial<LaunchOptions>): Running;
  cli(args: readonly string[], options?: Partial<LaunchOptions>): Promise<Finished>;
  stimulator(args?: readonly string[], options?: RigOptions): Promise<Stimulator>;
  sessions(): Promise<readonly SessionLine[]>;
  /** Events of a session, of the only one when none is named, by `journal show --json`. */
  events(session?: string): Promise<readonly StoredEvent[]>;
}

export interface RigOptions {
  readonly model?: string;
  /** Further lines of `stimulator` in the rig file. */
  readonly rigLines?: string;
}

/** `fire` as the line has it (`nicolasmcnair/magpy`): E, H, checksum. */
const FIRE = Buffer.from("454872", "hex");
/** The longest of what a unit does by itself after a command. */
const SETTLE_MS = 250;

export const test: ReturnType<typeof base.extend<{ lab: Lab }>> = base.extend<{ lab: Lab }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures from here.
  lab: async ({}, use) => {
    await enter();
    const folder = mkdtempSync(join(tmpdir(), "pulsetrain-e2e-"));
    const running: Running[] = [];
    await use(createLab(folder, running));
    for (const one of running) one.kill("SIGCONT");
    for (const one of running) one.kill("SIGKILL");
    await Promise.all(running.map((one) => one.done.catch(() => undefined)));
    rmSync(folder, { recursive: true, force: true });
    leave();
  },
});

/** Each lab runs three processes or more; a crowd of them would make doses late. */
const LABS_AT_ONCE = 3;
const queue: (() => void)[] = [];
let labs = 0;

async function enter(): Promise<void> {
  labs += 1;
  if (labs > LABS_AT_ONCE) await new Promise<void>((resolve) => queue.push(resolve));
}

function leave(): void {
  labs -= 1;
  queue.shift()?.();
}

function createLab(folder: string, running: Running[]): Lab {
  const db = join(folder, "journal.db");
  const settings: LaunchOptions = {
    cwd: folder,
    env: { ...process.env, NO_COLOR: "1", PULSETRAIN_STOP_DIR: join(folder, "stop") },
  };
  const file: Lab["file"] = (name, text) => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const start: Lab["start"] = (args, options = {}) => {
    const env = { ...settings.env, ...options.env };
    const one = launch(args, { ...settings, ...options, env });
    running.push(one);
    return one;
  };
  const cli: Lab["cli"] = (args, options) => start(args, options).done;
  const sessions = async (): Promise<readonly SessionLine[]> =>
    jsonLines((await cli(["journal", "list", "--json", "--db", db])).stdout);

  return {
    folder,
    db,
    file,
    start,
    cli,
    sessions,
    stimulator: (args = [], options = {}) =>
      startStimulator({ folder, start, file }, args, options),
    events: async (named) => {
      const session = named ?? (await sessions()).at(-1)?.session ?? "none";
      const shown = await cli(["journal", "show", session, "--json", "--db", db]);
      if (shown.code !== 0) throw new Error(shown.stderr);
      return jsonLines(shown.stdout);
    },
  };
}

let count = 0;

async function startStimulator(
  { folder, start, file }: Pick<Lab, "folder" | "start" | "file">,
  args: readonly string[],
  { model = "magstim-super-rapid2", rigLines = "mains: 240" }: RigOptions,
): Promise<Stimulator> {
  count += 1;
  const link = join(folder, `unit-${count}`);
  const log = join(folder, `discharges-${count}.jsonl`);
  const running = start(["simulate", model, "--link", link, "--discharges", log, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
  });
  await running.said(/^ready /m);
  const discharges = (): readonly DischargeLine[] =>
    existsSync(log) ? jsonLines(readFileSync(log, "utf8")) : [];
  const rig = file(
    `rig-${count}.yaml`,
    `name: bench-1\nsimulated: true\nstimulator:\n  driver: ${model}\n  port: ${link}\n  ${rigLines.split("\n").join("\n  ")}\n`,
  );
  return {
    ...running,
    link,
    rig,
    discharges,
    discharged: (n) =>
      eventually(`discharge ${n}`, () => {
        if (running.child.exitCode !== null) throw new Error(running.stderr());
        return discharges().length >= n;
      }),
    order: (line) => {
      running.child.stdin?.write(`${line}\n`);
    },
    firesWhenTold: async () => {
      const before = discharges().length;
      const fd = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
      writeSync(fd, FIRE);
      await wait(SETTLE_MS);
      closeSync(fd);
      return discharges().length > before;
    },
  };
}

export function jsonLines<T>(text: string): readonly T[] {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as T);
}

type Kind = StoredEvent["kind"];

export function eventsOf<K extends Kind>(
  events: readonly StoredEvent[],
  kind: K,
): readonly Extract<StoredEvent, { readonly kind: K }>[] {
  return events.filter(
    (event): event is Extract<StoredEvent, { readonly kind: K }> => event.kind === kind,
  );
}

/** Pulses by outcome, as the events tell them. */
export function pulsesBy(
  events: readonly StoredEvent[],
  outcome: "delivered" | "unknown" | "skipped-late" | "refused-by-device",
): number {
  return eventsOf(events, "outcome")
    .filter((event) => event.outcome === outcome)
    .reduce((sum, { pulses }) => sum + pulses, 0);
}

export const RMT: readonly string[] = ["--threshold", "RMT=45"];
