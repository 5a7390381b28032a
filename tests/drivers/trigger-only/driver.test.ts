import { describe, expect, it } from "vitest";
import { driver as module } from "../../../drivers/trigger-only/index.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type {
  DeviceModel,
  DriverContext,
  PermitLike,
  Stimulator,
  StimulatorConfig,
} from "../../../src/contract/stimulator.ts";
import type { TriggerAnswer, TriggerPath } from "../../../src/contract/trigger.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { settingsProblem } from "../../../src/safety/grants.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

const TYPED = {
  modelName: "PowerMag 100",
  intensityPctMso: 55,
  waveform: "biphasic",
  coil: "PMD70, serial 12",
  maxRateHz: 4,
};
const configOf = (options: Readonly<Record<string, unknown>> = TYPED): StimulatorConfig => ({
  driver: "trigger-only",
  mains: null,
  softwareVersion: null,
  options,
});
const PERMIT: PermitLike = { permitId: "test" };
const SETTINGS = { intensityPctMso: [55], train: null, isiMs: null };

function doseOf(shape: DoseShape, intensityPctMso: readonly number[] = [55]): Dose {
  return {
    index: 0,
    dueMs: 0,
    shape,
    intensityPctMso,
    request: { value: null, base: "%MSO", threshold: null },
    place: { block: 0, train: 1, trains: 1, condition: null },
    hostTrain: null,
    lateLimitMs: 5,
  };
}
const PULSE = doseOf({ kind: "pulse" });

interface Bench {
  readonly clock: VirtualClock;
  readonly driver: Stimulator;
  /** Permits of the triggers that left. */
  readonly fired: PermitLike[];
}

interface PathOptions {
  readonly answer?: (clock: VirtualClock) => Promise<TriggerAnswer>;
  readonly drained?: (clock: VirtualClock) => Promise<number>;
  readonly refuse?: boolean;
}

/** No port is in the context: nothing may be asked of it. */
async function onBench(
  work: (bench: Bench) => Promise<void>,
  path: PathOptions = {},
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const fired: PermitLike[] = [];
  const trigger: TriggerPath = {
    name: "box line 1",
    worstLatencyMs: 4,
    fire: (permit) => {
      if (path.refuse === true) throw new PulsetrainError("PORT_HAZARD_REFUSED", "no permit");
      fired.push(permit);
      const drained = path.drained?.(clock) ?? clock.until(clock.now() + 1).then(() => clock.now());
      return {
        writtenMs: clock.now(),
        writtenHex: "01",
        drained,
        ...(path.answer === undefined ? {} : { answer: path.answer(clock) }),
      };
    },
  };
  const context = { config: configOf(), clock, unlockCode: null, trigger };
  const driver = module.create(context as unknown as DriverContext);
  await clock.run(() => work({ clock, driver, fired }));
}

async function armed({ driver }: Bench): Promise<void> {
  await driver.connect();
  await driver.prepare(SETTINGS, PERMIT);
  await driver.arm(PERMIT);
}

async function codeOf(work: Promise<unknown> | (() => unknown)): Promise<string> {
  try {
    await (typeof work === "function" ? work() : work);
    return "no error";
  } catch (error) {
    return error instanceof PulsetrainError ? error.code : String(error);
  }
}

function modelOf(options: Readonly<Record<string, unknown>> = TYPED): DeviceModel {
  const described = module.describe(configOf(options));
  if (!described.ok) throw new Error(described.error);
  return described.value;
}

