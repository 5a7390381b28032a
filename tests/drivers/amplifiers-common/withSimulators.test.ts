/** Every driver at its simulator, two codecs written apart, on one virtual clock. */
import { describe, expect, it } from "vitest";
import { amplifier as bitalinoDriver } from "../../../drivers/bitalino/index.ts";
import { amplifier as rdaDriver } from "../../../drivers/brainvision/index.ts";
import { amplifier as neuroneDriver } from "../../../drivers/neurone/index.ts";
import { amplifier as openbciDriver } from "../../../drivers/openbci/index.ts";
import { amplifier as spikerDriver } from "../../../drivers/spikerbox/index.ts";
import { simulator as bitalino } from "../../../simulators/bitalino/index.ts";
import { simulator as brainvision } from "../../../simulators/brainvision/index.ts";
import { simulator as neurone } from "../../../simulators/neurone/index.ts";
import { simulator as openbci } from "../../../simulators/openbci/index.ts";
import { simulator as spikerbox } from "../../../simulators/spikerbox/index.ts";
import type {
  Amplifier,
  AmplifierCapabilities,
  AmplifierEvent,
  AmplifierModule,
  SampleBlock,
} from "../../../src/contract/amplifier.ts";
import type { SimulatedDevice, SimulatorModule } from "../../../src/contract/simulator.ts";
import { createMemoryLink, plugIn } from "../../../src/io/memoryPort.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { gapsAddUp, marksOf } from "./bench.ts";
import { recordingSource, type Seen } from "./source.ts";

interface Pair {
  readonly model: string;
  readonly driver: AmplifierModule;
  readonly simulator: SimulatorModule;
  readonly options: Readonly<Record<string, unknown>>;
  /** Frames that one packet of the simulator carries, for its faults; null: several. */
  readonly framesPerPacket: number | null;
  readonly hasNumbers: boolean;
  /** Samples of the converter a frame: with a Daisy, both halves are means of two. */
  readonly stride?: 2;
}

const NAMES = [{ name: "FDI" }, { name: "APB" }, { name: "C3" }];

const PAIRS: readonly Pair[] = [
  {
    model: "openbci-cyton",
    driver: openbciDriver,
    simulator: openbci,
    options: { boardMode: "digital", channels: [{ channel: 1, name: "FDI", bipolar: true }] },
    framesPerPacket: 1,
    hasNumbers: true,
  },
  {
    model: "openbci-cyton-daisy",
    driver: openbciDriver,
    simulator: openbci,
    options: { boardMode: "digital" },
    framesPerPacket: 1,
    hasNumbers: true,
    stride: 2,
  },
  {
    model: "bitalino",
    driver: bitalinoDriver,
    simulator: bitalino,
    options: { channels: ["A1", "A2", "A3"].map((input) => ({ input })) },
    framesPerPacket: 1,
    hasNumbers: true,
  },
  {
    model: "spikerbox",
    driver: spikerDriver,
    simulator: spikerbox,
    options: { uvPerCount: 5 },
    framesPerPacket: 1,
    hasNumbers: false,
  },
  {
    model: "spikerbox",
    driver: spikerDriver,
    simulator: spikerbox,
    options: {
      variant: "human",
      hardware: "HUMANSB",
      channels: [{ name: "FDI" }, { name: "APB" }],
      channelCount: 2,
      uvPerCount: 0.5,
    },
    framesPerPacket: 1,
    hasNumbers: false,
  },
  {
    model: "brainvision-rda",
    driver: rdaDriver,
    simulator: brainvision,
    options: { channels: NAMES },
    framesPerPacket: 100,
    hasNumbers: true,
  },
  {
    model: "neurone",
    driver: neuroneDriver,
    simulator: neurone,
    options: { channels: NAMES },
    framesPerPacket: 10,
    hasNumbers: true,
  },
];

interface Scene {
  readonly pair: Pair;
  readonly clock: VirtualClock;
  readonly device: SimulatedDevice;
  readonly amplifier: Amplifier;
  readonly facts: AmplifierCapabilities;
  readonly blocks: SampleBlock[];
  readonly events: AmplifierEvent[];
  readonly seen: Seen;
}

