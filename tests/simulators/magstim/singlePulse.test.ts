import { describe, expect, it } from "vitest";
import { ENHANCED_BIT, openBench, readyBench, verdictOf } from "./bench.ts";
import { hexOf } from "./vectors.ts";

describe("a single-pulse session", () => {
  it("goes from control to a pulse and back to standby", async () => {
    const bench = openBench();
    expect(hexOf(bench.say("Q@"))).toBe("5189" + "25");
    expect(Buffer.from(bench.say("ND")).toString("latin1")).toContain("V9.0");
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
    expect(verdictOf(bench.say("@055"))).toBe("@ ok");
    expect(hexOf(bench.say("EB")).slice(0, 4)).toBe("4589");
    expect(bench.status().state).toBe("armed");
    await bench.waitPolling(1000);
    expect(bench.status().state).toBe("ready");
    expect(hexOf(bench.say("EH")).slice(0, 4)).toBe("458c");
    expect(bench.discharges).toEqual([
      { atMs: 1000, n: 1, intensityPctMso: [55], cause: "serial" },
    ]);
    expect(bench.status().state).toBe("armed");
    expect(hexOf(bench.say("EA")).slice(0, 4)).toBe("458a");
    expect(hexOf(bench.say("R@")).slice(0, 4)).toBe("5209");
  });

  it("shows the power-on values of a real unit", () => {
    const answer = openBench().say("\\@");
    expect(hexOf(answer).slice(0, 6)).toBe("5c0938");
    expect(Buffer.from(answer.slice(3, -1)).toString("latin1")).toBe("03000000000000000001");
  });

  it("is not ready before a second has passed since arming, and is then", async () => {
    const bench = openBench();
    bench.say("Q@");
    bench.say("EB");
    await bench.wait(999);
    expect(bench.status().state).toBe("armed");
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
  });

  it("refuses a second pulse within the refire time and gives it after", async () => {
    const bench = await readyBench(50);
    bench.say("EH");
    await bench.waitPolling(999);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    expect(verdictOf(bench.say("EH"))).toBe("E ok");
    expect(bench.discharges).toHaveLength(2);
  });

  it("keeps the refire time through disarming and arming again", async () => {
    const bench = await readyBench(50, { body: { refireMs: 3000 } });
    bench.say("EH");
    bench.say("EA");
    bench.say("EB");
    await bench.waitPolling(2999);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
  });

  it("refuses to arm twice, and disarms always", async () => {
    const bench = await readyBench(50);
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    expect(verdictOf(bench.say("EA"))).toBe("E ok");
    expect(verdictOf(bench.say("EA"))).toBe("E ok");
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    expect(bench.discharges).toEqual([]);
  });

  it("does not become ready while the capacitor is on its way", async () => {
    const bench = await readyBench(50);
    bench.say("@080");
    await bench.wait(299);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
    bench.say("@050");
    await bench.waitPolling(2999);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
    expect(bench.status().shown.slice(0, 3)).toBe("050");
  });

  it("fires on the trigger input by the same rules, without an answer", async () => {
    const bench = await readyBench(40);
    bench.take();
    bench.device.trigger();
    bench.device.trigger();
    expect(bench.discharges).toMatchObject([{ cause: "trigger", intensityPctMso: [40] }]);
    expect(bench.take()).toEqual([]);
  });

  it("answers two frames in one chunk each with its own answer", () => {
    const bench = openBench();
    bench.device.fromHost(Uint8Array.from([0x51, 0x40, 0x6e, 0x46, 0x40, 0x79]));
    expect(bench.take().map((bytes) => bytes[0])).toEqual([0x51, 0x46]);
  });

  it("carries out nothing of a frame with a wrong checksum", async () => {
    const bench = await readyBench(50);
    bench.device.fromHost(Uint8Array.from([0x45, 0x48, 0x71]));
    expect(bench.take().map(hexOf)).toEqual(["453f7b"]);
    expect(bench.discharges).toEqual([]);
  });

  it("adds the charge delay to arming and to the refire time", async () => {
    const bench = openBench();
    bench.say("Q@");
    expect(hexOf(bench.say("n0500"))).toBe("6e8938d0");
    expect(Buffer.from(bench.say("o@").slice(2, -1)).toString("latin1")).toBe("0500");
    expect(bench.say("x@")[4]).toBe(4);
    bench.say("EB");
    await bench.waitPolling(1499);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    bench.say("EH");
    await bench.waitPolling(1499);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
  });
});

describe("enhanced power", () => {
  it("opens powers up to 110 % with twice the refire time, and takes them back", async () => {
    const bench = openBench();
    bench.say("Q@");
    expect(verdictOf(bench.say("@101"))).toBe("@?");
    expect(bench.say("^@")[2]).toBe(0x39);
    expect(verdictOf(bench.say("@110"))).toBe("@ ok");
    await bench.waitPolling(2000);
    bench.say("EB");
    await bench.waitPolling(1000);
    bench.say("EH");
    await bench.waitPolling(1999);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
    expect(verdictOf(bench.say("_@"))).toBe("_S");
    bench.say("EA");
    expect(bench.say("_@")[2]).toBe(0x38);
    expect(bench.status().shown.slice(0, 3)).toBe("100");
  });

  it("is refused while armed and in train mode, and ends on entering train mode", async () => {
    const bench = await readyBench(50);
    expect(verdictOf(bench.say("^@"))).toBe("^S");
    bench.say("EA");
    bench.say("^@");
    bench.say("[0010");
    expect(bench.status().rapid & ENHANCED_BIT).toBe(0);
    expect(verdictOf(bench.say("^@"))).toBe("^S");
  });
});
