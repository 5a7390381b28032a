import { readFileSync } from "node:fs";
import type { DeclaredPattern, Dose, DoseShape, Plan, PlanBlock } from "../../src/contract/dose.ts";
import type { Hazard } from "../../src/contract/hazard.ts";
import type {
  LedgerSnapshot,
  RigFacts,
  SessionFacts,
  Threshold,
} from "../../src/contract/session.ts";
import type {
  DeviceModel,
  DeviceProblem,
  StimulatorStatus,
} from "../../src/contract/stimulator.ts";
import { loadDefaultProfile } from "../../src/safety/limits.ts";
import type { CheckInput, CheckReport } from "../../src/safety/types.ts";

export function text(path: string): string {
  return readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
}

export function threshold(over: Partial<Threshold> = {}): Threshold {
  return {
    kind: "RMT",
    percentMso: 50,
    hemisphere: "left",
    muscle: "FDI",
    coilSerial: "C-1",
    stimulator: "magstim-super-rapid2",
    waveform: "biphasic",
    currentDirection: "PA",
    method: "rossini",
    measuredAt: "2026-05-04T08:00:00.000Z",
    ...over,
  };
}

export const QUESTIONS: readonly string[] = loadDefaultProfile().screening.questions;

/** Everything that a real rig asks of a session. */
export function session(over: Partial<SessionFacts> = {}): SessionFacts {
  return {
    operator: "op-1",
    subject: "S-07",
    species: "human",
    thresholds: [threshold()],
    screening: {
      answers: Object.fromEntries(QUESTIONS.map((key) => [key, false])),
      reviewedBy: "dr-1",
      decision: null,
    },
    today: null,
    checklist: {
      hearingProtection: true,
      coilId: "C-1",
      emergencyStopTested: true,
      operatorPresent: true,
    },
    overrides: [],
    firstSession: null,
    startedUtc: "2026-05-04T09:00:00.000Z",
    ...over,
  };
}

export const SIMULATED: RigFacts = {
  name: "simulated",
  simulated: true,
  stimulator: "magstim-super-rapid2",
  coilSerial: null,
  species: "human",
};

export const REAL: RigFacts = {
  ...SIMULATED,
  name: "bench-1",
  simulated: false,
  coilSerial: "C-1",
};

export const EMPTY: LedgerSnapshot = {
  pulses24h: 0,
  pulses7d: 0,
  lastSessionEndUtc: null,
  sessions24h: 0,
  unresolved: [],
};

export interface DeviceOptions {
  readonly problems?: readonly DeviceProblem[];
  readonly restMs?: number;
  readonly betweenMs?: DeviceModel["minRestBetweenMs"];
  readonly grants?: (dose: Dose) => readonly Hazard[];
  readonly settings?: Partial<ReturnType<DeviceModel["settingsFor"]>>;
  readonly reportsTemperature?: boolean;
  readonly maxPctMso?: number;
}

/** A device that can do everything, unless told otherwise. */
export function device(options: DeviceOptions = {}): DeviceModel {
  return {
    capabilities: {
      model: "test-device",
      vendor: "test",
      deviceTimed: { train: true, burst: true, pair: true, burstTrain: true },
      externalTrigger: true,
      storedProtocol: false,
      channels: 2,
      hostMinIntervalMs: 10,
      maxPctMso: options.maxPctMso ?? 100,
      intensityStepPctMso: 1,
      evidence: "status",
      waveform: "biphasic",
      pulseShapes: ["biphasic"],
      currentDirections: ["normal"],
      ranges: [],
      worstLatencyMs: { serial: 10, trigger: 1 },
      reportsTemperature: options.reportsTemperature ?? true,
      worstReadyMs: 1000,
    },
    judgeDose: () => options.problems ?? [],
    minRestAfterMs: () => options.restMs ?? 0,
    ...(options.betweenMs === undefined ? {} : { minRestBetweenMs: options.betweenMs }),
    maxFrequencyHz: () => 100,
    settingsFor: ({ shape, intensityPctMso }) => ({
      intensityPctMso,
      train:
        shape.kind === "train"
          ? {
              pulses: shape.pulses,
              frequencyHz: shape.frequencyHz,
              durationS: shape.pulses / shape.frequencyHz,
            }
          : null,
      isiMs: shape.kind === "pair" ? shape.isiMs : null,
      ...options.settings,
    }),
    grantsFor:
      options.grants ??
      ((dose) =>
        dose.intensityPctMso.map((pctMso, i): Hazard => {
          return { kind: "intensity", channel: i === 0 ? "A" : "B", pctMso };
        })),
  };
}

export interface DoseSpec {
  readonly dueMs: number;
  readonly shape?: DoseShape;
  readonly pct?: number | readonly number[];
  readonly block?: number;
  readonly train?: number;
  readonly over?: Partial<Dose>;
}

/** Doses in order; indexes and late limits are filled in. */
export function doses(specs: readonly DoseSpec[]): readonly Dose[] {
  return specs.map(
    ({ dueMs, shape = { kind: "pulse" }, pct = 50, block = 0, train = 1, over }, index) => {
      const near = [specs[index - 1], specs[index + 1]].flatMap((other) =>
        other === undefined ? [] : [Math.abs(other.dueMs - dueMs) / 2],
      );
      return {
        index,
        dueMs,
        shape,
        intensityPctMso:
          typeof pct === "number" ? (shape.kind === "pair" ? [pct, pct] : [pct]) : pct,
        request: { value: null, base: "%MSO", threshold: null },
        place: { block, train, trains: 1, condition: null },
        hostTrain: null,
        lateLimitMs: Math.min(5, ...near),
        ...over,
      };
    },
  );
}

