import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { z } from "zod";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import type { Sqlite } from "./sqlite.ts";

/** Who writes a journal. `started` and `boot` are null where the system does not tell them. */
export interface Holder {
  readonly pid: number;
  /** Start of the process in clock ticks since boot: tells it from a later one of the same number. */
  readonly started: string | null;
  /** Id of this boot of the machine. */
  readonly boot: string | null;
  readonly host: string;
  /** Random; tells two openings by one process apart. */
  readonly nonce: string;
}

const holderSchema = z.object({
  pid: z.int(),
  started: z.string().nullable(),
  boot: z.string().nullable(),
  host: z.string(),
  nonce: z.string(),
});

/** What this machine says of a process. */
export interface ProcessFacts {
  readonly boot: string | null;
  readonly host: string;
  readonly alive: (pid: number) => boolean;
  readonly started: (pid: number) => string | null;
}

/**
 * Is the holder gone for certain? Of a process on another machine nothing can be known, and then
 * it counts as alive.
 */
export function isGone(holder: Holder, facts: ProcessFacts): boolean {
  if (holder.boot === null || holder.boot !== facts.boot) {
    if (holder.host !== facts.host) return false;
    if (holder.boot !== null && facts.boot !== null) return true;
  }
  if (!facts.alive(holder.pid)) return true;
  const started = facts.started(holder.pid);
  return holder.started !== null && started !== null && started !== holder.started;
}

/** The facts of this machine; start times and boot id come from Linux's /proc (man proc_pid_stat). */
export function machineFacts(): ProcessFacts {
  return {
    boot: readOrNull("/proc/sys/kernel/random/boot_id"),
    host: hostname(),
    alive: (pid) => signalReaches(pid) && !["Z", "X"].includes(statFields(pid)?.[0] ?? ""),
    started: (pid) => statFields(pid)?.[19] ?? null,
  };
}

/** Fields of /proc/PID/stat from the third (state) on; the name before may hold blanks and brackets. */
function statFields(pid: number): readonly string[] | null {
  const stat = readOrNull(`/proc/${pid}/stat`);
  return stat === null ? null : stat.slice(stat.lastIndexOf(")") + 2).split(" ");
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return null;
  }
}

/** Signal 0 reaches whatever exists; EPERM means that it exists and is somebody else's. */
function signalReaches(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return !(error instanceof Error && "code" in error && error.code === "ESRCH");
  }
}

/** Who holds the journal by its lease; null when nobody does. */
export function readHolder(db: Sqlite): Holder | null {
  const row = db.prepare("SELECT pid, started, boot, host, nonce FROM lease WHERE id = 1").get();
  return row === undefined ? null : holderSchema.parse(row);
}

/** A live writer's lease; null when nobody writes. */
export function liveHolder(db: Sqlite): Holder | null {
  const holder = readHolder(db);
  return holder === null || isGone(holder, machineFacts()) ? null : holder;
}

/** Takes the lease, or throws JOURNAL_LOCKED naming who has it. Call inside BEGIN IMMEDIATE. */
export function takeLease(db: Sqlite, file: string, nonce: string): void {
  const facts = machineFacts();
  const holder = readHolder(db);
  if (holder !== null && !isGone(holder, facts)) {
    const where = holder.host === facts.host ? "" : ` on ${holder.host}`;
    throw new PulsetrainError(
      "JOURNAL_LOCKED",
      `${file} is written by process ${holder.pid}${where}`,
    );
  }
  db.prepare(
    "INSERT OR REPLACE INTO lease (id, pid, started, boot, host, nonce) VALUES (1, ?, ?, ?, ?, ?)",
  ).run(process.pid, facts.started(process.pid), facts.boot, facts.host, nonce);
}
