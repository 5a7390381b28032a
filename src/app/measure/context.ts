/** What a measuring session works with: one conductor, one desk, and what is known of the subject so far. */
import type { Protocol } from "../../../protocols/types.ts";
import { hashOf } from "../../base/canonical.ts";
import type { Random } from "../../base/random.ts";
import type { Threshold } from "../../contract/session.ts";
import type { LabClock } from "../../contract/time.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { Journal, SessionWriter } from "../../journal/journal.ts";
import { type Conductor, endError, type SessionEnd } from "../run/conductor.ts";
import { planFor, refusalWords, type Setup } from "../run/setup.ts";
import type { Trial, TrialDesk } from "./trialDesk.ts";
import type { TrialKind } from "./trialMeasures.ts";

/** The values of a subject that a session finds out as it goes. */
export interface Known {
  readonly thresholds: readonly Threshold[];
  readonly latenciesMs: Readonly<Record<string, number>>;
  /** Highest output of a measuring pulse so far, %MSO; null: none yet. */
  readonly highestPctMso: number | null;
}

export interface MeasureContext {
  readonly conductor: Conductor;
  readonly clock: LabClock;
  readonly journal: Journal;
  readonly writer: SessionWriter;
  readonly trials: TrialDesk;
  readonly random: Random;
  /** What was given and what was found; `learn` replaces it. */
  known(): Known;
  learn(more: Partial<Known>): void;
  /** Files, rig and model; thresholds and latencies are those of `known`. */
  setup(): Setup;
  say(line: string): void;
}

export interface ProtocolRun {
  readonly trials: readonly Trial[];
  readonly counts: SessionEnd["counts"];
  readonly segment: number;
}

/**
 * One protocol through check, gate and journal, as any other, and what was measured of it. Throws where it
 * is refused, stopped or faulted.
 */
export async function runMeasured(
  context: MeasureContext,
  protocol: Protocol,
  options: {
    readonly kind: TrialKind;
    readonly site?: string | null;
    readonly startAtMs?: number;
    /** What it is a part of, for the journal. */
    readonly purpose: string;
  },
): Promise<ProtocolRun> {
  const { conductor, journal, trials } = context;
  const segment = nextSegment(context);
  const setup = context.setup();
  const planned = planFor(setup, protocol, hashOf(protocol), segment);
  if (!planned.ok) throw new PulsetrainError(planned.refusal.code, refusalWords(planned.refusal));
  trials.expect(options.kind, options.site ?? null);
  const { plan, planHash } = planned;
  const { thresholds, latenciesMs } = context.known();
  const end = await conductor.runPlan(
    plan,
    {
      protocol: plan.protocol.id,
      documents: { protocol: journal.putDocument(protocol) },
      planHash,
      pulses: plan.pulses,
      durationS: plan.durationMs / 1000,
      roundings: plan.roundings,
      purpose: options.purpose,
      thresholds,
      latenciesMs,
      startAtMs: options.startAtMs ?? null,
    },
    options.startAtMs,
  );
  if (end.status !== "completed") throw endError(end);
  return { trials: await trials.take(), counts: end.counts, segment };
}

const segments = new WeakMap<Conductor, number>();

/** Each protocol of a session draws from a seed of its own, by its number. */
export function nextSegment({ conductor }: Pick<MeasureContext, "conductor">): number {
  const next = (segments.get(conductor) ?? 0) + 1;
  segments.set(conductor, next);
  return next;
}

/** A threshold that this session measured, under the keys of this rig. */
export function measuredThreshold(
  setup: Setup,
  kind: Threshold["kind"],
  percentMso: number,
  method: string,
  measuredAt: string,
): Threshold {
  const { capabilities } = setup.model;
  return {
    kind,
    percentMso,
    hemisphere: "left",
    muscle: setup.rig.amplifier?.muscle ?? "FDI",
    coilSerial: setup.rigFacts.coilSerial,
    stimulator: setup.rigFacts.stimulator,
    waveform: capabilities.waveform,
    currentDirection: capabilities.currentDirections[0] ?? null,
    method,
    measuredAt,
  };
}
