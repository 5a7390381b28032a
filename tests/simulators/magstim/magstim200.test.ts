import { describe, expect, it } from "vitest";
import { type Bench, type BenchOptions, openBench, readyBench, verdictOf } from "./bench.ts";
import { hexOf } from "./vectors.ts";

const MODEL = { model: "magstim-200" } as const;
const ready200 = (powerPct: number, options: BenchOptions = {}): Promise<Bench> =>
  readyBench(powerPct, { ...MODEL, ...options });

describe("a session with a 200²", () => {
  it("answers byte for byte as the published sessions do", async () => {
    const bench = openBench({ ...MODEL, options: { releaseStatus: "before" } });
    const hears = (text: string, hex: string): void => {
      expect([text, hexOf(bench.say(text))]).toEqual([text, hex]);
    };
    hears("J@", "4a09303330303030303030f9");
    hears("@050", "40536c");
    hears("Q@", "518925");
    hears("@101", "403f80");
    hears("@0x0", "403f80");
    hears("\\@", "3f");
    hears("EH", "455367");
    hears("@050", "408936");
    hears("J@", "4a8930353030303030303077");
    hears("EB", "458931");
    hears("F@", "468a32343032343003");
    hears("EB", "455367");
    await bench.waitPolling(1000);
    hears("Q@", "518c22");
    hears("EH", "458c2e");
    hears("Q@", "518a24");
    hears("R@", "520aa3");
    hears("F@", "460932343032343084");
  });

  it("shows standby without control in the answer to R unless it is told otherwise", async () => {
    const bench = await ready200(50);
    expect(hexOf(bench.say("R@"))).toBe("5209a4");
  });

  it("carries out nothing of a frame with a wrong checksum", async () => {
    const bench = await ready200(50);
    bench.device.fromHost(Uint8Array.from([0x45, 0x48, 0x71]));
    expect(bench.take().map(hexOf)).toEqual(["453f7b"]);
    expect(bench.discharges).toEqual([]);
  });

  it("needs control for all that changes something, but not to be asked nor to be disarmed", () => {
    const bench = openBench(MODEL);
    for (const text of ["@050", "EB", "EH"]) expect(verdictOf(bench.say(text))).toBe(`${text[0]}S`);
    for (const text of ["R@", "F@", "J@", "EA"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]} ok`);
  });
});

describe("a pulse of a 200²", () => {
  it("is one discharge at the set power, and none before a second of arming", async () => {
    const bench = openBench(MODEL);
    bench.say("Q@");
    bench.say("@045");
    bench.say("EB");
    await bench.waitPolling(999);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    expect(verdictOf(bench.say("EH"))).toBe("E ok");
    expect(bench.discharges).toEqual([
      { atMs: 1000, n: 1, intensityPctMso: [45], cause: "serial" },
    ]);
  });

  it.each([
    [0, 2000],
    [49, 2000],
    [50, 3000],
    [79, 3000],
    [80, 4000],
    [100, 4000],
  ])("at %i %% takes %i ms to the next", async (powerPct, refireMs) => {
    const bench = await ready200(powerPct);
    bench.say("EH");
    await bench.waitPolling(refireMs - 1);
    expect(bench.status().state).toBe("armed");
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
    expect(verdictOf(bench.say("EH"))).toBe("E ok");
    expect(bench.discharges.map(({ n }) => n)).toEqual([1, 2]);
  });

  it("keeps its refire time through disarming and arming again", async () => {
    const bench = await ready200(90);
    bench.say("EH");
    bench.say("EA");
    bench.say("EB");
    await bench.waitPolling(3999);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
  });

  it("waits for the capacitor: 10 ms a percent up, 100 ms a percent down", async () => {
    const bench = await ready200(50);
    bench.say("@080");
    expect(bench.status()).toMatchObject({ state: "armed", shown: "080000000" });
    await bench.wait(299);
    expect(bench.status().state).toBe("armed");
    await bench.wait(1);
    expect(bench.status().state).toBe("ready");
    bench.say("@050");
    await bench.waitPolling(2999);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    bench.say("EH");
    expect(bench.discharges).toMatchObject([{ intensityPctMso: [50] }]);
  });

  it("can come from the trigger input, by the same rules and without an answer", async () => {
    const bench = await ready200(40);
    bench.take();
    bench.device.trigger();
    bench.device.trigger();
    expect(bench.discharges).toMatchObject([{ cause: "trigger", intensityPctMso: [40] }]);
    expect(bench.take()).toEqual([]);
  });
});

describe("a 200² that is left alone", () => {
  it("disarms and drops control after a silent second while armed", async () => {
    const bench = await ready200(50);
    bench.status();
    await bench.wait(999);
    expect(bench.status()).toMatchObject({ state: "ready", remote: true });
    await bench.wait(1000);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false });
  });

  it("does not count a refused command as a sign of life", async () => {
    const bench = await ready200(50);
    bench.status();
    await bench.wait(600);
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    expect(verdictOf(bench.say("@999"))).toBe("@?");
    await bench.wait(400);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false });
  });

  it("drops control after ten silent seconds in standby", async () => {
    const bench = openBench(MODEL);
    bench.say("Q@");
    await bench.wait(9999);
    expect(bench.status().remote).toBe(true);
    await bench.wait(10_000);
    expect(bench.status().remote).toBe(false);
  });

  it("disarms 60 s after the last pulse and keeps control, however often it is asked", async () => {
    const bench = await ready200(50);
    await bench.waitPolling(30_000);
    bench.say("EH");
    await bench.waitPolling(59_999);
    expect(bench.status().state).toBe("ready");
    await bench.wait(1);
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
  });

  it("gets warm, disarms above 40 degrees and cannot be armed until it has cooled", async () => {
    const bench = await ready200(100, { body: { heatKPerJoule: 0.02, coolingTauS: 600 } });
    for (let pulse = 0; pulse < 5; pulse++) {
      bench.say("EH");
      await bench.waitPolling(4000);
    }
    expect(bench.discharges).toHaveLength(4);
    expect(bench.status()).toMatchObject({ state: "standby", remote: true });
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    const tenths = Number(Buffer.from(bench.say("F@").slice(2, 5)).toString("latin1"));
    expect(tenths).toBeGreaterThan(400);
    await bench.waitPolling(600_000);
    expect(verdictOf(bench.say("EB"))).toBe("E ok");
  });
});