async function scene(
  pair: Pair,
  work: (scene: Scene) => Promise<void>,
  more: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const config = { driver: pair.model, options: { ...pair.options, ...more } };
  const described = pair.driver.describe(config);
  if (!described.ok) throw new Error(described.error);
  const baudRate = pair.driver.line(config)?.baudRate ?? 100_000_000;
  const link = createMemoryLink(clock, { baudRate });
  const { source, seen } = recordingSource();
  const device = pair.simulator.create({
    model: pair.model,
    clock,
    seed: 1,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
    options: config.options,
    source,
  });
  plugIn(link, device);
  const amplifier = pair.driver.create({ config, clock, port: link.port });
  const blocks: SampleBlock[] = [];
  const events: AmplifierEvent[] = [];
  amplifier.blocks$.subscribe((block) => blocks.push(block));
  amplifier.events$.subscribe((event) => events.push(event));
  await clock.run(async () => {
    await amplifier.connect();
    await amplifier.start();
    await work({ pair, clock, device, amplifier, facts: described.value, blocks, events, seen });
    await amplifier.close();
    device.close();
  });
}

/**
 * What a frame should be whose first sample of the converter is `sample`. With a Daisy the main board
 * has the mean of that one and the next, the Daisy that of it and the one before.
 */
function truthOf({ seen, pair }: Scene, channel: number, sample: number): number {
  if (pair.stride === undefined) return seen.valueAt(channel, sample);
  const first = channel < 8 ? sample : sample - 1;
  return (seen.valueAt(channel, first) + seen.valueAt(channel, first + 1)) / 2;
}

/**
 * Sample of the source that became the frame 0 of the stream: the place where the first block fits in
 * all its channels. Throws when it fits nowhere.
 */
function originOf(all: Scene): number {
  const [block] = all.blocks;
  if (block === undefined) throw new Error("no block came");
  const { stride = 1 } = all.pair;
  for (let sample = 0; sample < all.seen.times.length; sample += 1) {
    const origin = sample - stride * block.firstIndex;
    if (misfits(block, origin, all) === 0) return origin;
  }
  throw new Error("the first block is nowhere in the source");
}

/** Samples that are more than a step beside what the electrodes saw, clipped at the ends of the range. */
function misfits(block: SampleBlock, origin: number, all: Scene): number {
  const { stride = 1 } = all.pair;
  let count = 0;
  block.channels.forEach((samples, channel) => {
    const { resolution = 1, min = 0, max = 0 } = all.facts.channels[channel] ?? {};
    samples.forEach((value, frame) => {
      const truth = truthOf(all, channel, origin + stride * (block.firstIndex + frame));
      const clipped = Math.min(max, Math.max(min, truth));
      if (!(Math.abs(value - clipped) <= resolution * 1.01)) count += 1;
    });
  });
  return count;
}

const wrongIn = (all: Scene): number => {
  const origin = originOf(all);
  return all.blocks.reduce((sum, block) => sum + misfits(block, origin, all), 0);
};

const label = ({ model, options }: Pair): string =>
  "hardware" in options ? `${model} ${String(options["hardware"])}` : model;
const cases = PAIRS.map((pair) => [label(pair), pair] as const);

describe("every sample equals its source within a step", () => {
  it.each(cases)("%s", async (_, pair) => {
    await scene(pair, async (all) => {
      await all.clock.wait(3000);
      const { blocks, events, facts, amplifier } = all;
      expect(wrongIn(all)).toBe(0);
      expect(events.filter(({ kind }) => kind !== "message")).toEqual([]);
      expect(gapsAddUp(blocks)).toBe(true);
      const { frames, lost, junkBytes } = amplifier.counters();
      expect([lost, junkBytes]).toEqual([0, 0]);
      // All that the electrodes saw, but for what is still on the line.
      expect(frames).toBeGreaterThan(facts.rateHz * 2.8);
    });
  });

  it.each(cases)("%s, in odd chunks", async (_, pair) => {
    if (pair.model === "neurone") return;
    await scene(
      pair,
      async (all) => {
        await all.clock.wait(500);
        expect(wrongIn(all)).toBe(0);
        expect(all.events.filter(({ kind }) => kind !== "message")).toEqual([]);
      },
      { chunks: "odd" },
    );
  });
});

