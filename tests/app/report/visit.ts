/** Writes sessions into a journal event by event, as a run does, with the responses of a made-up person. */
import { drawPerson } from "../../../simulators/person/population.ts";
import { respondUv } from "../../../simulators/person/recruitment.ts";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { toDocument } from "../../../src/app/measure/epochDocument.ts";
import { judgeTrial, type TrialKind, trialWindow } from "../../../src/app/measure/trialMeasures.ts";
import { createRandom, type Random } from "../../../src/base/random.ts";
import type { Dose, DoseShape } from "../../../src/contract/dose.ts";
import type { JournalEvent, OutcomeKind, RunStatus } from "../../../src/contract/events.ts";
import { type Journal, openJournal, type SessionWriter } from "../../../src/journal/journal.ts";
import { NOW_UTC, toUtcIso } from "../../journal/events.ts";
import { brainEpoch, muscleEpoch } from "./synthetic.ts";

export interface GivenTrial {
  readonly condition: string | null;
  readonly block: number;
  readonly segment: number;
  readonly intensityPctMso: readonly number[];
  readonly isiMs: number | null;
  readonly peakToPeakUv: number | null;
  readonly rejected: boolean;
  readonly epoch: Epoch;
}

export interface PulseRequest {
  readonly pctMso: readonly number[];
  readonly kind?: TrialKind;
  readonly condition?: string | null;
  readonly site?: string | null;
  readonly block?: number;
  readonly isiMs?: number | null;
  /** Of the response that the output alone would give. */
  readonly factor?: number;
  /** Activity before the pulse, uV: enough of it rejects the trial. */
  readonly unrestUv?: number;
  readonly silenceMs?: readonly [number, number];
}

export interface Visit {
  readonly journal: Journal;
  readonly writer: SessionWriter;
  readonly random: Random;
  readonly rmtPctMso: number;
  nowMs(): number;
  wait(ms: number): void;
  append(event: Record<string, unknown> & { readonly kind: JournalEvent["kind"] }): number;
  /** Begins the next protocol; gives its number. */
  segment(protocol: string, body?: Readonly<Record<string, unknown>>): number;
  dose(
    shape: DoseShape,
    pctMso: readonly number[],
    options?: {
      readonly outcome?: OutcomeKind;
      readonly condition?: string | null;
      readonly block?: number;
      readonly lateMs?: number;
    },
  ): number;
  pulse(request: PulseRequest): GivenTrial;
  measure(name: string, body: Readonly<Record<string, unknown>>): void;
  end(status?: RunStatus): void;
}

const EVERY_MS = 5000;

export interface VisitOptions {
  readonly session?: string;
  readonly body?: Readonly<Record<string, unknown>>;
  readonly seed?: number;
}

export const SIMULATED_BODY: Readonly<Record<string, unknown>> = {
  protocol: "sici",
  subject: "healthy-older",
  simulated: true,
  clockStartMs: 0,
  seed: 7,
  speed: "real",
  limitsHash: "a".repeat(64),
  protocolHash: "b".repeat(64),
  versions: { pulsetrain: "0.1.0", node: "24.0.0" },
  simulatedPorts: [{ port: "simulated", by: "in process" }],
  rig: {
    name: "bench-1",
    simulated: true,
    species: "human",
    stimulator: { driver: "magstim-super-rapid2", port: "simulated", mains: 240, coilSerial: "C1" },
    amplifier: { driver: "neurone", port: "simulated" },
  },
};

