import { describe, expect, it } from "vitest";
import { driver } from "../../../drivers/duomag/index.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type { DeviceModel } from "../../../src/contract/stimulator.ts";
import { settingsProblem } from "../../../src/safety/grants.ts";
import { configOf, doseOf, WINDOW } from "./bench.ts";

function modelOf(options: Readonly<Record<string, unknown>>): DeviceModel {
  const described = driver.describe(configOf(options));
  if (!described.ok) throw new Error(described.error);
  return described.value;
}

const XT = modelOf({ variant: "xt", chargeMs: 100 });
const DUAL = modelOf({ variant: "mp-dual", deviceIsiMs: 3 });
const rulesOf = (model: DeviceModel, dose: Dose): readonly string[] =>
  model.judgeDose(dose).map(({ rule }) => rule);
const PAIR: DoseShape = { kind: "pair", isiMs: 3 };

describe("the model of a DuoMAG", () => {
  it("is opened at a million baud with two stop bits", () => {
    expect(driver.line).toEqual({ baudRate: 1_000_000, dataBits: 8, parity: "none", stopBits: 2 });
  });

  it.each([
    ["mp", "monophasic"],
    ["xt", "biphasic"],
    ["mp-dual", "monophasic"],
  ] as const)("differs by variant in data alone: %s is %s", (variant, waveform) => {
    const { capabilities } = modelOf({ variant });
    expect(capabilities).toMatchObject({ waveform, evidence: "status", channels: 1 });
    expect(capabilities.deviceTimed).toEqual({
      train: false,
      burst: false,
      pair: false,
      burstTrain: false,
    });
  });

  it("counts on a slow device unless the rig file says how fast this one charges", () => {
    expect(modelOf({ variant: "xt" }).capabilities.hostMinIntervalMs).toBe(1700);
    expect(modelOf({ variant: "mp", chargeMs: 500 }).capabilities.hostMinIntervalMs).toBe(700);
  });

  it("counts the recharge delay into the interval that the host can time", () => {
    const slow = modelOf({ variant: "xt", rechargeDelayMs: 600, chargeMs: 100 });
    expect(XT.capabilities.hostMinIntervalMs).toBe(300);
    expect(slow.capabilities.hostMinIntervalMs).toBe(800);
    expect(slow.minRestAfterMs(doseOf({ kind: "pulse" }))).toBe(700);
    expect(modelOf({ variant: "mp", chargeMs: 800 }).maxFrequencyHz(50)).toBe(1);
  });

  it.each([
    [{ variant: "qps" }, "variant"],
    [{ variant: "xt", isi: 3 }, "isi"],
    [{ variant: "xt", rechargeDelayMs: 601 }, "rechargeDelayMs"],
    [{ variant: "xt", rechargeDelayMs: "1" }, "rechargeDelayMs"],
    [{ variant: "xt", rechargeDelayMs: 25.3 }, "25.2 ms is"],
    [{ variant: "xt", rechargeDelayMs: 0.07 }, "0.05 ms is"],
    [{ variant: "xt", triggerOutDelayMs: -1 }, "triggerOutDelayMs"],
    [{ variant: "xt", chargeMs: 0 }, "chargeMs"],
    [{ variant: "xt", deviceIsiMs: 3 }, "mp-dual"],
    [{ variant: "mp-dual", triggerOutDelayMs: 5 }, "interval between the two pulses"],
    [{ variant: "mp-dual", deviceIsiMs: 0.5 }, "deviceIsiMs"],
  ])("is not described from the options %j, in words with %s", (options, words) => {
    const described = driver.describe(configOf(options));
    expect(described.ok ? "" : described.error).toContain(words);
  });

  it("is of the variant that can least when the rig file names none", () => {
    const unnamed = driver.describe(configOf({}));
    const mp = driver.describe(configOf({ variant: "mp" }));
    if (!unnamed.ok || !mp.ok) throw new Error("not described");
    expect(unnamed.value.capabilities).toEqual(mp.value.capabilities);
  });

  it("takes pulses from 1 to 100 % in whole percents, and nobody knows what 0 does", () => {
    for (const pct of [1, 50, 100])
      expect(rulesOf(XT, doseOf({ kind: "pulse" }, [pct]))).toEqual([]);
    for (const pct of [0, 101, 50.5, Number.NaN])
      expect(rulesOf(XT, doseOf({ kind: "pulse" }, [pct]))).toEqual(["INT-03"]);
    expect(rulesOf(XT, doseOf({ kind: "pulse" }, [50, 50]))).toEqual(["INT-03"]);
  });

  it("makes no trains and bursts, because the wire has no command for them", () => {
    const shapes: readonly DoseShape[] = [
      { kind: "train", pulses: 10, frequencyHz: 10 },
      { kind: "burst", pulses: 3, isiMs: 20 },
      { kind: "burst-train", bursts: 10, burstHz: 5, pulsesPerBurst: 3, isiMs: 20 },
    ];
    for (const shape of shapes) expect(rulesOf(XT, doseOf(shape))).toEqual(["DEV-01"]);
  });

  it("gives pairs only on an MP-Dual whose own interval was typed in and is that of the dose", () => {
    const pair = doseOf(PAIR, [50, 50]);
    expect(rulesOf(DUAL, pair)).toEqual([]);
    expect(rulesOf(XT, pair)).toEqual(["DEV-01"]);
    expect(rulesOf(modelOf({ variant: "mp-dual" }), pair)).toEqual(["DEV-01"]);
    expect(rulesOf(DUAL, doseOf({ kind: "pair", isiMs: 2 }, [50, 50]))).toEqual(["DEV-01"]);
    expect(rulesOf(DUAL, doseOf(PAIR, [50, 60]))).toEqual(["INT-03"]);
    expect(DUAL.capabilities.deviceTimed.pair).toBe(true);
  });

  it("gives no single pulses and no external window while an MP-Dual is set to pairs", () => {
    expect(rulesOf(DUAL, doseOf({ kind: "pulse" }))).toEqual(["DEV-01"]);
    expect(rulesOf(DUAL, WINDOW)).toEqual(["DEV-01"]);
  });

  it("asks a person for what an MP-Dual does not tell, and for nothing else", () => {
    expect(DUAL.confirmationFor?.(doseOf(PAIR, [50, 50]))).toMatch(/3 ms .* 50 %/);
    expect(XT.confirmationFor?.(doseOf({ kind: "pulse" }))).toBeNull();
  });

  it("takes an external window whose pulses can be told one from the other", () => {
    expect(rulesOf(XT, WINDOW)).toEqual([]);
    const fast = doseOf({ ...WINDOW.shape, minIntervalMs: 199 } as DoseShape);
    const stored = doseOf({ ...WINDOW.shape, by: "stored-protocol" } as DoseShape);
    expect(rulesOf(XT, fast)).toEqual(["DEV-01"]);
    expect(rulesOf(XT, stored)).toEqual(["DEV-01"]);
  });

  it("is granted what prepare sends, in its order, and the gate finds nothing beyond the dose", () => {
    const dose = doseOf({ kind: "pulse" });
    expect(XT.grantsFor(dose)).toEqual([
      { kind: "setting", setting: "rechargeDelayUs", value: 100_000 },
      { kind: "intensity", channel: "A", pctMso: 50 },
    ]);
    expect(settingsProblem(XT, dose)).toBeNull();
    expect(settingsProblem(DUAL, doseOf(PAIR, [50, 50]))).toBeNull();
  });
});
