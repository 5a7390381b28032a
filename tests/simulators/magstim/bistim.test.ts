import { describe, expect, it } from "vitest";
import { type Bench, type BenchOptions, openBench, POLL_MS, verdictOf } from "./bench.ts";
import { hexOf } from "./vectors.ts";

const MODEL = { model: "magstim-bistim" } as const;

/** Control, the settings, armed and waited for. */
async function readyPair(texts: readonly string[], options: BenchOptions = {}): Promise<Bench> {
  const bench = openBench({ ...MODEL, ...options });
  bench.say("Q@");
  for (const text of texts) expect(verdictOf(bench.say(text))).toBe(`${text[0]} ok`);
  await bench.waitPolling(8000);
  bench.say("EB");
  await bench.waitPolling(1000);
  return bench;
}

const modeOf = (bench: Bench): string =>
  Buffer.from(bench.say("X@").slice(2, -1)).toString("latin1");

describe("a session with a BiStim²", () => {
  it("answers byte for byte as recorded units and published sessions do", () => {
    const bench = openBench(MODEL);
    const hears = (text: string, hex: string): void => {
      expect([text, hexOf(bench.say(text))]).toEqual([text, hex]);
    };
    hears("J@", "4a09303330303330303130f5");
    hears("Q@", "518925");
    hears("J@", "4a8930333030333030313075");
    hears("A035", "418935");
    hears("C020", "438933");
    hears("J@", "4a893033303033353032306f");
    hears("C0x0", "433f7d");
    hears("A0x0", "413f7f");
    hears("Y@", "59891d");
    hears("J@", "4a8930333030333530313070");
    hears("Z@", "5a891c");
    hears("@052", "408936");
    hears("A100", "418935");
    hears("C999", "438933");
    hears("EB", "458931");
    hears("J@", "4a8a30353231303039393958");
  });

  it("tells its system mode in the answer to X, without control too", () => {
    const bench = openBench(MODEL);
    bench.say("Q@");
    expect(hexOf(bench.say("X@"))).toBe("588932ec");
    bench.say("C000");
    expect(hexOf(bench.say("X@"))).toBe("588931ed");
    bench.say("Y@");
    bench.say("R@");
    expect(hexOf(bench.say("X@"))).toBe("5809346a");
  });

  it("sets 1 ms and 10 ms with the resolution, and reads 010 in both", () => {
    const bench = openBench(MODEL);
    bench.say("Q@");
    bench.say("C250");
    bench.say("Y@");
    expect(bench.status().shown).toBe("030030010");
    bench.say("C025");
    expect(bench.status().shown).toBe("030030025");
    bench.say("Z@");
    expect(bench.status().shown).toBe("030030010");
  });

  it("needs control for powers, interval and resolution", () => {
    const bench = openBench(MODEL);
    for (const text of ["@050", "A050", "C010", "Y@", "Z@", "EB", "EH"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]}S`);
    expect(bench.status().shown).toBe("030030010");
  });

  it("changes resolution and simultaneous mode in standby only, intervals and powers while armed too", async () => {
    const bench = await readyPair(["C020"]);
    for (const text of ["Y@", "Z@", "C000"]) expect(verdictOf(bench.say(text))).toBe(`${text[0]}S`);
    for (const text of ["C030", "@031", "A032"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]} ok`);
    expect(bench.status().shown).toBe("031032030");
    const joined = await readyPair(["C000"]);
    for (const text of ["C000", "C010"]) expect(verdictOf(joined.say(text))).toBe("CS");
    expect(joined.status().shown).toBe("030030000");
  });
});

