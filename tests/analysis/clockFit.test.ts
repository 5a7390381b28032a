import { describe, expect, it } from "vitest";
import {
  type Arrival,
  arrivalsOf,
  CLOCK_FIT_DEFAULTS,
  fitClock,
  frameOfInstant,
  instantErrorMs,
  instantOfFrame,
  NO_ARRIVALS,
  withArrival,
} from "../../src/analysis/clockFit.ts";
import { createRandom } from "../../src/base/random.ts";

const RATE_HZ = 5000;
const OPTIONS = { nominalRateHz: RATE_HZ, ...CLOCK_FIT_DEFAULTS };

/** Blocks of 20 frames; the device's clock is fast by `ppm`; delays are a least one and a tail. */
function arrivals(
  seconds: number,
  ppm: number,
  seed: number,
  delayMs: (random: ReturnType<typeof createRandom>) => number,
): readonly Arrival[] {
  const random = createRandom(seed, "arrivals");
  const msPerFrame = 1000 / (RATE_HZ * (1 + ppm * 1e-6));
  let latest = 0;
  return Array.from({ length: (seconds * RATE_HZ) / 20 }, (_, i) => {
    const endIndex = 20 * (i + 1);
    // Bytes of a line do not overtake each other.
    latest = Math.max(latest, 700 + endIndex * msPerFrame + delayMs(random));
    return { endIndex, arrivedMs: latest };
  });
}

const tail = (random: ReturnType<typeof createRandom>): number =>
  2 - 1.5 * Math.log(1 - random.next()) + (random.next() < 0.02 ? 40 : 0);

describe("the fit of a sample clock", () => {
  it("finds origin and drift under delays with a long tail, within the errors that it states", () => {
    for (const [seed, ppm] of [
      [1, 40],
      [2, -85],
      [3, 0],
      [4, 300],
    ] as const) {
      const fit = fitClock(arrivals(120, ppm, seed, tail), { ...OPTIONS, leastDelayMs: 2 });
      if (fit === null) throw new Error("no fit");
      expect(fit.rate).toBe("fitted");
      expect(Math.abs(fit.driftPpm - ppm)).toBeLessThan(2);
      expect(Math.abs(fit.driftPpm - ppm)).toBeLessThan(4 * fit.driftErrorPpm);
      expect(
        Math.abs(
          instantOfFrame(fit, fit.centreIndex) -
            (700 + (fit.centreIndex * 1000) / (RATE_HZ * (1 + ppm * 1e-6))),
        ),
      ).toBeLessThan(0.1);
      expect(fit.errorMs).toBeLessThan(0.2);
      expect(fit.medianDelayMs).toBeGreaterThan(0.7);
    }
  });

  it("is not moved by a machine that stalls for a quarter of a second now and then", () => {
    const stalling = (random: ReturnType<typeof createRandom>): number =>
      tail(random) + (random.next() < 0.003 ? 250 : 0);
    const fit = fitClock(arrivals(60, 25, 9, stalling), { ...OPTIONS, leastDelayMs: 2 });
    expect(Math.abs((fit?.driftPpm ?? 0) - 25)).toBeLessThan(8);
    expect(Math.abs((fit?.originMs ?? 0) - 700)).toBeLessThan(0.5);
  });

  it("takes the nominal rate as long as it has not seen enough, and says how little it knows", () => {
    const fit = fitClock(arrivals(2, 40, 1, tail), OPTIONS);
    expect(fit).toMatchObject({ rate: "nominal", driftPpm: 0, driftErrorPpm: 1000 });
    if (fit === null) throw new Error("no fit");
    const farMs = instantErrorMs(fit, fit.centreIndex + 60 * RATE_HZ);
    expect(farMs).toBeGreaterThan(59);
    expect(fitClock([], OPTIONS)).toBeNull();
    expect(fitClock([{ endIndex: 20, arrivedMs: 9 }], OPTIONS)?.originMs).toBe(5);
  });

  it("takes no rate that no crystal has", () => {
    const fit = fitClock(arrivals(60, 20_000, 1, tail), OPTIONS);
    expect(fit).toMatchObject({ rate: "implausible", driftPpm: 0 });
  });

  it("turns frames into instants and back", () => {
    const fit = fitClock(arrivals(30, 40, 1, tail), OPTIONS);
    if (fit === null) throw new Error("no fit");
    expect(frameOfInstant(fit, instantOfFrame(fit, 12_345.5))).toBeCloseTo(12_345.5, 6);
  });

  it("needs only so much memory for any length of stream, and hardly loses by it", () => {
    let log = NO_ARRIVALS;
    for (const arrival of arrivals(300, 40, 5, tail)) log = withArrival(log, arrival, 400, RATE_HZ);
    const kept = arrivalsOf(log);
    expect(kept.length).toBeLessThanOrEqual(400);
    // Old and new stretches of the stream count alike.
    expect(kept[Math.floor(kept.length / 2)]?.endIndex).toBeGreaterThan(120 * RATE_HZ);
    expect(kept[Math.floor(kept.length / 2)]?.endIndex).toBeLessThan(180 * RATE_HZ);
    const indexes = kept.map(({ endIndex }) => endIndex);
    expect(indexes).toEqual([...indexes].sort((a, b) => a - b));
    const fit = fitClock(kept, { ...OPTIONS, leastDelayMs: 2 });
    expect(Math.abs((fit?.driftPpm ?? 0) - 40)).toBeLessThan(1.5);
  });
});
