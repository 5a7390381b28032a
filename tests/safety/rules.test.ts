import { describe, expect, it } from "vitest";
import type { Override } from "../../src/contract/session.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import { RULES as TABLE } from "../../src/safety/rules/table.ts";
import { RULES } from "../../src/safety/rules.ts";
import type { CheckInput } from "../../src/safety/types.ts";
import {
  conventional,
  device,
  doses,
  EMPTY,
  input,
  planOf,
  QUESTIONS,
  REAL,
  session,
  speaking,
  starts,
  tbs,
  tbsSpecs,
  threshold,
  trainSpecs,
} from "./fixtures.ts";

const AT_REST = conventional({ hz: 10, pulses: 20, offS: 28, trains: 3 });
const SINGLES = starts("single", { count: 5, everyMs: 5000, pct: 55 });
const AFTER = (min: number): string =>
  new Date(Date.parse("2026-05-04T09:00:00Z") - min * 60_000).toISOString();

function real(over: Partial<CheckInput> = {}, plan = AT_REST): CheckInput {
  return input(plan, { rig: REAL, ...over });
}

function withRequest(
  value: number,
  base: string,
  kind: "RMT" | "AMT" | null,
  pct: number,
): CheckInput {
  const request = { value, base, threshold: kind === null ? null : { kind, percentMso: 50 } };
  const held = doses([{ dueMs: 0, pct, over: { request } }]);
  return input(planOf(["single"], held));
}

function problem(rule: "INT-03" | "ITI-03" | "DEV-01"): Partial<CheckInput> {
  return { device: device({ problems: [{ rule, detail: "cannot", source: "manual" }] }) };
}

const ITBS = tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000 });
const HUNT = planOf(
  ["threshold-tracking"],
  doses([40, 50, 61].map((pct, i) => ({ dueMs: i * 5000, pct }))),
);
const TRIPLET = { kind: "burst", pulses: 3, isiMs: 10 } as const;

