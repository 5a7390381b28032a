import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uvPerCount } from "../../../drivers/openbci/wire/packet.ts";
import { gapsAddUp, kindsOf, marksOf, samplesOf } from "../amplifiers-common/bench.ts";
import { concat, vector } from "../amplifiers-common/vectors.ts";
import {
  type CytonBench,
  commandsOf,
  configOf,
  packetsOf,
  play,
  streaming,
  text,
  upTo,
} from "./board.ts";
import { countOf, packetOf } from "./packets.ts";

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
