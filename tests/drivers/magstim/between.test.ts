/** What a Magstim needs from one dose to the next, as its model says it. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dose } from "../../../src/contract/dose.ts";
import type { DeviceModel } from "../../../src/contract/stimulator.ts";
import { doseOf } from "./bench.ts";
import { modelOf, WINDOW } from "./pairBench.ts";

const BISTIM = modelOf({});
const SINGLE = modelOf({ driver: "magstim-200" });
const RAPID = modelOf({ driver: "magstim-rapid2", mains: 240 });

const pulse = (pct: number): Dose => doseOf({ kind: "pulse" }, [pct]);
const pair = (first: number, second: number, isiMs = 3): Dose =>
  doseOf({ kind: "pair", isiMs }, [first, second]);
const train = (pct: number, pulses = 20): Dose =>
  doseOf({ kind: "train", pulses, frequencyHz: 20 }, [pct]);

function between(model: DeviceModel, before: Dose, next: Dose): number {
  if (model.minRestBetweenMs === undefined) throw new Error("knows no rest between");
  return model.minRestBetweenMs(before, next);
}

// Exchanges of 40 ms, one second of arming, 50 ms until ready is seen, 150 ms for the status of the
// dose. BiStim: E J, EA J, J @ A, X J, F J EB J, with C and Z inside the sinking: 13. 200²: E J, EA J,
// J @ J, F J EB J: 11. Rapid² from pulse to pulse: one more, which leaves rTMS mode; trains: B [ D too.
describe("a BiStim² from one dose to the next", () => {
  it("recharges, and is asked once whether it is ready, where nothing changes", () => {
    expect(between(BISTIM, pair(36, 54), pair(36, 54))).toBe(4150);
    expect(between(BISTIM, pulse(54), pulse(54))).toBe(4150);
  });

  it.each([
    ["another interval", pair(36, 54, 1), pair(36, 54, 2.5)],
    ["powers that rise", pair(36, 54), pair(60, 90)],
    ["a conditioning unit that rises from nothing", pulse(54), pair(36, 54)],
    ["a conditioning unit that sinks by 20 %", pair(20, 54), pulse(54)],
  ])("has recharged before %s is set", (_, before, next) => {
    expect(between(BISTIM, before, next)).toBe(4150);
  });

  it("lets the conditioning unit sink to nothing before a test pulse alone", () => {
    expect(between(BISTIM, pair(36, 54), pulse(54))).toBe(3600 + 1720);
    expect(between(BISTIM, pair(90, 54), pulse(54))).toBe(9000 + 1720);
  });

  it("lets the test unit sink too", () => {
    expect(between(BISTIM, pair(36, 90), pulse(40))).toBe(5000 + 1720);
    expect(between(BISTIM, pulse(90), pulse(40))).toBe(5000 + 1720);
    expect(between(BISTIM, pair(36, 90), pair(34, 40))).toBe(5000 + 1720);
  });
});

describe("a 200² from one pulse to the next", () => {
  it.each([
    [40, 40, 2150],
    [60, 60, 3150],
    [90, 90, 4150],
    [40, 90, 2150],
    [60, 50, 3150],
    [60, 30, 3000 + 1640],
    [100, 1, 9900 + 1640],
  ])("from %d to %d %", (from, to, restMs) => {
    expect(between(SINGLE, pulse(from), pulse(to))).toBe(restMs);
  });
});

describe("a Rapid² from one dose to the next", () => {
  it("needs as long after a train as its energy, and its own wait and a look", () => {
    expect(between(RAPID, train(60, 100), train(60, 100))).toBeCloseTo(50 + 3638, 0);
    expect(between(RAPID, train(40), train(40))).toBe(50 + 500 + 150);
    expect(between(RAPID, pulse(40), pulse(40))).toBe(1150);
  });

  it("is set anew between pulses and trains, and for another power", () => {
    expect(between(RAPID, pulse(40), pulse(60))).toBe(1680);
    expect(between(RAPID, pulse(60), pulse(40))).toBe(1680 + 2000);
    expect(between(RAPID, pulse(40), train(40))).toBe(1680 + 120);
    expect(between(RAPID, train(40), pulse(40))).toBe(1680 + 50 + 500 + 100);
  });
});

describe.each([
  ["a BiStim²", BISTIM, [pulse, (pct: number) => pair(pct, 100 - pct)]],
  ["a 200²", SINGLE, [pulse]],
  ["a Rapid²", RAPID, [pulse, (pct: number) => train(pct)]],
] as const)("%s, whatever comes after whatever", (_, model, kinds) => {
  const doses = fc
    .tuple(fc.constantFrom(...kinds), fc.integer({ min: 1, max: 99 }))
    .map(([make, pct]) => make(pct));

  it("never rests less than its energy needs, nor less than the host can time", () => {
    fc.assert(
      fc.property(doses, doses, (before, next) => {
        const restMs = between(model, before, next);
        expect(restMs).toBeGreaterThanOrEqual(model.minRestAfterMs(before));
        if (before.shape.kind !== "train")
          expect(restMs).toBeGreaterThanOrEqual(model.capabilities.hostMinIntervalMs);
      }),
    );
  });

  it("is set anew after a window for somebody else, even to the same", () => {
    expect(between(model, WINDOW, WINDOW)).toBeGreaterThanOrEqual(1500);
  });
});