/** For every rule of the plan check inputs that break this rule and no other. */
const BROKEN: readonly (readonly [string, string, CheckInput])[] = [
  ["INT-01", "no threshold behind a relative intensity", withRequest(100, "%RMT", null, 50)],
  ["INT-01", "a base that nothing resolved", withRequest(1, "1mV", null, 50)],
  [
    "INT-01",
    "a threshold that the session does not hold",
    input(withRequest(100, "%RMT", "RMT", 50).plan, {
      session: session({ thresholds: [threshold({ percentMso: 48 })] }),
    }),
  ],
  ["INT-01", "a request in AMT resolved with an RMT", withRequest(100, "%AMT", "RMT", 50)],
  ["INT-01", "more output than the request resolves to", withRequest(100, "%RMT", "RMT", 52)],
  ["INT-01", "more output than asked for in %MSO", withRequest(40, "%MSO", null, 42)],
  [
    "INT-01",
    "a threshold that cannot be one",
    input(SINGLES, {
      session: session({ thresholds: [threshold(), threshold({ percentMso: 0 })] }),
    }),
  ],
  [
    "INT-01",
    "a threshold without its muscle",
    real({ session: session({ thresholds: [threshold({ muscle: null })] }) }),
  ],
  [
    "INT-01",
    "a threshold of another stimulator",
    real({ session: session({ thresholds: [threshold({ stimulator: "duomag" })] }) }),
  ],
  [
    "INT-01",
    "a threshold of another waveform",
    real({ session: session({ thresholds: [threshold({ waveform: "monophasic" })] }) }),
  ],
  [
    "INT-01",
    "an AMT in place of an RMT for trains",
    real({ session: session({ thresholds: [threshold({ kind: "AMT", percentMso: 40 })] }) }),
  ],
  [
    "INT-02",
    "a threshold of the day before",
    real({ session: session({ thresholds: [threshold({ measuredAt: "2026-05-03T08:00:00Z" })] }) }),
  ],
  [
    "INT-02",
    "a threshold of unknown age",
    real({ session: session({ thresholds: [threshold({ measuredAt: null })] }) }),
  ],
  [
    "INT-02",
    "a threshold of another coil",
    real({ session: session({ thresholds: [threshold({ coilSerial: "C-2" })] }) }),
  ],
  ["INT-03", "a negative output", input(starts("single", { count: 1, everyMs: 1, pct: -1 }))],
  ["INT-03", "above what the device has", input(SINGLES, { device: device({ maxPctMso: 54 }) })],
  ["INT-03", "the device says so", input(AT_REST, problem("INT-03"))],
  ["INT-04", "131 % RMT at 2 Hz", input(conventional({ hz: 2, pulses: 2, pct: 66 }))],
  ["INT-04", "an unknown RMT at 10 Hz", input(AT_REST, { session: session({ thresholds: [] }) })],
  ["DUR-01", "2.1 s at 20 Hz", input(conventional({ hz: 20, pulses: 42 }))],
  [
    "DUR-01",
    "an unknown RMT at 1 Hz",
    input(conventional({ hz: 1, pulses: 2 }), { session: session({ thresholds: [] }) }),
  ],
  ["DUR-01", "131 % RMT at 1 Hz", input(conventional({ hz: 1, pulses: 2, pct: 66 }))],
  ["DUR-01", "1801 pulses at 1 Hz", input(conventional({ hz: 1, pulses: 1801 }))],
  ["DUR-02", "1.55 s at 20 Hz", input(conventional({ hz: 20, pulses: 31 }))],
  ["DUR-03", "40 Hz", input(conventional({ hz: 40, pulses: 10 }))],
  [
    "ITI-02",
    "4.9 s between trains",
    input(conventional({ hz: 10, pulses: 20, offS: 4.8, trains: 2 })),
  ],
  [
    "ITI-02",
    "111 % RMT in repeated trains",
    input(conventional({ hz: 10, pulses: 10, offS: 30, trains: 2, pct: 55.5 })),
  ],
  [
    "ITI-03",
    "less rest than the device needs",
    input(AT_REST, { device: device({ restMs: 29_000 }) }),
  ],
  ["ITI-03", "the device says so", input(AT_REST, problem("ITI-03"))],
  ["DEV-01", "the device says so", input(AT_REST, problem("DEV-01"))],
  ["TBS-01", "81 % AMT", input(tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000, pct: 33 }))],
  ["TBS-01", "630 pulses", input(tbs("iTBS", { bursts: 10, trains: 21, periodMs: 10_000 }))],
  ["TBS-02", "no threshold at all", input(ITBS, { session: session({ thresholds: [] }) })],
  [
    "PAT-01",
    "triplets",
    input(starts("closed-loop-burst", { count: 5, everyMs: 2000, shape: TRIPLET, pct: 40 })),
  ],
  ["SPP-01", "single pulses 499 ms apart", input(starts("single", { count: 2, everyMs: 499 }))],
  ["SPP-02", "151 % RMT", input(starts("single", { count: 2, everyMs: 5000, pct: 76 }))],
  [
    "SPP-03",
    "pairs every 1.9 s",
    input(starts("paired", { count: 3, everyMs: 1900, shape: { kind: "pair", isiMs: 3 } })),
  ],
  ["CUM-01", "3001 pulses in the session", input(starts("single", { count: 3001, everyMs: 2000 }))],
  [
    "CUM-01",
    "3001 pulses in a day",
    real({ ledger: { ...EMPTY, pulses24h: 2941, pulses7d: 2941 } }),
  ],
  ["CUM-01", "15001 pulses in a week", real({ ledger: { ...EMPTY, pulses7d: 14_941 } })],
  ["CUM-02", "18001 pulses in a day", real({ ledger: { ...EMPTY, pulses24h: 17_941 } })],
  ["CUM-02", "a total that is no number", real({ ledger: { ...EMPTY, pulses7d: Number.NaN } })],
  [
    "SES-01",
    "14 min after the last session",
    real({ ledger: { ...EMPTY, lastSessionEndUtc: AFTER(14) } }),
  ],
  [
    "SES-01",
    "a last session in the future",
    real({ ledger: { ...EMPTY, lastSessionEndUtc: AFTER(-1) } }),
  ],
  [
    "SES-01",
    "a last session at no instant",
    real({ ledger: { ...EMPTY, lastSessionEndUtc: "yesterday" } }),
  ],
  ["SES-01", "the eleventh session of a day", real({ ledger: { ...EMPTY, sessions24h: 10 } })],
  ["SES-01", "a schedule of 10 min", input({ ...AT_REST, interSessionMin: 10 })],
  [
    "SES-02",
    "59 min after the last session",
    real({ ledger: { ...EMPTY, lastSessionEndUtc: AFTER(59) } }),
  ],
  [
    "SES-02",
    "earlier than the schedule says",
    real(
      { ledger: { ...EMPTY, lastSessionEndUtc: AFTER(100) } },
      { ...AT_REST, interSessionMin: 120 },
    ),
  ],
  ["SES-02", "a schedule of 50 min", input({ ...AT_REST, interSessionMin: 50 })],
  ["SCR-01", "no screening", real({ session: session({ screening: null }) })],
  [
    "SCR-01",
    "one question open",
    real({
      session: session({
        screening: {
          answers: Object.fromEntries(QUESTIONS.slice(1).map((key) => [key, false])),
          reviewedBy: "dr-1",
          decision: null,
        },
      }),
    }),
  ],
  [
    "SCR-01",
    "nobody reviewed it",
    real({
      session: session({
        screening: {
          answers: Object.fromEntries(QUESTIONS.map((key) => [key, false])),
          reviewedBy: " ",
          decision: null,
        },
      }),
    }),
  ],
  [
    "SCR-01",
    "a cochlear implant",
    real({
      session: session({
        screening: {
          answers: Object.fromEntries(QUESTIONS.map((key) => [key, key === "cochlear_implant"])),
          reviewedBy: "dr-1",
          decision: "dr-1: go on",
        },
      }),
    }),
  ],
  [
    "SCR-02",
    "a yes without a decision",
    real({
      session: session({
        screening: {
          answers: Object.fromEntries(QUESTIONS.map((key) => [key, key === "medication"])),
          reviewedBy: "dr-1",
          decision: null,
        },
      }),
    }),
  ],
  ["PRE-01", "no checklist", real({ session: session({ checklist: null }) })],
  ["PRE-01", "nobody named as operator", real({ session: session({ operator: null }) })],
  ...(["hearingProtection", "emergencyStopTested", "operatorPresent"] as const).map(
    (key) =>
      [
        "PRE-01",
        `${key} not confirmed`,
        real({
          session: session({
            checklist: {
              hearingProtection: true,
              coilId: "C-1",
              emergencyStopTested: true,
              operatorPresent: true,
              [key]: false,
            },
          }),
        }),
      ] as const,
  ),
  [
    "PRE-01",
    "another coil",
    real({
      session: session({
        checklist: {
          hearingProtection: true,
          coilId: "C-9",
          emergencyStopTested: true,
          operatorPresent: true,
        },
      }),
    }),
  ],
  [
    "PRE-01",
    "no coil",
    real({
      session: session({
        checklist: {
          hearingProtection: true,
          coilId: null,
          emergencyStopTested: true,
          operatorPresent: true,
        },
      }),
    }),
  ],
  ["PRE-02", "a rodent protocol on a human rig", input({ ...SINGLES, species: "rodent" })],
  [
    "PRE-02",
    "a human on a rodent rig",
    input(SINGLES, { rig: { ...REAL, simulated: true, species: "rodent" } }),
  ],
  [
    "WDG-02",
    "a late limit of 6 ms",
    input(planOf(["single"], doses([{ dueMs: 0, over: { lateLimitMs: 6 } }]))),
  ],
  [
    "WDG-02",
    "a late limit above half the interval",
    input(
      planOf(
        ["custom"],
        doses([
          { dueMs: 0, pct: 40, over: { lateLimitMs: 4 } },
          { dueMs: 6, pct: 40 },
        ]),
      ),
      {
        limits: {
          ...input(SINGLES).limits,
          trainDuration: { ...input(SINGLES).limits.trainDuration, beyondTableHz: 200 },
        },
      },
    ),
  ],
  ["THR-01", "a step of 11 %MSO above all before", input(HUNT)],
  [
    "FLT-01",
    "an open matter of an earlier run",
    real({ ledger: { ...EMPTY, unresolved: ["s-1: outcome unknown"] } }),
  ],
];

