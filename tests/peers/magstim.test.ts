/**
 * A second opinion on the simulated 200² and BiStim²: a client in Python that shares neither code nor
 * tables with this project holds a whole session with each, in real processes and in real time.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, it } from "vitest";
import { addressOf, jsonLines, MAIN, scene } from "./scene.ts";

const CLIENT = fileURLToPath(new URL("./magstim_client.py", import.meta.url));

interface ClientReport {
  readonly problems: readonly string[];
  readonly fired: readonly {
    readonly from: number;
    readonly to: number;
    readonly powers: readonly number[];
  }[];
}

interface SeenDischarge {
  readonly t: number;
  readonly n: number;
  readonly intensityPctMso: readonly number[];
  readonly cause: string;
}

// In real time beside other work a process may not get the processor for longer than a device
// tolerates; a disagreement shows every time.
describe.concurrent("a client in Python", { retry: 2 }, () => {
  for (const [model, kind, starts] of [
    ["magstim-200", "200", 4],
    ["magstim-bistim", "bistim", 5],
  ] as const) {
    it(`finds ${model} to be as published, and every start at its time`, async (context) => {
      const { expect } = context;
      const at = scene(context);
      const log = join(at.folder, "discharges.jsonl");
      const simulator = at.spawn(process.execPath, [
        MAIN,
        ...["simulate", model, "--link", join(at.folder, "port"), "--discharges", log],
      ]);
      const client = at.spawn("python3", [CLIENT, await addressOf(simulator), kind]);
      const { out, err } = await client.ended();
      const [report] = jsonLines(out);
      if (report === undefined) throw new Error(`the client said nothing: ${err}`);
      const { problems, fired } = report as ClientReport;
      expect(problems).toEqual([]);
      expect(fired).toHaveLength(starts);
      const seen = jsonLines(readFileSync(log, "utf8")) as SeenDischarge[];
      expect(seen.map(({ intensityPctMso }) => intensityPctMso)).toEqual(
        fired.map(({ powers }) => powers),
      );
      // Cause and effect on one clock: no tolerance is needed.
      for (const [i, { t, n, cause }] of seen.entries()) {
        expect([n, cause]).toEqual([i + 1, "serial"]);
        expect(t).toBeGreaterThanOrEqual(Number(fired[i]?.from.toFixed(6)));
        expect(t).toBeLessThanOrEqual(fired[i]?.to ?? 0);
      }
      simulator.stop();
      expect((await simulator.ended()).code).toBe(0);
    });
  }
});
