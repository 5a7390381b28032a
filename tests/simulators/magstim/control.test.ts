import { describe, expect, it } from "vitest";
import { openBench, readyBench, trainBench, verdictOf } from "./bench.ts";
import { hexOf } from "./vectors.ts";

const CODE = "a1b2-c3d4e5f6-1b";

describe("remote control", () => {
  it("is asked for with silence from version 9 on, except by Q, R, F, \\ and a disarm", () => {
    const bench = openBench({ version: "11.0" });
    for (const text of ["@050", "EB", "EH", "ND", "x@", "b@", "^@", "B0100", "n00500"])
      expect(bench.say(text)).toHaveLength(0);
    for (const text of ["R@", "F@", "\\@", "EA"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]} ok`);
  });

  it("is asked for with S before version 9", () => {
    const bench = openBench({ version: "8.0" });
    for (const text of ["@050", "EB", "EH", "ND", "B0100"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]}S`);
    expect(verdictOf(bench.say("EA"))).toBe("E ok");
  });

  it("is given silently to nobody without the right code", () => {
    const bench = openBench({ version: "9.0", unlockCode: CODE });
    expect(bench.say("Q@")).toHaveLength(0);
    expect(bench.say("Qa1b2-c3d4e5f6-1c")).toHaveLength(0);
    expect(bench.say("@050")).toHaveLength(0);
    expect(hexOf(bench.say(`Q${CODE}`)).slice(0, 4)).toBe("5189");
    expect(verdictOf(bench.say("x@"))).toBe("x ok");
  });

  it("comes for a plain Q before version 9, whatever code the unit was given", () => {
    expect(hexOf(openBench({ version: "8.0", unlockCode: CODE }).say("Q@")).slice(0, 4)).toBe(
      "5189",
    );
  });

  it("is dropped after ten silent seconds in standby, and any good command counts", async () => {
    const bench = openBench();
    bench.say("Q@");
    await bench.wait(9999);
    expect(bench.status().remote).toBe(true);
    await bench.wait(9999);
    expect(bench.say("x@").length).toBe(6);
    await bench.wait(10_000);
    expect(bench.status().remote).toBe(false);
    expect(bench.say("x@")).toHaveLength(0);
  });

  it("is dropped with the armed state after one silent second", async () => {
    const bench = await readyBench(50);
    bench.status();
    await bench.wait(999);
    expect(bench.status()).toMatchObject({ state: "ready", remote: true });
    await bench.wait(1000);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false });
  });

  it("is not kept by commands that are refused, nor by the version query", async () => {
    const bench = await readyBench(50);
    bench.status();
    await bench.wait(600);
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    expect(verdictOf(bench.say("@999"))).toBe("@?");
    bench.say("ND");
    await bench.wait(400);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false });
  });

  it("does not come back by itself nor arm anything when it is taken again", async () => {
    const bench = await readyBench(50);
    await bench.wait(2000);
    bench.say("Q@");
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
  });

  it("leaves the state alone when it is taken again", async () => {
    const bench = await readyBench(50);
    expect(hexOf(bench.say("Q@")).slice(0, 4)).toBe("518c");
    expect(bench.status().state).toBe("ready");
  });

  it("disarms when it is given up", async () => {
    const bench = await readyBench(50);
    expect(hexOf(bench.say("R@")).slice(0, 4)).toBe("5209");
    expect(bench.status().state).toBe("standby");
  });
});

describe("sixty seconds without a pulse", () => {
  it("disarm and keep control, however many commands are sent", async () => {
    const bench = await readyBench(50);
    await bench.waitPolling(58_999);
    expect(bench.status().state).toBe("ready");
    await bench.wait(1);
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
  });

  it("count from the last pulse", async () => {
    const bench = await readyBench(50);
    await bench.waitPolling(30_000);
    bench.say("EH");
    await bench.waitPolling(59_999);
    expect(bench.status().state).toBe("ready");
    await bench.wait(1);
    expect(bench.status().state).toBe("standby");
  });
});

describe("software versions", () => {
  it("do not know each other's commands", () => {
    const old = openBench({ version: "8.0" });
    old.say("Q@");
    for (const text of ["x@", "n0500", "o@", "J@", "A050", "X@"]) {
      expect(hexOf(old.say(text))).toBe("3f");
    }
  });

  it("answer the charge delay in their own widths", () => {
    const ten = openBench({ version: "10.2", model: "magstim-super-rapid2-plus" });
    ten.say("Q@");
    expect(hexOf(ten.say("n05000"))).toBe("6e89380005cb");
    expect(Buffer.from(ten.say("o@").slice(2, -1)).toString("latin1")).toBe("05000");
  });

  it("report a recent version by default", () => {
    const bench = openBench({ version: "11.0" });
    bench.say("Q@");
    expect(hexOf(bench.say("ND"))).toBe("4e5631312e30009b");
  });
});

describe("the coil", () => {
  it("stays below 40 degrees through 40 trains of 40 pulses at 66 % with 28 s between them", async () => {
    const bench = await trainBench({ powerPct: 66, tenthsHz: 100, pulses: 40, tenthsS: 40 });
    for (let train = 0; train < 40; train++) {
      expect(verdictOf(bench.say("EH"))).toBe("E ok");
      await bench.waitPolling(32_000);
    }
    expect(bench.discharges).toHaveLength(1600);
    expect(bench.status().state).toBe("ready");
    const tenths = Number(Buffer.from(bench.say("F@").slice(2, 5)).toString("latin1"));
    expect(tenths).toBeGreaterThan(260);
    expect(tenths).toBeLessThan(360);
  });

  it("reaches 40 degrees in continuous operation, disarms and cannot be armed until it has cooled", async () => {
    // 4 Hz at 100 % is just below what the system may do without a pause.
    const bench = await trainBench({ powerPct: 100, tenthsHz: 40, pulses: 2400, tenthsS: 6000 });
    bench.say("EH");
    await bench.waitPolling(600_000);
    expect(bench.discharges.length).toBeGreaterThan(1000);
    expect(bench.discharges.length).toBeLessThan(2400);
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
    const hot = Number(Buffer.from(bench.say("F@").slice(2, 5)).toString("latin1"));
    expect(hot).toBeLessThan(400);
    await bench.waitPolling(600_000);
    expect(verdictOf(bench.say("EB"))).toBe("E ok");
  });
});
