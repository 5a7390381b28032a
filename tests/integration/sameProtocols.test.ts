/** The same published protocols, unchanged, on every model that can; a reason for every other one. */
import { describe, expect, it } from "vitest";
import { loadDrivers } from "../../src/app/drivers.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { everyModel } from "../../src/app/run/everyModel.ts";
import { prepareSetup } from "../../src/app/run/setup.ts";
import { pulseCount, pulseOffsetMs } from "../../src/base/doseShape.ts";
import type { Dose } from "../../src/contract/dose.ts";
import { eventsOf } from "./harness.ts";
import { attribute, everythingHolds, type MatrixResult, pulsesIn, runOn } from "./matrix.ts";
import { type DoseKind, MODELS, type ModelCase } from "./models.ts";

interface Published {
  readonly name: string;
  readonly threshold: readonly string[];
  readonly needs: DoseKind;
  readonly pulses: number;
}

const PUBLISHED: readonly Published[] = [
  {
    name: "koch-2022-precuneus-24wk",
    threshold: ["RMT=45"],
    needs: "train",
    pulses: 1600,
  },
  {
    name: "sici",
    threshold: ["RMT=45", "1mV=54"],
    needs: "pair",
    pulses: 135,
  },
  { name: "itbs-600", threshold: ["AMT=40"], needs: "burst-train", pulses: 600 },
];

/** A rig file that names the model alone: an MP-Dual needs a word more. */
const NAMED = MODELS.filter(({ options }) => options === undefined);

function canGive({ needs }: Published): readonly ModelCase[] {
  return NAMED.filter(({ kinds }) => kinds.includes(needs));
}

/** Discharges equal outcomes: in number, order, output, and in the time between them. */
function expectAsPlanned(result: MatrixResult): void {
  const { ofDose } = attribute(result);
  const doses = new Map(eventsOf(result, "intent").map(({ seq, dose }) => [seq, dose]));
  let n = 0;
  for (const { intent, outcome, pulses } of eventsOf(result, "outcome")) {
    const dose = doses.get(intent) as Dose;
    const given = ofDose.get(intent) ?? [];
    expect(outcome).toBe("delivered");
    expect(given.reduce((sum, discharge) => sum + pulsesIn(discharge), 0)).toBe(pulses);
    expect(pulses).toBe(pulseCount(dose.shape));
    const [first] = given;
    for (const [i, discharge] of given.entries()) {
      n += 1;
      expect(discharge.n).toBe(n);
      // A BiStim² gives a test pulse alone as a pair with one output at 0.
      const outputs = discharge.intensityPctMso.filter((pct) => pct > 0);
      expect(outputs).toEqual(dose.intensityPctMso);
      if (dose.shape.kind === "pair") expect(discharge.isiMs).toBe(dose.shape.isiMs);
      const offsetMs = dose.shape.kind === "pair" ? 0 : pulseOffsetMs(dose.shape, i);
      expect(discharge.atMs - (first?.atMs ?? 0)).toBeCloseTo(offsetMs, 6);
    }
  }
  expect(n).toBe(result.discharges.length);
}

describe.each(PUBLISHED)("$name", (published) => {
  const { name, threshold, pulses } = published;
  const { protocol } = resolveProtocol(name);

  it.each(canGive(published))("is delivered to the last pulse by $name", async (model) => {
    const result = await runOn({ model, protocols: [protocol], threshold });
    everythingHolds(result);
    expect(result.status, result.detail).toBe("completed");
    expect(result.counts).toEqual({ planned: pulses, delivered: pulses, unknown: 0, skipped: 0 });
    expectAsPlanned(result);
  });

  it("is told of every model that a name is enough for: yes, or why not", async () => {
    const setup = await prepareSetup({ threshold, seed: 1 }, "2026-03-02T09:00:00.000Z", protocol);
    const verdicts = await everyModel(protocol, setup);
    const named = (await loadDrivers())
      .flatMap(({ models }) => models)
      .filter((model) => model !== "trigger-only");
    expect(verdicts.map(({ model }) => model).sort()).toEqual(named.sort());
    const able = canGive(published).map(({ driver }) => driver);
    expect(verdicts.filter(({ starts }) => starts).map(({ model }) => model)).toEqual(
      verdicts.map(({ model }) => model).filter((model) => able.includes(model)),
    );
    for (const { model, starts, reasons } of verdicts) {
      if (starts) continue;
      expect(reasons.length, model).toBeGreaterThan(0);
      for (const { rule, detail } of reasons) {
        expect(rule).toMatch(/^[A-Z]{3}-\d\d$/);
        expect(detail).toContain(model);
        expect(detail.length).toBeGreaterThan(40);
      }
    }
  });
});