/** Where breaking a hard rule breaks a softer one as well. */
const IN_COMPANY: readonly (readonly [readonly string[], string, CheckInput])[] = [
  [
    ["TBS-01", "TBS-02"],
    "iTBS above 120 % RMT",
    input(tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000, pct: 61 })),
  ],
  [
    ["TBS-01", "TBS-02"],
    "cTBS above 100 % RMT",
    input(tbs("cTBS", { bursts: 200, trains: 1, periodMs: 1, pct: 51 })),
  ],
  [
    ["TBS-01", "TBS-02"],
    "imTBS above its only published intensity",
    input(tbs("imTBS", { bursts: 25, trains: 8, periodMs: 15_000, pct: 33 })),
  ],
  [
    ["TBS-01", "TBS-02"],
    "1830 pulses of theta bursts",
    input(
      planOf(
        ["iTBS", "iTBS"],
        doses([
          ...tbsSpecs({ bursts: 10, trains: 60, periodMs: 10_000 }),
          ...tbsSpecs({ bursts: 10, trains: 1, periodMs: 10_000, startMs: 700_000, block: 1 }),
        ]),
      ),
    ),
  ],
  [
    ["DUR-04", "PAT-01"],
    "triplets above their listed intensity",
    input(starts("closed-loop-burst", { count: 5, everyMs: 2000, shape: TRIPLET, pct: 42 })),
  ],
  [
    ["ITI-01", "PAT-01"],
    "a second between trains of 10 Hz",
    input(conventional({ hz: 10, pulses: 5, offS: 0.9, trains: 2 })),
  ],
  [
    ["CUM-01", "CUM-02"],
    "5001 pulses in the session",
    input(starts("single", { count: 5001, everyMs: 2000 })),
  ],
];

