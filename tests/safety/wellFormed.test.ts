import { describe, expect, it } from "vitest";
import { checkPlan } from "../../src/safety/envelope.ts";
import { doses, input, planOf, speaking, trainSpecs } from "./fixtures.ts";

const PHASE = { bandHz: [8, 13], targetRad: 0, longestWaitMs: 2000 } as const;

describe("plans that cannot be read", () => {
  const one = doses([{ dueMs: 0 }, { dueMs: 2000 }]);
  const [first, second] = one;
  if (first === undefined || second === undefined) throw new Error("two doses");
  it.each([
    ["a wrong index", [first, { ...second, index: 2 }]],
    ["a negative instant", [{ ...first, dueMs: -1 }, second]],
    ["an instant that is no number", [first, { ...second, dueMs: Number.NaN }]],
    ["doses out of order", [{ ...first, dueMs: 3000 }, second]],
    ["two doses at one instant", [first, { ...second, dueMs: 0 }]],
    ["half a pulse", [{ ...first, shape: { kind: "burst", pulses: 1.5, isiMs: 10 } }, second]],
    ["no pulses", [{ ...first, shape: { kind: "train", pulses: 0, frequencyHz: 10 } }, second]],
    ["a rate of 0", [{ ...first, shape: { kind: "train", pulses: 1, frequencyHz: 0 } }, second]],
    [
      "pulses at one instant",
      [{ ...first, intensityPctMso: [1, 2], shape: { kind: "pair", isiMs: 0 } }, second],
    ],
    ["two intensities for one pulse", [{ ...first, intensityPctMso: [1, 2] }, second]],
    ["an intensity that is no number", [{ ...first, intensityPctMso: [Number.NaN] }, second]],
    ["a late limit that is no number", [{ ...first, lateLimitMs: Number.NaN }, second]],
    [
      "a wait for a phase without an end",
      [{ ...first, phase: { ...PHASE, longestWaitMs: Number.POSITIVE_INFINITY } }, second],
    ],
    [
      "a phase that is no number",
      [{ ...first, phase: { ...PHASE, targetRad: Number.NaN } }, second],
    ],
    ["a phase of no band", [{ ...first, phase: { ...PHASE, bandHz: [13, 8] } }, second]],
    [
      "a wait inside a train that the host times",
      [{ ...first, phase: PHASE, hostTrain: { position: 1, count: 2 } }, second],
    ],
    [
      "a wait behind a stimulus of the nerve",
      [{ ...first, phase: PHASE, nerve: { leadMs: 20 } }, second],
    ],
    ["a block that is not there", [{ ...first, place: { ...first.place, block: 7 } }, second]],
    [
      "more pulses than can be judged",
      [first, { ...second, shape: { kind: "train", pulses: 1e9, frequencyHz: 10 } }],
    ],
  ] as const)("refuses %s", (_, held) => {
    const report = checkPlan(input(planOf(["single"], held)));
    expect(report).toMatchObject({ verdict: "hard", starts: false });
    expect(speaking(report)).toEqual(["PLAN"]);
  });

  it("reads a dose that waits for a phase", () => {
    const plan = planOf(["single"], [{ ...first, phase: PHASE }, second]);
    expect(checkPlan(input(plan))).toMatchObject({ starts: true });
  });

  it("refuses a plan that says another number of pulses than it holds", () => {
    expect(speaking(checkPlan(input({ ...planOf(["single"], one), pulses: 3 })))).toEqual(["PLAN"]);
  });

  it("an empty plan has nothing to refuse", () => {
    expect(checkPlan(input(planOf([], [])))).toMatchObject({ verdict: "ok", starts: true });
  });

  it("a session's trains are spelled out in order of time", () => {
    expect(
      trainSpecs({ hz: 20, pulses: 40, offS: 28, trains: 2 }).map(({ dueMs }) => dueMs),
    ).toEqual([0, 30_000]);
  });
});
