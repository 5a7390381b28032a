/** Starts that leave through a line: RTS of the stimulator's port, or a trigger box. */
import { describe, expect, it } from "vitest";
import type { TriggerRig } from "../../src/app/config/rig.ts";
import { eventsOf } from "./harness.ts";
import { attribute, everythingHolds, type MatrixResult, runOn, totalPulses } from "./matrix.ts";
import { MODELS, type ModelCase, PCT } from "./models.ts";

const box = (driver: string, options: Readonly<Record<string, unknown>> = {}): TriggerRig => ({
  via: "box",
  driver,
  port: "simulated",
  line: 1,
  options,
});

const PATHS: readonly (readonly [string, TriggerRig])[] = [
  ["RTS", { via: "rts" }],
  ["a pulse box", box("pulse-box")],
  ["an MMBT-S", box("mmbt-s", { switch: "P" })],
  ["a TTL module", box("bbtk-ttl")],
  ["a c-pod", box("cedrus-xid")],
  ["a TriggerBox Plus", box("brainproducts-triggerbox-plus")],
];

const WIRED = MODELS.filter(({ name }) =>
  [
    "magstim-200",
    "magstim-bistim",
    "magstim-super-rapid2",
    "magpro-x100-option",
    "duomag",
  ].includes(name),
);

const WIRELESS: ModelCase = {
  name: "trigger-only",
  driver: "trigger-only",
  family: "magstim",
  kinds: ["single"],
  options: {
    modelName: "PowerMag 100",
    intensityPctMso: PCT,
    waveform: "biphasic",
    coil: "PMD70",
    maxRateHz: 0.4,
  },
};

function through(
  model: ModelCase,
  trigger: TriggerRig,
  withMarkers: boolean,
): Promise<MatrixResult> {
  const markers = withMarkers ? { markers: { code: 4, conditions: {} } } : {};
  return runOn({
    model,
    // What a MagPro does at its trigger input is what its own settings say.
    ...(model.family === "magventure" ? { body: { triggerInSequence: 0 } } : {}),
    rig: (rig) => ({ ...rig, ...markers, stimulator: { ...rig.stimulator, trigger } }),
  });
}

describe.each(WIRED)("single pulses of a $name", (model) => {
  it.each(PATHS)(
    "are started by %s, once each, and seen by the device's own word",
    async (_, path) => {
      const result = await through(model, path, path.via === "box");
      everythingHolds(result);
      expect(result.status, result.detail).toBe("completed");
      expect(result.counts).toEqual({ planned: 3, delivered: 3, unknown: 0, skipped: 0 });
      expect(result.discharges.map(({ cause }) => cause)).toEqual([
        "trigger",
        "trigger",
        "trigger",
      ]);
      const markers = eventsOf(result, "measure").filter(({ name }) => name === "marker");
      expect(markers).toHaveLength(path.via === "box" ? 3 : 0);
    },
  );
});

describe("single pulses of a stimulator without a wire", () => {
  it.each(PATHS)("are started by %s, and are unknown, hence counted", async (_, path) => {
    const result = await through(WIRELESS, path, false);
    expect(result.status, result.detail).toBe("completed");
    expect(result.counts).toEqual({ planned: 3, delivered: 0, unknown: 3, skipped: 0 });
    expect(result.discharges).toHaveLength(3);
    expect(attribute(result).foreign).toEqual([]);
    expect(totalPulses(result.discharges)).toBe(3);
    // Nobody can hear that it is disarmed, and at its own panel it is not.
    expect(eventsOf(result, "disarm").every(({ confirmed }) => !confirmed)).toBe(true);
    expect(result.afterwards.length).toBeGreaterThan(0);
  });
});

describe("a stop", () => {
  it.each(PATHS)("is the last that a line led by %s hears of", async (_, trigger) => {
    const model = WIRED.find(({ name }) => name === "magstim-super-rapid2") as ModelCase;
    const result = await runOn({
      model,
      rig: (rig) => ({ ...rig, stimulator: { ...rig.stimulator, trigger } }),
      operator: (clock, conductor) => clock.at(5000, () => conductor.stop("test")),
    });
    everythingHolds(result);
    expect(result.status).toBe("stopped");
    expect(result.discharges).toHaveLength(1);
  });
});
