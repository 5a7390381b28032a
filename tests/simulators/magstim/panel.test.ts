/** A hand at the unit, at every model of the family. */
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/magstim/index.ts";
import { type Bench, openBench, readyBench, verdictOf } from "./bench.ts";

const at = (bench: Bench, ...orders: readonly string[]): void => {
  for (const order of orders) bench.device.panel?.(order);
};

describe.each(simulator.models)("the panel of a %s", (model) => {
  it("sets the power, arms, fires and disarms without any host", async () => {
    const bench = openBench({ model });
    at(bench, "power 55", "arm");
    expect(bench.status()).toMatchObject({ state: "armed", remote: false });
    at(bench, "fire");
    await bench.wait(1000);
    expect(bench.status()).toMatchObject({ state: "ready" });
    expect(bench.status().shown.slice(0, 3)).toBe("055");
    at(bench, "fire");
    expect(bench.discharges).toHaveLength(1);
    expect(bench.discharges[0]?.intensityPctMso[0]).toBe(55);
    expect(bench.discharges[0]).toMatchObject({ atMs: 1000, cause: "trigger" });
    at(bench, "disarm");
    expect(bench.status().state).toBe("standby");
  });

  it("also works while the host holds control, and leaves it that", async () => {
    const bench = await readyBench(50, { model });
    at(bench, "power 60");
    expect(bench.status()).toMatchObject({ state: "armed", remote: true });
    expect(bench.status().shown.slice(0, 3)).toBe("060");
    at(bench, "disarm");
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
    at(bench, "arm");
    expect(bench.status()).toMatchObject({ state: "armed", remote: true });
  });

  it("obeys only what a hand cannot be kept from when it is locked by the host", async () => {
    const bench = await readyBench(50, { model, options: { panel: "locked" } });
    at(bench, "power 60", "fire");
    expect(bench.status().state).toBe("ready");
    expect(bench.status().shown.slice(0, 3)).toBe("050");
    at(bench, "disarm");
    expect(bench.status().state).toBe("standby");
    at(bench, "coil off", "arm");
    expect(bench.status()).toMatchObject({ state: "standby", coilPresent: false });
    at(bench, "coil on");
    bench.say("R@");
    at(bench, "power 60", "arm");
    expect(bench.status()).toMatchObject({ state: "armed", remote: false });
    expect(bench.status().shown.slice(0, 3)).toBe("060");
  });

  it("is no sign of life of the host", async () => {
    const bench = await readyBench(50, { model });
    bench.status();
    await bench.wait(600);
    at(bench, "power 50");
    await bench.wait(400);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false });
  });

  it("does nothing that the unit would refuse", async () => {
    const bench = openBench({ model });
    at(bench, "power 111", "fire");
    expect(bench.status().shown.slice(0, 3)).toBe("030");
    at(bench, "coil off", "arm");
    expect(bench.status().state).toBe("standby");
    expect(bench.discharges).toEqual([]);
  });

  it("disarms with a pulled coil, and arms again only on an order", async () => {
    const bench = await readyBench(50, { model });
    at(bench, "coil off");
    expect(bench.status()).toMatchObject({ state: "standby", coilPresent: false });
    at(bench, "coil on");
    await bench.waitPolling(2000);
    expect(bench.status()).toMatchObject({ state: "standby", coilPresent: true });
    expect(verdictOf(bench.say("EB"))).toBe("E ok");
  });

  it("takes a new coil for a worn and hot one", async () => {
    const bench = openBench({ model });
    bench.say("Q@");
    for (const kind of ["coil-worn", "overheat"])
      bench.device.fault({ kind, when: { at: "start" } });
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    expect((bench.say("F@")[1] ?? 0) & 0x10).toBe(0x10);
    at(bench, "coil new");
    expect((bench.say("F@")[1] ?? 0) & 0x10).toBe(0);
    expect(verdictOf(bench.say("EB"))).toBe("E ok");
    at(bench, "coil new");
    expect(bench.status().state).toBe("standby");
  });

  it("keeps it from ready while the coil's switch is let go", async () => {
    const bench = await readyBench(50, { model });
    at(bench, "switch release");
    expect(bench.status().state).toBe("armed");
    at(bench, "switch press");
    expect(bench.status().state).toBe("ready");
  });

  it("clears an error by a power cycle, which loses control", () => {
    const bench = openBench({ model });
    bench.say("Q@");
    bench.device.fault({ kind: "error-bit", when: { at: "start" } });
    expect(bench.status().error).toBe(true);
    at(bench, "power-cycle");
    expect(bench.status()).toMatchObject({ error: false, remote: false, state: "standby" });
  });

  it.each([
    "",
    "explode",
    "power",
    "power x",
    "power 5 5",
    "power -5",
    "fire now",
    "coil",
    "coil half",
    "constructor",
  ])("does not understand %j", (order) => {
    expect(() => openBench({ model }).device.panel?.(order)).toThrow(/CLI_BAD_CALL.*power/);
  });

  it("has the knobs of a BiStim² where there are two stimulators, and nowhere else", () => {
    const bench = openBench({ model });
    const orders = ["resolution high", "interval 25", "power-b 40"];
    if (model === "magstim-bistim") {
      at(bench, ...orders);
      expect(bench.status().shown).toBe("030040025");
      expect(Buffer.from(bench.say("X@").slice(2, 3)).toString()).toBe("4");
    } else {
      for (const order of orders) expect(() => at(bench, order)).toThrow(/CLI_BAD_CALL/);
    }
  });
});

describe("a hand that starts a train", () => {
  it("gives one, as the trigger input does", async () => {
    const bench = openBench();
    for (const text of ["Q@", "[0010", "B0100", "D00005"]) bench.say(text);
    at(bench, "arm");
    await bench.waitPolling(1000);
    at(bench, "fire");
    await bench.waitPolling(1000);
    expect(bench.discharges.map(({ cause }) => cause)).toEqual(Array(5).fill("train"));
  });
});
