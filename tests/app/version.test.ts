import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

const MAIN = fileURLToPath(new URL("../../src/app/main.mjs", import.meta.url));
const PACKAGE = fileURLToPath(new URL("../../package.json", import.meta.url));

it("tells its version, which bug reports and replays need", () => {
  const said = execFileSync(process.execPath, [MAIN, "--version"], { encoding: "utf8" });
  const { version } = JSON.parse(readFileSync(PACKAGE, "utf8")) as { readonly version: string };
  expect(said).toBe(`${version}\n`);
});
