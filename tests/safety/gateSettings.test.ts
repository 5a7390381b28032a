import { describe, expect, it } from "vitest";
import type { Hazard } from "../../src/contract/hazard.ts";
import type { DeviceModel } from "../../src/contract/stimulator.ts";
import { redeem } from "../../src/safety/permit.ts";
import type { Gate } from "../../src/safety/types.ts";
import { device, doses, planOf, starts } from "./fixtures.ts";
import { arm, ask, codeOf, doseAt, KOCH, open, standby } from "./gateFixtures.ts";

describe("permits to set and to arm", () => {
  it("grants exactly what the device model lists for the dose", () => {
    const grants: readonly Hazard[] = [
      { kind: "setting", setting: "durationTenthsS", value: 10 },
      { kind: "intensity", channel: "A", pctMso: 50 },
      { kind: "setting", setting: "frequencyTenthsHz", value: 200 },
      { kind: "setting", setting: "pulses", value: 40 },
    ];
    const gate = open(KOCH, { device: device({ grants: () => grants }) });
    const permit = gate.permitSettings(doseAt(KOCH, 0), 1000);
    if (!permit.ok) throw new Error(codeOf(permit));
    for (const grant of grants)
      expect(codeOf(redeem(permit.value, "dev-1", 1010, grant))).toBe("ok");
    expect(codeOf(redeem(permit.value, "dev-1", 1010, { kind: "fire" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
    expect(codeOf(redeem(permit.value, "dev-1", 1010, { kind: "arm" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
  });

  it.each([
    ["more intensity", { kind: "intensity", channel: "A", pctMso: 51 }],
    ["an intensity that is no number", { kind: "intensity", channel: "A", pctMso: Number.NaN }],
    ["another channel", { kind: "intensity", channel: "B", pctMso: 1 }],
    ["more pulses", { kind: "setting", setting: "pulses", value: 41 }],
    ["a higher rate", { kind: "setting", setting: "frequencyTenthsHz", value: 201 }],
    ["a higher rate in Hz", { kind: "setting", setting: "frequencyHz", value: 20.1 }],
    ["enhanced power", { kind: "setting", setting: "enhancedPower", value: 1 }],
    ["no coil switch", { kind: "setting", setting: "ignoreCoilSwitch", value: 1 }],
    ["firing", { kind: "fire" }],
    ["arming", { kind: "arm" }],
    ["anything unknown", { kind: "unknown", why: "glued" }],
  ] as const)("refuses a device model that lists %s", (_, grant) => {
    const gate = open(KOCH, { device: device({ grants: () => [grant] }) });
    expect(codeOf(gate.permitSettings(doseAt(KOCH, 0), 1000))).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  it("a single pulse is set to one pulse and no rate", () => {
    const plan = starts("single", { count: 2, everyMs: 5000 });
    const lists = (value: number): Gate =>
      open(plan, {
        device: device({
          grants: () => [
            { kind: "safe" },
            { kind: "setting", setting: "pulses", value },
            { kind: "setting", setting: "frequencyHz", value: 9 },
          ],
        }),
      });
    expect(codeOf(lists(1).permitSettings(doseAt(plan, 0), 1))).toBe("ok");
    expect(codeOf(lists(2).permitSettings(doseAt(plan, 0), 1))).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  it.each([
    { intensityPctMso: [51] },
    { intensityPctMso: [50, 1] },
    { train: null },
    { train: { pulses: 41, frequencyHz: 20, durationS: 2.05 } },
  ])("refuses a device model that would set %j", (settings) => {
    const gate = open(KOCH, { device: device({ settings }) });
    const expected = settings.train === null ? "ok" : "GATE_DOSE_REFUSED DEV-01";
    expect(codeOf(gate.permitSettings(doseAt(KOCH, 0), 1000))).toBe(expected);
  });

  describe("where the second channel gives single pulses", () => {
    const plan = starts("single", { count: 2, everyMs: 5000, pct: 54 });
    const power = (channel: "A" | "B", pctMso: number): Hazard => ({
      kind: "intensity",
      channel,
      pctMso,
    });
    const model = (
      grants: readonly Hazard[],
      intensityPctMso: readonly number[] = [0, 54],
      channel: "A" | "B" | null = "B",
    ): DeviceModel => ({
      ...device({ grants: () => grants, settings: { intensityPctMso } }),
      ...(channel === null ? {} : { channelOf: () => channel }),
    });
    const said = (...given: Parameters<typeof model>): string =>
      codeOf(open(plan, { device: model(...given) }).permitSettings(doseAt(plan, 0), 1));

    it("the dose is granted there and nowhere else", () => {
      expect(said([power("B", 54)])).toBe("ok");
      expect(said([])).toBe("ok");
      expect(said([power("B", 40), power("B", 54)])).toBe("ok");
    });

    it.each([
      ["the other channel", [power("A", 54)]],
      ["the other channel too", [power("A", 36), power("B", 54)]],
      ["a percent on the other channel", [power("B", 54), power("A", 1)]],
      ["more than the dose", [power("B", 55)]],
      ["what is no number", [power("B", Number.NaN)]],
    ])("a device model that lists %s is refused", (_, grants) => {
      expect(said(grants)).toBe("GATE_DOSE_REFUSED DEV-01");
    });

    it.each([[[54, 0]], [[54]], [[54, 54]], [[1, 54]], [[0, 55]], [[0, 54, 1]]])(
      "a device model that would set %j is refused",
      (intensityPctMso) => {
        expect(said([power("B", 54)], intensityPctMso)).toBe("GATE_DOSE_REFUSED DEV-01");
      },
    );

    it("a device model that names the other channel, or none, is held to that one", () => {
      for (const channel of ["A", null] as const) {
        expect(said([power("B", 54)], [0, 54], channel)).toBe("GATE_DOSE_REFUSED DEV-01");
        expect(said([power("A", 54)], [54], channel)).toBe("ok");
      }
    });

    it("a pair stays in the order of its pulses", () => {
      const shape = { kind: "pair", isiMs: 3 } as const;
      const pairs = starts("paired", { count: 2, everyMs: 5000, shape, pct: [36, 54] });
      const pairSaid = (first: number, second: number): string => {
        const grants = [power("A", first), power("B", second)];
        const gate = open(pairs, { device: model(grants, [first, second]) });
        return codeOf(gate.permitSettings(doseAt(pairs, 0), 1));
      };
      expect(pairSaid(36, 54)).toBe("ok");
      expect(pairSaid(54, 36)).toBe("GATE_DOSE_REFUSED DEV-01");
    });

    it("the gate arms and lets a dose pass on what that channel shows", () => {
      const gate = open(plan, { device: model([power("B", 54)]) });
      const dose = doseAt(plan, 0);
      const shown = (intensityPctMso: readonly number[]): string =>
        codeOf(gate.permitArm(dose, dose, { ...standby(dose, 990), intensityPctMso }, 1000));
      expect(shown([54, 0])).toBe("GATE_DOSE_REFUSED INT-05");
      expect(shown([36, 54])).toBe("GATE_DOSE_REFUSED INT-05");
      expect(shown([0, 54])).toBe("ok");
    });
  });

  it("a single pulse is not set as a train", () => {
    const plan = starts("single", { count: 2, everyMs: 5000 });
    const gate = open(plan, {
      device: device({ settings: { train: { pulses: 1, frequencyHz: 1, durationS: 1 } } }),
    });
    expect(codeOf(gate.permitSettings(doseAt(plan, 0), 1000))).toBe("GATE_DOSE_REFUSED DEV-01");
  });

  it("refuses to set for a dose of another plan", () => {
    const gate = open(KOCH);
    expect(codeOf(gate.permitSettings({ ...doseAt(KOCH, 0), dueMs: 7 }, 1000))).toBe(
      "GATE_DOSE_REFUSED",
    );
  });

  it("an arm permit says how much can come of it and arms once", () => {
    const gate = open(KOCH);
    const permit = gate.permitArm(
      doseAt(KOCH, 0),
      doseAt(KOCH, 2),
      standby(doseAt(KOCH, 0), 100),
      100,
    );
    if (!permit.ok) throw new Error(codeOf(permit));
    expect(permit.value).toMatchObject({ ceilingPctMso: 50, maxPulses: 120 });
    expect(codeOf(redeem(permit.value, "dev-1", 110, { kind: "fire" }))).toBe(
      "GATE_PERMIT_MISMATCH",
    );
    expect(codeOf(redeem(permit.value, "dev-1", 110, { kind: "arm" }))).toBe("ok");
    expect(codeOf(redeem(permit.value, "dev-1", 110, { kind: "arm" }))).toBe("GATE_PERMIT_SPENT");
  });

  it("refuses to arm backwards, for doses that are over, or for another plan's", () => {
    const gate = open(KOCH);
    expect(arm(gate, KOCH, 1, 0)).toBe("GATE_DOSE_REFUSED");
    expect(arm(gate, KOCH)).toBe("ok");
    expect(codeOf(ask(gate, KOCH, 0))).toBe("ok");
    expect(arm(gate, KOCH, 0, 2)).toBe("GATE_DOSE_REFUSED");
    const other = { ...doseAt(KOCH, 1), dueMs: 3 };
    expect(codeOf(gate.permitArm(other, doseAt(KOCH, 2), standby(other, 100), 100))).toBe(
      "GATE_DOSE_REFUSED",
    );
  });

  it.each([
    [
      "what it reads back is another intensity",
      { intensityPctMso: [52] },
      "GATE_DOSE_REFUSED INT-05",
    ],
    ["it is not set to trains", { mode: "single" }, "GATE_DOSE_REFUSED DEV-01"],
    ["it is armed already", { state: "armed" }, "GATE_DEVICE_STATE DEV-01"],
    ["the read-back is old", { atMs: -2000 }, "GATE_DEVICE_STATE WDG-01"],
  ] as const)("refuses to arm a device when %s", (_, over, code) => {
    const gate = open(KOCH);
    const first = doseAt(KOCH, 0);
    expect(codeOf(gate.permitArm(first, first, standby(first, 100, over), 100))).toBe(code);
  });

  it("one refused dose in the group refuses the arming", () => {
    const plan = planOf(
      ["single"],
      doses([
        { dueMs: 0, pct: 50 },
        { dueMs: 5000, pct: 55 },
      ]),
    );
    expect(arm(open(plan), plan, 0, 1)).toBe("GATE_DOSE_REFUSED INT-05");
    expect(arm(open(plan), plan, 0, 0)).toBe("ok");
  });
});
