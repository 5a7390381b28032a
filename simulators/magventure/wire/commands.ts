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

/** Rate, pulses, trains and interval as commands 6 and 11 write them. */
export interface WrittenTrain {
  readonly rateTenthsHz: number;
  readonly pulses: number;
  readonly trains: number;
  readonly itiTenthsS: number;
}

/** The three delays as commands 8 and 10 write them. */
export interface WrittenDelays {
  readonly inputTenthsMs: number;
  readonly outputTenthsMs: number;
  readonly chargeMs: number;
}

export interface WrittenSettings {
  readonly modelByte: number;
  readonly mode: Mode;
  readonly direction: Direction;
  readonly waveform: Waveform;
  readonly burstPulses: number;
  readonly intervalTenthsMs: number;
  readonly ratioHundredths: number;
}

/** Command 11. Null: the shorter form, which has no ramp. */
export interface TrainExtras {
  readonly timingControl: TimingControl;
  readonly warningSound: boolean;
  readonly ramp: { readonly pct: number; readonly trains: number } | null;
}

export type Query =
  | "short-status"
  | "long-status"
  | "settings"
  | "delays"
  | "train"
  | "page-and-counters";

/** What the host asked for. `form`: by the maker's document, or found by experiment. */
export type HostCommand =
  | { readonly kind: "query"; readonly what: Query }
  /** B null: the one-byte form. */
  | { readonly kind: "set-amplitude"; readonly a: number; readonly b: number | null }
  | { readonly kind: "enable" }
  | { readonly kind: "disable" }
  | { readonly kind: "fire" }
  | { readonly kind: "start" }
  | { readonly kind: "show-page"; readonly page: number }
  | { readonly kind: "write-settings"; readonly settings: WrittenSettings }
  | {
      readonly kind: "write-train";
      readonly form: "documented";
      readonly train: WrittenTrain;
    }
  | {
      readonly kind: "write-train";
      readonly form: "experimental";
      readonly train: WrittenTrain;
      readonly extras: TrainExtras;
    }
  | {
      readonly kind: "write-delays";
      readonly form: "documented" | "experimental";
      readonly delays: WrittenDelays;
    };

type Body = readonly number[];
type Decoder = (body: Body) => HostCommand | null;

interface CommandRow {
  readonly number: number;
  /** Lengths of the body, its number counted, that occur in open clients. */
  readonly lengths: readonly number[];
  readonly decode: Decoder;
}

const ROWS: readonly CommandRow[] = [
  { number: 0, lengths: [1], decode: query("short-status") },
  {
    number: 1,
    lengths: [2, 3],
    decode: (body) => ({ kind: "set-amplitude", a: byteAt(body, 1), b: body[2] ?? null }),
  },
  { number: 2, lengths: [2], decode: decodeEnable },
  // `nigelrogasch/MAGIC` adds a byte to 3 and to 7, `xiangruili/MagventurePyTMS` does not.
  { number: 3, lengths: [1, 2], decode: () => ({ kind: "fire" }) },
  { number: 4, lengths: [1], decode: () => ({ kind: "start" }) },
  { number: 5, lengths: [1], decode: query("long-status") },
  {
    number: 6,
    lengths: [9],
    decode: (body) => ({ kind: "write-train", form: "documented", train: trainAt(body, 1) }),
  },
  {
    number: 7,
    lengths: [2, 3],
    decode: (body) => ({ kind: "show-page", page: byteAt(body, 1) }),
  },
  {
    number: 8,
    lengths: [9],
    decode: (body) => ({ kind: "write-delays", form: "documented", delays: delaysAt(body, 1) }),
  },
  // The query is padded to the length of the write by some clients.
  { number: 9, lengths: [2, 11], decode: asked(query("settings"), 11, decodeSettings) },
  {
    number: 10,
    lengths: [2, 8],
    decode: asked(query("delays"), 8, (body) => ({
      kind: "write-delays",
      form: "experimental",
      delays: delaysAt(body, 2),
    })),
  },
  {
    number: 11,
    lengths: [2, 12, 14],
    decode: asked(query("train"), 12, decodeTrain),
  },
  {
    number: 12,
    lengths: [2],
    decode: asked(query("page-and-counters"), Number.POSITIVE_INFINITY, () => null),
  },
];

const ROW_OF: ReadonlyMap<number, CommandRow> = new Map(ROWS.map((row) => [row.number, row]));

/** Null: unknown number, wrong length or a value without a meaning. The device is silent on these. */
export function decodeCommand(body: Body): HostCommand | null {
  const row = ROW_OF.get(byteAt(body, 0));
  return row?.lengths.includes(body.length) === true ? row.decode(body) : null;
}

function query(what: Query): Decoder {
  return () => ({ kind: "query", what });
}

/** Commands 9 to 12 ask with 0 and write with 1 behind their number. */
function asked(ask: Decoder, shortestWrite: number, write: Decoder): Decoder {
  return (body) => {
    if (body[1] === 0) return ask(body);
    return body[1] === 1 && body.length >= shortestWrite ? write(body) : null;
  };
}

function decodeEnable(body: Body): HostCommand | null {
  if (body[1] === 1) return { kind: "enable" };
  return body[1] === 0 ? { kind: "disable" } : null;
}

function decodeSettings(body: Body): HostCommand | null {
  const mode = MODES[byteAt(body, 3)];
  const direction = DIRECTIONS[byteAt(body, 4)];
  const waveform = WAVEFORMS[byteAt(body, 5)];
  const burstPulses = 5 - byteAt(body, 6);
  if (mode === undefined || direction === undefined || waveform === undefined) return null;
  if (burstPulses < 2) return null;
  return {
    kind: "write-settings",
    settings: {
      modelByte: byteAt(body, 2),
      mode,
      direction,
      waveform,
      burstPulses,
      intervalTenthsMs: wordAt(body, 7),
      ratioHundredths: wordAt(body, 9),
    },
  };
}

function decodeTrain(body: Body): HostCommand {
  // Two bits are the timing control; the bit of the extended rates cannot be written.
  const timingControl = TIMING_CONTROLS[byteAt(body, 2) & 3] ?? "sequence";
  const ramp = body.length === 14 ? { pct: byteAt(body, 12), trains: byteAt(body, 13) } : null;
  return {
    kind: "write-train",
    form: "experimental",
    train: trainAt(body, 3),
    extras: { timingControl, warningSound: byteAt(body, 11) !== 0, ramp },
  };
}

function trainAt(body: Body, at: number): WrittenTrain {
  return {
    rateTenthsHz: wordAt(body, at),
    pulses: wordAt(body, at + 2),
    trains: wordAt(body, at + 4),
    itiTenthsS: wordAt(body, at + 6),
  };
}

function delaysAt(body: Body, at: number): WrittenDelays {
  const output = wordAt(body, at + 2);
  return {
    inputTenthsMs: wordAt(body, at),
    outputTenthsMs: output < 0x8000 ? output : output - 0x10000,
    chargeMs: wordAt(body, at + 4),
  };
}

function byteAt(body: Body, at: number): number {
  return body[at] ?? 0;
}

function wordAt(body: Body, at: number): number {
  return (byteAt(body, at) << 8) | byteAt(body, at + 1);
}
