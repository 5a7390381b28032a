import { describe, expect, it } from "vitest";
import { afterEffectPicture } from "../../../src/app/report/pictures/afterEffect.ts";
import { amplitudesPicture } from "../../../src/app/report/pictures/amplitudes.ts";
import { deliveredPicture } from "../../../src/app/report/pictures/delivered.ts";
import { hotspotMapPicture } from "../../../src/app/report/pictures/hotspotMap.ts";
import { latenessPicture } from "../../../src/app/report/pictures/lateness.ts";
import { mepTracesPicture } from "../../../src/app/report/pictures/mepTraces.ts";
import { COLOUR } from "../../../src/app/report/pictures/palette.ts";
import type { Point } from "../../../src/app/report/pictures/panel.ts";
import { ratioBarsPicture } from "../../../src/app/report/pictures/ratioBars.ts";
import { recruitmentPicture } from "../../../src/app/report/pictures/recruitment.ts";
import { silentPeriodPicture } from "../../../src/app/report/pictures/silentPeriod.ts";
import { tepPicture } from "../../../src/app/report/pictures/tep.ts";
import { thresholdTracePicture } from "../../../src/app/report/pictures/thresholdTrace.ts";
import { createRandom } from "../../../src/base/random.ts";
import { elementsOf, wordsOf } from "./svg.ts";

const EVIL = `<script>alert("1")</script> & 'x' \`y\` ]]> --> \u0001 \ud800`;

function sine(fromMs: number, toMs: number, uv: number): readonly Point[] {
  return Array.from({ length: 60 }, (_, i): Point => {
    const ms = fromMs + ((toMs - fromMs) * i) / 59;
    return [ms, uv * Math.sin(ms / 7)];
  });
}

const random = createRandom(5, "pictures");
const amplitudes = Array.from({ length: 12 }, () => 300 * Math.exp(0.5 * random.normal()));

/** Every picture, with words of a stranger in every place that takes words. */
const ALL: Readonly<Record<string, (words: string) => string>> = {
  traces: (words) =>
    mepTracesPicture({
      title: words,
      panels: [0, 1, 2, 3].map((i) => ({
        label: `${words} ${i}`,
        n: 5,
        rejected: i,
        single: [sine(-10, 60, 200), sine(-10, 60, 260)],
        mean: sine(-10, 60, 230),
        windowMs: [15, 50],
        conditioningMs: i === 0 ? null : -i,
        onset: i === 3 ? null : { ms: 21.54, n: 5 },
      })),
      fromMs: -10,
      toMs: 60,
      unit: "uV",
      limits: [-300, 300],
      note: words,
    }),
  recruitment: (words) =>
    recruitmentPicture({
      title: words,
      points: amplitudes.map((uv, i): Point => [40 + i * 3, uv]),
      rejected: 2,
      curve: [
        [40, 20],
        [55, 400],
        [73, 900],
      ],
      band: [
        { x: 40, low: 10, high: 40 },
        { x: 73, low: 700, high: 1100 },
      ],
      s50PctMso: 55,
      note: words,
    }),
  threshold: (words) =>
    thresholdTracePicture({
      title: words,
      tracks: [
        {
          label: words,
          entries: [
            { trial: 1, askedPctMso: 40, hit: false, held: false },
            { trial: 2, askedPctMso: 50, hit: true, held: true },
            { trial: 3, askedPctMso: 46, hit: null, held: false },
          ],
          estimatePctMso: 47.25,
          interval: [45, 49],
        },
      ],
      intervalMeans: words,
      note: words,
    }),
  ratios: (words) =>
    ratioBarsPicture({
      title: words,
      bars: [
        {
          group: words,
          label: words,
          ratio: 0.4,
          interval95: [0.3, 0.55],
          trials: [0.2, 0.6],
          n: [14, 15],
        },
        {
          group: "ICF",
          label: "ISI 12 ms",
          ratio: 1.5,
          interval95: [1.1, 2],
          trials: [0.9, 3],
          n: [15, 15],
        },
      ],
      note: words,
    }),
  silence: (words) =>
    silentPeriodPicture({
      title: words,
      n: 3,
      rejected: 1,
      measured: 2,
      single: [sine(-100, 300, 60)],
      rectified: sine(-100, 300, 20).map(([x, y]): Point => [x, Math.abs(y)]),
      smoothMs: 5,
      silence: { startMs: 35, endMs: 120 },
      endsMs: [118, 122],
      fromMs: -100,
      toMs: 300,
      limits: [-80, 80],
      rectifiedTop: 30,
      note: words,
    }),
  tep: (words) =>
    tepPicture({
      title: words,
      of: "trials",
      trials: 98,
      rejected: 2,
      channels: [
        { name: words, points: sine(-100, 300, 4) },
        { name: "Cz", points: sine(-100, 300, 2) },
      ],
      mean: { words, points: sine(-100, 300, 3) },
      peaks: [
        { name: words, ms: 30, uv: 3 },
        { name: "N45", ms: 45, uv: -3 },
      ],
      blankMs: [-2, 10],
      fromMs: -100,
      toMs: 300,
      limits: [-5, 5],
      note: words,
    }),
  afterEffect: (words) =>
    afterEffectPicture({
      title: words,
      blocks: [
        {
          label: words,
          minutes: -5,
          meanUv: 500,
          interval95Uv: [400, 620],
          trialsUv: amplitudes,
          baseline: true,
        },
        {
          label: "10 min",
          minutes: 10,
          meanUv: 800,
          interval95Uv: [650, 990],
          trialsUv: amplitudes,
          baseline: false,
        },
      ],
      axis: "time from the end of the treatment, min",
      zero: words,
      note: words,
    }),
  hotspot: (words) =>
    hotspotMapPicture({
      title: words,
      sites: [
        { name: words, at: null, meanUv: 120, n: 5, rejected: 0 },
        { name: "centre", at: { lateralMm: 0, anteriorMm: 0 }, meanUv: 900, n: 5, rejected: 1 },
      ],
      best: words,
      note: words,
    }),
  lateness: (words) =>
    latenessPicture({
      title: words,
      latenessMs: [0.05, 0.06, 0.2, 0.9],
      medianMs: 0.13,
      p95Ms: 0.8,
      limitMs: 1,
    }),
  delivered: (words) =>
    deliveredPicture({
      title: words,
      doses: [
        { ms: 0, pctMso: 50, outcome: "delivered" },
        { ms: 9000, pctMso: 50, outcome: "unknown" },
        { ms: 12_000, pctMso: 55, outcome: "skipped-late" },
        { ms: 20_000, pctMso: 55, outcome: "refused-by-device" },
        { ms: 21_000, pctMso: 55, outcome: null },
      ],
      pauses: [{ fromMs: 10_000, toMs: 11_000 }],
      stopMs: 22_000,
      endMs: 23_000,
    }),
  amplitudes: (words) =>
    amplitudesPicture({
      title: words,
      groups: [
        { label: words, trialsUv: amplitudes, rejected: 1, meanUv: 310, interval95Uv: [200, 400] },
        { label: "one", trialsUv: [40], rejected: 0, meanUv: null, interval95Uv: null },
      ],
      note: words,
    }),
};