describe("a pair of a BiStim²", () => {
  it.each([
    ["low resolution", ["Z@", "C003"], 3],
    ["high resolution", ["Y@", "C025"], 2.5],
    ["the longest low one", ["C999"], 999],
    ["the shortest high one", ["Y@", "C001"], 0.1],
  ])("is one discharge of two intensities and its interval: %s", async (_name, texts, isiMs) => {
    const bench = await readyPair([...texts, "@055", "A040"]);
    const atMs = bench.clock.now();
    expect(verdictOf(bench.say("EH"))).toBe("E ok");
    expect(bench.discharges).toEqual([
      { atMs, n: 1, intensityPctMso: [55, 40], isiMs, cause: "serial" },
    ]);
  });

  it("takes four seconds to the next, whatever the power", async () => {
    const bench = await readyPair(["C003"]);
    bench.say("EH");
    await bench.waitPolling(3999);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    expect(verdictOf(bench.say("EH"))).toBe("E ok");
    expect(bench.discharges).toHaveLength(2);
  });

  it.each([
    [30, 40, 2000],
    [30, 60, 3000],
    [90, 10, 4000],
  ])(
    "with interval 0 discharges both at once, %i and %i %%, every %i ms",
    async (a, b, refireMs) => {
      const digits = (pct: number): string => String(pct).padStart(3, "0");
      const bench = await readyPair(["C000", `@${digits(a)}`, `A${digits(b)}`]);
      bench.say("EH");
      expect(bench.discharges).toMatchObject([{ intensityPctMso: [a, b], isiMs: 0 }]);
      await bench.waitPolling(refireMs - 1);
      expect(bench.status().state).toBe("armed");
      await bench.wait(1);
      expect(bench.status().state).toBe("ready");
    },
  );

  it("waits for either capacitor", async () => {
    const bench = await readyPair(["@060", "A060"]);
    bench.say("A050");
    await bench.waitPolling(999);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    await bench.wait(1);
    bench.say("EH");
    expect(bench.discharges).toMatchObject([{ intensityPctMso: [60, 50] }]);
  });

  it("comes from the trigger input too", async () => {
    const bench = await readyPair(["C003"]);
    bench.device.trigger();
    bench.device.trigger();
    expect(bench.discharges).toMatchObject([
      { cause: "trigger", intensityPctMso: [30, 30], isiMs: 3 },
    ]);
  });

  it("warms the coil by both pulses", async () => {
    const rise = async (b: string): Promise<number> => {
      const bench = await readyPair([`A${b}`], { body: { heatKPerJoule: 0.02, coolingTauS: 1e9 } });
      bench.say("EH");
      return Number(Buffer.from(bench.say("F@").slice(2, 5)).toString("latin1")) - 240;
    };
    expect([await rise("000"), await rise("030")]).toEqual([5, 9]);
  });
});

describe("a BiStim² that is wired otherwise", () => {
  it("as a single unit has one output, no interval and letter 0", async () => {
    const bench = await readyPair(["@045"], { options: { systemMode: "single" } });
    expect(modeOf(bench)).toBe("0");
    for (const text of ["A040", "C003", "Y@", "Z@"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]}S`);
    expect(bench.status().shown).toBe("045000000");
    bench.say("EH");
    expect(bench.discharges).toMatchObject([{ intensityPctMso: [45] }]);
    expect(bench.discharges[0]).not.toHaveProperty("isiMs");
    await bench.waitPolling(2000);
    expect(bench.status().state).toBe("ready");
  });

  it("with external triggers fires each output by its own input and by its own refire time", async () => {
    const bench = await readyPair(["@045", "A090"], { options: { systemMode: "external" } });
    expect(modeOf(bench)).toBe("3");
    expect(verdictOf(bench.say("EH"))).toBe("ES");
    const startMs = bench.clock.now();
    bench.device.trigger();
    await bench.wait(50);
    bench.device.panel?.("trigger-b");
    bench.device.trigger();
    expect(bench.status().state).toBe("armed");
    await bench.waitPolling(2000);
    bench.device.trigger();
    bench.device.panel?.("trigger-b");
    expect(bench.discharges).toEqual([
      { atMs: startMs, n: 1, intensityPctMso: [45], cause: "trigger" },
      { atMs: startMs + 50, n: 2, intensityPctMso: [90], cause: "trigger" },
      { atMs: startMs + 2050, n: 3, intensityPctMso: [45], cause: "trigger" },
    ]);
  });

  it.each([
    [{}, ["C010"], "R"],
    [{ systemMode: "external" }, [], "S"],
  ])(
    "as a slave tells its own letters and leaves timing and firing to its master: %j",
    async (options, refusedTexts, letter) => {
      const bench = await readyPair([], { options: { ...options, role: "slave" } });
      expect(modeOf(bench)).toBe(letter);
      for (const text of [...refusedTexts, "Y@", "EH"])
        expect(verdictOf(bench.say(text))).toBe(`${text[0]}S`);
      expect(bench.discharges).toEqual([]);
    },
  );

  it("cannot be the slave of nobody, nor in a mode that there is not", () => {
    for (const options of [{ systemMode: "single", role: "slave" }, { systemMode: "triple" }])
      expect(() => openBench({ ...MODEL, options })).toThrow(/CLI_BAD_CALL/);
  });

  it("ignores the second trigger input where one start makes a pair", async () => {
    const bench = await readyPair([]);
    bench.device.panel?.("trigger-b");
    expect(bench.discharges).toEqual([]);
  });

  it("loses its settings and nothing of its wiring in a power cut", async () => {
    const bench = await readyPair(["Y@", "@060", "A070"]);
    bench.device.panel?.("power-cycle");
    await bench.wait(POLL_MS);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false, shown: "030030010" });
    expect(modeOf(bench)).toBe("2");
  });
});
