/** Every stimulator that a simulated rig can have, and the shortest sessions that say something of it. */
import { iTbs, paired, pctMso, protocol, single, train } from "../../protocols/build.ts";
import type { Protocol } from "../../protocols/types.ts";
import { simulator as duomag } from "../../simulators/duomag/index.ts";
import { simulator as magstim } from "../../simulators/magstim/index.ts";
import { simulator as magventure } from "../../simulators/magventure/index.ts";
import { DEFAULT_RIG, type RigConfig } from "../../src/app/config/rig.ts";
import type { SimulatorModule } from "../../src/contract/simulator.ts";

export type Family = "magstim" | "magventure" | "duomag";
export const FAMILIES: Readonly<Record<Family, SimulatorModule>> = { magstim, magventure, duomag };

export type DoseKind = "single" | "train" | "pair" | "burst-train";

export interface ModelCase {
  /** As a test names it. */
  readonly name: string;
  readonly driver: string;
  readonly family: Family;
  readonly kinds: readonly DoseKind[];
  readonly options?: Readonly<Record<string, unknown>>;
}

const named = (
  family: Family,
  kinds: readonly DoseKind[],
  drivers: readonly string[],
): readonly ModelCase[] => drivers.map((driver) => ({ name: driver, driver, family, kinds }));

export const MODELS: readonly ModelCase[] = [
  ...named("magstim", ["single"], ["magstim-200"]),
  ...named("magstim", ["single", "pair"], ["magstim-bistim"]),
  ...named(
    "magstim",
    ["single", "train"],
    ["magstim-rapid2", "magstim-super-rapid2", "magstim-super-rapid2-plus", "magstim-horizon"],
  ),
  ...named("magventure", ["single", "train", "burst-train"], ["magpro-r30", "magpro-x100"]),
  ...named("magventure", ["single", "train", "pair"], ["magpro-r30-option"]),
  ...named(
    "magventure",
    ["single", "train", "pair", "burst-train"],
    ["magpro-x100-option", "magpro-r30-option-mono", "magpro-mst"],
  ),
  ...named("duomag", ["single"], ["duomag"]),
  {
    name: "duomag mp-dual",
    driver: "duomag",
    family: "duomag",
    kinds: ["pair"],
    options: { variant: "mp-dual", deviceIsiMs: 3 },
  },
];

export function rigOf({ driver, options }: ModelCase): RigConfig {
  const stimulator = { driver, port: "simulated", mains: 240 as const };
  return {
    ...DEFAULT_RIG,
    name: driver,
    stimulator: options === undefined ? stimulator : { ...stimulator, options },
  };
}

/** Output of every dose below; both pulses of a pair have it, since some devices have one knob. */
export const PCT = 50;

/** Three starts of each kind, far enough apart for the slowest device. */
export const PLANS: Readonly<Record<DoseKind, Protocol>> = {
  single: protocol({
    id: "singles",
    blocks: [single({ intensity: pctMso(PCT), totalPulses: 3, interPulseS: [5, 5] })],
  }),
  train: protocol({
    id: "trains",
    blocks: [
      train({
        intensity: pctMso(PCT),
        frequencyHz: 10,
        pulsesPerTrain: 20,
        trains: 3,
        interTrainIntervalS: 8,
      }),
    ],
  }),
  pair: protocol({
    id: "pairs",
    blocks: [
      paired({
        isiMs: [3],
        trialsPerCondition: 3,
        interPulseS: [5, 5],
        conditioning: pctMso(PCT),
        test: pctMso(PCT),
      }),
    ],
  }),
  "burst-train": protocol({
    id: "bursts",
    blocks: [iTbs({ intensity: pctMso(PCT), trains: 3, burstsPerTrain: 10 })],
  }),
};

/** One of each kind of machine: the others of a family share its wire and its body. */
const REPRESENTATIVES: ReadonlySet<string> = new Set([
  "magstim-200",
  "magstim-bistim",
  "magstim-super-rapid2",
  "magpro-x100-option",
  "duomag",
  "duomag mp-dual",
]);

/** Faults that are nothing to a device without trains and without a version. */
const OF_RAPIDS_ALONE: ReadonlySet<string> = new Set(["jam-train", "wrong-version"]);

export function faultsOf({ driver, family }: ModelCase): readonly string[] {
  const { faultKinds } = FAMILIES[family];
  const isRapid = driver !== "magstim-200" && driver !== "magstim-bistim";
  return faultKinds.filter((kind) => isRapid || !OF_RAPIDS_ALONE.has(kind));
}

/** Model and kind of dose, for tables of tests. */
export const MODEL_KINDS: readonly (readonly [ModelCase, DoseKind])[] = MODELS.flatMap((model) =>
  model.kinds.map((kind) => [model, kind] as const),
);

export const FEW_MODEL_KINDS: typeof MODEL_KINDS = MODEL_KINDS.filter(([{ name }]) =>
  REPRESENTATIVES.has(name),
);

export const isTrain = (kind: DoseKind): boolean => kind === "train" || kind === "burst-train";
