import { describe, expect, it } from "vitest";
import type { DeclaredPattern, Plan } from "../../src/contract/dose.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import type { CheckInput } from "../../src/safety/types.ts";
import {
  conventional,
  type DoseSpec,
  doses,
  input,
  planOf,
  REAL,
  session,
  speaking,
  starts,
  tbs,
  tbsSpecs,
  threshold,
} from "../safety/fixtures.ts";

/** Every piece a block of its own, so that no block ever shows the pauses between them. */
function inBlocks(
  pattern: DeclaredPattern | readonly DeclaredPattern[],
  pieces: readonly (readonly DoseSpec[])[],
): Plan {
  const patterns = pieces.map((_, i) =>
    typeof pattern === "string" ? pattern : (pattern[i % pattern.length] ?? "custom"),
  );
  return planOf(patterns, doses(pieces.flat()));
}

/** Theta bursts with one block a train, `offMs` from the last burst's start to the next train. */
function tbsBlocks(
  pattern: DeclaredPattern | readonly DeclaredPattern[],
  spec: {
    readonly bursts: number;
    readonly trains: number;
    readonly periodMs: number;
    readonly pct?: number;
  },
): Plan {
  return inBlocks(
    pattern,
    Array.from({ length: spec.trains }, (_, block) =>
      tbsSpecs({ ...spec, trains: 1, startMs: block * spec.periodMs, block }),
    ),
  );
}

function refused(plan: Plan, over: Partial<CheckInput> = {}): readonly string[] {
  const report = checkPlan(input(plan, over));
  expect(report.starts).toBe(false);
  return speaking(report, ["hard"]);
}

describe("a listed pattern that is cut into blocks to lose its pauses", () => {
  it("iTBS with 1.1 s of rest instead of 8 s is no iTBS", () => {
    expect(refused(tbsBlocks("iTBS", { bursts: 10, trains: 20, periodMs: 3_100 }))).toContain(
      "DUR-01",
    );
  });

  it("nor with imTBS or cTBS in between", () => {
    for (const pattern of [
      ["iTBS", "imTBS"],
      ["iTBS", "cTBS"],
      ["cTBS", "iTBS"],
    ] as const) {
      const plan = tbsBlocks(pattern, { bursts: 10, trains: 20, periodMs: 3_100 });
      expect(refused(plan), pattern.join()).toContain("DUR-01");
    }
  });

  it("imTBS with 2 s of rest instead of 10 s is no imTBS", () => {
    expect(refused(tbsBlocks("imTBS", { bursts: 25, trains: 8, periodMs: 7_000 }))).toContain(
      "DUR-01",
    );
  });

  it("quadripulses every 1.1 s instead of every 5 s are short trains of 200 Hz, and said to be", () => {
    const bursts = Array.from({ length: 100 }, (_, block): readonly DoseSpec[] => [
      { dueMs: block * 1_100, shape: { kind: "burst", pulses: 4, isiMs: 5 }, pct: 32, block },
    ]);
    const report = checkPlan(input(inBlocks("QPS", bursts)));
    expect(speaking(report)).toEqual(expect.arrayContaining(["DUR-03", "ITI-02"]));
  });

  it("keeps its name with its pauses, in as many blocks as one likes", () => {
    const whole = tbsBlocks("iTBS", { bursts: 10, trains: 20, periodMs: 10_000 });
    expect(checkPlan(input(whole)).starts).toBe(true);
    const two = planOf(
      ["cTBS", "cTBS"],
      doses([
        ...tbsSpecs({ bursts: 100, trains: 1, periodMs: 0 }),
        ...tbsSpecs({ bursts: 100, trains: 1, periodMs: 0, startMs: 320_000, block: 1 }),
      ]),
    );
    expect(checkPlan(input(two)).starts).toBe(true);
  });

  it("is refused too when the bursts before it belong to an earlier segment", () => {
    const before = tbs("iTBS", { bursts: 10, trains: 1, periodMs: 0 }).doses.map((dose) => ({
      ...dose,
      dueMs: dose.dueMs - 3_100,
    }));
    const plan = tbs("iTBS", { bursts: 10, trains: 1, periodMs: 0 });
    expect(refused(plan, { earlier: before })).toContain("DUR-01");
  });
});

