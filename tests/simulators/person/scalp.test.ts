import { describe, expect, it } from "vitest";
import { parametersOfPeak, TEP_PEAKS, tepPeak } from "../../../src/analysis/mep/tep.ts";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { type Chair, meanOf, RATE_HZ, read, shareOf, sit, type TrialOptions } from "./chair.ts";

/** Average of every channel over trials. */
function averages(chair: Chair, count: number, trial: TrialOptions): readonly Float64Array[] {
  const sums = chair.person.channels.map(() => new Float64Array(4850));
  for (let n = 0; n < count; n += 1) {
    for (const [channel, { samples }] of chair.epochs(trial).entries()) {
      sums[channel]?.forEach((sum, i, all) => {
        all[i] = sum + (samples[i] ?? 0) / count;
      });
    }
  }
  return sums;
}

/** Power of a stretch at a frequency, by one line of its Fourier sum. */
function powerAt(samples: Float64Array, rateHz: number, hz: number): number {
  let [re, im] = [0, 0];
  samples.forEach((x, i) => {
    const angle = (2 * Math.PI * hz * i) / rateHz;
    re += x * Math.cos(angle);
    im += x * Math.sin(angle);
  });
  return (re * re + im * im) / samples.length;
}

/** Mean power by frequency over stretches of 2 s at 250 samples a second. */
function spectrum(chair: Chair, channel: number, stretches: number): (hz: number) => number {
  const parts = Array.from({ length: stretches }, (_, i) =>
    read(chair.person, channel, i * 2000, 2000, 4),
  );
  return (hz) => meanOf(parts.map((part) => powerAt(part, 250, hz)));
}

describe("the scalp after a pulse", () => {
  const chair = sit("healthy-young", { seed: 5, channels: ["C3", "C4", "Cz", "Fz", "O1"] });
  const epochs: (readonly Epoch[])[] = Array.from({ length: 200 }, () =>
    chair.epochs({ pct: 1.1 * 62, afterMs: 1500 }),
  );
  const of = (channel: number): readonly Epoch[] => epochs.flatMap((all) => all[channel] ?? []);

  it.each(Object.keys(TEP_PEAKS) as (keyof typeof TEP_PEAKS)[])(
    "answers with %s under the coil",
    (peak) => {
      const result = tepPeak.run(of(0), parametersOfPeak(peak));
      const { sign } = TEP_PEAKS[peak];
      expect(sign * (result.value ?? 0)).toBeGreaterThan(0.8);
    },
  );

  it("answers less on the other side, and more to a stronger pulse", () => {
    const size = (channel: number): number =>
      Math.abs(tepPeak.run(of(channel), parametersOfPeak("P60")).value ?? 0);
    expect(size(1)).toBeLessThan(0.6 * size(0));
    const strong = sit("healthy-young", { seed: 5, channels: ["C3"] });
    const stronger = Array.from({ length: 200 }, () =>
      strong.epochs({ pct: 1.4 * 62, afterMs: 1500 }),
    ).flat();
    expect(Math.abs(tepPeak.run(stronger, parametersOfPeak("P60")).value ?? 0)).toBeGreaterThan(
      1.2 * size(0),
    );
  });

  it("hears the click at the vertex, whichever side the coil is on", () => {
    const other = sit("healthy-young", { seed: 5, channels: ["C3", "Cz"] });
    const epochsOther = Array.from({ length: 100 }, () =>
      other.epochs({ pct: 68, hemispheres: ["other"], afterMs: 1500 }),
    );
    const n100 = tepPeak.run(
      epochsOther.flatMap((all) => all[1] ?? []),
      parametersOfPeak("N100"),
    );
    expect(n100.value ?? 0).toBeLessThan(-2);
  });

  it("is the same at 1.1 s spacing as at 5 s, and much smaller within a train", () => {
    const peaks = (afterMs: number): number => {
      const one = sit("healthy-young", { channels: ["C3"] });
      return meanOf(
        Array.from({ length: 300 }, () => {
          one.respond({ pct: 68, afterMs });
          return Math.abs(one.person.truth.responses().at(-1)?.scalp[4]?.heardUv ?? 0);
        }),
      );
    };
    expect(peaks(1100) / peaks(5000)).toBeGreaterThan(0.95);
    expect(peaks(50) / peaks(5000)).toBeLessThan(0.3);
  });

  it("has an early peak that is larger in dementia", () => {
    const p30 = (subject: string, pct: number): number => {
      const one = sit(subject, { channels: ["C3"] });
      return meanOf(
        Array.from({ length: 400 }, () => {
          one.respond({ pct });
          return one.person.truth.responses().at(-1)?.scalp[1]?.feltUv ?? 0;
        }),
      );
    };
    expect(p30("ad-mild", 1.1 * 57) / p30("healthy-older", 1.1 * 66)).toBeGreaterThan(1.15);
  });

  it("shows muscle at the temple and none at the vertex", () => {
    const temple = sit("healthy-young", { channels: ["T7", "Cz"] });
    const [t7, cz] = averages(temple, 20, { pct: 70 });
    const swing = (samples: Float64Array | undefined): number => {
      const part = samples?.subarray(2600 + 30, 2600 + 75) ?? new Float64Array(1);
      return Math.max(...part) - Math.min(...part);
    };
    expect(swing(t7)).toBeGreaterThan(80);
    expect(swing(cz)).toBeLessThan(40);
  });
});

