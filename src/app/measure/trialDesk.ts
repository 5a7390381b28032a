/** Follows a session's events and measures what came of each pulse. */
import type { Epoch } from "../../analysis/signal/epoch.ts";
import type { Dose } from "../../contract/dose.ts";
import type { JournalEvent } from "../../contract/events.ts";
import type { Capabilities } from "../../contract/stimulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { NamedEegSource } from "../rig/eegSource.ts";
import type { Cut, SampleDesk } from "./desk.ts";
import { toDocument } from "./epochDocument.ts";
import { type JudgedTrial, judgeTrial, type TrialKind, trialWindow } from "./trialMeasures.ts";
import { PHASE_WINDOW, type TrialPhase, trialPhase } from "./trialPhase.ts";

export interface Trial extends JudgedTrial {
  readonly segment: number;
  readonly dose: number;
  /** Number of the dose's block in its protocol, from 0. */
  readonly block: number;
  readonly intent: number;
  readonly condition: string | null;
  readonly intensityPctMso: readonly number[];
  readonly isiMs: number | null;
  readonly nerveLeadMs: number | null;
  /** The pulse over the other hemisphere before it; absent: none. */
  readonly conditioner?: { readonly leadMs: number; readonly pctMso: number };
  readonly site: string | null;
  readonly aligned: "mark" | "host" | null;
  readonly channel: string;
  /** Hash of the stored epoch; null where there is none. */
  readonly epoch: string | null;
  /** Every channel of an EEG trial, in memory only: averages are made of them. */
  readonly channels: readonly Epoch[];
  /** Of the test pulse, on the run's clock. */
  readonly atMs: number;
  /** Of a pulse that waited for a phase; absent: it waited for none. */
  readonly phase?: TrialPhase;
}

export interface TrialDesk {
  /** What kind of trial the next doses are, and where the coil is held. */
  expect(kind: TrialKind, site: string | null): void;
  stored(event: JournalEvent, seq: number): void;
  /** Every trial of the doses that have an outcome, measured, in order. Forgets them. */
  take(): Promise<readonly Trial[]>;
}

export interface TrialDeskParts {
  readonly clock: LabClock;
  readonly desk: SampleDesk;
  readonly capabilities: Capabilities;
  /** Name of the channel that is measured: the target muscle's, or one over the target. */
  readonly channelOf: (kind: TrialKind) => string;
  /** Where the EEG over the target is; null: nowhere. */
  readonly eeg: NamedEegSource | null;
  readonly putDocument: (value: unknown) => string;
  readonly append: (event: JournalEvent) => void;
  /** A line for whoever looks on. */
  readonly show: (trial: Trial) => void;
}

interface Given {
  readonly segment: number;
  readonly dose: Dose;
  readonly kind: TrialKind;
  readonly site: string | null;
  /** How far ahead its phase was estimated, ms. */
  readonly aheadMs: number;
}

/** A mark may stand so long before the earliest and after the latest pulse, ms. */
const MARK_SLACK_MS = 8;
/** A start over a serial line whose delay nobody published, ms. */
const UNKNOWN_LATENCY_MS = 100;

export function createTrialDesk(parts: TrialDeskParts): TrialDesk {
  const given = new Map<number, Given>();
  let expected: { readonly kind: TrialKind; readonly site: string | null } = {
    kind: "rest",
    site: null,
  };
  let trials: Promise<Trial>[] = [];
  return {
    expect(kind, site) {
      expected = { kind, site };
    },
    stored(event, seq) {
      if (event.kind === "intent")
        given.set(seq, { segment: event.segment, dose: event.dose, ...expected, aheadMs: 0 });
      if (event.kind === "measure" && event.name === "phase-aim") noteAim(given, event.body);
      if (event.kind !== "outcome") return;
      const one = given.get(event.intent);
      given.delete(event.intent);
      if (one === undefined || event.writtenMs === null) return;
      if (event.outcome !== "delivered" && event.outcome !== "unknown") return;
      if (!isTrial(one.dose)) return;
      trials.push(measure(parts, one, event.intent, event.writtenMs));
    },
    async take() {
      const taken = trials;
      trials = [];
      return Promise.all(taken);
    },
  };
}

