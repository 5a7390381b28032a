import { describe, expect, it } from "vitest";
import { parseFault, parseFaults } from "../../../src/app/simulate/faultOption.ts";
import { obey } from "../../../src/app/simulate/orders.ts";
import { listModels } from "../../../src/app/simulate/runSimulate.ts";
import { findSimulator } from "../../../src/app/simulators.ts";
import { openBench } from "../magstim/bench.ts";

describe("--fault", () => {
  it.each([
    ["silent", { kind: "silent", when: { at: "start" } }],
    ["silent@12.5", { kind: "silent", when: { at: "time", s: 12.5 } }],
    ["silent@0", { kind: "silent", when: { at: "time", s: 0 } }],
    ["silent@pulse:30", { kind: "silent", when: { at: "pulse", n: 30 } }],
  ])("reads %s", (text, order) => {
    expect(parseFault(text)).toEqual(order);
  });

  it.each([
    "",
    "@3",
    "silent@",
    "silent@soon",
    "silent@-1",
    "silent@pulse:0",
    "silent@1@2",
    "silent@1e3",
  ])("refuses %j", (text) => {
    expect(() => parseFault(text)).toThrow(/CLI_BAD_CALL/);
  });

  it("refuses a kind that the model does not know", async () => {
    await expect(parseFaults("magstim-rapid2", ["explode"])).rejects.toThrow(
      /SIMULATOR_UNKNOWN_FAULT/,
    );
    await expect(parseFaults("magstim-rapid2", ["silent"])).resolves.toHaveLength(1);
  });
});

describe("orders on standard input", () => {
  it("are carried out, passed over when empty, and answered with words when not understood", () => {
    const { device, status } = openBench();
    expect(obey("fault coil-off", device)).toBeNull();
    expect(status().coilPresent).toBe(false);
    expect(obey("trigger", device)).toBeNull();
    expect(obey("", device)).toBeNull();
    for (const line of ["fire", "fault", "fault a b", "trigger now"])
      expect(obey(line, device)).toMatch(/not understood/);
    expect(obey("fault silent@soon", device)).toMatch(/CLI_BAD_CALL/);
  });
});

describe("the simulators", () => {
  it("list the Rapid group among their models", async () => {
    expect(await listModels()).toEqual(
      expect.arrayContaining([
        "magstim-rapid2",
        "magstim-super-rapid2",
        "magstim-super-rapid2-plus",
      ]),
    );
  });

  it("are found by model, and the models are named when there is none", async () => {
    expect((await findSimulator("magstim-rapid2")).baudRate).toBe(9600);
    await expect(findSimulator("magstim-3000")).rejects.toThrow(
      /SIMULATOR_UNKNOWN_MODEL.*magstim-rapid2/,
    );
  });
});
