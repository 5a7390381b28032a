import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const biome = createRequire(import.meta.url).resolve("@biomejs/biome/bin/biome");

const TIMER = "export const wait = (): unknown => setTimeout(() => undefined, 1);\n";
const RXJS = 'import { interval } from "rxjs";\nexport const ticks = interval(5);\n';
const SERIAL = 'import { SerialPort } from "serialport";\nexport const port = SerialPort;\n';
const SQLITE = 'import Database from "better-sqlite3";\nexport const db = Database;\n';
const PROMISE = [
  "async function work(): Promise<void> {}",
  "export function run(list: readonly any[]): unknown {",
  "  work();",
  "  if (work()) return list[0]!;",
  "  return null;",
  "}",
  "",
].join("\n");
const SWITCH = [
  'export function only(kind: "a" | "b"): number {',
  '  switch (kind) { case "a": return 1; }',
  '  throw "text";',
  "}",
  "export default only;",
  "",
].join("\n");

/** Everything that the rules must find, or must leave alone, by the place where it stands. */
const FILES: Readonly<Record<string, string>> = {
  "src/engine/timer.ts": TIMER,
  "src/time/timer.ts": TIMER,
  "src/engine/rxjs.ts": RXJS,
  "src/time/rxjs.ts": RXJS,
  "drivers/x/serial.ts": SERIAL,
  "src/io/serial.ts": SERIAL,
  "src/engine/sqlite.ts": SQLITE,
  "src/journal/sqlite.ts": SQLITE,
  "src/engine/promise.ts": PROMISE,
  "src/engine/switch.ts": SWITCH,
  "src/engine/left.ts": 'import { right } from "./right.ts";\nexport const left: number = right;\n',
  "src/engine/right.ts": 'import { left } from "./left.ts";\nexport const right: number = left;\n',
};

let folder: string;
let spoken: readonly string[];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "lint-"));
  copyFileSync("biome.json", join(folder, "biome.json"));
  for (const [path, source] of Object.entries(FILES)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), source);
  }
  const options = ["lint", "--vcs-enabled=false", "--colors=off", "--max-diagnostics=200"];
  const run = spawnSync(process.execPath, [biome, ...options], { cwd: folder, encoding: "utf8" });
  const lines = `${run.stdout}${run.stderr}`.matchAll(/^(\S+?):\d+:\d+ lint\/\w+\/(\w+)/gm);
  spoken = [...lines].map(([, path, rule]) => `${path} ${rule}`);
});

afterAll(() => rmSync(folder, { recursive: true }));

// A rule that never speaks looks just like clean code; these are its canaries.
describe("lint rules", () => {
  it.each([
    ["timers", "noRestrictedGlobals", "src/engine/timer.ts", "src/time/timer.ts"],
    ["rxjs timers", "noRestrictedImports", "src/engine/rxjs.ts", "src/time/rxjs.ts"],
    ["serial ports", "noRestrictedImports", "drivers/x/serial.ts", "src/io/serial.ts"],
    ["the database", "noRestrictedImports", "src/engine/sqlite.ts", "src/journal/sqlite.ts"],
  ])("keep %s in their place", (_, rule, outside, inside) => {
    expect(spoken).toContain(`${outside} ${rule}`);
    expect(spoken).not.toContain(`${inside} ${rule}`);
  });

  it.each([
    ["src/engine/promise.ts", "noFloatingPromises"],
    ["src/engine/promise.ts", "noMisusedPromises"],
    ["src/engine/promise.ts", "noExplicitAny"],
    ["src/engine/promise.ts", "noNonNullAssertion"],
    ["src/engine/switch.ts", "useExhaustiveSwitchCases"],
    ["src/engine/switch.ts", "useThrowOnlyError"],
    ["src/engine/switch.ts", "noDefaultExport"],
    ["src/engine/left.ts", "noImportCycles"],
  ])("find in %s what %s is for", (path, rule) => {
    expect(spoken).toContain(`${path} ${rule}`);
  });
});