describe("every trigger is a mark in the first sample that is not before it", () => {
  it.each(cases)("%s", async (_, pair) => {
    await scene(pair, async (all) => {
      const { clock, device, seen, blocks } = all;
      const triggered: number[] = [];
      for (let n = 0; n < 8; n += 1) {
        await clock.wait(211.37);
        triggered.push(clock.now());
        device.trigger();
      }
      await clock.wait(300);
      const origin = originOf(all);
      const { stride = 1 } = pair;
      const marks = marksOf(blocks).map(([index]) => index);
      const wanted = triggered.map((atMs) =>
        Math.floor((seen.times.findIndex((ms) => ms >= atMs - 1e-6) - origin) / stride),
      );

      expect(marks).toEqual(wanted);
    });
  });
});

describe("faults are counted, and what remains is still right", () => {
  const numbered = cases.filter(([, { hasNumbers }]) => hasNumbers);

  it.each(numbered)("%s: packets that are lost", async (_, pair) => {
    await scene(pair, async (all) => {
      const { clock, device, amplifier } = all;
      await clock.wait(400);
      for (let n = 0; n < 3; n += 1) {
        device.fault({ kind: "drop", when: { at: "start" } });
        await clock.wait(200);
      }
      await clock.wait(500);
      expect(amplifier.counters().lost).toBe(3 * (pair.framesPerPacket ?? 0));
      expect(wrongIn(all)).toBe(0);
    });
  });

  it.each(numbered)("%s: packets that come twice", async (_, pair) => {
    await scene(pair, async ({ clock, device, amplifier }) => {
      await clock.wait(400);
      device.fault({ kind: "repeat", when: { at: "start" } });
      await clock.wait(600);
      const { lost, repeats } = amplifier.counters();
      expect(lost).toBe(0);
      expect(repeats).toBe(pair.framesPerPacket);
    });
  });

  it.each(cases)("%s: packets that are cut, corrupt or surrounded by garbage", async (_, pair) => {
    await scene(pair, async (all) => {
      const { clock, device, amplifier } = all;
      await clock.wait(400);
      for (const kind of ["cut", "corrupt", "garbage"]) {
        device.fault({ kind, when: { at: "start" } });
        await clock.wait(300);
      }
      await clock.wait(500);
      const { lost, junkBytes } = amplifier.counters();
      expect(lost).toBeGreaterThan(0);
      expect(junkBytes).toBeGreaterThan(0);
      // Without numbers nobody knows how many were lost, so what follows may be shifted.
      if (pair.hasNumbers) expect(wrongIn(all)).toBe(0);
    });
  });

  it.each(cases)("%s: silence is an alarm", async (_, pair) => {
    await scene(pair, async ({ clock, device, events, amplifier }) => {
      await clock.wait(400);
      device.fault({ kind: "silent", when: { at: "start" } });
      await clock.wait(1500);
      expect(events.filter(({ kind }) => kind === "stall")).toHaveLength(1);
      expect(amplifier.counters().stalls).toBe(1);
    });
  });

  it.each(cases)("%s: a cable that comes off is told", async (_, pair) => {
    await scene(pair, async ({ clock, device, events }) => {
      await clock.wait(400);
      device.fault({ kind: "unplug", when: { at: "start" } });
      await clock.wait(100);
      expect(events.at(-1)).toMatchObject({ kind: "link-lost" });
    });
  });
});

describe("a clock that is off is measured", () => {
  it.each(cases)("%s", async (_, pair) => {
    const described = pair.driver.describe({ driver: pair.model, options: pair.options });
    const rateHz = described.ok ? described.value.rateHz : 0;
    // The simulator's rate is that of its packets.
    const perFrame = pair.model === "openbci-cyton-daisy" ? 2 : 1;
    await scene(
      pair,
      async ({ clock, amplifier, events }) => {
        await clock.wait(20_000);
        const measured = "measuredRateHz" in amplifier ? amplifier.measuredRateHz : null;
        const hz = typeof measured === "function" ? Number(measured()) : Number.NaN;
        expect(Math.abs(hz / (rateHz * 1.002) - 1)).toBeLessThan(3e-4);
        expect(events.filter(({ kind }) => kind === "fault")).toEqual([]);
      },
      { trueRateHz: rateHz * perFrame * 1.002 },
    );
  });
});
