import { expect, describe as group, it } from "vitest";
import { driver as magstim } from "../../drivers/magstim/index.ts";
import { simulator } from "../../simulators/magstim/index.ts";
import type { Check } from "../../src/app/doctor/check.ts";
import { judgeDevice } from "../../src/app/doctor/judgeDevice.ts";
import { walkDevice } from "../../src/app/doctor/walk.ts";
import type { Discharge } from "../../src/contract/simulator.ts";
import type { DriverModule, StimulatorConfig } from "../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createMemoryLink, plugIn } from "../../src/io/memoryPort.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";
import { echoDriver } from "./echoDriver.ts";

const CONFIG: StimulatorConfig = {
  driver: "magstim-super-rapid2",
  mains: 240,
  softwareVersion: null,
  options: {},
};
const CODE = "7a1b2c3d-4e5f-69";

interface Case {
  /** Faults of the simulator, each from its instant in seconds on. */
  readonly faults?: readonly (readonly [string, number])[];
  /** The code that the unit wants, and the one that the rig has. */
  readonly unit?: string;
  readonly rig?: string;
  readonly config?: Partial<StimulatorConfig>;
  readonly driver?: DriverModule;
  readonly drivers?: readonly DriverModule[];
  /** Instead of a unit: what comes back for what is sent. */
  readonly answers?: (bytes: Uint8Array) => Uint8Array | null;
  readonly absent?: boolean;
  readonly stopsAtMs?: number;
}

interface Walked {
  readonly steps: ReadonlyMap<string, Check>;
  readonly writes: readonly Uint8Array[];
  readonly discharges: readonly Discharge[];
  readonly isOpen: boolean;
}

async function walked(given: Case = {}): Promise<Walked> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const link = createMemoryLink(clock, { baudRate: 9600, name: "cable" });
  const driver = given.driver ?? magstim;
  const config = { ...CONFIG, ...given.config };
  const writes: Uint8Array[] = [];
  const discharges: Discharge[] = [];
  link.far.bytes$.subscribe((bytes) => writes.push(bytes));
  const { answers } = given;
  if (answers !== undefined) {
    link.far.bytes$.subscribe((bytes) => {
      const answer = answers(bytes);
      if (answer !== null) link.far.send(answer);
    });
  } else {
    const device = simulator.create({
      model: CONFIG.driver,
      clock,
      seed: 1,
      softwareVersion: null,
      unlockCode: given.unit ?? null,
      mains: 240,
      faults: (given.faults ?? []).map(([kind, s]) => ({ kind, when: { at: "time", s } })),
    });
    device.discharges$.subscribe((discharge) => discharges.push(discharge));
    plugIn(link, device);
  }
  if (given.absent === true) link.unplug("absent");
  const stopped = new Promise<never>((_, reject) => {
    if (given.stopsAtMs !== undefined)
      clock.at(given.stopsAtMs, () => reject(new PulsetrainError("CLI_STOPPED", "a test")));
  });
  stopped.catch(() => undefined);
  try {
    const evidence = await clock.run(() =>
      walkDevice({
        driver,
        drivers: given.drivers ?? [driver],
        config,
        unlockCode: given.rig ?? null,
        port: link.port,
        clock,
        facts: () => null,
        stopped,
      }),
    );
    const steps = new Map(judgeDevice(evidence).map((check) => [check.step, check]));
    return { steps, writes, discharges, isOpen: link.port.isOpen };
  } finally {
    // Whatever was wrong with the device: nothing that can reach a person has left.
    for (const bytes of writes) expect(driver.classifier(config)(bytes).kind).toBe("safe");
    expect(discharges).toEqual([]);
    expect(link.port.isOpen).toBe(false);
  }
}

/** `step verdict` of everything that is not well. */
function unwell({ steps }: Walked): readonly string[] {
  return [...steps.values()]
    .filter(({ verdict }) => verdict !== "ok")
    .map(({ step, verdict }) => `${step} ${verdict}`);
}

const STEPS = [
  "open",
  "loopback",
  "framing",
  "checksum",
  "reply",
  "control",
  "version",
  "keep-alive",
  "timing",
  "close",
];

