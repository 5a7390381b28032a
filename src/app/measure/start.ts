/** The measuring half of a session, put together: samples in, trials measured, protocols carried out. */
import { dirname, join } from "node:path";
import type { Protocol } from "../../../protocols/types.ts";
import { createRandom } from "../../base/random.ts";
import type { AmplifierCapabilities, SampleBlock } from "../../contract/amplifier.ts";
import type { JournalEvent, PulseCounts } from "../../contract/events.ts";
import type { LabClock } from "../../contract/time.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { Journal, SessionWriter } from "../../journal/journal.ts";
import { openSampleWriter } from "../../recording/write.ts";
import { eegSourceOf, USUAL_EEG_CHANNEL } from "../rig/eegSource.ts";
import type { Conductor } from "../run/conductor.ts";
import type { Setup } from "../run/setup.ts";
import type { Known, MeasureContext } from "./context.ts";
import { createSampleDesk } from "./desk.ts";
import { carryOut } from "./measuring.ts";
import type { NeededValue } from "./needs.ts";
import { createTrialDesk, type Trial } from "./trialDesk.ts";
import type { TrialKind } from "./trialMeasures.ts";

export interface Measuring {
  take(block: SampleBlock): void;
  stored(event: JournalEvent, seq: number): void;
  carryOut(protocol: Protocol): Promise<PulseCounts>;
  close(): void;
}

export interface MeasuringOptions {
  readonly session: string;
  readonly setup: Setup;
  readonly journal: Journal;
  readonly writer: SessionWriter;
  readonly clock: LabClock;
  /** Exists once the desk does. */
  readonly conductor: () => Conductor;
  readonly methods: Readonly<Partial<Record<NeededValue, string>>>;
  readonly say: (line: string) => void;
}

export function startMeasuring(
  options: MeasuringOptions,
  capabilities: AmplifierCapabilities,
): Measuring {
  const { clock, journal, session, setup, writer } = options;
  const file = samplesFile(journal.file, session);
  const desk = createSampleDesk({
    clock,
    capabilities,
    writer: openSampleWriter(file, {
      session,
      model: capabilities.model,
      rateHz: capabilities.rateHz,
      channels: capabilities.channels.map(({ name, unit }) => ({ name, unit })),
      startedUtc: setup.startedUtc,
    }),
  });
  writer.append([recordingEvent(clock, capabilities)], { durable: false });
  let known: Known = {
    thresholds: setup.facts.thresholds,
    latenciesMs: setup.latenciesMs,
    highestPctMso: null,
  };
  const trials = createTrialDesk({
    clock,
    desk,
    capabilities: setup.model.capabilities,
    channelOf: (kind) => channelFor(kind, setup, capabilities),
    eeg: eegSourceOf(setup.rig.amplifier, capabilities),
    putDocument: (value) => journal.putDocument(value),
    append: (event) => {
      writer.append([event], { durable: false });
    },
    show: (trial) => options.say(trialWords(trial)),
  });
  const context: MeasureContext = {
    get conductor() {
      return options.conductor();
    },
    clock,
    journal,
    writer,
    trials,
    random: createRandom(setup.seed, "measuring"),
    known: () => known,
    learn: (more) => {
      known = { ...known, ...more };
      if (more.thresholds !== undefined) options.conductor().setThresholds(more.thresholds);
    },
    setup: () => ({
      ...setup,
      facts: { ...setup.facts, thresholds: known.thresholds },
      latenciesMs: known.latenciesMs,
    }),
    say: options.say,
  };
  return {
    take: desk.take,
    stored: trials.stored,
    carryOut: async (protocol) => {
      requireFit(protocol, setup, capabilities);
      return carryOut({ context, desk, methods: options.methods, seed: setup.seed }, protocol);
    },
    close: desk.close,
  };
}

/** Beside the journal, a folder for the samples of its sessions. */
export function samplesFile(journalFile: string, session: string): string {
  return join(dirname(journalFile), `${journalFile.split(/[\\/]/).at(-1) ?? ""}.samples`, session);
}

function recordingEvent(clock: LabClock, capabilities: AmplifierCapabilities): JournalEvent {
  const { model, rateHz, channels, bandHz, triggerInput, mep } = capabilities;
  const body = {
    model,
    rateHz,
    bandHz,
    triggerInput,
    mep,
    channels: channels.map(({ name, unit }) => ({ name, unit })),
  };
  return { tMs: clock.now(), kind: "measure", name: "recording", body };
}

/** An MEP of a slow amplifier is not measured unless its rig says by name that it may be. */
function requireFit(
  { measure }: Protocol,
  setup: Setup,
  { mep, model }: AmplifierCapabilities,
): void {
  if (measure === null || measure.what === "tep" || mep.fit) return;
  if (setup.rig.amplifier?.mepBelow2kHz === true) return;
  throw new PulsetrainError("MEASURE_RATE_TOO_LOW", `${model}: ${mep.why}`);
}

/** The muscle that the rig names, else the first channel; over the target for the EEG. */
function channelFor(kind: TrialKind, setup: Setup, { channels }: AmplifierCapabilities): string {
  const { eegChannel = USUAL_EEG_CHANNEL, muscle } = setup.rig.amplifier ?? {};
  const wanted = kind === "eeg" ? eegChannel : muscle;
  const named = channels.find(({ name }) => name === wanted);
  return named?.name ?? channels[0]?.name ?? "";
}

function trialWords(trial: Trial): string {
  const { condition, intensityPctMso, measures, peakToPeakUv, rejected, why } = trial;
  const silence = measures.find(({ measure }) => measure === "silent-period");
  const silent = silence === undefined ? "" : ` · silent ${silence.value?.toFixed(0) ?? "-"} ms`;
  const size = peakToPeakUv === null ? "-" : `${(peakToPeakUv / 1000).toFixed(3)} mV`;
  const verdict = rejected ? `rejected (${why.join(", ")})` : "ok";
  return `  ${condition ?? "pulse"} · ${intensityPctMso.join("/")} %MSO · MEP ${size}${silent} · ${verdict}`;
}