describe("the model of a stimulator without a wire", () => {
  it.each(Object.keys(TYPED))("is not described without %s", (field) => {
    const { [field as keyof typeof TYPED]: _, ...rest } = TYPED;
    const described = module.describe(configOf(rest));
    expect(described.ok ? "" : described.error).toContain(field);
  });

  it.each([
    [{ ...TYPED, intensityPctMso: 0 }, "intensityPctMso"],
    [{ ...TYPED, intensityPctMso: 101 }, "intensityPctMso"],
    [{ ...TYPED, coil: "  " }, "coil"],
    [{ ...TYPED, maxRateHz: 0 }, "maxRateHz"],
    [{ ...TYPED, pulses: 3 }, "pulses"],
  ])("is not described from impossible options %j", (options, words) => {
    const described = module.describe(configOf(options));
    expect(described.ok ? "" : described.error).toContain(words);
  });

  it("has no evidence, the waveform that was typed in, and the rate as its shortest interval", () => {
    const { capabilities, maxFrequencyHz } = modelOf();
    expect(capabilities).toMatchObject({
      evidence: "none",
      waveform: "biphasic",
      hostMinIntervalMs: 250,
      externalTrigger: false,
      worstLatencyMs: { serial: null },
    });
    expect(maxFrequencyHz(55)).toBe(4);
    expect(modelOf({ ...TYPED, maxRateHz: 100 }).capabilities.hostMinIntervalMs).toBe(50);
  });

  it("refuses another intensity than the one that was typed in, and names both", () => {
    const [problem, ...more] = modelOf().judgeDose(doseOf({ kind: "pulse" }, [60]));
    expect(more).toEqual([]);
    expect(problem?.rule).toBe("INT-03");
    expect(problem?.detail).toMatch(/60 %.*55 %/);
    expect(modelOf().judgeDose(PULSE)).toEqual([]);
    expect(modelOf().judgeDose(doseOf({ kind: "pulse" }, [55, 55]))).toHaveLength(1);
  });

  it("refuses whatever is more than one pulse a trigger, and windows that nobody could count", () => {
    const shapes: readonly DoseShape[] = [
      { kind: "train", pulses: 10, frequencyHz: 1 },
      { kind: "burst", pulses: 3, isiMs: 20 },
      { kind: "pair", isiMs: 3 },
      { kind: "burst-train", bursts: 2, burstHz: 5, pulsesPerBurst: 3, isiMs: 20 },
      { kind: "external", maxPulses: 1, minIntervalMs: 1000, windowMs: 1000, by: "trigger" },
      {
        kind: "external",
        maxPulses: 1,
        minIntervalMs: 1000,
        windowMs: 1000,
        by: "stored-protocol",
      },
    ];
    for (const shape of shapes)
      expect(
        modelOf()
          .judgeDose(doseOf(shape))
          .map(({ rule }) => rule),
      ).toEqual(["DEV-01"]);
  });

  it("asks a person for everything that it cannot know", () => {
    const typed = { ...TYPED, currentDirection: "PA", pulseWidthUs: 160 };
    const text = modelOf(typed).confirmationFor?.(PULSE) ?? "";
    for (const word of [
      "PowerMag 100",
      "55 %",
      "biphasic",
      "PA",
      "160 µs",
      "PMD70, serial 12",
      "armed",
    ])
      expect(text).toContain(word);
  });

  it("needs no grants, and the gate finds nothing beyond the dose", () => {
    expect(modelOf().grantsFor(PULSE)).toEqual([]);
    expect(settingsProblem(modelOf(), PULSE)).toBeNull();
  });
});

