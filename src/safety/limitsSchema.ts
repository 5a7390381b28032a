import { z } from "zod";
import type { LimitProfile } from "./limitProfile.ts";

/** How sure a figure is. Only `verified` was seen in a source. */
const mark = z.enum(["verified", "consistency-checked", "from-memory", "proposal"]);
const positive = z.number().positive();
const count = z.number().int().positive();
/** Every group of figures names its source, its mark and what to know about it. */
const provenance = { source: z.string(), mark, note: z.string().optional() };

const source = z.strictObject({
  short: z.string(),
  citation: z.string(),
  doi: z.string().nullable(),
  doiMark: mark.nullable(),
});

const durationTable = z
  .strictObject({
    ...provenance,
    intensityPctRmt: z.array(positive).min(1),
    rows: z.array(
      z.strictObject({
        frequencyHz: positive,
        maxS: z.array(positive),
        /** True: the figure was the longest tested. It is a limit all the same. */
        censored: z.array(z.boolean()),
      }),
    ),
  })
  .refine(
    (table) =>
      table.rows.every(
        (row) =>
          row.maxS.length === table.intensityPctRmt.length &&
          row.censored.length === table.intensityPctRmt.length,
      ),
    "every row has one cell a column",
  )
  .refine((table) => ascending(table.intensityPctRmt), "columns ascend")
  .refine((table) => ascending(table.rows.map((row) => row.frequencyHz)), "rows ascend");

function ascending(values: readonly number[]): boolean {
  return values.every((value, i) => i === 0 || value > (values[i - 1] ?? value));
}

const tbsShape = z.strictObject({
  burstsPerTrain: count,
  trainPeriodMs: positive.nullable(),
  trains: count,
});

const patterns = z.strictObject({
  note: z.string(),
  tbs: z.strictObject({
    ...provenance,
    pulsesPerBurst: count,
    intraBurstHz: z.array(positive).min(1),
    burstPeriodMs: positive,
    iTBS: tbsShape,
    imTBS: tbsShape,
    cTBS: tbsShape,
  }),
  tbsCaps: z.strictObject({
    ...provenance,
    allowedPctAmt: positive,
    allowedPulsesPerSession: count,
    maxPulsesPerSession: count,
    /** Null: nothing above the allowed intensity was published. */
    maxPctRmt: z.strictObject({
      iTBS: positive.nullable(),
      cTBS: positive.nullable(),
      imTBS: positive.nullable(),
    }),
  }),
  qps: z.strictObject({
    ...provenance,
    pulsesPerBurst: count,
    isiMs: z.tuple([positive, positive]),
    burstPeriodMs: positive,
    bursts: count,
    maxPctAmt: positive,
  }),
  muTriplets: z.strictObject({
    ...provenance,
    pulsesPerBurst: count,
    isiMs: positive,
    burstPeriodMs: positive,
    bursts: count,
    maxPctRmt: positive,
  }),
  paired: z.strictObject({
    ...provenance,
    isiMs: z.tuple([positive, positive]),
    maxPairsHz: positive,
  }),
  tolerance: z.strictObject({ ...provenance, intraBurstMs: positive, burstPeriodMs: positive }),
  precedents: z.array(z.strictObject({ what: z.string(), source: z.string(), mark })),
});

const allowedAndMax = z.strictObject({ allowed: count, max: count });

const dose = z.strictObject({
  ...provenance,
  session: allowedAndMax,
  day: allowedAndMax,
  week: allowedAndMax,
  rows: z.array(
    z.strictObject({
      id: z.string(),
      pulses: count,
      per: z.string(),
      what: z.string(),
      source: z.string(),
      mark,
    }),
  ),
});

const interTrain = z.strictObject({
  ...provenance,
  rows: z.array(
    z.strictObject({
      itiS: positive,
      byPctRmt: z.record(z.string(), z.enum(["safe", "unsafe", "insufficient-data"])),
    }),
  ),
  hardMinS: positive,
  hardFromHz: positive,
  softMinS: positive,
  softAbovePctRmt: positive,
});

const thermal = z.strictObject({
  ...provenance,
  warnC: positive,
  softC: positive,
  hardC: positive,
  staleReadingS: positive,
  rows: z.array(
    z.strictObject({
      id: z.string(),
      limitC: positive,
      what: z.string(),
      source: z.string(),
      mark,
    }),
  ),
});

const acoustic = z.strictObject({
  ...provenance,
  rows: z.array(
    z.strictObject({ what: z.string(), unit: z.string(), range: z.tuple([positive, positive]) }),
  ),
});

const byPctMso = z.record(z.string(), positive);

const hardware = z.strictObject({
  ...provenance,
  rapid2: z.strictObject({
    energyPerMinuteJ: positive,
    continuousPowerW: positive,
    joulesPerPctMsoSquared: positive,
    maxHzByPctMso: z.strictObject({ singleSupply240V: byPctMso, dualSupply240V: byPctMso }),
    minPulseIntervalMs: z.strictObject({ singleSupply: positive, dualSupply: positive }),
    frequencySource: z.string(),
  }),
});

/** A limit profile. An unknown key is an error: a misspelt limit must not vanish. */
export const limitProfileSchema: z.ZodType<LimitProfile> = z.strictObject({
  profile: z.string().min(1),
  version: count,
  disclaimer: z.string(),
  marks: z.record(mark, z.string()),
  sources: z.record(z.string(), source),
  trainDuration: z.strictObject({
    hard: durationTable,
    soft: durationTable,
    informative: durationTable,
    beyondTableHz: positive,
    maxPctRmt: positive,
  }),
  grouping: z.strictObject({
    ...provenance,
    trainGapMs: positive,
    conventionalGapMs: positive,
  }),
  interTrain,
  patterns,
  single: z.strictObject({
    ...provenance,
    minIntervalMs: positive,
    softMaxPctRmt: positive,
    maxPctMso: positive.max(100),
  }),
  dose,
  sessions: z.strictObject({
    ...provenance,
    standardMin: positive,
    publishedMin: positive,
    hardMin: positive,
    maxPerDay: count,
  }),
  thresholds: z.strictObject({
    ...provenance,
    maxAgeH: positive,
    amtPerRmt: positive.max(1),
    maxStepPctMso: positive,
  }),
  screening: z.strictObject({
    ...provenance,
    questions: z.array(z.string()).min(1),
    absolute: z.array(z.string()),
  }),
  thermal,
  acoustic,
  hardware,
  runtime: z.strictObject({
    ...provenance,
    maxIntensityDifferencePctMso: positive,
    statusMaxAgeMs: positive,
    maxLateMs: positive,
    heartbeatMs: positive,
  }),
});
