import { type ChildProcessByStdio, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test } from "vitest";
import { createRandom } from "../../src/base/random.ts";
import { openJournal } from "../../src/journal/journal.ts";
import { readJournal } from "../../src/journal/read.ts";
import { intent, NOW_UTC, sessionStart } from "./events.ts";
import { tempFile } from "./temp.ts";

const FIXTURE = join(import.meta.dirname, "fixtures", "writer.ts");
type Child = ChildProcessByStdio<null, Readable, null>;
const children: Child[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
});

function start(
  file: string,
  mode: string,
): { readonly child: Child; readonly lines: AsyncIterable<string> } {
  const child = spawn(process.execPath, [FIXTURE, file, mode], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  return { child, lines: createInterface({ input: child.stdout }) };
}

describe("a writer that is killed", () => {
  test("has every dose it called durable in the journal, and its open doses are unknown", async () => {
    const file = tempFile();
    const random = createRandom(7, "kill");
    const printed: number[] = [];
    for (let round = 0; round < 4; round++) {
      const { child, lines } = start(file, "doses");
      const killAfter = 1 + Math.floor(random.between(0, 40));
      let seen = 0;
      for await (const line of lines) {
        printed.push(Number(line.replace("intent ", "")));
        seen += 1;
        if (seen === killAfter) child.kill("SIGKILL");
      }
      expect(seen).toBeGreaterThanOrEqual(killAfter);
    }
    const listed = readJournal(file);
    expect(listed.list().map(({ status }) => status)).toEqual(Array(4).fill("interrupted"));
    listed.close();

    const journal = openJournal(file, NOW_UTC);
    expect(journal.recovered).toHaveLength(1);
    expect(journal.read.verify()).toMatchObject({ ok: true });
    const events = journal.read.list().flatMap(({ session }) => journal.read.events(session));
    const intents = new Set(
      events.flatMap((event) => (event.kind === "intent" ? [event.seq] : [])),
    );
    for (const seq of printed) expect(intents).toContain(seq);
    const outcomes = events.filter((event) => event.kind === "outcome");
    expect(outcomes).toHaveLength(intents.size);
    expect(outcomes.filter(({ outcome }) => outcome === "unknown").length).toBeGreaterThanOrEqual(
      4,
    );
    journal.close();
  });
});

describe("two writers", () => {
  test("are refused, with the process named that writes", async () => {
    const file = tempFile();
    const { child, lines } = start(file, "hold");
    for await (const line of lines) {
      expect(line).toBe("open");
      break;
    }
    expect(() => openJournal(file, NOW_UTC)).toThrow(
      new RegExp(`JOURNAL_LOCKED.*process ${child.pid}`),
    );
    const reader = readJournal(file);
    expect(reader.list()).toEqual([]);
    reader.close();
    child.kill("SIGKILL");
    await once(child, "exit");
    openJournal(file, NOW_UTC).close();
  });

  test("are refused within one process and from another one", () => {
    const file = tempFile();
    const journal = openJournal(file, NOW_UTC);
    expect(() => openJournal(file, NOW_UTC)).toThrow(
      new RegExp(`JOURNAL_LOCKED.*process ${process.pid}`),
    );
    const other = spawnSync(process.execPath, [FIXTURE, file, "idle"], { encoding: "utf8" });
    expect(other.stdout).toMatch(new RegExp(`^JOURNAL_LOCKED.*process ${process.pid}`));
    journal.close();
    const later = spawnSync(process.execPath, [FIXTURE, file, "idle"], { encoding: "utf8" });
    expect(later.stdout).toBe("open\n");
  });

  test("cannot both go on after a lease was wrongly taken: the first one writes nothing more", () => {
    const file = tempFile();
    const first = openJournal(file, NOW_UTC);
    const session = first.startSession(sessionStart("s1"));
    const raw = new Database(file);
    raw.exec("UPDATE lease SET nonce = 'another'");
    raw.close();
    expect(() => session.append([intent(0)], { durable: true })).toThrow(
      /JOURNAL_LOCKED.*taken over/,
    );
    expect(first.read.events("s1")).toHaveLength(1);
    first.close();
  });

  test("are refused while somebody holds the file itself", () => {
    const file = tempFile();
    openJournal(file, NOW_UTC).close();
    const raw = new Database(file);
    raw.exec("BEGIN IMMEDIATE");
    expect(() => openJournal(file, NOW_UTC)).toThrow(/JOURNAL_LOCKED/);
    raw.exec("ROLLBACK");
    raw.close();
  });
});
