/** Another model than the rig file says, told by questions alone. */
import { describe, expect, it } from "vitest";
import { classify } from "../../../drivers/magstim/hazard.ts";
import { driver as module } from "../../../drivers/magstim/index.ts";
import type { StimulatorConfig } from "../../../src/contract/stimulator.ts";
import { createVirtualClock } from "../../../src/time/virtualClock.ts";
import { createFakePair, type PairBody } from "./fakePair.ts";
import { createFakeRapid } from "./fakeRapid.ts";
import { bytesOf } from "./vectors.ts";

type There = "rapid" | "200" | "bistim";

interface Meeting {
  readonly error: string;
  readonly commands: readonly string[];
}

/** Connects the driver of `driver` to the device that is there. */
async function meet(
  driver: string,
  there: There,
  change: Partial<PairBody> = {},
  unlockCode: string | null = null,
): Promise<Meeting> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const fake =
    there === "rapid" ? createFakeRapid(clock, unlockCode) : createFakePair(clock, there);
  Object.assign(fake.body, change);
  const config: StimulatorConfig = { driver, mains: 240, softwareVersion: null, options: {} };
  const stimulator = module.create({ config, clock, port: fake.port, unlockCode: null });
  let error = "connected";
  await clock.run(async () => {
    error = await stimulator.connect().then(
      () => "connected",
      (caught: unknown) => String(caught),
    );
  });
  expect(fake.written.every((one) => classify(bytesOf(one.hex)).kind === "safe")).toBe(true);
  expect(fake.port.isOpen).toBe(error === "connected");
  return { error, commands: fake.commands() };
}

describe("a device that is not the one of the rig file", () => {
  it.each([
    ["magstim-super-rapid2", "200", {}, "a 200² (`magstim-200`)"],
    ["magstim-rapid2", "bistim", {}, "a BiStim² (`magstim-bistim`)"],
    ["magstim-horizon", "200", {}, "a 200² (`magstim-200`)"],
    ["magstim-200", "rapid", {}, "a Rapid² or Horizon with software 9.0"],
    ["magstim-bistim", "rapid", {}, "a Rapid² or Horizon with software 9.0"],
    ["magstim-200", "bistim", {}, "a BiStim² (`magstim-bistim`)"],
    ["magstim-bistim", "200", {}, "a 200² (`magstim-200`) seems to answer"],
    ["magstim-bistim", "bistim", { mode: "0" }, "runs alone"],
    ["magstim-bistim", "bistim", { mode: "3" }, "independent triggers"],
    ["magstim-bistim", "bistim", { mode: "Q" }, "is the slave"],
    ["magstim-bistim", "bistim", { mode: "T" }, "is the slave"],
  ] as const)("is named: %s finds %s %o", async (driver, there, change, words) => {
    const { error, commands } = await meet(driver, there, change);
    expect(error).toContain("DEVICE_WRONG_ANSWER");
    expect(error).toContain(words);
    // Control is given back.
    expect(commands.at(-1)).toBe("R@");
  });

  it("may be a Rapid that wants its unlock code", async () => {
    const { error } = await meet("magstim-200", "rapid", {}, "a1b2-c3d4e5f6-1b");
    expect(error).toMatch(/gives no control.*unlock code.*right model/);
  });

  it("is not suspected in a BiStim² that does not tell its mode, nor in one that is set to one unit", async () => {
    expect((await meet("magstim-bistim", "bistim", { mode: null })).error).toBe("connected");
    expect((await meet("magstim-bistim", "bistim", { powerB: 0 })).error).toBe("connected");
    expect(
      (await meet("magstim-bistim", "bistim", { powerB: 0, interval: 0, mode: "1" })).error,
    ).toBe("connected");
  });

  it("is not suspected where the right one answers", async () => {
    expect((await meet("magstim-200", "200")).error).toBe("connected");
    expect((await meet("magstim-rapid2", "rapid")).error).toBe("connected");
  });
});