/** The journal stays open; `end` closes the session alone. */
export function startVisit(file: string, options: VisitOptions = {}): Visit {
  const { session = "visit-1", body = SIMULATED_BODY, seed = 11 } = options;
  const journal = openJournal(file, NOW_UTC);
  const writer = journal.startSession({ session, tMs: 0, toUtcIso, body });
  const random = createRandom(seed, "visit");
  const person = drawPerson(createRandom(19, "visit/person"));
  let tMs = 0;
  let segment = 0;
  let index = 0;
  const counts = { planned: 0, delivered: 0, unknown: 0, skipped: 0 };
  const append: Visit["append"] = (event) => {
    const [seq = -1] = writer.append([{ tMs, ...event } as JournalEvent], { durable: false });
    return seq;
  };
  const dose: Visit["dose"] = (shape, pctMso, choice = {}) => {
    const { outcome = "delivered", condition = null, block = 0 } = choice;
    const { lateMs = 0.05 + 0.2 * random.next() ** 3 } = choice;
    const pulses = pulsesOf(shape);
    const given: Dose = {
      index,
      dueMs: tMs,
      shape,
      intensityPctMso: pctMso,
      request: { value: pctMso[0] ?? 0, base: "%MSO", threshold: null },
      place: { block, train: index + 1, trains: 1, condition },
      hostTrain: null,
      lateLimitMs: 5,
    };
    index += 1;
    const plannedMs = tMs;
    const intent = append({ kind: "intent", segment, dose: given, plannedMs, pulses });
    const left = outcome === "delivered" || outcome === "unknown";
    const writtenMs = left ? plannedMs + lateMs : null;
    if (writtenMs !== null)
      append({ kind: "written", intent, plannedMs, writtenMs, hex: "454872" });
    const seen = outcome === "delivered" && writtenMs !== null;
    append({
      kind: "outcome",
      intent,
      outcome,
      pulses,
      detail: outcome === "delivered" ? "pulse" : outcome,
      plannedMs,
      permittedMs: plannedMs - 20,
      writtenMs,
      drainedMs: seen ? writtenMs + 3.1 : null,
      acknowledgedMs: seen ? writtenMs + 6 + random.next() : null,
      deviceReportedMs: seen ? writtenMs + 40 : null,
    });
    counts.planned += pulses;
    if (outcome === "delivered") counts.delivered += pulses;
    else if (outcome === "unknown") counts.unknown += pulses;
    else counts.skipped += pulses;
    return intent;
  };
  const visit: Visit = {
    journal,
    writer,
    random,
    rmtPctMso: person.rmtPctMso,
    nowMs: () => tMs,
    wait(ms) {
      tMs += ms;
    },
    append,
    segment(protocol, more = {}) {
      segment += 1;
      append({
        kind: "segment",
        segment,
        body: {
          protocol,
          planHash: "c".repeat(64),
          pulses: 0,
          durationS: 0,
          roundings: [],
          ...more,
        },
      });
      return segment;
    },
    dose,
    pulse(request) {
      const { pctMso, kind = "rest", condition = null, site = null, block = 0 } = request;
      const { isiMs = null, factor = 1, unrestUv = 0 } = request;
      const shape: DoseShape = isiMs === null ? { kind: "pulse" } : { kind: "pair", isiMs };
      const intent = dose(shape, pctMso, { condition, block });
      const alone = respondUv(person.recruitment, pctMso.at(-1) ?? 0, random);
      const peakToPeakUv = alone * factor * Math.exp(0.12 * random.normal());
      const leadMs = isiMs ?? 0;
      const window = trialWindow(kind, leadMs);
      const epoch =
        kind === "eeg"
          ? brainEpoch(random, window, 1, 9)
          : muscleEpoch({
              random,
              window,
              peakToPeakUv,
              leadMs,
              onsetMs: 21.5 + 0.4 * random.normal(),
              activityUv: unrestUv + (kind === "rest" ? 0 : 30),
              silenceMs: request.silenceMs ?? null,
            });
      const judged = judgeTrial(epoch, kind, leadMs);
      const trial = {
        segment,
        dose: index - 1,
        block,
        intent,
        condition,
        intensityPctMso: pctMso,
        isiMs,
        nerveLeadMs: null,
        site,
        aligned: "mark",
        channel: kind === "eeg" ? "CP3" : "FDI",
        epoch: journal.putDocument(toDocument(epoch, kind === "eeg" ? "CP3" : "FDI")),
        ...judged,
      };
      append({ kind: "measure", name: "trial", body: trial });
      tMs += EVERY_MS;
      return { ...trial, epoch };
    },
    measure: (name, body) => void append({ kind: "measure", name, body }),
    end: (status = "completed") => void append({ kind: "run.stop", status, ...counts, detail: "" }),
  };
  append({
    kind: "device",
    model: "magstim-super-rapid2",
    softwareVersion: "11.0",
    detail: { coilTemperatureC: "24" },
  });
  return visit;
}

function pulsesOf(shape: DoseShape): number {
  switch (shape.kind) {
    case "pulse":
      return 1;
    case "pair":
      return 2;
    case "burst":
    case "train":
      return shape.pulses;
    case "burst-train":
      return shape.bursts * shape.pulsesPerBurst;
    case "external":
      return shape.maxPulses;
  }
}
