import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { reportCommand } from "../../../src/app/commands/report.ts";
import { tempFile } from "../../journal/temp.ts";
import { startVisit } from "./visit.ts";

interface Said {
  readonly out: string[];
  readonly err: string[];
}

/** A finished session with two trials, closed. */
function journalFile(): string {
  const file = tempFile();
  const visit = startVisit(file);
  const segment = visit.segment("mep-1mv");
  visit.pulse({ pctMso: [70] });
  visit.pulse({ pctMso: [70] });
  visit.measure("result", { what: "mep", protocol: "mep-1mv", segments: [segment], groups: [] });
  visit.end();
  visit.journal.close();
  return file;
}

function run(
  session: string,
  options: Parameters<typeof reportCommand>[1],
): Said & { readonly exit: number } {
  const said: Said = { out: [], err: [] };
  const exit = reportCommand(session, options, {
    out: (line) => void said.out.push(line),
    err: (line) => void said.err.push(line),
  });
  return { ...said, exit };
}

function refusal(code: string): unknown {
  return expect.objectContaining({ code, exit: 2 });
}

describe("pulsetrain report", () => {
  it("writes one page and says where", () => {
    const db = journalFile();
    const out = join(dirname(db), "report.html");
    expect(run("visit-1", { db, out })).toMatchObject({ exit: 0, out: [out] });
    expect(readFileSync(out, "utf8")).toMatch(/^<!doctype html>/);
    expect(readdirSync(dirname(db)).filter((name) => name.endsWith(".svg"))).toEqual([]);
  });

  it("writes the pictures as files into a folder that it makes", () => {
    const db = journalFile();
    const out = join(dirname(db), "report.html");
    const svg = join(dirname(db), "deep", "pictures");
    run("visit-1", { db, out, svg });
    expect(readdirSync(svg).sort()).toEqual([
      "01-delivered.svg",
      "02-lateness.svg",
      "03-mep-1mv-traces.svg",
    ]);
    expect(readFileSync(join(svg, "01-delivered.svg"), "utf8")).toMatch(/^<svg xmlns=/);
  });

  it("says in JSON what it wrote and what that stands on", () => {
    const db = journalFile();
    const out = join(dirname(db), "report.html");
    const { out: lines } = run("visit-1", { db, out, json: true });
    expect(lines).toHaveLength(1);
    expect(JSON.parse(lines[0] ?? "")).toEqual({
      session: "visit-1",
      out,
      status: "completed",
      simulated: true,
      events: expect.any(Number),
      head: expect.stringMatching(/^[0-9a-f]{64}$/),
      svg: null,
      pictures: ["01-delivered.svg", "02-lateness.svg", "03-mep-1mv-traces.svg"],
    });
  });

  it("writes over an older page, with the same text from the same journal", () => {
    const db = journalFile();
    const out = join(dirname(db), "report.html");
    writeFileSync(out, "old");
    run("visit-1", { db, out });
    const first = readFileSync(out, "utf8");
    run("visit-1", { db, out });
    expect(readFileSync(out, "utf8")).toBe(first);
  });
});

describe("a bad call of pulsetrain report", () => {
  it("names a session that is not there, and writes nothing", () => {
    const db = journalFile();
    const out = join(dirname(db), "report.html");
    expect(() => run("nobody", { db, out })).toThrowError(refusal("JOURNAL_NO_SESSION"));
    expect(existsSync(out)).toBe(false);
  });

  it("names a journal that is not there, or is none", () => {
    const db = journalFile();
    const out = join(dirname(db), "report.html");
    const none = join(dirname(db), "none.db");
    expect(() => run("visit-1", { db: none, out })).toThrowError(refusal("JOURNAL_NOT_FOUND"));
    writeFileSync(none, "this is no database at all, only words");
    expect(() => run("visit-1", { db: none, out })).toThrowError(refusal("JOURNAL_UNREADABLE"));
  });

  it("names a file that cannot be written", () => {
    const db = journalFile();
    const out = join(dirname(db), "no-such-folder", "report.html");
    expect(() => run("visit-1", { db, out })).toThrowError(
      expect.objectContaining({
        code: "CLI_BAD_CALL",
        exit: 2,
        detail: expect.stringContaining(`--out ${out}: ENOENT`),
      }),
    );
    expect(() => run("visit-1", { db, out: dirname(db) })).toThrowError(/--out .*: EISDIR/);
    const blocked = join(dirname(db), "file");
    writeFileSync(blocked, "");
    const page = join(dirname(db), "r.html");
    expect(() => run("visit-1", { db, out: page, svg: blocked })).toThrowError(/--svg .*: EEXIST/);
  });

  it("never writes over a journal", () => {
    const db = journalFile();
    const before = readFileSync(db);
    expect(() => run("visit-1", { db, out: db })).toThrowError(refusal("CLI_BAD_CALL"));
    const other = journalFile();
    expect(() => run("visit-1", { db, out: other })).toThrowError(refusal("CLI_BAD_CALL"));
    expect(readFileSync(db).equals(before)).toBe(true);
  });
});

describe("a journal that somebody changed", () => {
  function changed(sql: string): { readonly db: string; readonly out: string } {
    const db = journalFile();
    const file = new Database(db);
    for (const { name } of file
      .prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'")
      .all() as { name: string }[])
      file.exec(`DROP TRIGGER "${name}"`);
    expect(file.prepare(sql).run().changes).toBeGreaterThan(0);
    file.close();
    return { db, out: join(dirname(db), "report.html") };
  }

  it("gets no page when an event is not what was written", () => {
    const call = changed(
      "UPDATE event SET body = replace(body, 'delivered', 'deliverex') WHERE kind = 'outcome'",
    );
    expect(() => run("visit-1", call)).toThrowError(refusal("JOURNAL_BROKEN_CHAIN"));
    expect(existsSync(call.out)).toBe(false);
  });

  it("nor when samples are not what was written", () => {
    const call = changed("UPDATE document SET json = replace(json, '5000', '5001')");
    expect(() => run("visit-1", call)).toThrowError(refusal("JOURNAL_BROKEN_CHAIN"));
    expect(existsSync(call.out)).toBe(false);
  });
});

it("keeps a folder that is there already", () => {
  const db = journalFile();
  const svg = join(dirname(db), "pictures");
  mkdirSync(svg);
  writeFileSync(join(svg, "other.txt"), "kept");
  run("visit-1", { db, out: join(dirname(db), "r.html"), svg });
  expect(readFileSync(join(svg, "other.txt"), "utf8")).toBe("kept");
});