/** Counted here anew, so that a slip of the code under test does not agree with itself. */
function countOf({ shape }: Dose): number {
  switch (shape.kind) {
    case "pulse":
      return 1;
    case "pair":
      return 2;
    case "external":
      return shape.maxPulses;
    case "burst-train":
      return shape.bursts * shape.pulsesPerBurst;
    case "burst":
    case "train":
      return shape.pulses;
  }
}

export function planOf(
  patterns: readonly DeclaredPattern[],
  held: readonly Dose[],
  over: Partial<Plan> = {},
): Plan {
  const blocks = patterns.map((pattern, index): PlanBlock => {
    return { index, label: `block ${index}`, pattern, target: null };
  });
  return {
    protocol: { id: "test", name: "test", hash: "0123456789abcdef" },
    species: "human",
    blocks,
    doses: held,
    durationMs: (held.at(-1)?.dueMs ?? 0) + 1000,
    pulses: held.reduce((sum, dose) => sum + countOf(dose), 0),
    roundings: [],
    holds: [],
    interSessionMin: null,
    ...over,
  };
}

export interface TrainSpec {
  readonly hz: number;
  readonly pulses: number;
  readonly offS?: number;
  readonly trains?: number;
  readonly pct?: number;
  readonly startMs?: number;
  readonly block?: number;
}

/** Device-timed trains with the off time counted as published: the period is n / f + off. */
export function trainSpecs(spec: TrainSpec): readonly DoseSpec[] {
  const { hz, pulses, offS = 0, trains = 1, pct = 50, startMs = 0, block = 0 } = spec;
  const periodMs = (pulses / hz + offS) * 1000;
  return Array.from({ length: trains }, (_, i) => ({
    dueMs: startMs + i * periodMs,
    shape: { kind: "train", pulses, frequencyHz: hz } as const,
    pct,
    block,
    train: i + 1,
  }));
}

export function conventional(spec: TrainSpec): Plan {
  return planOf(["conventional"], doses(trainSpecs(spec)));
}

export interface TbsSpec {
  readonly hz?: number;
  readonly bursts: number;
  readonly trains: number;
  readonly periodMs: number;
  readonly pct?: number;
  readonly startMs?: number;
  readonly block?: number;
}

/** Theta bursts, one burst a dose. */
export function tbsSpecs(spec: TbsSpec): readonly DoseSpec[] {
  const { hz = 50, bursts, trains, periodMs, pct = 32, startMs = 0, block = 0 } = spec;
  return Array.from({ length: trains * bursts }, (_, i) => ({
    dueMs: startMs + Math.floor(i / bursts) * periodMs + (i % bursts) * 200,
    shape: { kind: "burst", pulses: 3, isiMs: 1000 / hz } as const,
    pct,
    block,
    train: Math.floor(i / bursts) + 1,
  }));
}

export function tbs(pattern: DeclaredPattern, spec: TbsSpec): Plan {
  return planOf([pattern], doses(tbsSpecs(spec)));
}

/** Single starts at a fixed distance. */
export function starts(
  pattern: DeclaredPattern,
  spec: { count: number; everyMs: number; shape?: DoseShape; pct?: number | readonly number[] },
): Plan {
  const { count, everyMs, shape = { kind: "pulse" }, pct = 50 } = spec;
  return planOf(
    [pattern],
    doses(Array.from({ length: count }, (_, i) => ({ dueMs: i * everyMs, shape, pct }))),
  );
}

export function input(plan: Plan, over: Partial<CheckInput> = {}): CheckInput {
  return {
    limits: loadDefaultProfile(),
    plan,
    device: device(),
    session: session({ species: plan.species }),
    rig: SIMULATED,
    ledger: EMPTY,
    earlier: [],
    limitsAccepted: true,
    ...over,
  };
}

/** Rules that speak with one of these tiers, each once, in alphabetical order. */
export function speaking(
  report: CheckReport,
  tiers: readonly string[] = ["hard", "soft"],
): readonly string[] {
  const ids = report.findings
    .filter(({ effect, tier }) => effect !== "not-applicable" && tiers.includes(tier))
    .map(({ rule }) => rule);
  return [...new Set(ids)].sort();
}

/** A device that is ready for a dose and set to it. */
export function readyFor(
  dose: Dose,
  atMs: number,
  over: Partial<StimulatorStatus> = {},
): StimulatorStatus {
  const { train } = device().settingsFor(dose);
  return {
    atMs,
    state: "ready",
    remote: true,
    coilPresent: true,
    intensityPctMso: dose.intensityPctMso,
    mode: train === null ? "single" : "train",
    train,
    activity: "idle",
    isiMs: dose.shape.kind === "pair" || dose.shape.kind === "burst" ? dose.shape.isiMs : null,
    burstPulses: dose.shape.kind === "burst" ? dose.shape.pulses : null,
    enhancedPower: false,
    coilTemperatureC: 25,
    coilTemperatureAtMs: atMs,
    fault: null,
    ...over,
  };
}
