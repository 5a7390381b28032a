import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dose } from "../../src/contract/dose.ts";
import type { OutcomeKind } from "../../src/contract/events.ts";
import type { StimulatorStatus } from "../../src/contract/stimulator.ts";
import type { Gate } from "../../src/safety/types.ts";
import { starts } from "./fixtures.ts";
import { arm, ask, open } from "./gateFixtures.ts";

describe("any sequence of requests", () => {
  const PLAN = starts("single", { count: 8, everyMs: 1000, pct: 50 });
  /** Mostly a well-behaved engine, with every kind of lapse in between. */
  const step = fc.record({
    what: fc.constantFrom(...Array.from({ length: 20 }, () => "dose"), "arm", "book", "stop"),
    /** Which dose, counted from the next one in order. */
    ahead: fc.constantFrom(0, 0, 0, 0, 0, 0, -1, -2, 1),
    askMs: fc.constantFrom(-20, -20, -20, -20, -60, 0, 4, 6),
    shiftMs: fc.constantFrom(0, 0, 0, 0, 0, 0, -5, 700),
    state: fc.constantFrom("ready", "ready", "ready", "ready", "ready", "armed"),
    outcome: fc.constantFrom<OutcomeKind>(
      "delivered",
      "refused-by-device",
      "skipped-late",
      "unknown",
    ),
  });

  type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;
  interface Given {
    readonly index: number;
    readonly dueMs: number;
  }

  /** Asks for one dose; what was permitted is returned. */
  function tryDose(gate: Gate, dose: Dose, { askMs, shiftMs, state }: Step): readonly Given[] {
    const seen = { state } as Partial<StimulatorStatus>;
    const permit = ask(gate, PLAN, dose.index, { askMs, shiftMs, seen });
    return permit.ok ? [{ index: dose.index, dueMs: dose.dueMs + shiftMs }] : [];
  }

  function play(gate: Gate, next: number, given: Step): readonly Given[] {
    const dose = PLAN.doses[next + given.ahead];
    if (given.what === "stop") gate.stop("test");
    if (dose === undefined || given.what === "stop") return [];
    if (given.what === "dose") return tryDose(gate, dose, given);
    if (given.what === "arm") arm(gate, PLAN, dose.index);
    else gate.book(dose, given.outcome, 0);
    return [];
  }

  it("permits each dose at most once, in order, none after a stop, and never too many or too soon", () => {
    let most = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const gate = open(PLAN);
        arm(gate, PLAN);
        const given: Given[] = [];
        for (const one of steps) {
          const stopped = gate.stopped !== null;
          const permitted = play(gate, (given.at(-1)?.index ?? -1) + 1, one);
          expect(stopped && permitted.length > 0).toBe(false);
          given.push(...permitted);
        }
        given.slice(1).forEach(({ index, dueMs }, i) => {
          expect(index).toBeGreaterThan(given[i]?.index ?? Number.NaN);
          expect(dueMs - (given[i]?.dueMs ?? Number.NaN)).toBeGreaterThanOrEqual(1000);
        });
        expect(given.length).toBeLessThanOrEqual(PLAN.pulses);
        expect(gate.bookedPulses()).toBeLessThanOrEqual(PLAN.pulses);
        most = Math.max(most, given.length);
      }),
      { numRuns: 200 },
    );
    // The lapses above must not keep every run from getting anywhere.
    expect(most).toBeGreaterThan(4);
  });
});
