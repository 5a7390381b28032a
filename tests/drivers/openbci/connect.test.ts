import { describe, expect, it } from "vitest";
import { createCyton } from "../../../drivers/openbci/driver.ts";
import { amplifier as module } from "../../../drivers/openbci/index.ts";
import { uvPerCount } from "../../../drivers/openbci/wire/packet.ts";
import { kindsOf, onBench, samplesOf } from "../amplifiers-common/bench.ts";
import { vector } from "../amplifiers-common/vectors.ts";
import { board, commandsOf, configOf, packetsOf, play, streaming } from "./board.ts";
import { packetOf } from "./packets.ts";

describe("connecting a Cyton", () => {
  it("waits, stops, resets, reads the banner and the defaults, and sets what differs from them", async () => {
    const channels = [
      { channel: 3, name: "FDI", bipolar: true },
      { channel: 4, name: "C3" },
      { channel: 8, on: false, gain: 1, input: "shorted" },
    ];
    await onBench(createCyton, configOf({ channels }), async (bench) => {
      board(bench);
      const told = await bench.amplifier.connect();

      expect(commandsOf(bench)).toEqual(["s", "v", "d", "x3040000X", "x8101110X"]);
      expect(bench.written[0]?.atMs).toBe(300);
      expect(bench.written[1]?.atMs).toBe(550);
      expect(told).toMatchObject({ firmware: "v3.1.2", converters: "1" });
    });
  });

  it.each([
    ["nothing answers", { v: null }, "DEVICE_SILENT"],
    [
      "the board is off",
      { v: "Failure: Communications timeout - Device failed to poll Host$$$" },
      "DEVICE_SILENT",
    ],
    [
      "the board is off behind a banner",
      { d: "Failure: Communications timeout$$$" },
      "DEVICE_SILENT",
    ],
    ["another device answers", { v: "BITalino_v5.2\n" }, "DEVICE_NOT_FOUND"],
    ["another device answers in the same manner", { v: "Arduino$$$" }, "DEVICE_NOT_FOUND"],
    [
      "a Daisy is attached that the rig file does not know",
      { v: String(vector("cyton_banner_daisy").meaning["text"]) },
      "DEVICE_WRONG_ANSWER",
    ],
    ["a setting is refused", { x: "Failure: too few chars$$$" }, "DEVICE_INVALID_DATA"],
    ["the text never ends", { v: "x".repeat(20_000) }, "DEVICE_NOT_FOUND"],
  ])("fails with a code when %s, and closes the port", async (_, other, code) => {
    const config = configOf({ channels: [{ channel: 1, bipolar: true }] });
    await onBench(createCyton, config, async (bench) => {
      board(bench, other);
      await expect(bench.amplifier.connect()).rejects.toMatchObject({ code });
      expect(bench.link.port.isOpen).toBe(false);
      expect(commandsOf(bench)).not.toContain("b");
    });
  });

  it("needs a Daisy for the model with one", async () => {
    await onBench(createCyton, configOf({}, "openbci-cyton-daisy"), async (bench) => {
      board(bench);
      await expect(bench.amplifier.connect()).rejects.toThrow(/DEVICE_WRONG_ANSWER.*no Daisy/);
    });
  });

  it("reads a banner that comes in pieces", async () => {
    await onBench(createCyton, configOf(), async (bench) => {
      board(bench, { v: null });
      const script = bench.script;
      bench.script = (bytes) => {
        script(bytes);
        if (bytes[0] !== 0x76) return;
        const banner = vector("cyton_banner_8ch").bytes;
        banner.forEach((byte, n) => {
          bench.clock.at(bench.clock.now() + 600 + n, () => bench.send(Uint8Array.of(byte)));
        });
      };
      expect(await bench.amplifier.connect()).toMatchObject({ firmware: "v3.1.2" });
    });
  });
});

