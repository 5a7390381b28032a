import { describe, expect, it } from "vitest";
import { geometricMean, meanOf, shareOf, sit } from "./chair.ts";

/** Table of the subjects. */
const RMT: Readonly<Record<string, number>> = {
  "healthy-young": 62,
  "healthy-older": 66,
  "mci-amyloid": 61,
  "ad-mild": 57,
  "edge-high-rmt": 96,
  "edge-spread": 60,
};

/** Where half of the responses reach 50 uV, by halving. */
function searchedThreshold(subject: string, waveform: string): number {
  const chair = sit(subject, { seed: 11 });
  let [low, high] = [20, 110];
  while (high - low > 0.3) {
    const pct = (low + high) / 2;
    const share = shareOf(chair.responses(600, { pct, waveform }), (uv) => uv >= 50);
    if (share < 0.5) low = pct;
    else high = pct;
  }
  return (low + high) / 2;
}

describe("the resting threshold", () => {
  it.each(Object.entries(RMT))("of %s is found near %d %", (subject, rmtPctMso) => {
    expect(Math.abs(searchedThreshold(subject, "monophasic") - rmtPctMso)).toBeLessThanOrEqual(1.5);
  });

  it("is lower with a biphasic pulse, by about an eighth", () => {
    const ratio = searchedThreshold("healthy-older", "biphasic") / 66;
    expect(ratio).toBeGreaterThan(0.84);
    expect(ratio).toBeLessThan(0.91);
  });

  it("is not found in a person without responses, whose scalp still answers", () => {
    const chair = sit("edge-no-mep", { channels: ["FDI", "C3"] });
    expect(Math.max(...chair.responses(50, { pct: 100 }))).toBe(0);
    const [response] = chair.person.truth.responses().slice(-1);
    expect(response?.scalp.some(({ feltUv }) => Math.abs(feltUv) > 1)).toBe(true);
  });

  it("of ad-mild is about a standard deviation below that of healthy-older", () => {
    const difference =
      searchedThreshold("healthy-older", "mono") - searchedThreshold("ad-mild", "mono");
    expect(difference).toBeGreaterThan(6);
    expect(difference).toBeLessThan(12);
  });
});

describe("responses", () => {
  it("reach a millivolt at 1.15 to 1.3 times the threshold, and a plateau of some millivolts", () => {
    const chair = sit("healthy-young");
    const meanAt = (times: number): number => meanOf(chair.responses(300, { pct: 62 * times }));
    expect(meanAt(1.15)).toBeLessThan(1000);
    expect(meanAt(1.3)).toBeGreaterThan(1000);
    expect(meanAt(1.6)).toBeLessThan(4500);
  });

  it("scatter skewed, much more than a plateau does, near threshold", () => {
    const chair = sit("healthy-young");
    const spreadAt = (pct: number): number => {
      const logs = chair.responses(400, { pct }).map(Math.log);
      const mean = meanOf(logs);
      return Math.sqrt(meanOf(logs.map((x) => (x - mean) ** 2)));
    };
    expect(spreadAt(64)).toBeGreaterThan(2.5 * spreadAt(100));
  });

  it("are alike from pulse to pulse when pulses follow fast, and less so at 5 s", () => {
    const correlationAt = (afterMs: number): number => {
      const chair = sit("healthy-young");
      const logs = chair.responses(500, { pct: 68, afterMs }).map(Math.log);
      const mean = meanOf(logs);
      const power = meanOf(logs.map((x) => (x - mean) ** 2));
      return meanOf(logs.slice(1).map((x, i) => (x - mean) * ((logs[i] ?? 0) - mean))) / power;
    };
    // Longer than any conditioning, and too slow for a pattern.
    expect(correlationAt(2500)).toBeGreaterThan(correlationAt(10_000) + 0.15);
    expect(correlationAt(5000)).toBeGreaterThan(0.12);
    expect(correlationAt(5000)).toBeLessThan(0.45);
  });

  it("are a fifth larger for the first pulse after a rest", () => {
    const pairs = Array.from({ length: 150 }, (_, seed) => {
      const chair = sit("healthy-young", { seed });
      const first = chair.respond({ pct: 90, afterMs: 60_000 });
      return first / chair.respond({ pct: 90, afterMs: 10_000 });
    });
    expect(geometricMean(pairs)).toBeGreaterThan(1.1);
    expect(geometricMean(pairs)).toBeLessThan(1.3);
  });

  it("are smaller in muscles farther from the coil, and later in the leg", () => {
    const chair = sit("healthy-older", { channels: ["FDI", "APB", "ADM", "BB", "TA"] });
    chair.responses(30, { pct: 90 });
    const of = (muscle: string) => chair.person.truth.responses().at(-1)?.muscles.get(muscle);
    const afterMs = (muscle: string): number => (of(muscle)?.onsetMs ?? 0) - chair.nowMs();
    expect(of("TA")?.peakToPeakUv).toBeLessThan(of("FDI")?.peakToPeakUv ?? 0);
    expect(afterMs("BB")).toBeLessThan(16);
    expect(afterMs("TA")).toBeGreaterThan(26);
  });
});