describe("one rule broken at a time", () => {
  it.each(BROKEN)("%s speaks alone: %s", (rule, _, given) => {
    const report = checkPlan(given);
    expect(speaking(report)).toEqual([rule]);
    const tier = TABLE.find(({ id }) => id === rule)?.tier;
    expect(
      report.findings
        .filter((found) => found.rule === rule && found.tier !== "warn")
        .map((found) => found.tier),
    ).toContain(tier);
    expect(report.verdict).toBe(tier);
    expect(report.starts).toBe(tier === "soft" && given.rig.simulated);
  });

  it("every rule of the plan check that can refuse is broken above", () => {
    const checked = TABLE.filter(
      ({ check, tier }) => check !== undefined && tier !== "warn" && check.name !== "",
    );
    const broken = new Set<string>([
      ...BROKEN.map(([rule]) => rule),
      ...IN_COMPANY.flatMap(([rules]) => rules),
    ]);
    expect(checked.map(({ id }) => id).filter((id) => !broken.has(id))).toEqual([]);
  });

  it.each(IN_COMPANY)("%j speak of %s", (rules, _, given) => {
    const report = checkPlan(given);
    expect(speaking(report)).toEqual(rules);
    expect(report).toMatchObject({ verdict: "hard", starts: false });
  });

  it("refuses quadripulses above 90 % AMT and more bursts than the pattern has", () => {
    const burst = { kind: "burst", pulses: 4, isiMs: 5 } as const;
    const strong = starts("QPS", { count: 5, everyMs: 5000, shape: burst, pct: 37 });
    expect(speaking(checkPlan(input(strong)))).toEqual(["DUR-04", "PAT-01"]);
    const blocks = [0, 1].flatMap((block) =>
      Array.from({ length: 200 }, (_, i) => ({
        dueMs: (block * 200 + i) * 5000,
        shape: burst,
        pct: 30,
        block,
      })),
    );
    expect(speaking(checkPlan(input(planOf(["QPS", "QPS"], doses(blocks)))))).toEqual([
      "DUR-04",
      "PAT-01",
    ]);
    const unknown = checkPlan(input(strong, { session: session({ thresholds: [] }) }));
    expect(speaking(unknown, ["hard"])).toEqual(["DUR-04"]);
  });

  it("a single pulse above 100 %MSO is hard, whatever the RMT", () => {
    const strong = starts("single", { count: 1, everyMs: 1, pct: 101 });
    const report = checkPlan(
      input(strong, { session: session({ thresholds: [threshold({ percentMso: 90 })] }) }),
    );
    expect(speaking(report)).toEqual(["INT-03", "SPP-02"]);
    expect(report.verdict).toBe("hard");
  });

  it("a first session is offered a ramp, which blocks nothing", () => {
    const report = checkPlan(input(AT_REST, { session: session({ firstSession: true }) }));
    expect(speaking(report, ["warn"])).toEqual(["RMP-01"]);
    expect(report).toMatchObject({ verdict: "ok", starts: true });
    const singles = checkPlan(input(SINGLES, { session: session({ firstSession: true }) }));
    expect(speaking(singles, ["warn"])).toEqual([]);
  });

  it("single pulses without any threshold start, and it is said that they cannot be judged", () => {
    const report = checkPlan(input(SINGLES, { session: session({ thresholds: [] }) }));
    expect(report).toMatchObject({ verdict: "ok", starts: true });
    expect(speaking(report, ["warn"])).toEqual(["SPP-02"]);
  });

  it("a session of single pulses may follow another one at once", () => {
    const given = real(
      { ledger: { ...EMPTY, lastSessionEndUtc: AFTER(1), sessions24h: 12 } },
      SINGLES,
    );
    expect(checkPlan(given)).toMatchObject({ verdict: "ok", starts: true });
  });

  it.each([
    ["L DLPFC", "right", ["INT-01"]],
    ["R DLPFC", "right", []],
    ["left M1", "left", []],
    ["L DLPFC and R DLPFC", "right", []],
    ["precuneus", "right", []],
  ] as const)(
    "compares the side of target %s with the side of a threshold (%s)",
    (target, hemisphere, rules) => {
      const request = {
        value: 100,
        base: "%RMT",
        threshold: { kind: "RMT", percentMso: 50 },
      } as const;
      const plan = planOf(["single"], doses([{ dueMs: 0, over: { request } }]), {
        blocks: [{ index: 0, label: "b", pattern: "single", target }],
      });
      const report = checkPlan(
        real({ session: session({ thresholds: [threshold({ hemisphere })] }) }, plan),
      );
      expect(speaking(report)).toEqual(rules);
    },
  );
});

