import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { libraryNames } from "../../protocols/library.ts";
import type { Protocol } from "../../protocols/types.ts";
import { simulator as magstim } from "../../simulators/magstim/index.ts";
import { simulator as magventure } from "../../simulators/magventure/index.ts";
import { checkCommand } from "../../src/app/commands/check.ts";
import type { RigConfig } from "../../src/app/config/rig.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { accountHolds } from "../integration/account.ts";
import { runVirtual } from "../integration/harness.ts";
import { attribute, totalPulses } from "../integration/matrix.ts";

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

function rigOf(stimulator: Stimulator, species: Protocol["species"]): RigConfig {
  return {
    name: "library",
    simulated: true,
    species: species === "rodent" ? "rodent" : "human",
    stimulator: { ...stimulator, port: "simulated" },
  };
}

/** JSON is YAML, so the rig needs no other writer. */
function rigFile(rig: RigConfig): string {
  const { driver, mains, softwareVersion, options } = rig.stimulator;
  const name = [driver, mains, softwareVersion, ...Object.values(options ?? {})].join("-");
  const file = join(folder, rig.species, `${name}.yaml`);
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

type Stimulator = Omit<RigConfig["stimulator"], "port">;

interface Visit {
  readonly name: string;
  readonly stimulator: Stimulator;
  readonly threshold: readonly string[];
  /** So many protocols start at least: fewer would mean that the rest says nothing. */
  readonly least: number;
}

const RAPID_GROUP = magstim.models.filter((model) => model.includes("rapid2"));
const RAPIDS: readonly Visit[] = RAPID_GROUP.flatMap((driver) =>
  ([240, 115] as const).flatMap((mains) =>
    VISITS.map(([softwareVersion, threshold]) => ({
      name: `${driver}, ${mains} V, software ${softwareVersion}, ${threshold}`,
      stimulator: { driver, mains, softwareVersion },
      threshold,
      least: threshold === HIGH ? 9 : 20,
    })),
  ),
);

/** How many protocols a model starts at an ordinary and at a high threshold. */
const OTHERS: readonly (readonly [Stimulator, number, number])[] = [
  [{ driver: "magstim-200", mains: 240 }, 2, 1],
  [{ driver: "magstim-bistim", mains: 240 }, 2, 1],
  [{ driver: "magstim-horizon", mains: 240 }, 20, 15],
  ...magventure.models.map((driver) => [{ driver }, 22, 18] as const),
  [{ driver: "duomag", options: { variant: "mp" } }, 3, 2],
  [{ driver: "duomag", options: { variant: "xt", chargeMs: 100 } }, 3, 2],
];
const REST: readonly Visit[] = OTHERS.flatMap(([stimulator, ordinary, high]) =>
  (
    [
      [ORDINARY, ordinary],
      [HIGH, high],
    ] as const
  ).map(([threshold, least]) => ({
    name: [stimulator.driver, ...Object.values(stimulator.options ?? {}), ...threshold].join(", "),
    stimulator,
    threshold,
    least,
  })),
);

describe.each([...RAPIDS, ...REST])(
  "the library on a $name",
  ({ stimulator, threshold, least }) => {
    let started = 0;

    it.each(libraryNames())(
      "%s: explained, and what starts is delivered to the end",
      async (name) => {
        const { protocol } = resolveProtocol(name);
        const rig = rigOf(stimulator, protocol.species);
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
        expect(totalPulses(result.discharges)).toBe(pulses);
        expect(result.pending).toBe(0);
        expect(attribute(result).foreign).toEqual([]);
        if (stimulator.driver.includes("rapid2")) accountHolds(result);
      },
    );

    it("starts enough of them for the above to mean something", () => {
      expect(started).toBeGreaterThanOrEqual(least);
    });
  },
);
