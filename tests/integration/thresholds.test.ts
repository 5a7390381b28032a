import { describe, expect, it } from "vitest";
import { pctMso, protocol, train } from "../../protocols/build.ts";
import type { Protocol } from "../../protocols/types.ts";
import type { Threshold, ThresholdKind } from "../../src/contract/session.ts";
import { eventsOf, runVirtual, type VirtualResult } from "./harness.ts";

/** A fast train at one output: the gate judges it by the resting threshold (INT-04: at most 130 % of it). */
function trainAt(pct: number): Protocol {
  return protocol({
    id: `train-${pct}`,
    blocks: [train({ frequencyHz: 5, pulsesPerTrain: 10, trains: 1, intensity: pctMso(pct) })],
  });
}

function measured(kind: ThresholdKind, percentMso: number): Threshold {
  return {
    kind,
    percentMso,
    hemisphere: "left",
    muscle: "FDI",
    coilSerial: null,
    stimulator: "magstim-super-rapid2",
    waveform: "biphasic",
    currentDirection: null,
    method: "ml-pest",
    measuredAt: "2026-03-02T09:00:00.000Z",
  };
}

/** Given a resting threshold of 45 %, and then told what was measured. */
function run(pct: number, thresholds: readonly Threshold[] | null): Promise<VirtualResult> {
  return runVirtual({
    protocols: [trainAt(pct)],
    operator: (_, conductor) => {
      if (thresholds !== null) conductor.setThresholds(thresholds);
    },
  });
}

const rulesOf = (result: VirtualResult): readonly (string | null)[] =>
  eventsOf(result, "refused").map(({ rule }) => rule);

describe("thresholds that are measured in a session", () => {
  it("take the place of those that it began with, where they are lower", async () => {
    expect(await run(58, null)).toMatchObject({ status: "completed", counts: { delivered: 10 } });
    const refused = await run(58, [measured("RMT", 40)]);
    expect(refused).toMatchObject({ status: "refused", counts: { delivered: 0 } });
    expect(rulesOf(refused)).toContain("INT-04");
    expect(refused.discharges).toEqual([]);
  });

  it("take the place of those that it began with, where they are higher", async () => {
    expect(rulesOf(await run(65, null))).toContain("INT-04");
    expect(await run(65, [measured("RMT", 55)])).toMatchObject({
      status: "completed",
      counts: { delivered: 10 },
    });
  });

  it("take the place of all of them: one that is not measured again is not known any more", async () => {
    const refused = await run(58, [measured("1mV", 60)]);
    expect(refused).toMatchObject({ status: "refused", counts: { delivered: 0 } });
    expect(eventsOf(refused, "refused")[0]?.detail).toContain("resting motor threshold");
  });
});
