import { firstValueFrom } from "rxjs";
import { describe, expect, it } from "vitest";
import { FAULT_KINDS } from "../../../simulators/magstim/line/faults.ts";
import { openBench, readyBench, TRAIN_BIT, trainBench, verdictOf } from "./bench.ts";
import { hexOf } from "./vectors.ts";

const ALPHA = { powerPct: 50, tenthsHz: 100, pulses: 20, tenthsS: 20 };
const atStart = (kind: string) => ({ kind, when: { at: "start" } }) as const;

describe("faults of an answer", () => {
  it.each([
    ["drop-answer", ""],
    ["cut-answer", "4689323430323430"],
    ["corrupt-answer", "4689323430323430" + "51"],
    ["duplicate-answer", "468932343032343004" + "468932343032343004"],
  ])("%s spoils the next answer and no other", (kind, hex) => {
    const bench = openBench();
    bench.say("Q@");
    bench.device.fault(atStart(kind));
    expect(hexOf(bench.say("F@"))).toBe(hex);
    expect(hexOf(bench.say("F@"))).toBe("468932343032343004");
  });

  it("delay-answer sends it half a second late", async () => {
    const bench = openBench();
    bench.say("Q@");
    bench.device.fault(atStart("delay-answer"));
    expect(bench.say("F@")).toHaveLength(0);
    await bench.wait(499);
    expect(bench.take()).toEqual([]);
    await bench.wait(1);
    expect(bench.take().map(hexOf)).toEqual(["468932343032343004"]);
  });

  it("still carry out the command whose answer is lost", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("drop-answer"));
    expect(bench.say("EH")).toHaveLength(0);
    expect(bench.discharges).toHaveLength(1);
  });
});

describe("faults of the line", () => {
  it("garbage comes unasked and is the same for the same seed", () => {
    const bytes = [openBench(), openBench()].map((bench) => {
      bench.device.fault(atStart("garbage"));
      return bench.take().map(hexOf);
    });
    expect(bytes[0]?.[0]).toHaveLength(16);
    expect(bytes[0]).toEqual(bytes[1]);
  });

  it("unsolicited sends an answer that nobody asked for", () => {
    const bench = openBench();
    bench.device.fault(atStart("unsolicited"));
    expect(bench.take().map((frame) => hexOf(frame).slice(0, 6))).toEqual(["5c0938"]);
  });

  it("silent leaves everything unanswered and still disarms", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("silent"));
    expect(bench.say("EA")).toHaveLength(0);
    bench.device.trigger();
    expect(bench.discharges).toEqual([]);
  });

  it("refuse answers S to the next change, lets queries and disarming through and changes nothing", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("refuse"));
    expect(verdictOf(bench.say("x@"))).toBe("x ok");
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    expect(bench.discharges).toEqual([]);
    expect(verdictOf(bench.say("EH"))).toBe("E ok");
    bench.device.fault(atStart("refuse"));
    expect(verdictOf(bench.say("EA"))).toBe("E ok");
    expect(bench.status().state).toBe("standby");
  });

  it("wrong-version tells another version and behaves by its own", () => {
    const bench = openBench({ version: "9.0", faults: [atStart("wrong-version")] });
    bench.say("Q@");
    expect(Buffer.from(bench.say("ND")).toString("latin1")).toContain("V7.1");
    expect(bench.status().shown).toHaveLength(20);
  });

  it("unplug tells late subscribers too, hears nothing more, and the armed unit disarms by itself", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("unplug"));
    await firstValueFrom(bench.device.unplugged$);
    expect(bench.say("EH")).toHaveLength(0);
    expect(bench.discharges).toEqual([]);
    await bench.wait(1001);
    bench.device.trigger();
    expect(bench.discharges).toEqual([]);
  });
});

describe("faults of the body", () => {
  it("reboot loses control, settings and the running train", async () => {
    const bench = await trainBench(ALPHA);
    bench.say("EH");
    await bench.waitPolling(450);
    bench.device.fault(atStart("reboot"));
    await bench.wait(3000);
    expect(bench.discharges).toHaveLength(5);
    expect(bench.status()).toMatchObject({
      state: "standby",
      remote: false,
      shown: "03000000000000000001",
    });
  });

  it("overheat disarms and keeps the unit from arming", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("overheat"));
    expect(bench.status().state).toBe("standby");
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    expect(Buffer.from(bench.say("F@").slice(2, -1)).toString("latin1")).toBe("420420");
  });

  it("coil-off takes the coil bit away, disarms and keeps the unit from arming", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("coil-off"));
    expect(bench.status()).toMatchObject({ state: "standby", coilPresent: false, rapid: 0x18 });
    expect(verdictOf(bench.say("EB"))).toBe("ES");
  });

  it("coil-switch-released keeps the unit from ready until the host has the switch ignored", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("coil-switch-released"));
    expect(bench.status()).toMatchObject({ state: "armed", rapid: 0x18 });
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    expect(verdictOf(bench.say("b@"))).toBe("b ok");
    expect(bench.status()).toMatchObject({ state: "ready", rapid: 0x38 });
  });

  it("error-bit raises the bit, disarms and tells three characters", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("error-bit"));
    expect(bench.status()).toMatchObject({ state: "standby", error: true });
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    expect(Buffer.from(bench.say("I@").slice(2, -1)).toString("latin1")).toBe("E01");
  });

  it("jam-train stops after half of the pulses and leaves the train bit until the host disarms", async () => {
    const bench = await trainBench(ALPHA);
    bench.device.fault(atStart("jam-train"));
    bench.say("EH");
    await bench.waitPolling(10_000);
    expect(bench.discharges).toHaveLength(10);
    expect(bench.status().rapid & TRAIN_BIT).toBe(TRAIN_BIT);
    bench.say("EA");
    expect(bench.status().rapid & TRAIN_BIT).toBe(0);
  });

  it("stuck-ready claims ready after a pulse and after disarming, and fires no more than is true", async () => {
    const bench = await readyBench(50);
    bench.device.fault(atStart("stuck-ready"));
    bench.say("EH");
    expect(bench.status().state).toBe("ready");
    bench.say("EA");
    expect(bench.status().state).toBe("ready");
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    expect(bench.discharges).toHaveLength(1);
  });
});

describe("ordering faults", () => {
  it("takes one for a second of the clock", async () => {
    const bench = openBench({ faults: [{ kind: "coil-off", when: { at: "time", s: 12.5 } }] });
    await bench.wait(12_499);
    expect(bench.status().coilPresent).toBe(true);
    await bench.wait(1);
    expect(bench.status().coilPresent).toBe(false);
  });

  it("takes one for a pulse, before the next pulse of the same train", async () => {
    const bench = await trainBench(ALPHA, {
      faults: [{ kind: "coil-off", when: { at: "pulse", n: 7 } }],
    });
    bench.say("EH");
    await bench.waitPolling(3000);
    expect(bench.discharges).toHaveLength(7);
  });

  it("refuses a kind that it does not know, and names those it knows", () => {
    const bench = openBench();
    expect(() => bench.device.fault(atStart("explode"))).toThrow(
      /SIMULATOR_UNKNOWN_FAULT.*drop-answer/,
    );
    expect(() => openBench({ faults: [atStart("explode")] })).toThrow(/SIMULATOR_UNKNOWN_FAULT/);
  });

  it.each(FAULT_KINDS)("never makes a pulse by %s, in any state", async (kind) => {
    for (const bench of [openBench(), await readyBench(50)]) {
      bench.device.fault(atStart(kind));
      await bench.wait(3000);
      expect(bench.discharges).toEqual([]);
    }
  });
});
