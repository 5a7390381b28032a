/** What is known of a MagPro from its messages, and how it looks in the words of the contract. Pure. */
import type { StimulatorStatus, TrainSettings } from "../../../src/contract/stimulator.ts";
import type {
  DelaysReport,
  Flags,
  LongStatus,
  Message,
  PulseReport,
  SettingsReport,
  TrainReport,
} from "../wire/messages.ts";
import { isKnown } from "../wire/messages.ts";
import { coilName, PAGE } from "../wire/names.ts";
import { shapeName } from "./capabilities.ts";
import { durationOf } from "./orders.ts";

export interface Known {
  readonly flags: Flags | null;
  readonly amplitudeA: number | null;
  readonly amplitudeB: number | null;
  /** Set value on the Protocol page, where lines have factors of their own. */
  readonly originalA: number | null;
  readonly serialNumber: number | null;
  readonly coil: number | null;
  readonly temperatureC: number | null;
  readonly temperatureAtMs: number | null;
  readonly page: number | null;
  readonly running: boolean;
  readonly settings: SettingsReport | null;
  readonly delays: DelaysReport | null;
  readonly train: TrainReport | null;
  readonly stimCount: number | null;
  /** Instant of the last whole status. */
  readonly wholeAtMs: number | null;
}

export const NOTHING_KNOWN: Known = {
  flags: null,
  amplitudeA: null,
  amplitudeB: null,
  originalA: null,
  serialNumber: null,
  coil: null,
  temperatureC: null,
  temperatureAtMs: null,
  page: null,
  running: false,
  settings: null,
  delays: null,
  train: null,
  stimCount: null,
  wholeAtMs: null,
};

const flagsOf = ({ mode, waveform, enabled, model }: Flags): Flags => ({
  mode,
  waveform,
  enabled,
  model,
});

function learnStatus(known: Known, message: Omit<LongStatus, "message">, atMs: number): Known {
  return {
    ...known,
    ...learnCoil(known, message.coilNumber, message.temperatureC, atMs),
    serialNumber: message.serialNumber,
    amplitudeA: message.amplitudeA,
    amplitudeB: message.amplitudeB,
    originalA: message.originalA,
    // One author calls the page of this message unreliable: another's word counts where there is one.
    page: known.page ?? message.page,
    running: message.running,
    wholeAtMs: atMs,
  };
}

function learnCoil(known: Known, coil: number, temperatureC: number, atMs: number): Known {
  return { ...known, coil, temperatureC, temperatureAtMs: atMs };
}

/** `asOfMs`: the instant that the message may speak of, where it can be an old question's answer. */
export function learn(before: Known, message: Message, asOfMs: number): Known {
  if (!isKnown(message)) return before;
  const known = "enabled" in message ? { ...before, flags: flagsOf(message) } : before;
  switch (message.message) {
    case 0: {
      const { amplitudeA, amplitudeB, serialNumber, coilNumber, temperatureC } = message;
      const seen = learnCoil(known, coilNumber, temperatureC, asOfMs);
      return { ...seen, amplitudeA, amplitudeB, serialNumber };
    }
    case 1:
      return { ...known, amplitudeA: message.amplitudeA, amplitudeB: message.amplitudeB };
    case 3:
      return learnCoil(known, message.coilNumber, message.temperatureC, asOfMs);
    case 5:
      return learnStatus(known, message, asOfMs);
    case 6:
      return { ...known, originalA: message.originalA };
    case 7: {
      // The next line of a stored protocol has a gain of its own: this is what its pulses will have.
      const amplitudeA = Math.round((known.originalA ?? 0) * message.factorA);
      return known.originalA === null ? known : { ...known, amplitudeA };
    }
    case 8:
      return { ...known, page: message.page, running: message.running };
    case 9:
      return { ...known, settings: message };
    case 10:
      return { ...known, delays: message };
    case 11:
      return { ...known, train: message };
    case 12:
      return { ...known, stimCount: message.stimCount, page: message.page };
    case 2:
    case 4:
      return known;
  }
}

export const isPairMode = ({ mode }: Pick<Flags, "mode">): boolean =>
  mode === "Twin" || mode === "Dual";

/** No pair or burst has this interval or count, so it equals no plan and is refused. */
const NOT_TOLD = 0;

/**
 * Interval and pulses of one start. Mode and waveform stand in every message, the interval in the
 * answer about settings alone: where the two do not fit together the interval is not known.
 */
function startOf({ flags, settings }: Known): {
  readonly isiMs: number | null;
  readonly burstPulses: number | null;
} {
  const isBurst = flags?.waveform === "Biphasic Burst";
  if (flags === null || (!isBurst && !isPairMode(flags))) return { isiMs: null, burstPulses: null };
  const fits = settings?.mode === flags.mode && settings.waveform === flags.waveform;
  const isiMs = (fits ? settings.ipiMs : undefined) ?? NOT_TOLD;
  return { isiMs, burstPulses: isBurst ? (settings?.burstPulses ?? NOT_TOLD) : null };
}

/**
 * Pulses that a report of a start stands for when nobody here gave it. A burst may be told once, a pair
 * by its first pulse alone: in doubt all of them came.
 */
export function pulsesTold(known: Known, report: PulseReport): number {
  if (isPairMode(report)) return report.didtA > 0 || report.didtB === 0 ? 2 : 1;
  return report.waveform === "Biphasic Burst" ? (startOf(known).burstPulses ?? 1) || 1 : 1;
}

/** What the Timing page would start: all its trains together. */
function trainOf({ train }: Known): TrainSettings | null {
  if (train === null) return null;
  const { repRateHz, pulsesInTrain, numberOfTrains } = train;
  const pulses = pulsesInTrain * numberOfTrains;
  return { frequencyHz: repRateHz, pulses, durationS: durationOf(pulses, repRateHz) };
}

/** On the Protocol page the present amplitude is that of a line; the higher of the two is told. */
function intensityOf(known: Known): readonly number[] | null {
  const { amplitudeA, amplitudeB, flags, originalA, page } = known;
  if (amplitudeA === null || amplitudeB === null || flags === null) return null;
  if (isPairMode(flags)) return [amplitudeA, amplitudeB];
  return [page === PAGE.protocol ? Math.max(amplitudeA, originalA ?? 0) : amplitudeA];
}

export function directionOf({ settings }: Known): string | null {
  return settings === null ? null : settings.currentDirection.toLowerCase();
}

/** Null until a whole status was read. `hasControl`: the device answers. */
export function statusOf(
  known: Known,
  hasControl: boolean,
  knownCoil: number | null,
): StimulatorStatus | null {
  const { coil, flags, page, running, wholeAtMs } = known;
  if (wholeAtMs === null || flags === null || coil === null) return null;
  // The page decides what a start command starts, so it is the mode.
  const isTrain = page === PAGE.timing;
  return {
    atMs: wholeAtMs,
    state: !flags.enabled ? "standby" : running ? "armed" : "ready",
    remote: hasControl,
    coilPresent: coil !== 0 || knownCoil === 0,
    intensityPctMso: intensityOf(known),
    mode: isTrain ? "train" : "single",
    train: isTrain ? trainOf(known) : null,
    activity: running ? "train" : "idle",
    ...startOf(known),
    enhancedPower: null,
    waveform: shapeName(flags.waveform, flags.mode),
    currentDirection: directionOf(known),
    coil: coilName(coil),
    coilTemperatureC: known.temperatureC,
    coilTemperatureAtMs: known.temperatureAtMs,
    fault: null,
  };
}
