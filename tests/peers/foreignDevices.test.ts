/**
 * What devices written by others do otherwise: the virtual ones of `nicolasmcnair/magpy` and
 * `neuromti/ctrl-magstim_stimulators`. The driver bears with it, or says what is wrong.
 */
import { isDeepStrictEqual } from "node:util";
import { describe, expect, it } from "vitest";
import { classify } from "../../drivers/magstim/hazard.ts";
import { describe as describeRapid } from "../../drivers/magstim/rapid/capabilities.ts";
import type { Hazard } from "../../src/contract/hazard.ts";
import { CONFIG, doseOf, onBench, PULSE, readyForPulse } from "../drivers/magstim/bench.ts";
import { bytesOf, PERMIT } from "../drivers/magstim/fakeRapid.ts";

const TRAIN_SETTINGS = {
  intensityPctMso: [50],
  train: { frequencyHz: 4, pulses: 8, durationS: 2 },
  isiMs: null,
};

describe("the version text of other devices", () => {
  it.each([
    ["500", "5.0.0", 21],
    ["710", "7.1.0", 22],
    ["940", "9.4.0", 24],
    ["1020", "10.2.0", 24],
    ["V9.4.0", "9.4.0", 24],
    ["V11.0", "11.0", 24],
    ["V11", "11", 24],
  ])("%s is read as %s", (text, softwareVersion, length) =>
    onBench(
      async ({ driver, fake }) => {
        const digits = "1".repeat(length - 4);
        fake.script = (command) => (command === "\\@" ? `\\\x89\x38${digits}` : undefined);
        expect(await driver.connect()).toMatchObject({ softwareVersion });
      },
      { version: text },
    ),
  );
});

describe("a device that answers the question for its settings in the width of another version", () => {
  it("is told from a silent one, with what it said", () =>
    onBench(
      async ({ driver, fake }) => {
        fake.script = (command) => (command === "\\@" ? "\\\x89\x7803000000001000001" : undefined);
        await expect(driver.connect()).rejects.toMatchObject({
          code: "DEVICE_WRONG_ANSWER",
          detail: expect.stringMatching(/reading the parameters: 21 bytes came/),
        });
      },
      { version: "V9.4.0" },
    ));

  it("and one that says nothing is still called silent", () =>
    onBench(async ({ driver, fake }) => {
      fake.script = (command) => (command === "\\@" ? null : undefined);
      await expect(driver.connect()).rejects.toMatchObject({ code: "DEVICE_SILENT" });
    }));
});

/** Grants are spent one by one, as the guarded port spends them. */
function missingGrants(asked: readonly Uint8Array[], grants: readonly Hazard[]): readonly Hazard[] {
  const left = [...grants];
  return asked.map(classify).filter((hazard) => {
    const at = left.findIndex((grant) => isDeepStrictEqual(grant, hazard));
    if (at >= 0) left.splice(at, 1);
    return at < 0 && hazard.kind !== "safe";
  });
}

describe("a device that enters rTMS mode by a tenth of a second only", () => {
  it("gets that tenth after it refused the usual second", () =>
    onBench(async ({ driver, fake }) => {
      fake.script = (command, body) =>
        command.startsWith("[") && (body.rapid & 0x08) !== 0 && command !== "[0001"
          ? "[S"
          : undefined;
      await driver.connect();
      const status = await driver.prepare(TRAIN_SETTINGS, PERMIT);
      expect(status).toMatchObject({ mode: "train", train: TRAIN_SETTINGS.train });
      expect(fake.commands().filter((one) => one.startsWith("["))).toEqual([
        "[0010",
        "[0001",
        "[0020",
      ]);
      const model = describeRapid(CONFIG);
      if (!model.ok) throw new Error(model.error);
      const grants = model.value.grantsFor(
        doseOf({ kind: "train", pulses: 8, frequencyHz: 4 }, [50]),
      );
      const hazards = fake.written.flatMap(({ permit, hex }) =>
        permit === undefined ? [] : [bytesOf(hex)],
      );
      expect(missingGrants(hazards, grants)).toEqual([]);
    }));

  it("is refused when it takes neither", () =>
    onBench(async ({ driver, fake }) => {
      fake.script = (command) => (command.startsWith("[") ? "[S" : undefined);
      await driver.connect();
      await expect(driver.prepare(TRAIN_SETTINGS, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_CONFLICT",
        detail: expect.stringMatching(/entering rTMS mode/),
      });
    }));

  it("no other setting is tried twice", () =>
    onBench(async ({ driver, fake }) => {
      fake.script = (command) => (command === "B0040" ? "BS" : undefined);
      await driver.connect();
      await expect(driver.prepare(TRAIN_SETTINGS, PERMIT)).rejects.toMatchObject({
        code: "DEVICE_CONFLICT",
      });
      expect(fake.commands().filter((one) => one.startsWith("B"))).toEqual(["B0040"]);
    }));
});

describe("a device that refuses every disarm", () => {
  it("is disarmed by giving up control, which is confirmed by a look", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await readyForPulse(bench);
      fake.script = (command) => (command === "EA" ? "ES" : undefined);
      const { confirmed, detail } = await driver.disarm("test");
      expect(confirmed).toBe(true);
      expect(detail).toMatch(/giving up control/);
      expect(fake.body.instr & 0x87).toBe(0x01);
      expect(fake.commands().slice(-2)).toEqual(["R@", "\\@"]);
      // Control that the host gave away is not lost.
      expect(bench.events.filter(({ kind }) => kind === "control-lost")).toEqual([]);
      await expect(driver.arm(PERMIT)).rejects.toMatchObject({ code: "DEVICE_CONTROL_LOST" });
    }));

  it("and that keeps armed through that too is not called disarmed", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      await readyForPulse(bench);
      fake.script = (command) => (command === "EA" ? "ES" : command === "R@" ? "R\x0c" : undefined);
      expect(await driver.disarm("test")).toMatchObject({ confirmed: false });
    }));

  it("keeps control when the first disarm works", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      expect(await bench.driver.disarm("test")).toEqual({ confirmed: true, detail: "standby" });
      expect(bench.fake.commands()).not.toContain("R@");
    }));
});

describe("bits and answers that differ", () => {
  it("a theta supply, an error code that is refused and an armed bit in the answer to R disturb nobody", () =>
    onBench(async (bench) => {
      const { driver, fake } = bench;
      fake.body.rapid = 0x78;
      fake.script = (command, body) => {
        if (command === "I@") return "IS";
        if (command !== "R@") return undefined;
        body.instr = 0x09;
        return "R\x0a";
      };
      await readyForPulse(bench);
      const { outcome } = await driver.deliver(PULSE, PERMIT).done;
      expect(outcome).toBe("delivered");
      expect(await driver.close()).toMatchObject({ confirmed: true });
    }));
});
