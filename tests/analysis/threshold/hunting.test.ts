import { describe, expect, it } from "vitest";
import {
  answerInHunt,
  type HuntOptions,
  type HuntResult,
  type HuntState,
  nextInHunt,
  startHunt,
} from "../../../src/analysis/threshold/hunting.ts";
import { TARGETS, thresholdSettings } from "../../../src/analysis/threshold/settings.ts";
import { createRandom } from "../../../src/base/random.ts";

const SETTINGS = thresholdSettings({ target: TARGETS["hunting-200"] });
const OPTIONS: HuntOptions = {
  rule: "serial",
  ruleOptions: {},
  test: { name: "test", startPctMso: 62 },
  conditions: [
    { name: "sici-2.5", startPctMso: 64 },
    { name: "icf-12", startPctMso: 60 },
  ],
  pulsesPerTrack: 30,
  seed: 4,
};
/** Where a pulse of each track is answered with 200 uV in the middle. */
const TRUE_PCT_MSO: Readonly<Record<string, number>> = { test: 60, "sici-2.5": 66, "icf-12": 57 };

function runHunt(options: HuntOptions, spreadDecades: number): HuntResult {
  const random = createRandom(options.seed, "head");
  let state = startHunt(SETTINGS, options);
  for (;;) {
    const step = nextInHunt(state);
    if (step.kind === "done") return step.result;
    const { intensityPctMso, track } = step;
    const decades = (intensityPctMso - (TRUE_PCT_MSO[track] ?? 0)) / 12;
    const peakToPeakUv = 200 * 10 ** (decades + spreadDecades * random.normal());
    state = answerInHunt(state, { kind: "measured", intensityPctMso, peakToPeakUv });
  }
}

describe("adaptive threshold hunting", () => {
  it.each(["serial", "pest", "proportional"] as const)(
    "by the %s rule finds the shift of each condition, inhibition positive",
    (rule) => {
      const { shifts, tracks } = runHunt({ ...OPTIONS, rule }, 0.15);
      expect(tracks.map(({ name }) => name)).toEqual(["test", "sici-2.5", "icf-12"]);
      expect(shifts.map(({ condition }) => condition)).toEqual(["sici-2.5", "icf-12"]);
      expect(Math.abs((shifts[0]?.shiftPct ?? 0) - 10)).toBeLessThan(2.5);
      expect(Math.abs((shifts[1]?.shiftPct ?? 0) + 5)).toBeLessThan(2.5);
    },
  );

  it("gives every track one turn a round, in an order that changes and that the seed decides", () => {
    const { trace } = runHunt(OPTIONS, 0.15);
    const names = trace.map(({ track }) => track);
    const rounds = Array.from({ length: 30 }, (_, i) => names.slice(3 * i, 3 * i + 3));
    for (const round of rounds) expect(new Set(round).size).toBe(3);
    expect(new Set(rounds.map((round) => round.join())).size).toBeGreaterThan(3);
    expect(runHunt(OPTIONS, 0.15).trace).toEqual(trace);
    const other = runHunt({ ...OPTIONS, seed: 5 }, 0.15).trace.map(({ track }) => track);
    expect(other).not.toEqual(names);
  });

  it("holds a track to ten above the highest of all tracks, and lets a rejected trial keep its turn", () => {
    const far = { ...OPTIONS, conditions: [{ name: "sici-2.5", startPctMso: 90 }], seed: 1 };
    let state: HuntState = startHunt(SETTINGS, far);
    const asked: { track: string; intensityPctMso: number }[] = [];
    for (let i = 0; i < 6; i += 1) {
      const step = nextInHunt(state);
      if (step.kind === "done") throw new Error("ended early");
      const { track, intensityPctMso, bounds } = step;
      asked.push({ track, intensityPctMso });
      const trial = { kind: "rejected", intensityPctMso, why: "pre-activation" } as const;
      if (i === 2) state = answerInHunt(state, trial);
      else state = answerInHunt(state, { kind: "measured", intensityPctMso, peakToPeakUv: 20 });
      if (i === 2) expect(nextInHunt(state)).toMatchObject({ track, intensityPctMso });
      if (track === "sici-2.5" && i > 0 && i < 3) expect(bounds).toContain("THR-01");
    }
    const highest = asked.map((_, i) =>
      Math.max(...asked.slice(0, i).map(({ intensityPctMso }) => intensityPctMso)),
    );
    asked.slice(1).forEach(({ intensityPctMso }, i) => {
      expect(intensityPctMso).toBeLessThanOrEqual((highest[i + 1] ?? 0) + 10);
    });
  });

  it("has no shift where a track found nothing, and is plain data throughout", () => {
    const settings = thresholdSettings({ target: TARGETS["hunting-200"], maxPctMso: 65 });
    const options = {
      ...OPTIONS,
      rule: "pest",
      conditions: [{ name: "sici", startPctMso: 64 }],
    } as const;
    let state = startHunt(settings, options);
    for (;;) {
      state = JSON.parse(JSON.stringify(state)) as HuntState;
      const step = nextInHunt(state);
      if (step.kind === "done") {
        expect(step.result.shifts).toEqual([{ condition: "sici", shiftPct: null }]);
        expect(step.result.tracks[1]?.result.outcome.kind).toBe("not-obtainable");
        return;
      }
      const { intensityPctMso, track } = step;
      const peakToPeakUv = track === "test" && intensityPctMso >= 60 ? 400 : 20;
      state = answerInHunt(state, { kind: "measured", intensityPctMso, peakToPeakUv });
    }
  });
});
