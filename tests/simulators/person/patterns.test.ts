import { describe, expect, it } from "vitest";
import {
  type FinishedRun,
  NO_PATTERN,
  type PatternKind,
  type PatternState,
  stepPattern,
} from "../../../simulators/person/cortex/patterns.ts";
import { geometricMean, meanOf, shareOf, sit } from "./chair.ts";

interface Given {
  readonly atMs: number;
  readonly nerveMs?: number;
}

const row = (count: number, stepMs: number, fromMs = 0): readonly Given[] =>
  Array.from({ length: count }, (_, i) => ({ atMs: fromMs + i * stepMs }));
const bursts = (starts: readonly Given[], pulses: number, isiMs: number): readonly Given[] =>
  starts.flatMap(({ atMs }) => row(pulses, isiMs, atMs));
const trains = (count: number, periodMs: number, train: readonly Given[]): readonly Given[] =>
  row(count, periodMs).flatMap((start) => train.map(({ atMs }) => ({ atMs: start.atMs + atMs })));
const pas = (nerveMs: number): readonly Given[] =>
  row(90, 20_000).map(({ atMs }) => ({ atMs, nerveMs }));

const ITBS = trains(20, 10_000, bursts(row(10, 200), 3, 20));
const CTBS = bursts(row(200, 200), 3, 20);

const PATTERNS: readonly (readonly [string, readonly Given[], PatternKind, number])[] = [
  ["iTBS at 50 Hz", ITBS, "itbs", 600],
  ["iTBS at 30 Hz", trains(20, 10_000, bursts(row(10, 200), 3, 33.333)), "itbs", 600],
  ["cTBS 300", bursts(row(100, 200), 3, 20), "ctbs", 300],
  ["cTBS 600", CTBS, "ctbs", 600],
  ["imTBS", trains(8, 15_000, bursts(row(25, 200), 3, 20)), "imtbs", 600],
  ["QPS at 5 ms", bursts(row(360, 5000), 4, 5), "qps5", 1440],
  ["QPS at 50 ms", bursts(row(360, 5000), 4, 50), "qps50", 1440],
  ["1 Hz", row(900, 1000), "slow", 900],
  ["5 Hz", trains(30, 20_000, row(50, 200)), "fast", 1500],
  ["10 Hz", trains(30, 30_000, row(50, 100)), "fast", 1500],
  ["20 Hz", trains(40, 30_000, row(40, 50)), "fast", 1600],
  ["nerve 25 ms before, 5.5 after N20", pas(5.5), "pas25", 90],
  ["nerve at N20+2", pas(2), "pas25", 90],
  ["nerve 10 ms before", pas(-9.5), "pas10", 90],
];

function runsOf(given: readonly Given[]): readonly FinishedRun[] {
  let state: PatternState = NO_PATTERN;
  const ended: FinishedRun[] = [];
  for (const { atMs, nerveMs } of given) {
    const step = stepPattern(state, atMs, nerveMs ?? null);
    state = step.state;
    ended.push(...step.ended);
  }
  return ended;
}

/** What a session gives afterwards: test pulses. */
function withTests(given: readonly Given[]): readonly Given[] {
  const lastMs = given.at(-1)?.atMs ?? 0;
  return [...given, ...row(10, 5000, lastMs + 60_000)];
}

describe("a pattern of pulses", () => {
  it.each(PATTERNS)("is recognised: %s", (_, given, kind, pulses) => {
    const runs = runsOf(withTests(given));
    expect(runs).toEqual([{ kind, pulses, endMs: given.at(-1)?.atMs }]);
  });

  it.each([
    ["single pulses every 5 s", row(200, 5000)],
    ["pairs every 5 s", bursts(row(200, 5000), 2, 2.5)],
    ["pairs 100 ms apart", bursts(row(200, 5000), 2, 100)],
    ["pairs 200 ms apart", bursts(row(200, 5000), 2, 200)],
    ["a tenth of a session of iTBS", trains(2, 10_000, bursts(row(10, 200), 3, 20))],
    [
      "nerve stimuli before every other pulse",
      row(200, 5000).map(({ atMs }, i) => (i % 2 === 0 ? { atMs } : { atMs, nerveMs: 2 })),
    ],
  ])("is none: %s", (_, given) => {
    expect(runsOf(withTests(given))).toEqual([]);
  });

  it("is one run when doubled at once, two with a quarter of an hour between", () => {
    const later = (byMs: number): readonly Given[] =>
      ITBS.map(({ atMs }) => ({ atMs: atMs + byMs }));
    const [once] = runsOf(withTests([...ITBS, ...later(200_000)]));
    expect(once?.pulses).toBe(1200);
    const two = runsOf(withTests([...ITBS, ...row(5, 5000, 300_000), ...later(1_100_000)]));
    expect(two.map(({ pulses }) => pulses)).toEqual([600, 600]);
  });
});

