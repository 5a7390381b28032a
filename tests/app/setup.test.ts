import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { prepareSetup } from "../../src/app/run/setup.ts";

const folder = mkdtempSync(join(tmpdir(), "pulsetrain-setup-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function rigFile(unlockCode: string): string {
  const file = join(folder, "rig.yaml");
  writeFileSync(
    file,
    `name: lab\nsimulated: true\nstimulator: { driver: magstim-rapid2, port: simulated, mains: 240, unlockCode: "${unlockCode}" }\n`,
  );
  return file;
}

const NOW = "2026-03-02T09:00:00.000Z";

describe("what a rig's pointer to a secret leads to", () => {
  it("is looked for with the other files, before a session is written down", async () => {
    const rig = rigFile("env:PULSETRAIN_TEST_NO_SUCH_NAME");
    await expect(prepareSetup({ rig }, NOW)).rejects.toMatchObject({
      code: "RIG_FILE_BAD",
      exit: 2,
      detail: expect.stringContaining("env:PULSETRAIN_TEST_NO_SUCH_NAME is empty or not set"),
    });
  });

  it("stays out of what is passed on and written down", async () => {
    const file = join(folder, "code");
    writeFileSync(file, "a1b2-c3d4e5f6-1b\n");
    const setup = await prepareSetup({ rig: rigFile(`file:${file}`) }, NOW);
    expect(setup.rig.stimulator.unlockCode).toBe(`file:${file}`);
    expect(JSON.stringify(setup)).not.toContain("a1b2-c3d4e5f6-1b");
  });
});
