import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type CytonAmplifier, createCyton } from "../../../drivers/openbci/driver.ts";
import { amplifier as module } from "../../../drivers/openbci/index.ts";
import { uvPerCount } from "../../../drivers/openbci/wire/packet.ts";
import type { AmplifierConfig } from "../../../src/contract/amplifier.ts";
import {
  type Bench,
  gapsAddUp,
  kindsOf,
  marksOf,
  onBench,
  samplesOf,
} from "../amplifiers-common/bench.ts";
import { concat, vector } from "../amplifiers-common/vectors.ts";
import { countOf, packetOf } from "./packets.ts";

type CytonBench = Bench<CytonAmplifier>;

const text = (words: string): Uint8Array => new Uint8Array(Buffer.from(words, "latin1"));
const configOf = (
  options: Readonly<Record<string, unknown>> = {},
  driver = "openbci-cyton",
): AmplifierConfig => ({ driver, options });

const ANSWERS: Readonly<Record<string, string>> = {
  v: String(vector("cyton_banner_8ch").meaning["text"]),
  d: "updating channel settings to default$$$",
  x: "Success: Channel set for 1$$$",
  z: "Success: Lead off set for 1$$$",
  "/": "Success: digital$$$",
  "<": "Time stamp ON$$$",
};

/** Answers like a board; `other` comes first. */
function board(bench: CytonBench, other: Readonly<Record<string, string | null>> = {}): void {
  bench.script = (bytes) => {
    const command = String.fromCharCode(bytes[0] ?? 0);
    const answer = command in other ? other[command] : ANSWERS[command];
    if (answer === undefined || answer === null) return;
    bench.clock.at(bench.clock.now() + 20, () => bench.send(text(answer)));
  };
}

const commandsOf = ({ written }: CytonBench): readonly string[] =>
  written.map(({ bytes }) => Buffer.from(bytes).toString("latin1"));

/** One packet every 4 ms, from the present instant on. */
async function play(
  bench: CytonBench,
  packets: readonly (Uint8Array | null)[],
  stepMs = 4,
): Promise<void> {
  for (const packet of packets) {
    if (packet !== null) bench.send(packet);
    await bench.clock.wait(stepMs);
  }
}

const upTo = (count: number, from = 0): readonly number[] =>
  Array.from({ length: count }, (_, n) => (from + n) % 256);
const packetsOf = (numbers: readonly number[]): readonly Uint8Array[] =>
  numbers.map((n) => packetOf(n));

async function streaming(
  work: (bench: CytonBench) => Promise<void>,
  config: AmplifierConfig = configOf(),
  other: Readonly<Record<string, string | null>> = {},
): Promise<void> {
  await onBench(createCyton, config, async (bench) => {
    board(bench, other);
    await bench.amplifier.connect();
    await bench.amplifier.start();
    await work(bench);
  });
}

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

