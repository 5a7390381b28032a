import { readFileSync } from "node:fs";
import { describe, expect } from "vitest";
import { eventsOf, type Lab, PATIENCE_MS, RMT, test } from "../e2e/lab.ts";
import { trainsText } from "../e2e/protocols.ts";

/** Breaks the process beside the port, and no other, so long after its start. */
function breaker(lab: Lab, how: string): string {
  return lab.file(
    "breaker.mjs",
    `if (process.argv[1]?.endsWith("rigProcess.ts")) setTimeout(() => { ${how} }, 4_000);\n`,
  );
}

const BREAKS: Readonly<Record<string, string>> = {
  "throws an error that nobody catches": `throw new Error("broken on purpose")`,
  "has a promise rejected that nobody awaits": `void Promise.reject(new Error("broken on purpose"))`,
};

describe.concurrent("a process beside the port that", { timeout: PATIENCE_MS }, () => {
  for (const [what, how] of Object.entries(BREAKS)) {
    test(`${what} disarms before it goes, and the run is faulted`, async ({ lab }) => {
      const unit = await lab.stimulator();
      const run = lab.start(
        [
          ...["run", lab.file("p.yaml", trainsText(20, 8, 1.2)), "--rig", unit.rig],
          ...["--db", lab.db, "--json", ...RMT],
        ],
        { env: { NODE_OPTIONS: `--import ${breaker(lab, how)}` } },
      );
      await unit.discharged(3, run);
      const { code, stderr } = await run.done;
      const atEnd = unit.discharges().length;
      expect(code, stderr).not.toBe(0);
      expect(await unit.firesWhenTold()).toBe(false);
      expect(unit.discharges()).toHaveLength(atEnd);
      const events = lab.events();
      expect(eventsOf(events, "fault")[0]).toMatchObject({ code: "CLI_BUG" });
      expect(eventsOf(events, "fault")[0]?.detail).toContain("broken on purpose");
      expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
      expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "faulted" });
      const intents = eventsOf(events, "intent").map(({ seq }) => seq);
      expect(
        eventsOf(events, "outcome")
          .map(({ intent }) => intent)
          .sort((a, b) => a - b),
      ).toEqual(intents);
    });
  }

  test("is to open another device than the one that was proven opens none", async ({ lab }) => {
    const unit = await lab.stimulator();
    const other = await lab.stimulator();
    // Between the proof and the opening the link is turned to another device.
    const turn = lab.file(
      "turn.mjs",
      `import { rmSync, symlinkSync, readlinkSync } from "node:fs";
if (process.argv[1]?.endsWith("rigProcess.ts")) {
  const target = readlinkSync(${JSON.stringify(other.link)});
  rmSync(${JSON.stringify(unit.link)});
  symlinkSync(target, ${JSON.stringify(unit.link)});
}
`,
    );
    const { code, stderr } = await lab.cli(
      [
        ...["run", lab.file("p.yaml", trainsText(2, 4, 1.2)), "--rig", unit.rig],
        ...["--db", lab.db, "--json", ...RMT],
      ],
      { env: { NODE_OPTIONS: `--import ${turn}` } },
    );
    expect(code, stderr).toBe(3);
    expect(stderr).toContain("RIG_NOT_PROVEN_SIMULATED");
    expect(other.discharges()).toHaveLength(0);
    expect(eventsOf(lab.events(), "arm")).toHaveLength(0);
  });

  test("ends leaves no unlock code anywhere", async ({ lab }) => {
    const code = "7cef-5b1b6a1f-a4";
    const unit = await lab.stimulator(["--software-version", "9.0", "--unlock-code", code], {
      rigLines: `mains: 240\nsoftwareVersion: "9.0"\nunlockCode: env:UNIT_CODE`,
    });
    const run = await lab.cli(
      [
        ...["run", lab.file("p.yaml", trainsText(1, 4, 1.2)), "--rig", unit.rig],
        ...["--db", lab.db, "--json", ...RMT],
      ],
      { env: { UNIT_CODE: code } },
    );
    expect(run.code, run.stderr).toBe(0);
    const wrong = await lab.cli(
      [
        ...["run", lab.file("q.yaml", trainsText(1, 4, 1.2)), "--rig", unit.rig],
        ...["--db", lab.db, "--json", ...RMT],
      ],
      { env: { UNIT_CODE: "7cef-5b1b6a1f-a5" } },
    );
    expect(wrong.code).toBe(4);
    const stored = readFileSync(lab.db).toString("latin1");
    for (const text of [stored, run.stdout, run.stderr, wrong.stdout, wrong.stderr]) {
      expect(text).not.toContain("5b1b6a1f");
      expect(text).not.toContain(Buffer.from("5b1b6a1f").toString("hex"));
    }
  });
});
