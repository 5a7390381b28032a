import { describe, expect } from "vitest";
import { eventsOf, jsonLines, PATIENCE_MS, RMT, test } from "../e2e/lab.ts";
import { trainsText } from "../e2e/protocols.ts";

describe.concurrent("a session script that", { timeout: PATIENCE_MS }, () => {
  test("leaves a protocol running is stopped with it, and everything is written down", async ({
    lab,
  }) => {
    const script = lab.file(
      "careless.ts",
      `export default async (session: any) => {
  void session.run("koch-2022-precuneus-24wk");
  await session.rest(40);
};
`,
    );
    const run = await lab.cli(["run", script, "--speed", "max", "--json", "--db", lab.db, ...RMT]);
    expect(run.code, run.stderr).toBe(5);
    expect(jsonLines(run.stdout).at(-1)).toMatchObject({ status: "stopped", unknown: 0 });
    const events = lab.events();
    expect(eventsOf(events, "disarm").at(-1)).toMatchObject({ confirmed: true });
    expect(events.at(-1)).toMatchObject({ kind: "run.stop", status: "stopped" });
  });

  test("catches every error runs nothing after a fault", async ({ lab }) => {
    const script = lab.file(
      "deaf.ts",
      `export default async (session: any) => {
  for (let i = 0; i < 5; i += 1) {
    try {
      await session.run("koch-2022-precuneus-24wk");
    } catch {}
  }
};
`,
    );
    const run = await lab.cli([
      ...["run", script, "--speed", "max", "--json", "--db", lab.db, ...RMT],
      ...["--fault", "error-bit@70"],
    ]);
    expect(run.code).not.toBe(0);
    const events = lab.events();
    const [fault] = eventsOf(events, "fault");
    expect(fault).toBeDefined();
    const after = eventsOf(events, "written").filter(({ seq }) => seq > (fault?.seq ?? 0));
    expect(after).toEqual([]);
    expect(eventsOf(events, "arm").filter(({ seq }) => seq > (fault?.seq ?? 0))).toEqual([]);
  });
});

describe.concurrent("a run that nothing could stop from outside", { timeout: PATIENCE_MS }, () => {
  test("does not begin, and says what to change", async ({ lab }) => {
    const file = lab.file("no-folder", "");
    for (const folder of [`${lab.folder}/${"far/".repeat(30)}`, `${file}/stop`]) {
      const run = await lab.cli(
        ["run", lab.file("p.yaml", trainsText(1, 4, 1.2)), "--json", "--db", lab.db, ...RMT],
        { env: { PULSETRAIN_STOP_DIR: folder } },
      );
      expect(run.code, run.stderr).toBe(2);
      expect(run.stderr).toContain("PULSETRAIN_STOP_DIR");
      expect(eventsOf(lab.events(), "device")).toEqual([]);
    }
  });
});