describe("the stream of a Cyton", () => {
  it("becomes blocks of 20 ms in microvolt of each channel's gain", async () => {
    const config = configOf({ channels: [{ channel: 2, gain: 8 }] });
    await streaming(async (bench) => {
      await play(bench, packetsOf(upTo(12)));
      await bench.amplifier.stop();

      expect(bench.blocks.map(({ frames }) => frames)).toEqual([5, 5, 2]);
      samplesOf(bench.blocks, 1).forEach((value, n) => {
        expect(value).toBeCloseTo(countOf(n, 1) * uvPerCount(8), 2);
      });
      expect(bench.events).toEqual([]);
      expect(commandsOf(bench).slice(-2)).toEqual(["b", "s"]);
    }, config);
  });

  it("counts and tells losses, repeats and wraps, whatever the radio drops", async () => {
    const packet = fc.record({ lost: fc.integer({ min: 0, max: 200 }), repeats: fc.nat(2) });
    const property = fc.asyncProperty(
      fc.array(packet, { minLength: 1, maxLength: 40 }),
      async (course) => {
        await streaming(async (bench) => {
          let place = 0;
          let expected = { frames: 0, lost: 0, repeats: 0 };
          const places: number[] = [];
          for (const { lost, repeats } of course) {
            place += place === 0 ? 0 : lost;
            expected = {
              frames: expected.frames + 1,
              lost: expected.lost + (place === 0 ? 0 : lost),
              repeats: expected.repeats + repeats,
            };
            places.push(place);
            for (let n = 0; n <= repeats; n += 1) bench.send(packetOf(place % 256));
            await bench.clock.wait(4);
            place += 1;
          }
          await bench.amplifier.stop();
          const counters = bench.amplifier.counters();

          expect(counters).toMatchObject({ ...expected, resyncs: 0, junkBytes: 0 });
          expect(counters.wraps).toBe(Math.floor((places.at(-1) ?? 0) / 256));
          expect(gapsAddUp(bench.blocks)).toBe(true);
          const indices = bench.blocks.flatMap(({ firstIndex, frames }) =>
            Array.from({ length: frames }, (_, n) => firstIndex + n),
          );
          expect(indices).toEqual(places);
        });
      },
    );
    await fc.assert(property, { numRuns: 25 });
  });

  it("says at least so many after a silence in which the number may have gone round", async () => {
    await streaming(async (bench) => {
      await play(bench, packetsOf([0, 1, 2]));
      await bench.clock.wait(1100);
      await play(bench, packetsOf([10, 11]));
      await bench.clock.wait(1100);
      await play(bench, packetsOf([11, 12]));
      const losses = bench.events.filter(({ kind }) => kind === "loss");

      expect(losses).toMatchObject([
        { frames: 7, atLeast: true },
        { frames: 255, atLeast: true },
      ]);
    });
  });

  it("tells of a second that the number cannot show, by the host's clock", async () => {
    await streaming(async (bench) => {
      await play(bench, packetsOf(upTo(1024)));
      await bench.clock.wait(1024);
      await play(bench, packetsOf(upTo(1500)));

      expect(bench.events.filter(({ kind }) => kind === "loss")).toMatchObject([
        { frames: 0, atLeast: true },
      ]);
      expect(bench.events.filter(({ kind }) => kind === "fault")).toEqual([]);
    });
  });

  it("tells a rate that is another, once", async () => {
    await streaming(async (bench) => {
      await play(bench, packetsOf(upTo(3000)), 5);
      const faults = bench.events.filter(({ kind }) => kind === "fault");

      expect(faults).toMatchObject([{ code: "DEVICE_WRONG_RATE" }]);
      expect(bench.amplifier.measuredRateHz()).toBeCloseTo(200, 1);
    });
  });

  it("measures the rate of a crystal that is a little off without calling it a fault", async () => {
    await streaming(async (bench) => {
      await play(bench, packetsOf(upTo(5000)), 1000 / 250.07);
      await bench.amplifier.stop();

      expect(bench.amplifier.measuredRateHz()).toBeCloseTo(250.07, 2);
      expect(kindsOf(bench.events)).toEqual(["message"]);
    });
  });

  it("alarms when no packet comes for half a second, and says when they come again", async () => {
    await streaming(async (bench) => {
      const startMs = bench.clock.now();
      await play(bench, packetsOf(upTo(7)));
      await bench.clock.wait(900);
      bench.send(text("noise without a packet"));
      await bench.clock.wait(100);
      await play(bench, packetsOf(upTo(3, 7)));

      expect(
        bench.events.filter(({ kind }) => kind === "stall" || kind === "resumed"),
      ).toMatchObject([
        {
          kind: "stall",
          atMs: startMs + 6 * 4 + 500,
          silentMs: 500,
        },
        { kind: "resumed" },
      ]);
      expect(bench.amplifier.counters().stalls).toBe(1);
      // What was held is out before the alarm.
      expect(samplesOf(bench.blocks, 0)).toHaveLength(7);
    });
  });

  it("counts junk and packets with a footer that was never defined, and goes on", async () => {
    await streaming(async (bench) => {
      await play(bench, [
        packetOf(0),
        Uint8Array.of(1, 2, 3),
        packetOf(1),
        packetOf(2, [], 0xc8),
        packetOf(3),
      ]);
      await bench.amplifier.stop();

      expect(bench.amplifier.counters()).toMatchObject({
        frames: 3,
        lost: 1,
        resyncs: 2,
        junkBytes: 36,
      });
      expect(bench.events).toMatchObject([
        { kind: "resync", bytes: 3, hex: "010203" },
        { kind: "resync", bytes: 33 },
        { kind: "loss", frames: 1, atLeast: false },
      ]);
    });
  });

  it("says so when bytes come and none of them is a packet", async () => {
    await streaming(async (bench) => {
      for (let n = 0; n < 100; n += 1) {
        bench.send(new Uint8Array(64).fill(0x55));
        await bench.clock.wait(10);
      }
      expect(kindsOf(bench.events)).toEqual(["fault", "stall"].toSorted().reverse());
      expect(bench.events).toContainEqual(
        expect.objectContaining({ kind: "fault", code: "WIRE_UNKNOWN_FRAME" }),
      );
    });
  });

  it("marks rising edges of the digital pins in the sample where they are seen", async () => {
    const levels = (d11: number, d12: number, d18: number): readonly number[] => [
      d11,
      d12,
      0,
      0,
      0,
      d18,
    ];
    await streaming(
      async (bench) => {
        const aux = [
          levels(1, 0, 0),
          levels(1, 1, 0),
          levels(1, 1, 0),
          levels(0, 0, 1),
          levels(1, 0, 1),
        ];
        await play(
          bench,
          aux.map((bytes, n) => packetOf(n, bytes, 0xc1)),
        );
        await play(bench, [packetOf(9, levels(0, 0, 0), 0xc1)]);
        await bench.amplifier.stop();

        expect(marksOf(bench.blocks)).toEqual([
          [1, 12, "D12"],
          [3, 18, "D18"],
          [4, 11, "D11"],
        ]);
      },
      configOf({ boardMode: "digital" }),
    );
  });

  it("marks the characters of marker mode", async () => {
    await streaming(
      async (bench) => {
        const aux = vector("cyton_c1_marker_5").bytes.slice(26, 32);
        await play(bench, [
          packetOf(0, [], 0xc1),
          packetOf(1, [...aux], 0xc1),
          packetOf(2, [], 0xc1),
        ]);
        await bench.amplifier.stop();
        expect(marksOf(bench.blocks)).toEqual([[1, 0x35, "marker"]]);
      },
      configOf({ boardMode: "marker" }),
    );
  });

  it("holds the accelerometer between its values and stamps blocks with the board's time", async () => {
    await streaming(
      async (bench) => {
        await play(bench, [packetOf(0, [0, 0, 0, 0, 0, 0])]);
        expect(bench.amplifier.acceleration()).toBeNull();
        await play(bench, [
          packetOf(1, [0, 0, 0, 0, 0x1f, 0x40]),
          packetOf(2),
          packetOf(3),
          packetOf(4),
        ]);
        expect(bench.amplifier.acceleration()).toEqual({ xG: 0, yG: 0, zG: 1 });
        await play(bench, [
          packetOf(5, [0, 0, 0xff, 0xff, 0xff, 0xff], 0xc4),
          packetOf(6, [0, 0, 0, 0, 0, 4], 0xc4),
        ]);
        await play(bench, [packetOf(7, [0x1f, 0x40, 0, 0, 0, 8], 0xc4)]);
        await bench.amplifier.stop();

        expect(bench.amplifier.acceleration()).toEqual({ xG: 1, yG: 0, zG: 1 });
        expect(bench.blocks.map(({ deviceMs }) => deviceMs)).toEqual([null, 2 ** 32 - 1]);
      },
      configOf({ timeStamps: true }),
    );
  });
});

