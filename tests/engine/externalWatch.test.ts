import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  countPulse,
  createExternalWatch,
  type ExternalShape,
  openWindow,
  type WindowVerdict,
} from "../../src/engine/externalWatch.ts";

const SHAPE: ExternalShape = {
  kind: "external",
  maxPulses: 3,
  minIntervalMs: 2000,
  windowMs: 60_000,
  by: "trigger",
};

function verdicts(
  atMs: readonly number[],
  evidence: "per-pulse" | "status" = "per-pulse",
): string[] {
  let state = openWindow(SHAPE, evidence);
  return atMs.map((instant): WindowVerdict["kind"] => {
    const counted = countPulse(state, instant, 1);
    state = counted.state;
    return counted.verdict.kind;
  });
}

describe("the ceilings of a window for somebody else's trigger", () => {
  it("are kept by pulses that are slow and few enough, the last of which closes it", () => {
    expect(verdicts([1000, 3000, 5000])).toEqual(["within", "within", "full"]);
  });

  it("are broken by one pulse too many", () => {
    expect(verdicts([1000, 3000, 5000, 8000]).at(-1)).toBe("over");
  });

  it("are broken by a pulse that comes too soon", () => {
    expect(verdicts([1000, 2900])).toEqual(["within", "over"]);
  });

  it("grant a polled device the instants between its polls, and no more", () => {
    expect(verdicts([1000, 2600], "status")).toEqual(["within", "within"]);
    expect(verdicts([1000, 2500], "status")).toEqual(["within", "over"]);
  });

  it("are broken by a report of several pulses at once", () => {
    const { state, verdict } = countPulse(openWindow(SHAPE, "status"), 1000, 2);
    expect(verdict.kind).toBe("over");
    expect(state.pulses).toBe(2);
  });

  it("never let more than the permitted pulses pass as within, whatever comes", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            gapMs: fc.integer({ min: 0, max: 9000 }),
            n: fc.integer({ min: 1, max: 3 }),
          }),
        ),
        (reports) => {
          let state = openWindow(SHAPE, "per-pulse");
          let atMs = 0;
          for (const { gapMs, n } of reports) {
            atMs += gapMs;
            const counted = countPulse(state, atMs, n);
            state = counted.state;
            if (counted.verdict.kind === "over") return;
            expect(state.pulses).toBeLessThanOrEqual(SHAPE.maxPulses);
          }
        },
      ),
    );
  });
});

describe("reports of pulses", () => {
  const pulse = { kind: "pulse", atMs: 5, expected: false, didtAPerUs: null } as const;

  it("belong to the window while one is open, and to nobody before and after", () => {
    const watch = createExternalWatch();
    const seen: number[] = [];
    expect(watch.take(pulse)).toBe(false);
    const close = watch.open((atMs) => seen.push(atMs));
    expect(watch.take(pulse)).toBe(true);
    expect(watch.take({ ...pulse, expected: true })).toBe(false);
    close();
    expect(watch.take(pulse)).toBe(false);
    expect(seen).toEqual([5]);
  });
});
