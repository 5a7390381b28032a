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
import { test as base, type TestAPI } from "vitest";
import type { StoredEvent } from "../../src/contract/events.ts";
import { type OpenJournal, readJournal, type SessionLine } from "../../src/journal/read.ts";
import {
  eventually,
  type Finished,
  isAlive,
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
  /** Rejects when `run`, which is to bring them, ends before. */
  discharged(n: number, run: Running): Promise<void>;
  order(line: string): void;
  /** Orders a pulse on the line behind everybody's back; true when one came. */
  firesWhenTold(): Promise<boolean>;
}

/** One test's folder, journal and processes; all of it goes away with the test. */
export interface Lab {
  readonly folder: string;
  readonly db: string;
  file(name: string, text: string): string;
  start(args: readonly string[], options?: Partial<LaunchOptions>): Running;
  cli(args: readonly string[], options?: Partial<LaunchOptions>): Promise<Finished>;
  stimulator(args?: readonly string[], options?: RigOptions): Promise<Stimulator>;
  sessions(): readonly SessionLine[];
  /** Events of the session that was started last. */
  events(): readonly StoredEvent[];
  /** The same, as `journal list --json` and `journal show --json` tell it. */
  shown(): Promise<readonly StoredEvent[]>;
}

export interface RigOptions {
  readonly model?: string;
  /** Further lines of `stimulator` in the rig file. */
  readonly rigLines?: string;
}

/** `fire` as the line has it (`nicolasmcnair/magpy`): E, H, checksum. */
const FIRE = Buffer.from("454872", "hex");
/** Told again and again, since a unit takes nothing for half a second after a train. */
const TIMES_TOLD = 4;
const TELL_AGAIN_MS = 220;

export const test: TestAPI<{ lab: Lab }> = base.extend<{ lab: Lab }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names of the fixtures from here.
  lab: async ({}, use) => {
    await enter();
    const folder = mkdtempSync(join(tmpdir(), "pulsetrain-e2e-"));
    const running: Running[] = [];
    await use(createLab(folder, running));
    for (const one of running) one.destroy();
    await Promise.all(running.map((one) => one.done.catch(() => undefined)));
    rmSync(folder, { recursive: true, force: true });
    leave();
  },
});

/** For a test in real time that waits for its turn on a busy machine, ms. */
export const PATIENCE_MS = 90_000;
/** Each lab runs three processes or more; a crowd of them would make doses late. */
const LABS_AT_ONCE = 4;
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
    env: {
      ...process.env,
      NO_COLOR: "1",
      // Half of the time of a short call is compiling; Node proves by content what it kept.
      NODE_COMPILE_CACHE: join(tmpdir(), `pulsetrain-e2e-compiled-${process.getuid?.() ?? 0}`),
      PULSETRAIN_STOP_DIR: join(folder, "stop"),
    },
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
  const reading = <T>(work: (journal: OpenJournal) => T): T => {
    const journal = readJournal(db);
    try {
      return work(journal);
    } finally {
      journal.close();
    }
  };
  const last = (sessions: readonly { readonly session: string }[]): string =>
    sessions.at(-1)?.session ?? "none";
  const json = async <T>(args: readonly string[]): Promise<readonly T[]> => {
    const { code, stdout, stderr } = await cli(["journal", ...args, "--json", "--db", db]);
    if (code !== 0) throw new Error(stderr);
    return jsonLines<T>(stdout);
  };

  return {
    folder,
    db,
    file,
    start,
    cli,
    sessions: () => reading((journal) => journal.list()),
    events: () => reading((journal) => journal.events(last(journal.list()))),
    shown: async () => json<StoredEvent>(["show", last(await json<SessionLine>(["list"]))]),
    stimulator: (args = [], options = {}) =>
      startStimulator({ folder, start, file }, args, options),
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
    discharged: (n, run) =>
      eventually(`discharge ${n}`, () => {
        if (discharges().length >= n) return true;
        if (isAlive(run.pid)) return false;
        throw new Error(`the run ended before discharge ${n}:\n${run.stderr()}`);
      }),
    order: (line) => {
      running.child.stdin?.write(`${line}\n`);
    },
    firesWhenTold: async () => {
      const before = discharges().length;
      const fd = openSync(link, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK);
      for (let i = 0; i < TIMES_TOLD; i += 1) {
        writeSync(fd, FIRE);
        await wait(TELL_AGAIN_MS);
      }
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