describe("pulses at the border of a second", () => {
  it("one second apart are a train, whatever they are called", () => {
    for (const pattern of ["single", "paired", "pas", "closed-loop-single", "custom"] as const) {
      // 5000 s at 1 Hz and 130 %: 50 s were tested.
      const plan = starts(pattern, { count: 200, everyMs: 1_000, pct: 65 });
      expect(refused(plan), pattern).toContain("DUR-01");
    }
  });

  it("slightly faster are judged by the next row", () => {
    const plan = starts("single", { count: 200, everyMs: 999, pct: 50 });
    expect(refused(plan)).toContain("DUR-01");
  });
});

describe("what one visit may hold", () => {
  it("is not stretched by splitting it into segments", () => {
    const before = starts("single", { count: 2_500, everyMs: 1_500 }).doses.map((dose) => ({
      ...dose,
      dueMs: dose.dueMs - 4_000_000,
    }));
    const plan = starts("single", { count: 2_501, everyMs: 1_500 });
    expect(refused(plan, { earlier: before })).toEqual(["CUM-02"]);
  });
});

describe("an override", () => {
  const soft = conventional({ hz: 20, pulses: 40, offS: 28, trains: 2 });
  const good = {
    rule: "DUR-02",
    reason: "as in the published precuneus trial",
    approvedBy: "Dr. A. Example",
    reference: "EC 12/2026",
    expires: "2026-06-01T00:00:00Z",
  };
  const startsWith = (operator: string): boolean =>
    checkPlan(input(soft, { rig: REAL, session: session({ operator, overrides: [good] }) })).starts;

  it("is not the operator's own, however the name is spaced or spelled", () => {
    expect(startsWith("B. Example")).toBe(true);
    for (const operator of [
      "Dr. A. Example",
      "dr. a.  example",
      "Dr.\u00a0A. Example",
      "DR A EXAMPLE",
      "Dr. A. Example.",
      "Ｄｒ. A. Example",
    ])
      expect(startsWith(operator), operator).toBe(false);
  });
});

describe("a threshold", () => {
  const TARGETED = { ...conventional({ hz: 10, pulses: 40 }) };
  const relative = {
    ...TARGETED,
    doses: TARGETED.doses.map((dose) => ({
      ...dose,
      request: { value: 100, base: "%RMT", threshold: { kind: "RMT" as const, percentMso: 50 } },
    })),
    blocks: TARGETED.blocks.map((block) => ({ ...block, target: "left M1" })),
  };
  const judged = (over: Parameters<typeof threshold>[0]): boolean =>
    checkPlan(input(relative, { rig: REAL, session: session({ thresholds: [threshold(over)] }) }))
      .starts;

  it("of another side, stimulator, waveform, coil or day does not resolve a dose on a real rig", () => {
    expect(judged({})).toBe(true);
    expect(judged({ hemisphere: "right" })).toBe(false);
    expect(judged({ stimulator: "magstim-rapid2" })).toBe(false);
    expect(judged({ waveform: "monophasic" })).toBe(false);
    expect(judged({ coilSerial: "C-2" })).toBe(false);
    expect(judged({ measuredAt: "2026-05-01T08:00:00.000Z" })).toBe(false);
    expect(judged({ measuredAt: null })).toBe(false);
    for (const key of ["hemisphere", "muscle", "coilSerial", "stimulator", "waveform"] as const)
      expect(judged({ [key]: null }), key).toBe(false);
  });

  it("that was measured after this session began is of no known age", () => {
    expect(judged({ measuredAt: "2027-05-04T08:00:00.000Z" })).toBe(false);
  });

  it("that is higher than the one behind the dose does not lift the limits of that dose", () => {
    const plan = conventional({ hz: 20, pulses: 41, pct: 60 });
    const both = [threshold({ percentMso: 40 }), threshold({ percentMso: 90 })];
    expect(refused(plan, { session: session({ thresholds: both }) })).toContain("INT-04");
  });
});