describe.each(Object.entries(ALL))("the picture of %s", (_, draw) => {
  const svg = draw("Words");

  it("is one well-formed SVG with nothing in it that needs a browser or another file", () => {
    const names = new Set(elementsOf(svg));
    for (const name of ["script", "style", "image", "foreignObject", "a", "use"])
      expect(names).not.toContain(name);
    expect(svg).not.toMatch(/ecmeta|class="|pointer-events|CDATA/);
    expect(svg.replaceAll("http://www.w3.org/2000/svg", "")).not.toMatch(/https?:|url\((?!#)/);
  });

  it("holds numbers and no slips of arithmetic", () => {
    expect(svg).not.toMatch(/NaN|undefined|Infinity|\[object/);
  });

  it("is the same text for the same data, whatever was drawn before", () => {
    draw("Other words");
    expect(draw("Words")).toBe(svg);
  });

  it("shows words of a stranger as words", () => {
    const hostile = draw(EVIL);
    expect(elementsOf(hostile)).not.toContain("script");
    expect(wordsOf(hostile)).toContain("<script>");
    expect(hostile).not.toContain("<script");
    // Neither may stand in a file of XML: nobody could open it.
    expect(hostile.includes("\u0001")).toBe(false);
    expect(hostile.isWellFormed()).toBe(true);
  });

  it("is drawn in the colours that everybody can tell apart, or in shades of one", () => {
    const used = [...svg.matchAll(/(?:fill|stroke)="([^"]+)"/g)].map(([, colour]) => colour ?? "");
    const known = new Set<string>(["none", "#000", ...Object.values(COLOUR)]);
    const strange = used.filter((colour) => !known.has(colour));
    // Cells of a map go from light to dark, with words that can be read on them.
    const shades = strange.filter((colour) => !/^#[0-9a-f]{6}$/.test(colour));
    expect(shades).toEqual([]);
    if (!svg.includes("the darker, the larger")) expect(strange).toEqual([]);
  });
});

describe("axes", () => {
  it("tell quantity and unit", () => {
    const expected: Readonly<Record<string, readonly string[]>> = {
      traces: ["time after the pulse, ms", "EMG, µV"],
      recruitment: ["intensity, %MSO", "MEP peak to peak, µV"],
      threshold: ["trial", "asked intensity, %MSO"],
      ratios: ["conditioned / test MEP"],
      silence: ["time after the pulse, ms", "EMG, µV", "rectified EMG, µV"],
      tep: ["time after the pulse, ms", "EEG, µV"],
      afterEffect: ["time from the end of the treatment, min", "MEP peak to peak, µV"],
      lateness: ["written after planned, ms", "doses"],
      delivered: ["time, s", "output, %MSO"],
    };
    for (const [name, words] of Object.entries(expected)) {
      const lines = wordsOf(ALL[name]?.("Words") ?? "").split("\n");
      for (const word of words) expect(lines, name).toContain(word);
    }
  });

  it("tell millivolts where microvolts would have four digits", () => {
    const svg = mepTracesPicture({
      title: "large",
      panels: [
        {
          label: "a",
          n: 1,
          rejected: 0,
          single: [],
          mean: sine(-10, 60, 2500),
          windowMs: null,
          conditioningMs: null,
          onset: null,
        },
      ],
      fromMs: -10,
      toMs: 60,
      unit: "uV",
      limits: [-2600, 2600],
      note: "",
    });
    expect(wordsOf(svg)).toContain("EMG, mV");
    expect(wordsOf(svg)).not.toContain("2000");
  });
});

describe("captions", () => {
  it("say how many trials there are and what error bars mean", () => {
    const words = (name: string): string =>
      wordsOf(ALL[name]?.("Words") ?? "").replaceAll("\n", " ");
    expect(words("traces")).toMatch(/n = 5, 2 rejected/);
    expect(words("recruitment")).toMatch(/12 counted trials at 12 intensities, 2 rejected/);
    expect(words("recruitment")).toMatch(/95 % confidence of the curve \(delta method\)/);
    expect(words("ratios")).toMatch(/Error bars: 95 % interval of the ratio/);
    expect(words("ratios")).toContain("(14, 15)");
    expect(words("afterEffect")).toMatch(/error bars: its 95 % interval/);
    expect(words("afterEffect")).toContain("10 min 12");
    expect(words("tep")).toContain("Average of 98 trials (2 rejected), 2 channels");
    expect(words("silence")).toContain("A silence was found in 2 of 3 counted trials");
    expect(words("threshold")).toContain("3 trials: 1 with a response, 1 without, 1 rejected");
    expect(words("amplitudes")).toContain("n = 12, 1 rej.");
    expect(words("hotspot")).toContain("n = 5, 1 rejected");
    expect(words("lateness")).toContain("4 doses");
  });
});

describe("places on the axes", () => {
  /** Tops of thin bars, in pixels: `M x bottom V top`. */
  function barsOf(svg: string): readonly (readonly number[])[] {
    return [...svg.matchAll(/M([\d.]+) ([\d.]+)V([\d.]+)|M([\d.]+) ([\d.]+)L\4 ([\d.]+)/g)].map(
      (found) =>
        found
          .slice(1)
          .filter((part) => part !== undefined)
          .map(Number),
    );
  }

  it("are in proportion: twice the output is twice as high, half of the time is half way", () => {
    const svg = deliveredPicture({
      title: "t",
      doses: [
        { ms: 0, pctMso: 80, outcome: "delivered" },
        { ms: 5000, pctMso: 40, outcome: "delivered" },
        { ms: 10_000, pctMso: 80, outcome: "delivered" },
      ],
      pauses: [],
      stopMs: null,
      endMs: 10_000,
    });
    const bars = barsOf(svg).filter(([x = 0]) => x >= 66);
    const path = /d="((?:M[\d.]+ [\d.]+(?:V|L)[^"]*){1})" fill="none" stroke="#0072b2"/.exec(
      svg,
    )?.[1];
    const [first, second, third] = barsOf(path ?? "");
    expect(bars.length).toBeGreaterThan(0);
    const height = (bar: readonly number[] | undefined): number =>
      (bar?.[1] ?? 0) - (bar?.[2] ?? 0);
    expect(height(second)).toBeCloseTo(height(first) / 2, 0);
    expect(height(third)).toBeCloseTo(height(first), 0);
    expect(second?.[0]).toBeCloseTo(((first?.[0] ?? 0) + (third?.[0] ?? 0)) / 2, 0);
  });

  it("of a ratio and of its reciprocal lie as far below as above no effect", () => {
    const svg = ratioBarsPicture({
      title: "t",
      bars: [0.5, 2].map((ratio) => ({
        group: "g",
        label: String(ratio),
        ratio,
        interval95: [ratio / 1.2, ratio * 1.2] as const,
        trials: [],
        n: [10, 10] as const,
      })),
      note: "",
    });
    const tall = [
      ...svg.matchAll(/<path d="M[\d.]+ ([\d.]+)l[\d.]+ 0l0 ([\d.]+)l[^"]*" fill="#0072b2"/g),
    ].map(([, top, height]) => [Number(top), Number(height)]);
    expect(tall).toHaveLength(2);
    const [below, above] = tall;
    expect(below?.[1]).toBeCloseTo(above?.[1] ?? 0, 0);
    // The one ends where the other begins.
    expect((above?.[0] ?? 0) + (above?.[1] ?? 0)).toBeCloseTo(below?.[0] ?? 0, 0);
  });
});

describe("a session of very many doses", () => {
  it("stays a small picture", () => {
    const svg = deliveredPicture({
      title: "t",
      doses: Array.from({ length: 40_000 }, (_, i) => ({
        ms: i * 50,
        pctMso: 50,
        outcome: "delivered" as const,
      })),
      pauses: [],
      stopMs: null,
      endMs: 2_000_000,
    });
    expect(svg.length).toBeLessThan(40_000);
  });
});
