import {
  DIRECTIONS,
  type Direction,
  MODES,
  type Mode,
  TIMING_CONTROLS,
  type TimingControl,
  WAVEFORMS,
  type Waveform,
} from "./words.ts";

/** The status byte of most messages. */
export interface Flags {
  readonly mode: Mode;
  readonly waveform: Waveform;
  readonly enabled: boolean;
  readonly modelNumber: number;
}

/** For both channels: percent of output, percent of a factor, or A/µs. */
export interface AB {
  readonly a: number;
  readonly b: number;
}

interface Status {
  readonly flags: Flags;
  readonly serialNumber: number;
  readonly temperatureC: number;
  readonly coilNumber: number;
  readonly amplitudePct: AB;
}

/** Everything that the device says, before it becomes bytes. */
export type Message =
  | ({ readonly kind: "short-status" } & Status)
  | { readonly kind: "amplitude"; readonly amplitudePct: AB; readonly flags: Flags }
  | { readonly kind: "pulse"; readonly didtAPerUs: AB; readonly flags: Flags }
  | {
      readonly kind: "coil";
      readonly temperatureC: number;
      readonly coilNumber: number;
      readonly flags: Flags;
    }
  | {
      readonly kind: "mep";
      readonly maximumUv: number;
      readonly minimumUv: number;
      readonly timeOfMaximumUs: number;
    }
  | ({
      readonly kind: "long-status";
      readonly originalPct: AB;
      readonly factorPct: AB;
      readonly page: number;
      readonly running: boolean;
    } & Status)
  | { readonly kind: "original-amplitude"; readonly originalPct: AB; readonly flags: Flags }
  | { readonly kind: "amplitude-factor"; readonly factorPct: AB; readonly flags: Flags }
  | {
      readonly kind: "page";
      readonly page: number;
      readonly running: boolean;
      readonly flags: Flags;
    }
  | {
      readonly kind: "settings";
      readonly modelByte: number;
      readonly mode: Mode;
      readonly direction: Direction;
      readonly waveform: Waveform;
      readonly burstPulses: number;
      readonly intervalIndex: number;
      /** Ratio index in Twin, 100 - amplitude B in Dual. */
      readonly pairByte: number;
    }
  | {
      readonly kind: "delays";
      readonly inputTenthsMs: number;
      readonly outputTenthsMs: number;
      readonly chargeMs: number;
      readonly tail: readonly number[];
    }
  | {
      readonly kind: "train";
      readonly timingControl: TimingControl;
      readonly extendedRates: boolean;
      readonly rateTenthsHz: number;
      readonly pulses: number;
      readonly trains: number;
      readonly itiTenthsS: number;
      readonly warningSound: boolean;
      readonly rampPct: number;
      readonly rampTrains: number;
    }
  | {
      readonly kind: "page-and-counters";
      readonly trains: number;
      readonly pulsesTimesTrains: number;
      readonly stimuli: number;
      readonly page: number;
    }
  /** Numbers that nobody has explained (240, 241). */
  | { readonly kind: "unexplained"; readonly body: readonly number[] };

/** The body of a message: its number first. */
export function bodyOf(message: Message): readonly number[] {
  switch (message.kind) {
    case "short-status":
      return [0, ...statusBytes(message)];
    case "amplitude":
      return [1, ...pairBytes(message.amplitudePct), flagsByte(message.flags)];
    case "pulse":
      return [2, ...pairBytes(message.didtAPerUs), flagsByte(message.flags)];
    case "coil":
      return [3, message.temperatureC, message.coilNumber, flagsByte(message.flags)];
    case "mep":
      return [
        4,
        ...bigEndian(message.maximumUv, 4),
        ...bigEndian(message.minimumUv, 4),
        ...bigEndian(message.timeOfMaximumUs, 4),
      ];
    case "long-status":
      return [
        5,
        ...statusBytes(message),
        ...pairBytes(message.originalPct),
        ...pairBytes(message.factorPct),
        message.page,
        Number(message.running),
      ];
    case "original-amplitude":
      return [6, ...pairBytes(message.originalPct), flagsByte(message.flags)];
    case "amplitude-factor":
      return [7, ...pairBytes(message.factorPct), flagsByte(message.flags)];
    case "page":
      return [8, message.page, Number(message.running), flagsByte(message.flags)];
    case "settings":
      return settingsBody(message);
    case "delays":
      return [
        10,
        0,
        ...bigEndian(message.inputTenthsMs, 2),
        ...bigEndian(message.outputTenthsMs, 2),
        ...bigEndian(message.chargeMs, 2),
        ...message.tail,
      ];
    case "train":
      return trainBody(message);
    case "page-and-counters":
      return countersBody(message);
    case "unexplained":
      return message.body;
  }
}

function flagsByte({ mode, waveform, enabled, modelNumber }: Flags): number {
  return (
    MODES.indexOf(mode) |
    (WAVEFORMS.indexOf(waveform) << 2) |
    (Number(enabled) << 4) |
    (modelNumber << 5)
  );
}

function statusBytes(status: Status): readonly number[] {
  return [
    flagsByte(status.flags),
    ...bigEndian(status.serialNumber, 3),
    status.temperatureC,
    status.coilNumber,
    ...pairBytes(status.amplitudePct),
  ];
}

function settingsBody(settings: Extract<Message, { readonly kind: "settings" }>): number[] {
  return [
    9,
    0,
    settings.modelByte,
    MODES.indexOf(settings.mode),
    DIRECTIONS.indexOf(settings.direction),
    WAVEFORMS.indexOf(settings.waveform),
    5 - settings.burstPulses,
    // The one number of the wire with its low byte first; all clients agree.
    settings.intervalIndex & 0xff,
    settings.intervalIndex >> 8,
    settings.pairByte,
  ];
}

function trainBody(train: Extract<Message, { readonly kind: "train" }>): number[] {
  return [
    11,
    0,
    TIMING_CONTROLS.indexOf(train.timingControl) | (Number(train.extendedRates) << 4),
    ...bigEndian(train.rateTenthsHz, 2),
    ...bigEndian(train.pulses, 2),
    ...bigEndian(train.trains, 2),
    ...bigEndian(train.itiTenthsS, 2),
    Number(train.warningSound),
    train.rampPct,
    train.rampTrains,
  ];
}

/**
 * Count and page stand where `xiangruili/MagventurePyTMS` reads them. That the count stands there
 * twice, and where trains and pulses are, are choices that contradict neither of its author's programs.
 */
function countersBody(
  counters: Extract<Message, { readonly kind: "page-and-counters" }>,
): number[] {
  const stimuli = bigEndian(counters.stimuli, 2);
  return [
    12,
    0,
    ...bigEndian(counters.trains, 2),
    ...bigEndian(counters.pulsesTimesTrains, 3),
    ...stimuli,
    ...stimuli,
    0,
    0,
    counters.page,
  ];
}

function pairBytes({ a, b }: AB): readonly number[] {
  return [a, b];
}

/** High byte first; a negative number as two's complement. */
function bigEndian(value: number, bytes: number): readonly number[] {
  return Array.from({ length: bytes }, (_, place) => (value >> (8 * (bytes - 1 - place))) & 0xff);
}
