/** What `run.start` says, as far as a report tells it. Another version may have written it: what is not there is null. */
import { z } from "zod";

export interface StatedThreshold {
  readonly kind: string;
  readonly percentMso: number;
  readonly hemisphere: string | null;
  readonly muscle: string | null;
  readonly coilSerial: string | null;
  readonly waveform: string | null;
  readonly method: string | null;
  readonly measuredAt: string | null;
}

export interface StatedOverride {
  readonly rule: string;
  readonly reason: string;
  readonly approvedBy: string;
  readonly reference: string;
  readonly expires: string;
}

export interface StatedFacts {
  readonly operator: string | null;
  readonly thresholds: readonly StatedThreshold[];
  readonly screening: {
    readonly answers: Readonly<Record<string, boolean>>;
    readonly reviewedBy: string | null;
    readonly decision: string | null;
  } | null;
  readonly checklist: {
    readonly hearingProtection: boolean;
    readonly coilId: string | null;
    readonly emergencyStopTested: boolean;
    readonly operatorPresent: boolean;
  } | null;
  readonly today: Readonly<Record<string, unknown>> | null;
  readonly overrides: readonly StatedOverride[];
}

/** A device as the rig file names it. */
export interface StatedDevice {
  readonly driver: string;
  readonly port: string | null;
}

/** The stimulator over the other hemisphere, as it was typed in. */
export interface StatedSecond {
  readonly trigger: StatedDevice;
  readonly side: string;
  readonly settings: {
    readonly modelName: string;
    readonly intensityPctMso: number;
    readonly coil: string;
  };
}

export interface StatedRig {
  readonly name: string | null;
  readonly species: string | null;
  readonly stimulator:
    | (StatedDevice & { readonly mains: number | null; readonly coilSerial: string | null })
    | null;
  readonly trigger: { readonly via: string; readonly driver: string | null } | null;
  readonly amplifier: StatedDevice | null;
  readonly markers: StatedDevice | null;
  readonly nerve: (StatedDevice & { readonly model: string | null }) | null;
  readonly second: StatedSecond | null;
}

export interface StartFacts {
  readonly facts: StatedFacts | null;
  readonly rig: StatedRig | null;
  readonly simulatedPorts: readonly { readonly port: string; readonly by: string }[];
  readonly ledger: { readonly pulses24h: number; readonly pulses7d: number } | null;
  readonly latenciesMs: Readonly<Record<string, number>>;
  readonly limitsAccepted: boolean | null;
  readonly limitsHash: string | null;
  readonly protocolHash: string | null;
  readonly seed: number | null;
  readonly speed: string | null;
  /** What the run's clock shows at `t` 0. */
  readonly clockStartMs: number;
  readonly versions: { readonly pulsetrain: string | null; readonly node: string | null } | null;
}

/** What is not there, or not as it should be, is null. */
function orNull<T>(schema: z.ZodType<T>): z.ZodType<T | null> {
  return schema.nullable().catch(null).default(null);
}

const words = orNull(z.string());
const number = orNull(z.number());

const threshold: z.ZodType<StatedThreshold> = z.object({
  kind: z.string(),
  percentMso: z.number(),
  hemisphere: words,
  muscle: words,
  coilSerial: words,
  waveform: words,
  method: words,
  measuredAt: words,
});

const override: z.ZodType<StatedOverride> = z.object({
  rule: z.string(),
  reason: z.string(),
  approvedBy: z.string(),
  reference: z.string(),
  expires: z.string(),
});

const facts: z.ZodType<StatedFacts> = z.object({
  operator: words,
  thresholds: z.array(threshold).catch([]).default([]),
  screening: orNull(
    z.object({
      answers: z.record(z.string(), z.boolean()),
      reviewedBy: words,
      decision: words,
    }),
  ),
  checklist: orNull(
    z.object({
      hearingProtection: z.boolean(),
      coilId: words,
      emergencyStopTested: z.boolean(),
      operatorPresent: z.boolean(),
    }),
  ),
  today: orNull(z.record(z.string(), z.unknown())),
  overrides: z.array(override).catch([]).default([]),
});

const device: z.ZodType<StatedDevice> = z.object({ driver: z.string(), port: words });
const stimulator = z.object({
  driver: z.string(),
  port: words,
  mains: number,
  coilSerial: words,
  trigger: orNull(z.object({ via: z.string(), driver: words })),
});

const second: z.ZodType<StatedSecond> = z.object({
  trigger: device,
  side: z.string(),
  settings: z.object({ modelName: z.string(), intensityPctMso: z.number(), coil: z.string() }),
});

const rig: z.ZodType<StatedRig> = z
  .object({
    name: words,
    species: words,
    stimulator: orNull(stimulator),
    amplifier: orNull(device),
    markers: orNull(z.object({ box: orNull(device) })),
    nerve: orNull(z.object({ driver: z.string(), port: words, model: words })),
    secondStimulator: orNull(second),
  })
  .transform(({ secondStimulator, ...read }) => {
    const { trigger = null, ...own } = read.stimulator ?? {};
    return {
      ...read,
      second: secondStimulator,
      stimulator: "driver" in own ? own : null,
      trigger,
      markers: read.markers?.box ?? null,
    };
  });

const start: z.ZodType<StartFacts> = z.object({
  facts: orNull(facts),
  rig: orNull(rig),
  simulatedPorts: z
    .array(z.object({ port: z.string(), by: z.string() }))
    .catch([])
    .default([]),
  ledger: orNull(z.object({ pulses24h: z.number(), pulses7d: z.number() })),
  latenciesMs: z.record(z.string(), z.number()).catch({}).default({}),
  limitsAccepted: orNull(z.boolean()),
  limitsHash: words,
  protocolHash: words,
  seed: number,
  speed: words,
  clockStartMs: z.number().catch(0).default(0),
  versions: orNull(z.object({ pulsetrain: words, node: words })),
});

export function startFactsOf(body: unknown): StartFacts {
  return start.parse(typeof body === "object" && body !== null ? body : {});
}
