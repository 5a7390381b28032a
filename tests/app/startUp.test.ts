import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../../src/app/main.mjs", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "pulsetrain-start-"));

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function help(caches: string): number | null {
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  return spawnSync(process.execPath, [MAIN, "--help"], {
    env: { ...env, XDG_CACHE_HOME: caches },
    stdio: "ignore",
  }).status;
}

describe("starting", () => {
  it("keeps compiled code in a folder of the user's own", () => {
    expect(help(folder)).toBe(0);
    expect(readdirSync(join(folder, "pulsetrain", "compiled"))).not.toEqual([]);
  });

  it("works where no such folder can be made", () => {
    expect(help("/dev/null/caches")).toBe(0);
  });
});