describe("simulated and real rigs", () => {
  it("a complete session on a real rig starts with nothing to say", () => {
    expect(checkPlan(real())).toEqual({ verdict: "ok", starts: true, findings: [] });
  });

  it("a real rig needs an accepted limit profile, a simulated one does not", () => {
    const refused = checkPlan(real({ limitsAccepted: false }));
    expect(speaking(refused)).toEqual(["LIMITS"]);
    expect(refused.starts).toBe(false);
    expect(checkPlan(input(AT_REST, { limitsAccepted: false })).starts).toBe(true);
  });

  const soft = conventional({ hz: 20, pulses: 40, offS: 28, trains: 2 });
  const good: Override = {
    rule: "DUR-02",
    reason: "as in the published precuneus trial",
    approvedBy: "dr-1",
    reference: "EC 12/2026",
    expires: "2026-06-01T00:00:00Z",
  };

  it("a soft rule blocks on a real rig and names what is missing", () => {
    const report = checkPlan(real({}, soft));
    expect(report).toMatchObject({ verdict: "soft", starts: false });
    expect(report.findings[0]?.detail).toContain("needs an override record");
  });

  it("a good override lets a soft rule pass and stays visible", () => {
    const report = checkPlan(real({ session: session({ overrides: [good] }) }, soft));
    expect(report).toMatchObject({ verdict: "soft", starts: true });
    expect(report.findings[0]).toMatchObject({ rule: "DUR-02", effect: "overridden" });
  });

  it.each([
    ["a short reason", { reason: "because I want to" }, {}],
    ["no approver", { approvedBy: " " }, {}],
    ["the operator as approver", { approvedBy: "OP-1 " }, {}],
    ["no reference", { reference: "" }, {}],
    ["an expiry in the past", { expires: "2026-05-04T08:59:59Z" }, {}],
    ["no expiry", { expires: "never" }, {}],
    ["another rule", { rule: "ITI-02" }, {}],
    ["no operator to compare with", {}, { operator: null }],
  ])("an override with %s is worth nothing", (_, over, facts) => {
    const overrides = [{ ...good, ...over }];
    const report = checkPlan(real({ session: session({ overrides, ...facts }) }, soft));
    expect(report.findings.find(({ rule }) => rule === "DUR-02")?.effect).toBe("blocks");
    expect(report.starts).toBe(false);
  });

  it("no override lets a hard rule pass", () => {
    const overrides = [{ ...good, rule: "DUR-01" }];
    const plan = conventional({ hz: 20, pulses: 42 });
    expect(checkPlan(real({ session: session({ overrides }) }, plan)).starts).toBe(false);
  });

  it("a rodent rig takes rodent plans without human limits, and says so", () => {
    const plan = { ...conventional({ hz: 20, pulses: 400, pct: 90 }), species: "rodent" } as const;
    const rig = { ...REAL, simulated: true, species: "rodent" } as const;
    const given = input(plan, { rig, session: session({ species: "rodent", thresholds: [] }) });
    const report = checkPlan(given);
    expect(report).toMatchObject({ verdict: "ok", starts: true });
    expect(speaking(report, ["warn"])).toEqual(["PRE-02"]);
    expect(
      speaking(
        checkPlan({
          ...given,
          device: device({ restMs: 1, problems: [{ rule: "DEV-01", detail: "no", source: "x" }] }),
        }),
      ),
    ).toEqual(["DEV-01"]);
  });
});

describe("the table of rules", () => {
  it("holds the 35 rules, each once", () => {
    expect(RULES).toHaveLength(35);
    expect(new Set(RULES.map(({ id }) => id)).size).toBe(35);
  });

  it("says of every rule what it does, where it acts and by which source", () => {
    for (const rule of RULES) {
      expect(rule.what.length).toBeGreaterThan(10);
      expect(rule.acts).not.toBe("");
      expect(rule.source).not.toBe("");
      expect(rule.onSimulated).not.toBe("");
    }
  });

  it("a rule without a plan check acts elsewhere", () => {
    const elsewhere = TABLE.filter(({ check }) => check === undefined);
    expect(elsewhere.map(({ id }) => id)).toEqual([
      "INT-05",
      "TMP-01",
      "WDG-01",
      "STP-01",
      "EMG-01",
    ]);
    for (const { acts } of elsewhere) expect(acts).not.toContain("plan check");
  });
});

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