describe("a stimulator without a wire", () => {
  it("is not made without a trigger path or with too few options", async () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const without = { config: configOf(), clock, unlockCode: null, trigger: null };
    expect(await codeOf(() => module.create(without as unknown as DriverContext))).toBe(
      "RIG_FILE_BAD",
    );
    const empty = { ...without, config: configOf({}), trigger: {} };
    expect(await codeOf(() => module.create(empty as unknown as DriverContext))).toBe(
      "RIG_FILE_BAD",
    );
  });

  it("takes no bytes at all", () => {
    const classify = module.classifier(configOf());
    for (const bytes of [[], [0], [0x79, 0x79]])
      expect(classify(Uint8Array.from(bytes)).kind).toBe("unknown");
    const options = { direction: "host", softwareVersion: null, highResolution: false } as const;
    expect(module.decodeCapture("trigger-only", Uint8Array.of(1), options)).toMatchObject([
      { ok: false, hex: "01" },
    ]);
  });

  it("says of itself what was typed in, and that it was", () =>
    onBench(async ({ driver }) => {
      const { detail } = await driver.connect();
      expect(detail).toMatchObject({
        modelName: "PowerMag 100 (from the rig file)",
        intensityPctMso: "55 (from the rig file)",
        trigger: "box line 1",
      });
    }));

  it("tells our own flag and nothing that it does not know", () =>
    onBench(async (bench) => {
      const { driver, fired } = bench;
      expect(driver.lastStatus()).toBeNull();
      await driver.connect();
      expect(driver.lastStatus()?.state).toBe("standby");
      expect((await driver.prepare(SETTINGS, PERMIT)).state).toBe("standby");
      const status = await driver.arm(PERMIT);
      expect(status).toMatchObject({
        state: "ready",
        remote: true,
        intensityPctMso: null,
        coilPresent: null,
        waveform: null,
      });
      expect((await driver.awaitReady(10)).state).toBe("ready");
      await driver.disarm("test");
      expect((await driver.readStatus()).state).toBe("standby");
      expect(fired).toEqual([]);
    }));

  it("tells the status of the present instant", () =>
    onBench(async ({ clock, driver }) => {
      await driver.connect();
      await clock.wait(1234);
      expect((await driver.readStatus()).atMs).toBe(1234);
    }));

  it("starts one trigger under the permit, and what came of it is unknown", () =>
    onBench(async (bench) => {
      const { clock, driver, fired } = bench;
      await armed(bench);
      const { done, ...written } = driver.deliver(PULSE, PERMIT);
      expect(written).toEqual({ writtenMs: clock.now(), writtenHex: "01" });
      expect(await done).toMatchObject({
        outcome: "unknown",
        drainedMs: 1,
        acknowledgedMs: null,
        deviceReportedMs: null,
      });
      expect(fired).toEqual([PERMIT]);
      expect((await driver.readStatus()).state).toBe("ready");
    }));

  it("keeps the edge that a box confirms, and calls the pulse unknown all the same", () =>
    onBench(
      async (bench) => {
        await armed(bench);
        expect(await bench.driver.deliver(PULSE, PERMIT).done).toMatchObject({
          outcome: "unknown",
          acknowledgedMs: 3,
        });
      },
      { answer: (clock) => clock.until(3).then(() => ({ kind: "given", atMs: clock.now() })) },
    ));

  it("has delivered nothing when the box says that it raised nothing", () =>
    onBench(
      async (bench) => {
        await armed(bench);
        expect(await bench.driver.deliver(PULSE, PERMIT).done).toMatchObject({
          outcome: "refused-by-device",
          detail: "locked",
        });
      },
      { answer: async () => ({ kind: "refused", atMs: 0, detail: "locked" }) },
    ));

  it.each([
    ["the box is silent", { answer: async () => ({ kind: "silent", detail: "no answer" }) }],
    ["the port is lost", { drained: async () => Promise.reject(new Error("lost")) }],
    ["the bytes never leave", { drained: () => new Promise<number>(() => undefined) }],
  ] satisfies readonly (readonly [string, PathOptions])[])("is unknown when %s", (_, path) =>
    onBench(async (bench) => {
      await armed(bench);
      const delivery = await bench.driver.deliver(PULSE, PERMIT).done;
      expect(delivery.outcome).toBe("unknown");
      expect(bench.clock.now()).toBeLessThanOrEqual(100);
      expect(bench.fired).toHaveLength(1);
    }, path),
  );

  it("starts nothing in standby, at another intensity, in another shape, or twice at a time", () =>
    onBench(async (bench) => {
      const { driver, fired } = bench;
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("PORT_NOT_OPEN");
      await driver.connect();
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      await driver.prepare(SETTINGS, PERMIT);
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
      await driver.arm(PERMIT);
      const other = doseOf({ kind: "pulse" }, [60]);
      expect(await codeOf(() => driver.deliver(other, PERMIT))).toBe("DEVICE_CONFLICT");
      const pair = doseOf({ kind: "pair", isiMs: 3 });
      expect(await codeOf(() => driver.deliver(pair, PERMIT))).toBe("DEVICE_CONFLICT");
      expect(fired).toEqual([]);
      const { done } = driver.deliver(PULSE, PERMIT);
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_CONFLICT");
      await done;
      await driver.deliver(PULSE, PERMIT).done;
      expect(fired).toHaveLength(2);
      await driver.disarm("test");
      expect(await codeOf(() => driver.deliver(PULSE, PERMIT))).toBe("DEVICE_NOT_READY");
    }));

  it("passes on that the port refused, and is ready for the next", () =>
    onBench(
      async (bench) => {
        await armed(bench);
        const twice = [0, 1].map(() => codeOf(() => bench.driver.deliver(PULSE, PERMIT)));
        expect(await Promise.all(twice)).toEqual(["PORT_HAZARD_REFUSED", "PORT_HAZARD_REFUSED"]);
      },
      { refuse: true },
    ));

  it("can be set to nothing else than what was typed in, and arms only after that", () =>
    onBench(async ({ driver }) => {
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("PORT_NOT_OPEN");
      await driver.connect();
      expect(await codeOf(driver.arm(PERMIT))).toBe("DEVICE_CONFLICT");
      const others = [
        { ...SETTINGS, intensityPctMso: [54] },
        { ...SETTINGS, intensityPctMso: [55, 55] },
        { ...SETTINGS, isiMs: 3 },
        { ...SETTINGS, burstPulses: 3 },
        { ...SETTINGS, train: { frequencyHz: 1, pulses: 2, durationS: 2 } },
      ];
      for (const settings of others)
        expect(await codeOf(driver.prepare(settings, PERMIT))).toBe("DEVICE_INVALID_DATA");
      await driver.prepare(SETTINGS, PERMIT);
      await driver.arm(PERMIT);
      expect(await codeOf(driver.prepare(SETTINGS, PERMIT))).toBe("DEVICE_CONFLICT");
    }));

  it("never confirms a disarm, since it cannot be asked, and says what to do", () =>
    onBench(async (bench) => {
      const { driver } = bench;
      expect(await driver.disarm("test")).toEqual({ confirmed: false, detail: "not connected" });
      await armed(bench);
      const { confirmed, detail } = await driver.close();
      expect(confirmed).toBe(false);
      expect(detail).toContain("disarm it at its own panel");
      expect(await codeOf(driver.readStatus())).toBe("PORT_NOT_OPEN");
      expect(await codeOf(driver.connect())).toBe("PORT_NOT_OPEN");
    }));
});