/** It comes between the intent of its dose and the outcome. */
function noteAim(given: Map<number, Given>, body: Readonly<Record<string, unknown>>): void {
  for (const [intent, one] of given)
    if (one.dose.index === body["dose"])
      given.set(intent, { ...one, aheadMs: Number(body["aheadMs"]) });
}

/** Trains and bursts are treatments; what they do is measured before and after. */
function isTrial({ shape, hostTrain }: Dose): boolean {
  return (shape.kind === "pulse" || shape.kind === "pair") && hostTrain === null;
}

/** From the first stimulus of a trial, of the brain, its other side or a nerve, to the pulse that is measured. */
function leadMsOf({ shape, nerve, conditioner }: Dose): number {
  const isiMs = shape.kind === "pair" ? shape.isiMs : 0;
  return Math.max(isiMs, nerve?.leadMs ?? 0, conditioner?.leadMs ?? 0);
}

async function measure(
  parts: TrialDeskParts,
  one: Given,
  intent: number,
  writtenMs: number,
): Promise<Trial> {
  const { clock, desk } = parts;
  const isiMs = one.dose.shape.kind === "pair" ? one.dose.shape.isiMs : null;
  // The mark stands at the last pulse of a start, which is the one that is measured.
  const latencyMs = parts.capabilities.worstLatencyMs.serial ?? UNKNOWN_LATENCY_MS;
  const atMs = writtenMs + (isiMs ?? 0) + latencyMs / 2;
  const hasMarks = desk.capabilities.triggerInput !== "none";
  const mark = hasMarks
    ? { code: null, source: null, withinMs: latencyMs / 2 + MARK_SLACK_MS, elseClock: true }
    : null;
  const cut = await desk.cut({ atMs, window: trialWindow(one.kind, leadMsOf(one.dose)), mark });
  const target = one.dose.phase;
  const phase =
    target === undefined || parts.eeg === null
      ? {}
      : {
          phase: trialPhase(
            parts.eeg,
            target,
            one.aheadMs,
            await desk.cut({ atMs, window: PHASE_WINDOW, mark }),
            parts.putDocument,
          ),
        };
  const trial = { ...trialOf(parts, one, { intent, isiMs, atMs }, cut), ...phase };
  const { channels: _, atMs: __, ...body } = trial;
  parts.append({ tMs: clock.now(), kind: "measure", name: "trial", body });
  parts.show(trial);
  return trial;
}

function conditionerOf({ conditioner }: Dose): Pick<Trial, "conditioner"> {
  if (conditioner === undefined) return {};
  const { leadMs, pctMso } = conditioner;
  return { conditioner: { leadMs, pctMso } };
}

function trialOf(
  parts: TrialDeskParts,
  { segment, dose, kind, site }: Given,
  at: { readonly intent: number; readonly isiMs: number | null; readonly atMs: number },
  cut: Cut,
): Trial {
  const { channels } = parts.desk.capabilities;
  const channel = parts.channelOf(kind);
  const index = channels.findIndex(({ name }) => name === channel);
  const rest = {
    segment,
    dose: dose.index,
    block: dose.place.block,
    condition: dose.place.condition,
    intensityPctMso: dose.intensityPctMso,
    nerveLeadMs: dose.nerve?.leadMs ?? null,
    ...conditionerOf(dose),
    site,
    channel,
    ...at,
  };
  const epoch = cut.kind === "ready" ? cut.epochs[index] : undefined;
  if (cut.kind !== "ready" || epoch === undefined) {
    const why = [cut.kind === "invalid" ? cut.why : "no-channel"];
    return {
      ...rest,
      aligned: null,
      epoch: null,
      channels: [],
      measures: [],
      peakToPeakUv: null,
      rejected: true,
      why,
    };
  }
  return {
    ...rest,
    aligned: cut.alignedBy === "mark" ? "mark" : "host",
    epoch: parts.putDocument(toDocument(epoch, channel)),
    channels: kind === "eeg" ? cut.epochs : [],
    ...judgeTrial(epoch, kind, leadMsOf(dose)),
  };
}