/** Log of the change of the mean response 15 min after a pattern; test pulses before and after. */
function change(
  subject: string,
  seed: number,
  given: readonly Given[],
  nerveLeadMs?: number,
): number {
  const chair = sit(subject, { seed });
  const test = { pct: 85 };
  const before = geometricMean(chair.responses(30, test));
  let last = 0;
  given.forEach(({ atMs }, i) => {
    const afterMs = i === 0 ? 10_000 : atMs - last;
    last = atMs;
    chair.respond(
      nerveLeadMs === undefined ? { pct: 40, afterMs } : { pct: 80, nerveLeadMs, afterMs },
    );
  });
  chair.respond({ ...test, afterMs: 825_000 });
  return Math.log(geometricMean(chair.responses(30, test)) / before);
}

function changes(
  subject: string,
  given: readonly Given[],
  people: number,
  nerveLeadMs?: number,
): readonly number[] {
  return Array.from({ length: people }, (_, seed) => change(subject, seed, given, nerveLeadMs));
}

describe("after-effects", () => {
  const PEOPLE = 120;
  const young = changes("healthy-young", ITBS, PEOPLE);

  it("of iTBS raise responses by a quarter in the young, on average, and in mild AD by nothing", () => {
    expect(meanOf(young)).toBeGreaterThan(0.14);
    expect(meanOf(young)).toBeLessThan(0.36);
    expect(Math.abs(meanOf(changes("ad-mild", ITBS, PEOPLE)))).toBeLessThan(0.12);
  });

  it("leave a fifth to a half of people without a response to iTBS", () => {
    const without = shareOf(young, (shift) => shift < Math.log(1.1));
    expect(without).toBeGreaterThan(0.2);
    expect(without).toBeLessThan(0.5);
  });

  it("of cTBS lower responses", () => {
    expect(meanOf(changes("healthy-young", CTBS, PEOPLE))).toBeLessThan(-0.1);
  });

  it("of QPS go with the interval", () => {
    const qps = (isiMs: number): number =>
      meanOf(changes("healthy-older", bursts(row(360, 5000), 4, isiMs), 40));
    expect(qps(5)).toBeGreaterThan(0.2);
    expect(qps(50)).toBeLessThan(-0.12);
  });

  it("of paired nerve stimuli go with the lead", () => {
    const paired = row(90, 20_000);
    expect(meanOf(changes("healthy-young", paired, 60, 25))).toBeGreaterThan(0.1);
    expect(meanOf(changes("healthy-young", paired, 60, 10))).toBeLessThan(-0.02);
  });

  it("turn round when iTBS is doubled in one run", () => {
    const doubled = [...ITBS, ...ITBS.map(({ atMs }) => ({ atMs: atMs + 200_000 }))];
    expect(meanOf(changes("healthy-young", doubled, PEOPLE))).toBeLessThan(-0.12);
  });

  it("are over after three hours", () => {
    const shifts = Array.from({ length: 40 }, (_, seed) => {
      const chair = sit("healthy-young", { seed });
      const before = geometricMean(chair.responses(30, { pct: 85 }));
      let last = 0;
      ITBS.forEach(({ atMs }, i) => {
        chair.respond({ pct: 40, afterMs: i === 0 ? 10_000 : atMs - last });
        last = atMs;
      });
      chair.respond({ pct: 85, afterMs: 10_800_000 });
      return Math.log(geometricMean(chair.responses(30, { pct: 85 })) / before);
    });
    expect(Math.abs(meanOf(shifts))).toBeLessThan(0.1);
  });

  it("move N15 and P30 with the muscle response, and not on average", () => {
    const shifts = Array.from({ length: PEOPLE }, (_, seed) => {
      const chair = sit("healthy-young", { seed, channels: ["FDI", "C3"] });
      const early = (): number => {
        const peaks = Array.from({ length: 40 }, () => {
          chair.respond({ pct: 85 });
          const scalp = chair.person.truth.responses().at(-1)?.scalp ?? [];
          return Math.abs(scalp[0]?.feltUv ?? 0) + Math.abs(scalp[1]?.feltUv ?? 0);
        });
        return meanOf(peaks);
      };
      const before = early();
      let last = 0;
      ITBS.forEach(({ atMs }, i) => {
        chair.respond({ pct: 40, afterMs: i === 0 ? 10_000 : atMs - last });
        last = atMs;
      });
      chair.respond({ pct: 85, afterMs: 800_000 });
      return Math.log(early() / before);
    });
    expect(Math.abs(meanOf(shifts))).toBeLessThan(0.1);
    const centred = (values: readonly number[]): readonly number[] =>
      values.map((x) => x - meanOf(values));
    const [a, b] = [centred(shifts), centred(young)];
    const dot = (x: readonly number[], y: readonly number[]): number =>
      meanOf(x.map((value, i) => value * (y[i] ?? 0)));
    const correlation = dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
    expect(correlation).toBeGreaterThan(0.4);
    expect(correlation).toBeLessThan(0.9);
  });
});