group("a device that is examined", () => {
  it("passes every step when it is well, and is left in standby with its port closed", async () => {
    const { steps } = await walked({ unit: CODE, rig: CODE });
    expect([...steps.keys()]).toEqual(STEPS);
    expect([...steps.values()].filter(({ verdict }) => verdict !== "ok")).toEqual([]);
    expect(steps.get("version")?.detail).toMatch(/magstim-super-rapid2, software 11/);
    expect(steps.get("keep-alive")?.detail).toMatch(/4\.5 s by [2-9] polls/);
  });

  it("that is absent fails at the first step, and nothing else is claimed", async () => {
    const given = await walked({ absent: true });
    expect(given.steps.get("open")).toMatchObject({
      verdict: "fail",
      detail: expect.stringContaining("PORT_NOT_FOUND"),
    });
    expect(unwell(given).slice(1)).toEqual(STEPS.slice(1).map((step) => `${step} skipped`));
  });

  it("that is silent fails to reply, with the socket of the main unit and the loop test as cure", async () => {
    const given = await walked({ faults: [["silent", 0]] });
    expect(unwell(given)).toContain("reply fail");
    expect(given.steps.get("reply")?.cure).toMatch(
      /main unit \(not of a user interface\).*join pins 2 and 3/,
    );
    expect(given.steps.get("reply")?.detail).toMatch(/DEVICE_SILENT.*no answer at all/);
    expect(unwell(given).filter((one) => one.endsWith("fail"))).toEqual(["reply fail"]);
  });

  it("whose line brings back what is sent is a loop, and no device", async () => {
    const given = await walked({ answers: (bytes) => bytes });
    expect(unwell(given)).toEqual([
      "loopback fail",
      "framing skipped",
      "checksum skipped",
      "reply fail",
      "control skipped",
      "version skipped",
      "keep-alive skipped",
      "timing skipped",
      "close skipped",
    ]);
  });

  it("whose unlock code comes back on a loop shows it nowhere", async () => {
    const { steps } = await walked({ rig: CODE, answers: (bytes) => bytes });
    expect(steps.get("loopback")?.verdict).toBe("fail");
    const hex = Buffer.from(CODE).toString("hex");
    const text = JSON.stringify([...steps.values()]);
    expect(text.includes(CODE) || text.includes(hex) || text.includes(hex.slice(8, 24))).toBe(
      false,
    );
  });

  it("that talks nonsense fails at framing, with rate and model as cure", async () => {
    const given = await walked({ answers: () => Uint8Array.of(0xfe, 0x00, 0xfe, 0x80) });
    expect(given.steps.get("framing")).toMatchObject({
      verdict: "fail",
      detail: expect.stringContaining("fe00fe80"),
      cure: expect.stringMatching(/another device, another model, or another rate than 9600 baud/),
    });
    expect(given.steps.get("reply")?.verdict).toBe("fail");
  });

  it("of another family is named when its frames can be read", async () => {
    const given = await walked({
      drivers: [magstim, echoDriver({ isTold: true })],
      answers: () => Uint8Array.of(0x02, 0xaa, 0x03, 0x02, 0xab, 0x03),
    });
    expect(given.steps.get("framing")?.cure).toMatch(/reads as echo: correct `driver`/);
  });

  it("with damaged answers is warned of, once it answers at all", async () => {
    const given = await walked({
      faults: [
        ["corrupt-answer", 2],
        ["garbage", 3],
      ],
    });
    expect(unwell(given)).toContain("checksum warn");
    expect(unwell(given)).toContain("framing warn");
    expect(unwell(given).some((one) => one.endsWith("fail"))).toBe(false);
  });

  it("whose every answer has a wrong checksum fails there", async () => {
    const given = await walked({ answers: (bytes) => Uint8Array.of(bytes[0] ?? 0, 0x09, 0x00) });
    expect(given.steps.get("checksum")?.verdict).toBe("fail");
  });

  it("that wants another unlock code answers, and gives no control", async () => {
    const given = await walked({ unit: CODE, rig: "0badc0de-1122-33" });
    expect(unwell(given).filter((one) => one.endsWith("fail"))).toEqual(["control fail"]);
    expect(given.steps.get("control")).toMatchObject({
      detail: expect.stringContaining("DEVICE_UNLOCK_REFUSED"),
      cure: expect.stringContaining("typing errors"),
    });
    expect(JSON.stringify([...given.steps.values()])).not.toContain("0badc0de");
  });

  it("with an unlock code of another shape in the rig is not even asked", async () => {
    const given = await walked({ unit: CODE, rig: "12345" });
    expect(given.writes).toEqual([]);
    expect(given.steps.get("control")).toMatchObject({
      verdict: "fail",
      detail: expect.stringContaining("hhhh-hhhhhhhh-hh"),
      cure: expect.stringContaining("unlockCode"),
    });
    expect(given.steps.get("reply")?.verdict).toBe("skipped");
  });

  it("of another version than the rig says fails at the version alone", async () => {
    const given = await walked({ config: { softwareVersion: "8.0" } });
    expect(unwell(given).filter((one) => one.endsWith("fail"))).toEqual(["version fail"]);
    expect(given.steps.get("version")?.detail).toMatch(/the rig file says 8\.0/);
  });

  it.each(["silent", "unplug"])(
    "that goes %s while it is watched fails to keep alive",
    async (kind) => {
      const given = await walked({ faults: [[kind, 2]] });
      expect(given.steps.get("reply")?.verdict).toBe("ok");
      expect(given.steps.get("keep-alive")?.verdict).toBe("fail");
    },
  );

  it("is left in standby with its port closed when somebody stops the examination", async () => {
    for (const stopsAtMs of [20, 2000, 4700])
      await expect(walked({ stopsAtMs })).rejects.toThrow("CLI_STOPPED");
  });
});

group("a device of a driver of which nothing is known", () => {
  it("is examined by what every driver offers", async () => {
    const given = await walked({
      driver: echoDriver({ isTold: true }),
      answers: () => Uint8Array.of(2, 7, 3),
    });
    expect([...given.steps.values()].filter(({ verdict }) => verdict === "fail")).toEqual([]);
    expect(given.steps.get("framing")?.detail).toMatch(/frames in \d+ bytes, nothing else/);
  });

  it("and that tells nothing of itself is not called well", async () => {
    const given = await walked({ driver: echoDriver({ isTold: false }), answers: () => null });
    expect(given.steps.get("reply")).toMatchObject({
      verdict: "warn",
      cure: expect.stringContaining("at the device itself"),
    });
    expect(given.steps.get("framing")?.verdict).toBe("skipped");
    expect(given.steps.get("close")?.verdict).toBe("warn");
  });

  it("cannot arm, raise or fire even when it tries to, with or without a permit", async () => {
    const hazards = echoDriver({ isTold: true, triesToFire: true });
    const given = await walked({ driver: hazards, answers: () => Uint8Array.of(2, 7, 3) });
    expect(given.steps.get("control")).toMatchObject({
      verdict: "fail",
      detail: expect.stringContaining("PORT_HAZARD_REFUSED"),
    });
    expect(given.writes.flatMap((bytes) => [...bytes])).not.toContain(0xf1);
  });
});
