import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { libraryNames } from "../../protocols/library.ts";
import type { Protocol } from "../../protocols/types.ts";
import { simulator } from "../../simulators/magstim/index.ts";
import { checkCommand } from "../../src/app/commands/check.ts";
import type { RigConfig } from "../../src/app/config/rig.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { accountHolds } from "../integration/account.ts";
import { runVirtual } from "../integration/harness.ts";

/** An ordinary threshold, and one so high that the devices' own limits on trains begin to bite. */
const ORDINARY = ["RMT=45", "AMT=38"];
const HIGH = ["RMT=78", "AMT=66"];
/** Both sides of each border at which the wire changes, and the newest. */
const VISITS = [
  ["5.0", ORDINARY],
  ["8.0", ORDINARY],
  ["9.0", ORDINARY],
  ["11.0", ORDINARY],
  ["8.0", HIGH],
  ["11.0", HIGH],
] as const;
const SEED = 1;

const folder = mkdtempSync(join(tmpdir(), "pulsetrain-library-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Checked {
  readonly verdict: "ok" | "soft" | "hard";
  readonly starts: boolean;
  readonly pulses: number;
  readonly rules: readonly {
    readonly id: string;
    readonly tier: string;
    readonly detail: string;
    readonly source: string;
  }[];
}

function rigOf(
  driver: string,
  mains: 240 | 115,
  softwareVersion: string,
  species: Protocol["species"],
): RigConfig {
  return {
    name: "library",
    simulated: true,
    species: species === "rodent" ? "rodent" : "human",
    stimulator: { driver, port: "simulated", mains, softwareVersion },
  };
}

/** JSON is YAML, so the rig needs no other writer. */
function rigFile(rig: RigConfig): string {
  const { driver, mains, softwareVersion } = rig.stimulator;
  const file = join(folder, rig.species, `${driver}-${mains}-${softwareVersion}.yaml`);
  mkdirSync(join(folder, rig.species), { recursive: true });
  writeFileSync(file, JSON.stringify(rig));
  return file;
}

async function check(
  name: string,
  rig: RigConfig,
  threshold: readonly string[],
): Promise<{ readonly exit: number; readonly said: Checked }> {
  const lines: string[] = [];
  const io = {
    out: (line: string) => lines.push(line),
    err: () => undefined,
    errIsTerminal: false,
    colours: false,
  };
  const options = {
    rig: rigFile(rig),
    threshold,
    seed: SEED,
    db: join(folder, "none.db"),
    json: true,
  };
  const exit = await checkCommand(name, options, io);
  expect(lines).toHaveLength(1);
  return { exit, said: JSON.parse(lines[0] ?? "") as Checked };
}

/** A verdict is explained by at least one rule of its own weight, each with words and a source. */
function expectExplained({ verdict, starts, rules }: Checked, exit: number): void {
  for (const { id, tier, detail, source } of rules) {
    expect(id).not.toBe("");
    expect(["hard", "soft"]).toContain(tier);
    expect(detail.length).toBeGreaterThan(10);
    expect(source.length).toBeGreaterThan(3);
  }
  if (verdict !== "ok") expect(rules.map(({ tier }) => tier)).toContain(verdict);
  expect(starts).toBe(verdict !== "hard");
  expect(exit).toBe(starts ? 0 : 3);
}

const RAPID_GROUP = simulator.models.filter((model) => model.includes("rapid2"));
const RIGS = RAPID_GROUP.flatMap((model) =>
  ([240, 115] as const).flatMap((mains) =>
    VISITS.map(([version, threshold]) => [model, mains, version, threshold] as const),
  ),
);

describe.each(RIGS)(
  "the library on a %s, %i V, software %s, %s",
  (model, mains, version, threshold) => {
    let started = 0;

    it.each(libraryNames())(
      "%s: explained, and what starts is delivered to the end",
      async (name) => {
        const { protocol } = resolveProtocol(name);
        const rig = rigOf(model, mains, version, protocol.species);
        const { exit, said } = await check(name, rig, threshold);
        expectExplained(said, exit);
        if (!said.starts) return;

        started += 1;
        const result = await runVirtual({
          protocols: [protocol],
          threshold,
          seed: SEED,
          rig: () => rig,
        });
        expect([result.status, result.detail]).toEqual(["completed", ""]);
        const { pulses } = said;
        expect(result.counts).toEqual({
          planned: pulses,
          delivered: pulses,
          unknown: 0,
          skipped: 0,
        });
        expect(result.discharges.length).toBe(pulses);
        expect(result.pending).toBe(0);
        accountHolds(result);
      },
    );

    it("starts enough of them for the above to mean something", () => {
      expect(started).toBeGreaterThanOrEqual(threshold === HIGH ? 9 : 20);
    });
  },
);
