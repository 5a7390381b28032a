import { execFile } from "node:child_process";
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { fences, page, ROOT } from "./markdown.ts";

let folder = "";

/** A folder like a clone to the commands in it: docs and protocols are there, and `npx` finds pulsetrain. */
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "pulsetrain-docs-"));
  for (const name of ["docs", "protocols"]) symlinkSync(join(ROOT, name), join(folder, name));
  const npx = join(folder, "bin", "npx");
  mkdirSync(dirname(npx));
  writeFileSync(
    npx,
    `#!/bin/sh\nshift\nexec "${process.execPath}" "${ROOT}src/app/main.mjs" "$@"\n`,
  );
  chmodSync(npx, 0o755);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Ran {
  readonly exit: number;
  readonly output: string;
}

function run(script: string): Promise<Ran> {
  const env = {
    ...process.env,
    PATH: `${join(folder, "bin")}:${process.env["PATH"]}`,
    HOME: folder,
    XDG_DATA_HOME: join(folder, "data"),
    PULSETRAIN_STOP_DIR: join(folder, "stop"),
  };
  return new Promise((resolve) => {
    const child = execFile("sh", ["-eu"], { cwd: folder, env }, (error, stdout, stderr) => {
      resolve({ exit: Number(error?.code ?? 0), output: `${stdout}\n${stderr}` });
    });
    child.stdin?.end(script);
  });
}

describe("the commands of docs/guide.md", () => {
  const marked = fences(page("docs/guide.md")).filter(({ mark }) => mark?.startsWith("run"));

  it("are marked", () => {
    expect(marked.length).toBeGreaterThan(8);
    expect(marked.every(({ info }) => info === "sh")).toBe(true);
  });

  for (const { mark, text } of marked) {
    const expected = Number(/exit (\d)/.exec(mark ?? "")?.[1] ?? 0);
    it(`end with exit ${expected}: ${text.trim().split("\n").at(-1)}`, async () => {
      const { exit, output } = await run(text);
      expect(exit, output).toBe(expected);
    });
  }
});

describe("README.md", () => {
  it("names the two commands, and the first one works", async () => {
    const commands = fences(page("README.md")).map(({ text }) => text.trim());
    expect(commands).toEqual([
      "npm ci && npx pulsetrain run koch-2022-precuneus-24wk --threshold RMT=45 --speed max",
      "npm ci && npm test",
    ]);
    const { exit, output } = await run(commands[0]?.replace("npm ci && ", "") ?? "false");
    expect(exit, output).toBe(0);
    expect(output).toContain("completed: 1600 of 1600 pulses delivered");
  });
});

describe("docs/images/koch-timeline.svg", () => {
  it("is what the command beside it in README.md makes", async () => {
    const command = /`(npx pulsetrain check [^`]* --svg timeline.svg)`/.exec(
      page("README.md"),
    )?.[1];
    const { exit, output } = await run(command ?? "false");
    expect(exit, output).toBe(0);
    const made = readFileSync(join(folder, "timeline.svg"), "utf8");
    expect(page("docs/images/koch-timeline.svg")).toBe(made);
  });
});

describe("the examples", () => {
  it("are the files of docs/guide.md, and a fresh threshold and an acceptance release the real rig", async () => {
    const session = page("docs/examples/session.yaml")
      .replace(/measuredAt: .*/, `measuredAt: ${new Date(Date.now() - 600_000).toISOString()}`)
      .replace(/expires: .*/, `expires: ${new Date(Date.now() + 86_400_000).toISOString()}`);
    writeFileSync(join(folder, "fresh.yaml"), session);
    const { exit, output } = await run(
      [
        'npx pulsetrain limits accept --by "Dr A. Example" --db real.db',
        "export MAGSTIM_UNLOCK_CODE=a1b2-c3d4e5f6-1b",
        "npx pulsetrain check koch-2022-precuneus-24wk --rig docs/examples/rig-real.yaml --session fresh.yaml --db real.db",
      ].join("\n"),
    );
    expect(exit, output).toBe(0);
    expect(output).toContain("DUR-02 (overridden)");
  });
});
