import { describe, expect, it } from "vitest";
import type { ExpandProblem } from "../../protocols/expand.ts";
import { expandProtocol } from "../../protocols/expand.ts";
import {
  libraryNames,
  listLibrary,
  loadLibrary,
  readLibraryText,
} from "../../protocols/library.ts";
import { parseProtocolText } from "../../protocols/parse.ts";
import type { Protocol } from "../../protocols/types.ts";
import { context } from "./fakeModel.ts";

async function load(name: string): Promise<Protocol> {
  const read = await loadLibrary(name);
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

/** Kinds of problem that keep a library entry from a plan on a stimulator that can do everything. */
async function kindsOf(name: string): Promise<readonly ExpandProblem["kind"][]> {
  const plan = expandProtocol(await load(name), context());
  return plan.ok ? [] : [...new Set(plan.error.map((problem) => problem.kind))].sort();
}

/** Everything that the published figures suffice for: pulses and length of the session. */
const COMPLETE: Readonly<Record<string, readonly [pulses: number, durationS: number | null]>> = {
  "ahmed-2012-1hz": [2000, 2030],
  "ahmed-2012-20hz": [2000, 575],
  "alcala-2018-5hz": [1500, 2040],
  "bagattini-2020": [2000, 1472],
  "cotelli-2011-offline": [2000, 1472],
  csp: [15, null],
  "ctbs-300": [300, 20],
  "ctbs-600": [600, 40],
  "imtbs-600": [600, 110],
  "io-curve": [70, null],
  "itbs-30hz": [600, 192],
  "itbs-600": [600, 192],
  "jia-2021-parietal": [800, 1172],
  "koch-2018-precuneus": [1600, 1172],
  "koch-2022-precuneus-24wk": [1600, 1172],
  "koch-2025-precuneus-52wk": [1600, 1172],
  "leocani-2021-h2": [840, 904],
  lici: [105, null],
  "marra-2015-mci": [2000, 1175],
  "moussavi-2021-protocol": [1500, 565],
  "padala-2018-mci-apathy": [3000, 2224],
  "padala-2020-ad-apathy": [3000, 2224],
  "qps-5": [1440, 1800],
  "qps-50": [1440, 1800],
  "rtms-10hz": [150, 541.5],
  "rtms-1hz": [900, 900],
  "rtms-20hz": [200, 550],
  "rtms-5hz": [900, 1030],
  "saint-2020": [1800, 592],
  "tep-single": [120, null],
  "threed-10hz": [3000, 2224],
  "threed-itbs600": [600, 192],
  "tms-eeg-gamma": [120, null],
  "turriziani-2012": [600, 600],
  "turriziani-2019": [600, 600],
  "wei-2022-parietal": [800, 1172],
  "wu-2022-aitbs": [600, 192],
};

describe("protocol library", () => {
  it("holds the 77 entries of its table and five with responses around a treatment, each under its own id", () => {
    const names = libraryNames();
    expect(names).toHaveLength(77 + 5);
    expect(names.filter((name) => name.endsWith("-mep"))).toHaveLength(5);
    for (const name of names) {
      const read = parseProtocolText(readLibraryText(name), name);
      expect(read.ok ? [read.value.id] : read.error).toEqual([name]);
    }
  });

  it("lists each entry with its source", () => {
    const entries = listLibrary();
    expect(entries.map((entry) => entry.id)).toEqual(libraryNames());
    expect(entries.find((entry) => entry.id === "koch-2022-precuneus-24wk")).toEqual({
      id: "koch-2022-precuneus-24wk",
      name: "Precuneus 20 Hz, 24 weeks",
      category: "ad-therapy",
      source: "Koch 2022",
      target: ["precuneus (neuronavigated, TMS-EEG checked)"],
      maxTier: "soft",
    });
  });

  it("says of every entry how far its figures are verified", async () => {
    for (const name of libraryNames()) {
      const entry = await load(name);
      expect(entry.verification, name).not.toBeNull();
      expect(entry.citation, name).not.toBeNull();
    }
  });

  it.each(Object.entries(COMPLETE))(
    "plans %s with its published pulses",
    async (name, [pulses, durationS]) => {
      const entry = await load(name);
      const plan = expandProtocol(entry, context());
      if (!plan.ok) throw new Error(JSON.stringify(plan.error));
      expect(plan.value.pulses).toBe(pulses);
      if (entry.pattern?.totalPulses !== null) expect(entry.pattern?.totalPulses).toBe(pulses);
      if (durationS !== null) expect(plan.value.durationMs).toBeCloseTo(durationS * 1000, 6);
      expect(plan.value.doses[0]?.dueMs).toBe(0);
    },
  );

  it("plans no entry that lacks a figure", async () => {
    for (const name of libraryNames()) {
      if (name in COMPLETE) continue;
      expect(await kindsOf(name), name).not.toEqual([]);
    }
  });

  it("lays the precuneus protocol out as 40 device-timed trains every 30 s at the subject's RMT", async () => {
    const plan = expandProtocol(await load("koch-2022-precuneus-24wk"), context());
    if (!plan.ok) throw new Error(JSON.stringify(plan.error));
    const { doses, durationMs, roundings } = plan.value;
    expect(doses).toHaveLength(40);
    expect(doses.map((dose) => dose.dueMs)).toEqual(
      Array.from({ length: 40 }, (_, i) => i * 30_000),
    );
    expect(new Set(doses.map((dose) => JSON.stringify(dose.shape)))).toEqual(
      new Set(['{"kind":"train","pulses":40,"frequencyHz":20}']),
    );
    expect(doses[16]?.place).toEqual({ block: 0, train: 17, trains: 40, condition: null });
    expect(doses[0]?.intensityPctMso).toEqual([45]);
    expect(doses[0]?.request).toEqual({
      value: 100,
      base: "%RMT",
      threshold: { kind: "RMT", percentMso: 45 },
    });
    expect(durationMs).toBe(1_172_000);
    expect(roundings).toEqual([]);
  });

  it("asks for a measurement where the procedure finds the value", async () => {
    for (const name of [
      "rmt-rossini",
      "mt-ml-pest",
      "hotspot-search",
      "mep-1mv",
      "sici",
      "icf",
      "ath-sici",
    ]) {
      expect(await kindsOf(name), name).toEqual(["to-be-measured"]);
    }
  });

  it("names a missing figure where the source lacks one", async () => {
    for (const name of [
      "zhao-2017",
      "hoy-2023-tbs4",
      "cotelli-2006-online",
      "rodent-itbs-template",
      "li-2021-plasticity",
    ]) {
      expect(await kindsOf(name), name).toEqual(["missing-figure"]);
    }
  });

  it("says that a nerve stimulus, another coil or an EEG phase needs more than a stimulator", async () => {
    for (const name of ["sai", "lai", "pas25", "ath-sai", "ihi"]) {
      expect(await kindsOf(name), name).toEqual(["device-cannot", "to-be-measured"]);
    }
    for (const name of ["mu-single", "mu-triplets"]) {
      expect(await kindsOf(name), name).toEqual(["device-cannot"]);
      expect(expandProtocol(await load(name), context({ eeg: true })).ok, name).toBe(true);
    }
  });

  it("keeps an animal protocol away from a person", async () => {
    const rodent = expandProtocol(
      await load("rodent-itbs-template"),
      context({ species: "human" }),
    );
    expect(rodent.ok ? [] : rodent.error.map((problem) => problem.kind)).toContain("species");
    const human = expandProtocol(await load("itbs-600"), context({ species: "rodent" }));
    expect(human.ok ? [] : human.error.map((problem) => problem.kind)).toEqual(["species"]);
  });
});
