/** Where the published programs disagree, a unit can be told to follow another of them. */
import { describe, expect, it } from "vitest";
import { type BenchOptions, openBench, readyBench, verdictOf } from "./bench.ts";
import { hexOf } from "./vectors.ts";

const told = (options: Readonly<Record<string, unknown>>, more: BenchOptions = {}) => {
  const bench = openBench({ ...more, options });
  bench.say("Q@");
  return bench;
};

describe("a unit that follows another program", () => {
  it("answers a number out of range with S, and letters among digits still with ?", () => {
    const bench = told({ outOfRange: "conflict" });
    expect(["@101", "@999", "[9999"].map((text) => verdictOf(bench.say(text)))).toEqual([
      "@S",
      "@S",
      "[S",
    ]);
    expect(verdictOf(bench.say("@0x0"))).toBe("@?");
  });

  it("answers or keeps silent without control", () => {
    const silent200 = openBench({ model: "magstim-200", options: { withoutControl: "silence" } });
    expect(silent200.say("@050")).toHaveLength(0);
    const rapid = openBench({ options: { withoutControl: "conflict" } });
    expect(verdictOf(rapid.say("@050"))).toBe("@S");
  });

  it("looks at no checksum of `@` and `Q`, and at every other", () => {
    const { device, take, status } = openBench({
      options: { checksum: "not-of-power-and-control" },
    });
    device.fromHost(Uint8Array.from([0x51, 0x40, 0x00]));
    device.fromHost(Uint8Array.from([0x40, 0x30, 0x35, 0x30, 0x00]));
    device.fromHost(Uint8Array.from([0x45, 0x42, 0x00]));
    expect(take().map(verdictOf)).toEqual(["Q ok", "@ ok", "E?"]);
    expect(status()).toMatchObject({ state: "standby", remote: true });
  });

  it("refuses every disarm and still disarms by R", async () => {
    const bench = await readyBench(50, { options: { disarm: "refused" } });
    expect(verdictOf(bench.say("EA"))).toBe("ES");
    expect(bench.status().state).toBe("ready");
    bench.say("R@");
    expect(bench.status().state).toBe("standby");
  });

  it("drops control with the disarming after 60 s", async () => {
    const bench = await readyBench(50, { options: { unusedDisarm: "drops-control" } });
    await bench.waitPolling(59_000);
    expect(bench.status()).toMatchObject({ state: "standby", remote: false });
  });

  it("stores C000 and answers S", () => {
    const bench = told({ simultaneous: "stored-but-conflict" }, { model: "magstim-bistim" });
    expect(verdictOf(bench.say("C000"))).toBe("CS");
    expect(bench.status().shown).toBe("030030000");
  });

  it("tells the system mode of a 200²", () => {
    const bench = told({ systemModeOf200: "told" }, { model: "magstim-200" });
    expect(hexOf(bench.say("X@"))).toBe("588930ee");
  });

  it("leaves letter and dots out of its version", () => {
    const bench = told({ versionText: "digits" }, { version: "9.4.0" });
    expect(Buffer.from(bench.say("ND").slice(1, -2)).toString("latin1")).toBe("940");
  });

  it("sends the extended status low byte first", () => {
    const bench = told({ extendedStatus: "low-first" }, { model: "magstim-super-rapid2-plus" });
    expect([...bench.say("x@").slice(3, 5)]).toEqual([1, 0]);
  });

  it("has other lengths for the charge delay of version 9", () => {
    const bench = told({ chargeDelayAnswer: "8", chargeDelaySet: "6" });
    expect(bench.say("n0500")).toHaveLength(6);
    expect(Buffer.from(bench.say("o@").slice(2, -1)).toString("latin1")).toBe("00500");
  });

  it("tells no error code", () => {
    expect(verdictOf(told({ errorCode: "conflict" }).say("I@"))).toBe("IS");
  });

  it("enters train mode by 0.1 s alone", () => {
    const bench = told({ trainEntry: "one-tenth" });
    expect(verdictOf(bench.say("[0010"))).toBe("[S");
    expect(verdictOf(bench.say("[0001"))).toBe("[ ok");
    expect(verdictOf(bench.say("[0010"))).toBe("[ ok");
  });

  it("shows the old rapid status in the answer to a setter", () => {
    expect(told({ setterStatus: "old" }).say("^@")[2]).toBe(0x38);
    expect(told({}).say("^@")[2]).toBe(0x39);
  });

  it("takes only frequencies below the table's", () => {
    const bench = told({ frequencyLimit: "exclusive" });
    for (const text of ["[0010", "@100"]) bench.say(text);
    expect(verdictOf(bench.say("B0250"))).toBe("B?");
    expect(verdictOf(bench.say("B0249"))).toBe("B ok");
  });

  it("takes zeroes, and fires nothing by them", async () => {
    const bench = told({ zeroTrainValues: "accepted" });
    for (const text of ["[0010", "B0000", "D00000"])
      expect(verdictOf(bench.say(text))).toBe(`${text[0]} ok`);
    bench.say("EB");
    await bench.waitPolling(1500);
    expect(verdictOf(bench.say("EH"))).toBe("ES");
  });

  it.each([
    ["9.0", {}, "[6000", "[6010"],
    ["9.0", { longestTrainS: 100 }, "[1000", "[1010"],
    ["8.0", {}, "[100", "[101"],
    ["8.0", { longestTrainS: 99.9 }, "[999", null],
  ])("of version %s and with %j has its longest train", (version, options, longest, above) => {
    const bench = told(options, { version });
    expect(verdictOf(bench.say(longest))).toBe("[ ok");
    if (above !== null) expect(verdictOf(bench.say(above))).toBe("[?");
  });
});

describe("the free options", () => {
  it("may hold what is meant for a driver", () => {
    expect(() => openBench({ options: { triggerPath: "rts", quiet: true } })).not.toThrow();
  });

  it("may not hold a word that there is not", () => {
    expect(() => openBench({ options: { disarm: "sometimes" } })).toThrow(
      /CLI_BAD_CALL.*executed or refused/,
    );
  });
});
