/** The path of samples: onto the disk, through the desk for hours, and into measures. */
import { closeSync, fdatasyncSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { createSampleDesk } from "../../../src/app/measure/desk.ts";
import { judgeTrial } from "../../../src/app/measure/trialMeasures.ts";
import type { AmplifierCapabilities, SampleBlock } from "../../../src/contract/amplifier.ts";
import { openSampleWriter } from "../../../src/recording/write.ts";
import { createVirtualClock } from "../../../src/time/virtualClock.ts";
import { type Figure, figure, median, type Section } from "../figure.ts";

const ROUNDS = 9;
/** The largest stream that is promised: 64 channels at 10 kHz. */
const WIDE = { channels: 64, rateHz: 10_000, blockFrames: 200, blocks: 50 } as const;
const LEAST_OF_RAW = 0.5;

function blockOf(
  channels: number,
  frames: number,
  firstIndex: number,
  rateHz: number,
): SampleBlock {
  return {
    firstIndex,
    frames,
    channels: Array.from({ length: channels }, (_, channel) =>
      Float32Array.from({ length: frames }, (__, i) => Math.sin((firstIndex + i) / 7 + channel)),
    ),
    triggers: [],
    arrivedMs: ((firstIndex + frames) * 1000) / rateHz,
    lostBefore: 0,
    deviceMs: null,
  };
}

/** Samples a second, on the disk at the end of each round. */
function stored(folder: string): Figure {
  const { blockFrames, blocks, channels, rateHz } = WIDE;
  const made = Array.from({ length: blocks }, (_, i) =>
    blockOf(channels, blockFrames, i * blockFrames, rateHz),
  );
  const raw = Buffer.alloc(channels * blockFrames * 4, 1);
  const samples = channels * blockFrames * blocks;
  const ours: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(
      perSecond(samples, () => {
        const writer = openSampleWriter(join(folder, `ours-${round}`), {
          session: "bench",
          model: "bench",
          rateHz,
          channels: Array.from({ length: channels }, (_, i) => ({ name: `C${i}`, unit: "uV" })),
          startedUtc: "2026-01-01T00:00:00.000Z",
        });
        for (const block of made) writer.append(block);
        writer.close();
      }),
    );
    bare.push(
      perSecond(samples, () => {
        const fd = openSync(join(folder, `bare-${round}`), "w");
        for (let i = 0; i < blocks; i += 1) writeSync(fd, raw);
        fdatasyncSync(fd);
        closeSync(fd);
      }),
    );
  }
  return figure("samples.stored", "samples/s", median(ours), median(bare), {
    kind: "ratio at least",
    limit: LEAST_OF_RAW,
  });
}

function perSecond(count: number, work: () => void): number {
  const startMs = performance.now();
  work();
  return (count * 1000) / (performance.now() - startMs);
}

const HOURS = 4;
const LONG = { channels: 4, rateHz: 5000, blockFrames: 500 } as const;
const BLOCKS_AN_HOUR = (3600 * LONG.rateHz) / LONG.blockFrames;
const MOST_GROWTH_KB = 512;

function collected(): number {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  const { arrayBuffers, heapUsed } = process.memoryUsage();
  return (heapUsed + arrayBuffers) / 1024;
}

/** Heap and sample memory after the first and after the fourth virtual hour of one stream, with a cut a second. */
async function memory(): Promise<Figure> {
  const capabilities: AmplifierCapabilities = {
    model: "bench",
    vendor: "bench",
    rateHz: LONG.rateHz,
    bandHz: null,
    resolutionBits: 24,
    channels: Array.from({ length: LONG.channels }, (_, i) => ({
      name: `C${i}`,
      unit: "uV",
      resolution: 0.1,
      min: -16_000,
      max: 16_000,
    })),
    triggerInput: "none",
    mep: { fit: true, why: "" },
    lossAmbiguousAfter: null,
  };
  const clock = createVirtualClock({ startUtcMs: 0 });
  const at: number[] = [];
  await clock.run(async () => {
    const desk = createSampleDesk({ clock, capabilities, writer: null });
    for (let n = 0; n < HOURS * BLOCKS_AN_HOUR; n += 1) {
      const first = n * LONG.blockFrames;
      await clock.until(((first + LONG.blockFrames) * 1000) / LONG.rateHz);
      desk.take(blockOf(LONG.channels, LONG.blockFrames, first, LONG.rateHz));
      if (n > 200 && n % 10 === 0)
        void desk.cut({ atMs: clock.now() - 200, window: { fromMs: -20, toMs: 20 }, mark: null });
      if (n % BLOCKS_AN_HOUR === BLOCKS_AN_HOUR - 1) at.push(collected());
    }
    desk.close();
  });
  const [first = Number.NaN] = at;
  return figure("samples.memory-growth", "KB", (at.at(-1) ?? Number.NaN) - first, first, {
    kind: "value at most",
    limit: MOST_GROWTH_KB,
    words: `at most ${MOST_GROWTH_KB} KB from hour 1 to hour ${HOURS}`,
  });
}

const EPOCHS = 400;

/** Every measure of a trial, beside one look at each of its samples. */
function analysed(): Figure {
  const rateHz = 5000;
  const epoch: Epoch = {
    samples: Float64Array.from({ length: 1100 }, (_, i) =>
      i > 650 && i < 700 ? 500 * Math.sin((i - 650) / 8) : 2 * Math.sin(i * 1.7),
    ),
    rateHz,
    pulseIndex: 550,
    unit: "uV",
    range: [-16_000, 16_000],
  };
  const ours: number[] = [];
  const bare: number[] = [];
  let seen = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    ours.push(
      perSecond(EPOCHS, () => {
        for (let i = 0; i < EPOCHS; i += 1) seen += judgeTrial(epoch, "rest", 0).peakToPeakUv ?? 0;
      }),
    );
    bare.push(
      perSecond(EPOCHS, () => {
        for (let i = 0; i < EPOCHS; i += 1) {
          let least = Number.POSITIVE_INFINITY;
          let most = Number.NEGATIVE_INFINITY;
          for (const value of epoch.samples) {
            if (value < least) least = value;
            if (value > most) most = value;
          }
          seen += most - least;
        }
      }),
    );
  }
  if (!(seen > 0)) throw new Error("nothing was measured");
  return figure("samples.epochs-analysed", "epochs/s", median(ours), median(bare), {
    kind: "none",
  });
}

export async function benchSamples(folder: string): Promise<Section> {
  return {
    title: "samples",
    figures: [stored(folder), analysed(), await memory()],
    samples: [],
    notes: [
      `stored: ${WIDE.channels} channels, blocks of ${WIDE.blockFrames} frames, synced at the end; the stream that is promised is ${WIDE.channels * WIDE.rateHz} samples/s`,
      `memory: ${HOURS} virtual hours of ${LONG.channels} channels at ${LONG.rateHz} Hz through the desk`,
    ],
  };
}
