import { describe, expect, it } from "vitest";
import { type Cut, createSampleDesk, type SampleDesk } from "../../../src/app/measure/desk.ts";
import type { AmplifierCapabilities, SampleBlock } from "../../../src/contract/amplifier.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

const RATE_HZ = 1000;
const BLOCK_MS = 20;
const CAPABILITIES: AmplifierCapabilities = {
  model: "test",
  vendor: "Test",
  channels: [{ name: "FDI", unit: "uV", resolution: 0.1, min: -5000, max: 5000 }],
  rateHz: RATE_HZ,
  bandHz: null,
  resolutionBits: 16,
  triggerInput: "none",
  mep: { fit: true, why: "" },
  lossAmbiguousAfter: null,
};
const WINDOW = { fromMs: -10, toMs: 30 };

/** Each sample is its own number, and block after block arrives as soon as it is whole. */
function block(n: number, arrivedMs: number, lostBefore = 0): SampleBlock {
  const firstIndex = n * BLOCK_MS;
  return {
    firstIndex,
    frames: BLOCK_MS,
    channels: [Float32Array.from({ length: BLOCK_MS }, (_, i) => firstIndex + i)],
    triggers: [],
    arrivedMs,
    lostBefore,
    deviceMs: null,
  };
}

interface Bench {
  readonly clock: VirtualClock;
  readonly desk: SampleDesk;
  /** From block `from` on, `count` of them, in step with the clock. */
  stream(from: number, count: number): Promise<void>;
}

function bench(): Bench {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const desk = createSampleDesk({ clock, capabilities: CAPABILITIES, writer: null });
  return {
    clock,
    desk,
    stream: async (from, count) => {
      for (let n = from; n < from + count; n += 1) {
        await clock.until((n + 1) * BLOCK_MS);
        desk.take(block(n, clock.now()));
      }
    },
  };
}

function firstSample(cut: Cut): number | string | undefined {
  return cut.kind === "ready" ? cut.epochs[0]?.samples[0] : cut.why;
}

describe("an epoch that is asked for", () => {
  it("ahead of its samples comes with the last of them", async () => {
    const { clock, desk, stream } = bench();
    await clock.run(async () => {
      const cut = desk.cut({ atMs: 500, window: WINDOW, mark: null });
      await stream(0, 26);
      let isThere = false;
      void cut.then(() => {
        isThere = true;
      });
      await clock.wait(0);
      expect(isThere).toBe(false);
      await stream(26, 1);
      expect(firstSample(await cut)).toBe(490);
      expect(clock.now()).toBe(540);
    });
  });

  it("before anything has arrived waits for the stream to begin", async () => {
    const { clock, desk, stream } = bench();
    await clock.run(async () => {
      const cut = desk.cut({ atMs: 100, window: WINDOW, mark: null });
      await stream(0, 10);
      expect(firstSample(await cut)).toBe(90);
    });
  });

  it("within twenty seconds after it is still there, and later is not", async () => {
    const { clock, desk, stream } = bench();
    await clock.run(async () => {
      await stream(0, 1000);
      const at = async (atMs: number): Promise<number | string | undefined> =>
        firstSample(await desk.cut({ atMs, window: WINDOW, mark: null }));
      expect(await at(1000)).toBe(990);
      await stream(1000, 100);
      expect(await at(1000)).toBe("gone");
      expect(await at(3000)).toBe(2990);
    });
  });

  it("of a stream that fell silent is given up three seconds after its end", async () => {
    const { clock, desk, stream } = bench();
    await clock.run(async () => {
      await stream(0, 20);
      const cut = await desk.cut({ atMs: 1000, window: WINDOW, mark: null });
      expect(cut).toEqual({ kind: "invalid", why: "no-samples" });
      expect(clock.now()).toBe(1000 + WINDOW.toMs + 3000);
    });
  });

  it("across lost frames is none, and one beside them is", async () => {
    const { clock, desk, stream } = bench();
    await clock.run(async () => {
      await stream(0, 20);
      await clock.until(460);
      desk.take(block(22, 460, 2 * BLOCK_MS));
      await stream(23, 10);
      const at = async (atMs: number): Promise<number | string | undefined> =>
        firstSample(await desk.cut({ atMs, window: WINDOW, mark: null }));
      expect(await at(420)).toBe("lost-frames");
      expect(await at(300)).toBe(290);
      expect(await at(500)).toBe(490);
    });
  });

  it("ends with the session", async () => {
    const { clock, desk, stream } = bench();
    await clock.run(async () => {
      await stream(0, 5);
      const cut = desk.cut({ atMs: 1000, window: WINDOW, mark: null });
      desk.close();
      expect(await cut).toEqual({ kind: "invalid", why: "no-samples" });
    });
    expect(desk.frames).toBe(100);
  });
});
