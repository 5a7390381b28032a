/** The board as its commands know it: plain data. */
export interface ChannelSettings {
  readonly isOff: boolean;
  readonly gain: number;
  readonly input: Input;
  readonly bias: boolean;
  readonly srb2: boolean;
  readonly srb1: boolean;
  /** Lead-off current at the P or N input. */
  readonly leadP: boolean;
  readonly leadN: boolean;
}

/** In the order of their digits in `x`. */
export const INPUTS = [
  "normal",
  "shorted",
  "bias-measure",
  "supply",
  "temperature",
  "test",
  "bias-p",
  "bias-n",
] as const;
export type Input = (typeof INPUTS)[number];

/** In the order of their digits in `x`. */
export const GAINS: readonly number[] = [1, 2, 4, 6, 8, 12, 24];
export const HIGHEST_GAIN = 24;

/** In the order of their digits in `~`. */
export const RATES_HZ: readonly number[] = [16000, 8000, 4000, 2000, 1000, 500, 250];
/** All that the radio carries; `b` falls back to it. */
export const SERIAL_RATE_HZ = 250;

/** In the order of their digits in `/`. */
export const MODES = ["default", "debug", "analog", "digital", "marker", "BLE"] as const;
export type Mode = (typeof MODES)[number];

export interface TestSignal {
  readonly shape: "dc" | "slow" | "fast";
  readonly times: 1 | 2;
}

export interface Board {
  readonly generation: 1 | 3;
  /** A daisy is on it; and is it in use? */
  readonly hasDaisy: boolean;
  readonly usesDaisy: boolean;
  readonly streaming: boolean;
  readonly rateHz: number;
  readonly mode: Mode;
  readonly stamps: "off" | "first" | "on";
  /** Sixteen, with or without a daisy. */
  readonly channels: readonly ChannelSettings[];
  readonly test: TestSignal;
  /** Code that waits for the next packet; 0: none. */
  readonly marker: number;
  /** A command of several characters, as far as it has come. */
  readonly pending: { readonly text: string; readonly sinceMs: number } | null;
}

/** `060110`. */
export const DEFAULT_CHANNEL: ChannelSettings = {
  isOff: false,
  gain: HIGHEST_GAIN,
  input: "normal",
  bias: true,
  srb2: true,
  srb1: false,
  leadP: false,
  leadN: false,
};

const CHANNELS = 16;

export function defaultChannels(): readonly ChannelSettings[] {
  return Array.from({ length: CHANNELS }, () => DEFAULT_CHANNEL);
}

export function boardAfterPowerUp(generation: 1 | 3, hasDaisy: boolean): Board {
  return {
    generation,
    hasDaisy,
    usesDaisy: hasDaisy,
    streaming: false,
    rateHz: SERIAL_RATE_HZ,
    mode: "default",
    stamps: "off",
    channels: defaultChannels(),
    test: { shape: "slow", times: 1 },
    marker: 0,
    pending: null,
  };
}

/** One channel (from 0) with some settings changed. */
export function withChannel(
  board: Board,
  channel: number,
  change: Partial<ChannelSettings>,
): Board {
  const channels = board.channels.map((settings, index) =>
    index === channel ? { ...settings, ...change } : settings,
  );
  return { ...board, channels };
}

export function withEveryChannel(board: Board, change: Partial<ChannelSettings>): Board {
  return { ...board, channels: board.channels.map((settings) => ({ ...settings, ...change })) };
}
