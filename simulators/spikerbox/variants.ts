/** Boxes of the family that this simulator can be. */
export interface Variant {
  readonly hardwareType: string;
  readonly bits: 10 | 14;
  /** What it takes its rate for, and what it is; with one channel where channels share it. */
  readonly nominalHz: number;
  readonly trueHz: number;
  readonly sharesRate: boolean;
  readonly channels: number;
  readonly mostChannels: number;
  /** An Arduino: resets when its line goes up, stops sampling while it reads an order, cannot be stopped. */
  readonly isArduino: boolean;
  /** Nobody published a scale; this is ours. */
  readonly microvoltPerCount: number;
}

export const VARIANTS: Readonly<Record<"shield" | "human" | "station", Variant>> = {
  shield: {
    hardwareType: "MUSCLESS",
    bits: 10,
    nominalHz: 10_000,
    // 16 MHz / 8 by a compare register of 198.
    trueHz: 16e6 / 8 / 199,
    sharesRate: true,
    channels: 1,
    mostChannels: 6,
    isArduino: true,
    microvoltPerCount: 5,
  },
  human: {
    hardwareType: "HUMANSB",
    bits: 14,
    nominalHz: 5000,
    trueHz: 5000,
    sharesRate: false,
    channels: 2,
    mostChannels: 4,
    isArduino: false,
    microvoltPerCount: 0.5,
  },
  station: {
    hardwareType: "UNIBOX",
    bits: 14,
    nominalHz: 42_661.5,
    trueHz: 42_661.5,
    sharesRate: false,
    channels: 2,
    mostChannels: 2,
    isArduino: false,
    microvoltPerCount: 0.5,
  },
};

/** Expansion boards by the digit of `BRD`, and how many channels the box then sends. */
export const BOARD_CHANNELS: ReadonlyMap<number, number> = new Map([
  [0, 2],
  [1, 4],
  [4, 3],
  [5, 3],
  [9, 3],
]);
