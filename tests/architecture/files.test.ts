import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { CODES } from "../../src/errors/codes.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const LONGEST_FILE_LINES = 400;

function tracked(pattern: RegExp): readonly string[] {
  return execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: ROOT,
    encoding: "utf8",
  })
    .split("\n")
    .filter((file) => pattern.test(file) && existsSync(`${ROOT}${file}`));
}

describe("files", () => {
  it("are never longer than what can be read in one sitting", () => {
    const code = tracked(/^(src|drivers|protocols|simulators|tests)\/.*\.(ts|mjs)$/);
    expect(code.length).toBeGreaterThan(150);
    const long = code.filter(
      (file) => readFileSync(`${ROOT}${file}`, "utf8").split("\n").length > LONGEST_FILE_LINES,
    );
    expect(long).toEqual([]);
  });

  it("stand at the agreed top level", () => {
    const folders = new Set(tracked(/\//).map((file) => file.split("/")[0]));
    expect([...folders].sort()).toEqual([
      ".ci",
      "docs",
      "drivers",
      "protocols",
      "simulators",
      "src",
      "tests",
    ]);
  });
});

describe("docs/errors.md", () => {
  it("lists exactly the codes that exist", () => {
    const page = readFileSync(`${ROOT}docs/errors.md`, "utf8");
    const listed = [...page.matchAll(/^\| `([A-Z_]+)` \|/gm)].map(([, code]) => code);
    expect(listed).toEqual(Object.keys(CODES).sort());
  });
});
