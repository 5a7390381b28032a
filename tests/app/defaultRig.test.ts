import { describe, expect, it } from "vitest";
import { libraryNames } from "../../protocols/library.ts";
import { portsOf, type RigConfig } from "../../src/app/config/rig.ts";
import { thresholdOption } from "../../src/app/config/session.ts";
import { loadDrivers } from "../../src/app/drivers.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { defaultRigFor, deviceCan } from "../../src/app/run/defaultRig.ts";
import { withStandIns } from "../../src/app/run/standIns.ts";

const drivers = await loadDrivers();
const rigFor = (name: string): RigConfig =>
  defaultRigFor(resolveProtocol(name).protocol, drivers, []);

describe("the rig of a run that names none", () => {
  it.each([
    ["koch-2022-precuneus-24wk", "magstim-super-rapid2"],
    ["sai", "magstim-super-rapid2"],
    ["ath-sici", "magstim-bistim"],
  ])("for %s has a %s", (name, driver) => {
    expect(rigFor(name).stimulator.driver).toBe(driver);
  });

  it.each(["sici", "icf", "lici", "sicf", "ath-sici"])("for %s gives pairs of pulses", (name) => {
    const { driver } = rigFor(name).stimulator;
    const model = drivers
      .find(({ models }) => models.includes(driver))
      ?.describe({ driver, mains: 240, softwareVersion: null, options: {} });
    expect(model).toMatchObject({ ok: true });
    expect(model?.ok === true && model.value.capabilities.deviceTimed.pair).toBeTruthy();
  });

  it("has an amplifier exactly when something is measured or waits for the EEG, and boxes exactly when a nerve or the other hemisphere is stimulated", () => {
    for (const name of libraryNames()) {
      const { protocol } = resolveProtocol(name);
      const rig = rigFor(name);
      expect(rig.amplifier !== undefined, name).toBe(
        protocol.measure !== null || name === "mu-triplets",
      );
      const isNervous = ["sai", "lai", "ath-sai"].includes(name) || name.startsWith("pas");
      expect(rig.nerve !== undefined, name).toBe(isNervous);
      const isAcross = name === "ihi";
      expect(rig.secondStimulator !== undefined, name).toBe(isAcross);
      expect(rig.stimulator.trigger?.via, name).toBe(isNervous || isAcross ? "box" : undefined);
    }
  });

  it("has the second stimulator at what the protocol asks for where the threshold under it is known", () => {
    const known = (text: string): number | undefined => {
      const { protocol } = resolveProtocol("ihi");
      const rig = defaultRigFor(protocol, drivers, [thresholdOption(text)]);
      return rig.secondStimulator?.settings.intensityPctMso;
    };
    expect(known("RMT-other=60")).toBe(72);
    expect(known("RMT=60")).toBe(79);
  });

  it("is simulated, whatever the protocol", () => {
    for (const name of libraryNames()) {
      const rig = rigFor(name);
      expect(rig.simulated).toBe(true);
      expect(new Set(portsOf(rig))).toEqual(new Set(["simulated"]));
    }
  });

  it("is not chosen by the stimulator's power: a person's threshold is not known yet", () => {
    const { protocol } = resolveProtocol("csp");
    const driver = drivers.find(({ models }) => models.includes("magstim-super-rapid2"));
    if (driver === undefined) throw new Error("no driver");
    expect(deviceCan(driver, rigFor("csp"), protocol, [])).toBe(true);
  });
});

describe("stand-ins for values that nobody measured", () => {
  it("take the place of what is missing alone, and say what they are", () => {
    const [rmt, ...others] = withStandIns([]);
    if (rmt === undefined) throw new Error("no stand-in");
    const given = { ...rmt, percentMso: 61, method: "given" };
    const filled = withStandIns([given]);
    expect(filled[0]).toBe(given);
    expect(filled.map(({ kind }) => kind).sort()).toEqual(["1mV", "AMT", "RMT"]);
    expect(new Set(others.map(({ method }) => method))).toEqual(new Set(["stand-in"]));
  });
});
