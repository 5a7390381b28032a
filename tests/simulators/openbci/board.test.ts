/** The text side of the board: every answer, and what it does while it streams. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/openbci/index.ts";
import { atStart, type Bench, type BenchOptions, openBench, textOf } from "../amplifiers/bench.ts";
import { bytesOf, vector } from "../amplifiers/vectors.ts";
import { readPackets } from "./reader.ts";

const open = (options: BenchOptions = {}, model = "openbci-cyton"): Bench =>
  openBench(simulator, model, options);

/** What the board says to a text at once. */
function ask(bench: Bench, text: string): string {
  bench.take();
  bench.say(text);
  return textOf(bench.take());
}

describe("an idle board", () => {
  it.each([
    ["V", "v3.1.5$$$"],
    ["D", "060110$$$"],
    ["d", "updating channel settings to default$$$"],
    ["0", "Success: Configured internal test signal.$$$"],
    ["-", "Success: Configured internal test signal.$$$"],
    ["]", "Success: Configured internal test signal.$$$"],
    ["x3040000X", "Success: Channel set for 3$$$"],
    ["xI050110X", "Success: Channel set for 16$$$"],
    ["x1X", "Failure: too few chars$$$"],
    ["x1060110Y", "Failure: Err: 9th char not X$$$"],
    ["z101Z", "Success: Lead off set for 1$$$"],
    ["z1Z", "Failure: too few chars$$$"],
    ["~4", "Success: Sample rate is 1000Hz$$$"],
    ["~7", "Failure: sample value out of bounds$$$"],
    ["~~", "Success: Sample rate is 250Hz$$$"],
    ["/2", "Success: analog$$$"],
    ["//", "Success: default$$$"],
    ["<", "Time stamp ON$$$"],
    [">", "Time stamp OFF$$$"],
    ["C", "8$$$"],
    ["1!2@qQ", ""],
    ["`5", ""],
    ["bs", ""],
  ])("answers %s with %s", (sent, answer) => {
    expect(ask(open(), sent)).toBe(answer);
  });

  it("answers the same whatever the host's bytes are cut into", () => {
    const text = "VDx3040000Xz101Z~4//x1Xx9090Q<C/2?~~";
    const whole = ask(open(), text);
    expect(whole.split("$$$").length).toBeGreaterThan(9);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { maxLength: 20 }), (sizes) => {
        const bench = open();
        let from = 0;
        for (const size of [...sizes, text.length]) {
          bench.say(text.slice(from, from + size));
          from += size;
        }
        expect(textOf(bench.take())).toBe(whole);
      }),
    );
  });

  it("takes gain 24 for a gain that does not exist, and shows settings in the register dump", () => {
    const bench = open();
    const register = (): string => /CH3SET, 0x07, (0x..)/.exec(ask(bench, "?"))?.[1] ?? "";
    expect(register()).toBe("0x68");
    ask(bench, "x3141000X");
    expect(register()).toBe("0xC1");
    ask(bench, "x3090110X");
    expect(register()).toBe("0x68");
    expect(ask(bench, "?")).toMatch(/\$\$\$$/);
  });

  it("resets in more than half a second, tells its banner, and reads then what was sent meanwhile", async () => {
    const bench = open();
    ask(bench, "~4/2x1000000X");
    expect(ask(bench, "v~~")).toBe("");
    await bench.wait(500);
    expect(bench.take()).toHaveLength(0);
    const banner = textOf(bytesOf(vector("cyton_banner_8ch").hex));
    expect(textOf(await bench.hear(200))).toBe(`${banner}Success: Sample rate is 250Hz$$$`);
    expect(ask(bench, "//")).toBe("Success: default$$$");
  });

  it("has the banner of its first generation, which knows no version and no rates", async () => {
    const bench = open({ softwareVersion: "1.0" });
    bench.say("v");
    const banner = textOf(bytesOf(vector("cyton_banner_v1_no_firmware").hex));
    expect(textOf(await bench.hear(700))).toBe(banner);
    expect(ask(bench, "V~~")).toBe("");
  });

  it("tells of a daisy, and leaves it away and takes it up again", async () => {
    const bench = open({}, "openbci-cyton-daisy");
    bench.say("v");
    const banner = textOf(bytesOf(vector("cyton_banner_daisy").hex));
    expect(textOf(await bench.hear(700))).toBe(banner);
    expect(ask(bench, "c")).toBe("daisy removed$$$");
    expect(ask(bench, "C")).toBe("16$$$");
  });

  it("gives up a command of several characters after a second", async () => {
    const bench = open();
    bench.say("x1060");
    await bench.wait(999);
    expect(bench.take()).toHaveLength(0);
    await bench.wait(2);
    const timeout =
      "Timeout processing multi byte message - please send all commands at once as of v2$$$";
    expect(textOf(bench.take())).toBe(timeout);
    expect(ask(bench, "V")).toBe("v3.1.5$$$");
    bench.say("x1060");
    await bench.wait(900);
    expect(ask(bench, "110X")).toBe("Success: Channel set for 1$$$");
    expect(textOf(await bench.hear(2000))).toBe("");
  });

  it("is told apart from its dongle", () => {
    const bench = open();
    bench.say(Uint8Array.of(0xf0));
    bench.say(Uint8Array.of(0x07));
    expect(textOf(bench.take())).toBe("Success: System is Up$$$");
    bench.say(Uint8Array.of(0xf0, 0x01, 0x56, 0x56));
    expect(textOf(bench.take())).toBe("v3.1.5$$$");
  });

  it("answers late when told to", async () => {
    const bench = open({ options: { answerDelayMs: 40 } });
    expect(ask(bench, "V")).toBe("");
    expect(textOf(await bench.hear(39))).toBe("");
    expect(textOf(await bench.hear(1))).toBe("v3.1.5$$$");
  });

  it("never throws on random bytes, and never streams without being asked to", async () => {
    const noStart = fc.array(
      fc.integer({ min: 0, max: 255 }).filter((byte) => byte !== 0x62),
      { maxLength: 60 },
    );
    await fc.assert(
      fc.asyncProperty(noStart, async (bytes) => {
        const bench = open();
        bench.say(Uint8Array.from(bytes));
        expect(readPackets(await bench.hear(1500))).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a board that streams", () => {
  it("obeys and says nothing", async () => {
    const bench = open();
    bench.say("b");
    await bench.wait(100);
    bench.say("x3001000X~~V?D");
    const heard = await bench.hear(1000);
    expect(heard.length % 33).toBe(0);
    const packets = readPackets(heard);
    expect(packets).toHaveLength(heard.length / 33);
    bench.say("s");
    expect(/CH3SET, 0x07, (0x..)/.exec(ask(bench, "?"))?.[1]).toBe("0x01");
    expect(await bench.hear(1000)).toHaveLength(0);
  });

  it("falls back to the one rate that the radio carries, after a pause", async () => {
    const bench = open({ options: { blockFrames: 1 } });
    expect(ask(bench, "~4")).toBe("Success: Sample rate is 1000Hz$$$");
    bench.say("b");
    expect(readPackets(await bench.hear(50))).toHaveLength(0);
    expect(readPackets(await bench.hear(1000))).toHaveLength(250);
    bench.say("s");
    expect(ask(bench, "~~")).toBe("Success: Sample rate is 250Hz$$$");
  });
});

describe("a board that is off", () => {
  it("has a dongle that says so, once for what came together", async () => {
    const bench = open({ faults: [atStart("board-off")] });
    bench.say("v");
    bench.say("d");
    const failure = textOf(bytesOf(vector("cyton_reply_failure").hex));
    expect(textOf(await bench.hear(500))).toBe(failure);
    bench.say("b");
    expect(textOf(await bench.hear(1000))).toBe(failure);
    bench.device.fault(atStart("reboot"));
    await bench.wait(1000);
    expect(ask(bench, "V")).toBe("v3.1.5$$$");
  });
});