describe("a Cyton with a Daisy", () => {
  const daisy = (work: (bench: CytonBench) => Promise<void>): Promise<void> =>
    streaming(work, configOf({}, "openbci-cyton-daisy"), {
      v: String(vector("cyton_banner_daisy").meaning["text"]),
    });

  it("joins an even packet with the odd one behind it and leaves the stale first half out", async () => {
    await daisy(async (bench) => {
      await play(bench, packetsOf(upTo(9)));
      await bench.amplifier.stop();
      const scale = uvPerCount(24);

      expect(samplesOf(bench.blocks, 0).map((uv) => Math.round(uv / scale))).toEqual([
        3000, 5000, 7000,
      ]);
      expect(samplesOf(bench.blocks, 8).map((uv) => Math.round(uv / scale))).toEqual([
        2000, 4000, 6000,
      ]);
      expect(bench.amplifier.counters()).toMatchObject({ frames: 3, lost: 0 });
    });
  });

  it("never joins halves of different samples: a pair with a missing half is lost, whichever it is", async () => {
    const losses = fc.uniqueArray(fc.integer({ min: 4, max: 697 }), { maxLength: 30 });
    const property = fc.asyncProperty(losses, async (missing) => {
      await daisy(async (bench) => {
        const sent = Array.from({ length: 700 }, (_, n) => n).filter((n) => !missing.includes(n));
        bench.send(concat(...sent.map((n) => packetOf(n % 256))));
        await bench.clock.wait(10);
        await bench.amplifier.stop();
        const pairs = Array.from({ length: 349 }, (_, n) => n + 1).filter(
          (pair) => !missing.includes(2 * pair) && !missing.includes(2 * pair + 1),
        );
        const scale = uvPerCount(24);
        const indices = bench.blocks.flatMap(({ firstIndex, frames }) =>
          Array.from({ length: frames }, (_, n) => firstIndex + n + 1),
        );

        expect(indices).toEqual(pairs);
        expect(samplesOf(bench.blocks, 1).map((uv) => Math.round(uv / scale))).toEqual(
          pairs.map((pair) => countOf((2 * pair + 1) % 256, 1)),
        );
        expect(samplesOf(bench.blocks, 9).map((uv) => Math.round(uv / scale))).toEqual(
          pairs.map((pair) => countOf((2 * pair) % 256, 1)),
        );
        expect(bench.amplifier.counters().lost).toBe(349 - pairs.length);
      });
    });
    await fc.assert(property, { numRuns: 25 });
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
