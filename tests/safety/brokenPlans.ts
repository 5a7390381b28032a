import type { DoseShape, Plan } from "../../src/contract/dose.ts";
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
  starts,
  tbs,
  tbsSpecs,
  threshold,
} from "./fixtures.ts";

export const AT_REST: Plan = conventional({ hz: 10, pulses: 20, offS: 28, trains: 3 });
export const SINGLES: Plan = starts("single", { count: 5, everyMs: 5000, pct: 55 });
export const AFTER = (min: number): string =>
  new Date(Date.parse("2026-05-04T09:00:00Z") - min * 60_000).toISOString();

export function real(over: Partial<CheckInput> = {}, plan: Plan = AT_REST): CheckInput {
  return input(plan, { rig: REAL, ...over });
}

export function withRequest(
  value: number,
  base: string,
  kind: "RMT" | "AMT" | null,
  pct: number,
): CheckInput {
  const request = { value, base, threshold: kind === null ? null : { kind, percentMso: 50 } };
  const held = doses([{ dueMs: 0, pct, over: { request } }]);
  return input(planOf(["single"], held));
}

export function problem(rule: "INT-03" | "ITI-03" | "DEV-01"): Partial<CheckInput> {
  return { device: device({ problems: [{ rule, detail: "cannot", source: "manual" }] }) };
}

export const ITBS: Plan = tbs("iTBS", { bursts: 10, trains: 20, periodMs: 10_000 });
export const HUNT: Plan = planOf(
  ["threshold-tracking"],
  doses([40, 50, 61].map((pct, i) => ({ dueMs: i * 5000, pct }))),
);
export const TRIPLET: DoseShape = { kind: "burst", pulses: 3, isiMs: 10 };

/** For every rule of the plan check inputs that break this rule and no other. */
export const BROKEN: readonly (readonly [string, string, CheckInput])[] = [
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
  [
    "ITI-03",
    "less rest than the device needs to be set to another output",
    input(planOf(["single"], doses([50, 20].map((pct, i) => ({ dueMs: i * 5000, pct })))), {
      device: device({ betweenMs: ({ intensityPctMso: [from = 0] }) => 100 * from + 1 }),
    }),
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
export const IN_COMPANY: readonly (readonly [readonly string[], string, CheckInput])[] = [
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
