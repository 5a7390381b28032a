import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const HERE = fileURLToPath(new URL(".", import.meta.url));
const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const CONFIG = `${ROOT}.dependency-cruiser.cjs`;
const TOOL = `${ROOT}node_modules/dependency-cruiser/bin/dependency-cruise.mjs`;

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

function cruise(cwd: string, folders: readonly string[]): Cruise {
  const args = [TOOL, "--config", CONFIG, "--output-type", "json", ...folders];
  return JSON.parse(
    execFileSync(process.execPath, args, { cwd, encoding: "utf8", maxBuffer: 2 ** 27 }),
  ) as Cruise;
}

describe("layer rules", () => {
  it("hold over the whole tree, and the tool really saw it", () => {
    const { summary } = cruise(ROOT, ["src", "drivers", "protocols", "simulators"]);
    expect(
      summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`),
    ).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(150);
  }, 60_000);

  it("all fire on a canary that breaks each of them", () => {
    const { forbidden } = createRequire(import.meta.url)(CONFIG) as {
      forbidden: readonly { name: string }[];
    };
    const { summary } = cruise(HERE, ["canary"]);
    const fired = new Set(summary.violations.map(({ rule }) => rule.name));
    expect([...fired].sort()).toEqual(forbidden.map(({ name }) => name).sort());
  }, 60_000);
});
