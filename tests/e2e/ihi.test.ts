import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { type DischargeLine, eventsOf, jsonLines, PATIENCE_MS, pulsesBy, test } from "./lab.ts";

interface Group {
  readonly condition: string;
  readonly n: number;
  readonly measure: { readonly value: number | null } | null;
}

const GIVEN: readonly string[] = [
  ...["--speed", "max", "--subject", "healthy-older", "--seed", "1"],
  ...["--threshold", "RMT=66", "--threshold", "1mV=76"],
];

describe.concurrent("interhemispheric inhibition from the command line", {
  timeout: PATIENCE_MS,
}, () => {
  test("is found at 8, 10 and 40 ms in a simulated person, the same again with the same seed", async ({
    lab,
  }) => {
    const discharges = join(lab.folder, "discharges.jsonl");
    const first = await lab.cli([
      ...["run", "ihi", ...GIVEN, "--db", lab.db, "--discharges", discharges],
    ]);
    expect(first.code).toBe(0);
    const events = lab.events();
    const given = jsonLines<DischargeLine & { readonly stimulator?: "second" }>(
      readFileSync(discharges, "utf8"),
    );
    expect(given).toHaveLength(pulsesBy(events, "delivered"));
    const trials = eventsOf(events, "intent").filter(({ dose }) => dose.conditioner !== undefined);
    expect(given.filter(({ stimulator }) => stimulator === "second")).toHaveLength(trials.length);
    const result = eventsOf(events, "measure").find(({ name }) => name === "result");
    const groups = result?.body["groups"] as readonly Group[];
    const ratios = Object.fromEntries(
      groups.map(({ condition, measure }) => [condition, measure?.value ?? Number.NaN]),
    );
    // The person has 0.73, 0.55 and 0.65 there; 15 trials each tell them to a third.
    expect(ratios["ISI 8 ms"]).toBeGreaterThan(0.45);
    expect(ratios["ISI 8 ms"]).toBeLessThan(1);
    expect(ratios["ISI 10 ms"]).toBeGreaterThan(0.36);
    expect(ratios["ISI 10 ms"]).toBeLessThan(0.8);
    expect(ratios["ISI 40 ms"]).toBeGreaterThan(0.4);
    expect(ratios["ISI 40 ms"]).toBeLessThan(0.95);

    const again = await lab.cli(["run", "ihi", ...GIVEN, "--db", lab.db]);
    expect(again.code).toBe(0);
    const prints: string[] = [];
    for (const { session } of lab.sessions()) {
      const { stdout } = await lab.cli(["journal", "fingerprint", session, "--db", lab.db]);
      prints.push(stdout.trim());
    }
    expect(prints).toHaveLength(2);
    expect(prints[1]).toBe(prints[0]);

    const replayed = await lab.cli(["replay", lab.sessions()[0]?.session ?? "", "--db", lab.db]);
    expect(replayed.stdout).toContain("equal");
    expect(replayed.code).toBe(0);
  });

  test("tells in its check what must be set and measured, and refuses a rig that has no second stimulator", async ({
    lab,
  }) => {
    const check = await lab.cli(["check", "ihi", "--db", lab.db]);
    expect(check.code).toBe(0);
    expect(check.stdout).toContain("second stimulator:");
    expect(check.stdout).toContain("RMT-other");
    expect(check.stdout).toContain("measured first: 1mV");
    const rig = lab.file(
      "rig.yaml",
      "name: one\nsimulated: true\nstimulator:\n  driver: magstim-super-rapid2\n  port: simulated\n  mains: 240\n",
    );
    const refused = await lab.cli(["check", "ihi", "--rig", rig, ...GIVEN.slice(6)]);
    expect(refused.code).toBe(3);
    expect(refused.stdout).toContain("secondStimulator");
  });

  test("names what is wrong with the second stimulator of a rig file", async ({ lab }) => {
    const box = "{ driver: pulse-box, port: simulated, line: 1 }";
    const rig = lab.file(
      "rig.yaml",
      [
        "name: two",
        "simulated: true",
        "stimulator:",
        "  driver: magstim-super-rapid2",
        "  port: simulated",
        "  mains: 240",
        `  trigger: { via: box, driver: pulse-box, port: simulated, line: 1 }`,
        "secondStimulator:",
        `  trigger: ${box}`,
        "  side: right",
        "  settings:",
        "    modelName: Magstim 200",
        "    intensityPctMso: 80",
        "    maxPctMso: 70",
        "    coil: C-2",
        "    waveform: monophasic",
        "    minIntervalMs: 2000",
        "",
      ].join("\n"),
    );
    const { code, stderr } = await lab.cli(["check", "ihi", "--rig", rig]);
    expect(code).toBe(2);
    expect(stderr).toMatch(/intensityPctMso.*at most maxPctMso/s);
  });
});