describe("contraction", () => {
  it("lowers the threshold to four fifths, where half of the responses reach 200 uV", async () => {
    const chair = sit("healthy-older");
    chair.person.contract(0.15);
    await chair.wait(2000);
    const share = shareOf(chair.responses(400, { pct: 0.8 * 66 }), (uv) => uv >= 200);
    expect(share).toBeGreaterThan(0.4);
    expect(share).toBeLessThan(0.6);
  });

  it("makes responses of a millivolt two to five times as large, and half as strong a one does less", async () => {
    const chair = sit("healthy-older");
    const atRest = geometricMean(chair.responses(200, { pct: 84 }));
    chair.person.contract(0.05);
    await chair.wait(2000);
    const slight = geometricMean(chair.responses(200, { pct: 84 }));
    chair.person.contract(0.2);
    await chair.wait(2000);
    const full = geometricMean(chair.responses(200, { pct: 84 }));
    chair.person.contract(0);
    await chair.wait(2000);
    const again = geometricMean(chair.responses(200, { pct: 84 }));
    expect(full / atRest).toBeGreaterThan(2);
    expect(full / atRest).toBeLessThan(5);
    expect(slight).toBeGreaterThan(1.3 * atRest);
    expect(slight).toBeLessThan(full);
    expect(again / atRest).toBeGreaterThan(0.8);
    expect(again / atRest).toBeLessThan(1.25);
  });
});

describe("the place of the coil", () => {
  const GRID = [-10, 0, 10].flatMap((anterior) =>
    [-10, 0, 10].map((lateral) => ({ anterior, lateral })),
  );
  const word = (mm: number, plus: string, minus: string): string =>
    mm === 0 ? "centre" : `10 mm ${mm > 0 ? plus : minus}`;
  const siteOf = ({ anterior, lateral }: { anterior: number; lateral: number }): string =>
    anterior === 0 && lateral === 0
      ? "centre"
      : `${word(anterior, "anterior", "posterior")} ${word(lateral, "lateral", "medial")}`;

  function meanAt(subject: string, site: string | null): number {
    const chair = sit(subject, { seed: 4 });
    if (site !== null) chair.person.coilAt(site);
    return meanOf(chair.responses(200, { pct: 80 }));
  }

  it.each([
    ["healthy-young", "10 mm anterior centre"],
    ["healthy-older", "centre 10 mm lateral"],
    ["mci-amyloid", "10 mm anterior 10 mm lateral"],
    ["ad-mild", "centre 10 mm medial"],
  ])("of %s gives the largest responses at %s of the library's grid", (subject, best) => {
    const means = GRID.map((at) => ({ site: siteOf(at), uv: meanAt(subject, siteOf(at)) }));
    const sorted = means.toSorted((a, b) => b.uv - a.uv);
    expect(sorted[0]?.site).toBe(best);
    expect((sorted[0]?.uv ?? 0) / (sorted[1]?.uv ?? 1)).toBeGreaterThan(1.15);
    expect((sorted[0]?.uv ?? 0) / (sorted[8]?.uv ?? 1)).toBeGreaterThan(5);
  });

  it("is the hotspot until somebody moves it, and near it at the best site", () => {
    const untouched = meanAt("healthy-young", null);
    const best = meanAt("healthy-young", "10 mm anterior centre");
    expect(best).toBeLessThan(untouched);
    expect(best / untouched).toBeGreaterThan(0.95);
  });

  it("is the centre for words that name no place", () => {
    expect(meanAt("ad-mild", "over the ear")).toBe(meanAt("ad-mild", "centre"));
    expect(meanAt("ad-mild", "centre")).toBeLessThan(meanAt("ad-mild", "centre 10 mm medial"));
  });
});
