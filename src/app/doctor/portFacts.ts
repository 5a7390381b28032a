/** What the system says of a serial port beside who made it. Reads, and opens nothing. */
import {
  accessSync,
  constants,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  statSync,
} from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { readLatencyTimerMs } from "../../io/latencyTimer.ts";
import type { PortEntry } from "../../io/portEntry.ts";

export interface PortFacts {
  readonly entry: PortEntry;
  /** May this user read and write it? Null where the system has no such thing. */
  readonly access: "yes" | "denied" | "missing" | null;
  readonly group: GroupFacts | null;
  /** Null: the adapter has none, or nobody tells. */
  readonly latencyTimerMs: number | null;
  /** Programs that have it open, as far as this user may know: `python3 (process 123)`. */
  readonly holders: readonly string[];
}

/** The group that owns the port, and where this user stands to it. */
export interface GroupFacts {
  readonly name: string;
  readonly member: "yes" | "after login" | "no";
}

/** Places that stand for another machine in tests. */
export interface Roots {
  readonly sys: string;
  readonly proc: string;
  readonly groupFile: string;
  readonly platform: NodeJS.Platform;
  readonly user: { readonly name: string; readonly gids: readonly number[] };
}

export function thisMachine(): Roots {
  return {
    sys: "/sys",
    proc: "/proc",
    groupFile: "/etc/group",
    platform: process.platform,
    user: { name: userInfo().username, gids: process.getgroups?.() ?? [] },
  };
}

export function portFacts(entry: PortEntry, roots: Roots): PortFacts {
  if (roots.platform === "win32")
    return { entry, access: null, group: null, latencyTimerMs: null, holders: [] };
  const { path } = entry;
  return {
    entry,
    access: accessTo(path),
    group: groupOf(path, roots),
    latencyTimerMs: readLatencyTimerMs(path, roots.sys),
    holders: holdersOf(path, roots.proc),
  };
}

function accessTo(path: string): "yes" | "denied" | "missing" {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return "yes";
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? "missing" : "denied";
  }
}

function groupOf(path: string, { groupFile, user }: Roots): GroupFacts | null {
  try {
    const { gid } = statSync(path);
    const [name, , , members = ""] =
      readFileSync(groupFile, "utf8")
        .split("\n")
        .map((line) => line.split(":"))
        .find(([, , id]) => id === String(gid)) ?? [];
    if (name === undefined) return null;
    if (user.gids.includes(gid)) return { name, member: "yes" };
    return { name, member: members.split(",").includes(user.name) ? "after login" : "no" };
  } catch {
    return null;
  }
}

/** By Linux's /proc; other users' programs stay hidden from an ordinary user. */
function holdersOf(path: string, proc: string): readonly string[] {
  const target = realPathOf(path);
  return namesIn(proc)
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      namesIn(join(proc, pid, "fd")).some((fd) => linkOf(join(proc, pid, "fd", fd)) === target),
    )
    .map((pid) => `${textOf(join(proc, pid, "comm"))} (process ${pid})`);
}

function realPathOf(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path);
  } catch {
    return null;
  }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    return "a program";
  }
}
