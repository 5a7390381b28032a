/** The first message to a process beside the port, read before anything is built from it. */
import { z } from "zod";
import { canonicalJson } from "../../base/canonical.ts";
import { err, ok } from "../../base/result.ts";
import type { Result } from "../../contract/result.ts";
import type { LedgerSnapshot, RigFacts, SessionFacts, Threshold } from "../../contract/session.ts";
import type { FaultOrder } from "../../contract/simulator.ts";
import { limitProfileSchema } from "../../safety/limitsSchema.ts";
import { type RigConfig, rigSchema, secondOf } from "../config/rig.ts";
import type { ConfigureMessage, RigProcessConfig } from "./rigConfigMessage.ts";

const words = z.string();
const maybe = words.nullable();
const species = z.enum(["human", "rodent"]);
const count = z.int().nonnegative();

export const thresholdSchema: z.ZodType<Threshold> = z.strictObject({
  kind: z.enum(["RMT", "AMT", "1mV", "RMT-other"]),
  percentMso: z.number(),
  hemisphere: z.enum(["left", "right"]).nullable(),
  muscle: maybe,
  coilSerial: maybe,
  stimulator: maybe,
  waveform: maybe,
  currentDirection: maybe,
  method: maybe,
  measuredAt: maybe,
});

const session: z.ZodType<SessionFacts> = z.strictObject({
  operator: maybe,
  subject: words,
  species,
  thresholds: z.array(thresholdSchema),
  screening: z
    .strictObject({
      answers: z.record(z.string(), z.boolean()),
      reviewedBy: maybe,
      decision: maybe,
    })
    .nullable(),
  today: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).nullable(),
  checklist: z
    .strictObject({
      hearingProtection: z.boolean(),
      coilId: maybe,
      emergencyStopTested: z.boolean(),
      operatorPresent: z.boolean(),
    })
    .nullable(),
  overrides: z.array(
    z.strictObject({
      rule: words,
      reason: words,
      approvedBy: words,
      reference: words,
      expires: words,
    }),
  ),
  firstSession: z.boolean().nullable(),
  startedUtc: words,
});

const rigFacts: z.ZodType<RigFacts> = z.strictObject({
  name: words,
  simulated: z.boolean(),
  stimulator: words,
  coilSerial: maybe,
  species,
  second: z
    .strictObject({
      model: words,
      side: z.enum(["left", "right"]),
      intensityPctMso: z.number(),
      maxPctMso: z.number(),
      coil: words,
      waveform: words,
      minIntervalMs: z.number(),
    })
    .exactOptional(),
});

const ledger: z.ZodType<LedgerSnapshot> = z.strictObject({
  pulses24h: z.number().nonnegative(),
  pulses7d: z.number().nonnegative(),
  lastSessionEndUtc: maybe,
  sessions24h: count,
  unresolved: z.array(words),
});

const fault: z.ZodType<FaultOrder> = z.strictObject({
  kind: words,
  when: z.discriminatedUnion("at", [
    z.strictObject({ at: z.literal("start") }),
    z.strictObject({ at: z.literal("time"), s: z.number() }),
    z.strictObject({ at: z.literal("pulse"), n: z.number() }),
  ]),
});

const config: z.ZodType<RigProcessConfig> = z.strictObject({
  session: words.regex(/^[A-Za-z0-9_.-]+$/),
  rig: rigSchema,
  context: z.strictObject({
    limits: limitProfileSchema,
    session,
    rig: rigFacts,
    ledger,
    limitsAccepted: z.boolean(),
  }),
  seed: z.number(),
  originNs: words.regex(/^\d+$/),
  utcAtOriginMs: z.number(),
  /** Rule WDG-01: at most 500 ms, and never nobody. */
  parentSilenceMs: z.number().positive().max(500),
  dischargesFile: maybe,
  simulatorFaults: z.array(fault),
  simulatorBody: z.record(z.string(), z.number()),
  stopSocket: maybe,
});

const message: z.ZodType<ConfigureMessage> = z.strictObject({
  type: z.literal("configure"),
  config,
});

/** The gate judges by these facts and the bytes leave by that rig: they must be the same one. */
function disagreement(rig: RigConfig, facts: RigFacts): string | null {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["simulated", rig.simulated, facts.simulated],
    ["stimulator", rig.stimulator.driver, facts.stimulator],
    ["coil", rig.stimulator.coilSerial ?? null, facts.coilSerial],
    ["species", rig.species, facts.species],
    [
      "second stimulator",
      canonicalJson(secondOf(rig) ?? null),
      canonicalJson(facts.second ?? null),
    ],
  ];
  const differing = pairs.filter(([, real, told]) => real !== told).map(([name]) => name);
  return differing.length === 0
    ? null
    : `the gate was told of another rig than the one in use: ${differing.join(", ")}`;
}

/** The error says in words what is wrong with the message. */
export function readConfigure(given: unknown): Result<RigProcessConfig, string> {
  const parsed = message.safeParse(given);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return err(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? "not understood"}`);
  }
  const { config: read } = parsed.data;
  const problem = disagreement(read.rig, read.context.rig);
  return problem === null ? ok(read) : err(problem);
}
