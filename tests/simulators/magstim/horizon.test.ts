import { describe, expect, it } from "vitest";
import { openBench, SINGLE_BIT, TRAIN_BIT, trainBench, verdictOf } from "./bench.ts";
import { bytesOf, hexOf, magstimVectors } from "./vectors.ts";

const MODEL = { model: "magstim-horizon" } as const;
const CODE = "b2c3-d4e5f607-46";

describe("a Horizon", () => {
  it("understands every published frame of its client, and answers as published", () => {
    const bench = openBench({ ...MODEL, unlockCode: CODE });
    bench.say(`Q${CODE}`);
    bench.say("[0010");
    const vectors = magstimVectors().filter(({ model }) => model === "horizon");
    const hosts = vectors.filter(({ direction }) => direction === "host");
    expect(hosts).toHaveLength(5);
    for (const { hex } of hosts) {
      bench.take();
      bench.device.fromHost(bytesOf(hex));
      const answer = bench.take()[0] ?? new Uint8Array();
      expect(verdictOf(answer)).toBe(`${String.fromCharCode(bytesOf(hex)[0] ?? 0)} ok`);
    }
    expect(bench.status().shown).toBe("060" + "0100" + "00050" + "0020" + "0001");
    expect(hexOf(bench.say("ND"))).toBe("4e56392e342e300062");
  });

  it("tells a system status of six bytes, with the bits of a real unit's start", () => {
    const bench = openBench(MODEL);
    bench.say("Q@");
    expect(hexOf(bench.say("x@"))).toBe("7889380000c6");
  });

  it("hands out control for its code alone, and is silent otherwise", () => {
    const bench = openBench({ ...MODEL, unlockCode: CODE });
    for (const text of ["Q@", `Q${CODE.replace("46", "47")}`, "@050", "EB", "ND", "x@"])
      expect(bench.say(text)).toHaveLength(0);
    expect(verdictOf(bench.say(`Q${CODE}`))).toBe("Q ok");
  });

  it("has neither enhanced power nor a charge delay, and ends at 100 %", () => {
    const bench = openBench(MODEL);
    bench.say("Q@");
    for (const text of ["^@", "_@", "n0500", "o@"]) expect(hexOf(bench.say(text))).toBe("3f");
    expect(verdictOf(bench.say("@100"))).toBe("@ ok");
    expect(verdictOf(bench.say("@101"))).toBe("@?");
  });

  it.each([
    [30, "B0600", "B0610"],
    [60, "B0330", "B0340"],
    [100, "B0200", "B0205"],
  ])("takes the highest frequency of its own table at %i %%", (pct, highest, above) => {
    const bench = openBench(MODEL);
    for (const text of ["Q@", "[0010", `@${String(pct).padStart(3, "0")}`]) bench.say(text);
    expect(verdictOf(bench.say(highest))).toBe("B ok");
    expect(verdictOf(bench.say(above))).toBe("B?");
  });

  it("gives a train on a start, and one on a trigger edge", async () => {
    const train = { powerPct: 60, tenthsHz: 100, pulses: 5, tenthsS: 5 };
    const bench = await trainBench(train, MODEL);
    const startMs = bench.clock.now();
    bench.say("EH");
    expect(bench.status().rapid & (TRAIN_BIT | SINGLE_BIT)).toBe(TRAIN_BIT);
    await bench.waitPolling(1000);
    expect(bench.discharges.map(({ atMs }) => atMs - startMs)).toEqual([0, 100, 200, 300, 400]);
    bench.device.trigger();
    await bench.waitPolling(1000);
    expect(bench.discharges).toHaveLength(10);
  });

  it("may fire once a second in single-pulse mode", async () => {
    const bench = openBench(MODEL);
    for (const text of ["Q@", "EB"]) bench.say(text);
    await bench.waitPolling(1000);
    bench.say("EH");
    await bench.waitPolling(999);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    expect(verdictOf(bench.say("EH"))).toBe("E ok");
  });

  it("exists in version 9 and later, on 240 V", () => {
    expect(() => openBench({ ...MODEL, version: "8.0" })).toThrow(/CLI_BAD_CALL.*9 or later/);
    expect(() => openBench({ ...MODEL, mains: 115 })).toThrow(/CLI_BAD_CALL.*240/);
  });
});