describe("the scalp after a stimulus of the nerve", () => {
  it.each([
    ["healthy-young", 18.9],
    ["ad-mild", 20.6],
  ])("of %s shows N20 at the person's latency in 300 sweeps of CP3-Fz", (subject, n20Ms) => {
    const chair = sit(subject, { seed: 2, channels: ["CP3", "Fz"] });
    const sweep = new Float64Array(250);
    const noise: number[] = [];
    for (let n = 0; n < 300; n += 1) {
      const atMs = 1000 + n * 233;
      chair.person.nerve(atMs);
      const [cp3, fz] = [read(chair.person, 0, atMs, 50), read(chair.person, 1, atMs, 50)];
      const difference = cp3.map((x, i) => x - (fz[i] ?? 0));
      const mean = meanOf([...difference]);
      difference.forEach((x, i) => {
        sweep[i] = (sweep[i] ?? 0) + (x - mean) / 300;
      });
      noise.push(difference[0] ?? 0);
    }
    const from = 14 * 5;
    const window = sweep.subarray(from, 24 * 5);
    const lowest = Math.min(...window);
    const foundMs = (from + window.indexOf(lowest)) / 5;
    expect(Math.abs(foundMs - n20Ms)).toBeLessThan(0.9);
    const before = meanOf([...sweep.subarray(8 * 5, 14 * 5)]);
    expect(lowest - before).toBeLessThan(-2);
    // A single sweep does not show it.
    expect(Math.sqrt(meanOf(noise.map((x) => x * x)))).toBeGreaterThan(4);
  });
});

describe("rhythms of the scalp", () => {
  const CHANNELS = ["O1", "C3", "Fz"];

  it.each([
    ["healthy-young", 10.2],
    ["healthy-older", 9.6],
    ["ad-mild", 8.3],
  ])("of %s peak at %d Hz at the back of the head", (subject, alphaHz) => {
    const power = spectrum(sit(subject, { channels: CHANNELS }), 0, 60);
    const grid = Array.from({ length: 61 }, (_, i) => 6 + i * 0.125);
    const peak = grid.reduce((best, hz) => (power(hz) > power(best) ? hz : best), 6);
    expect(Math.abs(peak - alphaHz)).toBeLessThan(0.6);
    expect(power(peak)).toBeGreaterThan(5 * power(15));
  });

  it("have more theta in dementia", () => {
    const theta = (subject: string): number =>
      spectrum(sit(subject, { channels: CHANNELS }), 2, 80)(6);
    expect(theta("ad-mild") / theta("healthy-older")).toBeGreaterThan(1.4);
  });

  it("fall with the frequency between them", () => {
    const power = spectrum(sit("healthy-young", { channels: CHANNELS }), 2, 60);
    const slope = Math.log(power(2) / power(40)) / Math.log(20);
    expect(slope).toBeGreaterThan(0.9);
    expect(slope).toBeLessThan(1.6);
  });

  it("have a phase that is known: the samples follow its cosine", () => {
    const chair = sit("healthy-young", { channels: ["O1", "C3"] });
    for (const [channel, rhythm] of [
      [0, "alpha"],
      [1, "mu"],
    ] as const) {
      const samples = read(chair.person, channel, 0, 60_000, 4);
      let [withCosine, withSine] = [0, 0];
      samples.forEach((x, i) => {
        const phase = chair.person.truth.phaseRad(rhythm, i * 4);
        withCosine += (x * Math.cos(phase)) / samples.length;
        withSine += (x * Math.sin(phase)) / samples.length;
      });
      expect(withCosine).toBeGreaterThan(2.5);
      expect(Math.abs(withSine)).toBeLessThan(0.4);
    }
  });

  it("turn once a period, and differ in strength from second to second", () => {
    const chair = sit("healthy-older", { channels: ["O1"] });
    let turned = 0;
    for (let ms = 2; ms <= 60_000; ms += 2) {
      const step =
        chair.person.truth.phaseRad("alpha", ms) - chair.person.truth.phaseRad("alpha", ms - 2);
      turned += Math.atan2(Math.sin(step), Math.cos(step));
    }
    expect(Math.abs(turned / (2 * Math.PI) / 60 - 9.6)).toBeLessThan(0.3);
    const strengths = Array.from({ length: 60 }, (_, s) =>
      powerAt(read(chair.person, 0, s * 1000, 1000, 4), 250, 9.6),
    );
    expect(shareOf(strengths, (x) => x < 0.5 * meanOf(strengths))).toBeGreaterThan(0.2);
  });

  it("blink at the forehead in about a tenth of seconds", () => {
    const chair = sit("healthy-young", { channels: ["Fp1", "Pz"] });
    const peaks = (channel: number): readonly number[] =>
      Array.from({ length: 300 }, (_, s) => {
        const samples = read(chair.person, channel, s * 1000, 1000, 4);
        return Math.max(...samples) - meanOf([...samples]);
      });
    const share = shareOf(peaks(0), (uv) => uv > 50);
    expect(share).toBeGreaterThan(0.04);
    expect(share).toBeLessThan(0.2);
    expect(shareOf(peaks(1), (uv) => uv > 70)).toBeLessThan(0.03);
  });

  it("are not at an electrode whose place is not known", () => {
    const chair = sit("healthy-young", { channels: ["7"] });
    const power = spectrum(chair, 0, 40);
    expect(power(10.25)).toBeLessThan(2 * power(7));
    expect(RATE_HZ).toBe(5000);
  });
});