describe("a Cyton in a rig file", () => {
  it.each([
    [{ rateHz: 1000 }, /falls back to 250/],
    [{ channels: [{ channel: 9 }] }, /Daisy/],
    [{ channels: [{ channel: 1 }, { channel: 1 }] }, /twice/],
    [{ channels: [{ channel: 1, gain: 7 }] }, /1, 2, 4/],
    [{ channels: [{ channel: 1, gain: 24, bipolar: true }] }, /8 at most/],
    [{ colour: "red" }, /no option colour/],
  ])("is refused with the reason: %j", (options, words) => {
    expect(module.describe(configOf(options))).toMatchObject({
      ok: false,
      error: expect.stringMatching(words),
    });
  });

  it("is unfit for MEPs and says why", () => {
    const described = module.describe(configOf());
    expect(described).toMatchObject({
      ok: true,
      value: { rateHz: 250, lossAmbiguousAfter: 255, triggerInput: "none", mep: { fit: false } },
    });
    expect(described.ok && described.value.mep.why).toMatch(/10-1000 Hz.*125 Hz/);
  });

  it("has 16 channels of 125 Hz with a Daisy", () => {
    const described = module.describe(configOf({}, "openbci-cyton-daisy"));
    expect(described).toMatchObject({ ok: true, value: { rateHz: 125, lossAmbiguousAfter: 127 } });
    expect(described.ok && described.value.channels).toHaveLength(16);
  });
});

describe("the ends of a link", () => {
  it("are told when the cable comes off, with what was held, and it can connect again", async () => {
    await streaming(async (bench) => {
      await play(bench, packetsOf([0, 1]));
      bench.link.unplug("pulled");
      await bench.clock.wait(1);

      expect(bench.events).toMatchObject([{ kind: "link-lost", detail: "pulled" }]);
      expect(samplesOf(bench.blocks, 0)).toHaveLength(2);
      bench.link.replug();
      await bench.amplifier.connect();
      await bench.amplifier.start();
      await play(bench, packetsOf([0]));
      expect(bench.amplifier.counters().frames).toBe(1);
    });
  });

  it("closing in the middle of a stream stops the board and is no loss", async () => {
    await streaming(async (bench) => {
      await play(bench, packetsOf([0, 1]));
      await bench.amplifier.close();
      expect(commandsOf(bench).at(-1)).toBe("s");
      expect(kindsOf(bench.events)).toEqual([]);
      await bench.amplifier.close();
      await bench.amplifier.stop();
    });
  });

  it("refuse what is out of turn", async () => {
    await onBench(createCyton, configOf(), async (bench) => {
      await expect(bench.amplifier.start()).rejects.toMatchObject({ code: "DEVICE_CONFLICT" });
      board(bench);
      await bench.amplifier.connect();
      await expect(bench.amplifier.connect()).rejects.toMatchObject({ code: "DEVICE_CONFLICT" });
      await bench.amplifier.start();
      await expect(bench.amplifier.impedance(1, "n")).rejects.toMatchObject({
        code: "DEVICE_CONFLICT",
      });
    });
  });
});

describe("the impedance check", () => {
  it("switches the current on, listens, switches it off, and takes the resistor of the board off", async () => {
    await onBench(createCyton, configOf(), async (bench) => {
      board(bench);
      await bench.amplifier.connect();
      const answer = bench.script;
      const ohm = 7800 + 2200;
      let isOn = false;
      bench.script = (bytes) => {
        answer(bytes);
        if (bytes[0] === 0x73) isOn = false;
        if (bytes[0] !== 0x62) return;
        isOn = true;
        for (let n = 0; n < 1000; n += 1) {
          const volt = 6e-9 * ohm * Math.sin((2 * Math.PI * 31.2 * n) / 250) + 0.001;
          const count = Math.round((volt * 1e6) / uvPerCount(24));
          const packet = packetOf(n % 256);
          new DataView(packet.buffer).setInt16(2, count >> 8);
          packet[4] = count & 0xff;
          bench.clock.at(bench.clock.now() + 4 * n, () => isOn && bench.send(packet));
        }
      };
      expect(await bench.amplifier.impedance(1, "n")).toBeCloseTo(7800, -2);
      expect(commandsOf(bench).slice(-4)).toEqual(["z101Z", "b", "s", "z100Z"]);
    });
  });
});
