/** The family, as its boxes name themselves (`BackyardBrains`, "Guide for USB Communication"). */

export interface Board {
  /** What it answers to `b:;`. */
  readonly hardware: string;
  readonly bits: 10 | 14;
  readonly mostChannels: number;
  /** Samples a second and channel, by the number of channels. */
  readonly rateHz: (channels: number) => number;
  /** Streams only when told to. */
  readonly needsStart: boolean;
  readonly baudRate: number;
}

/**
 * The Arduino firmware sets its compare register to 198: 16 MHz / 8 / 199 = 10050.25 Hz, where the
 * guide says 10000 (`BackyardBrains/SpikerShield`). All channels share them.
 */
const SHIELD_HZ: number = 16e6 / 8 / 199;
/** The firmware is compiled for 230400, which an AVR makes 222222. */
export const AVR_BAUD = 222_222;
export const FAST_BAUD = 500_000;

const shield = (hardware: string): Board => ({
  hardware,
  bits: 10,
  mostChannels: 6,
  rateHz: (channels) => SHIELD_HZ / channels,
  needsStart: false,
  baudRate: AVR_BAUD,
});

const pro = (hardware: string): Board => ({
  hardware,
  bits: 10,
  mostChannels: 4,
  rateHz: (channels) => (channels > 2 ? 5000 : 10_000),
  needsStart: true,
  baudRate: AVR_BAUD,
});

const BOARDS: readonly Board[] = [
  ...["MUSCLESS", "HEARTSS", "NEURONSS", "PLANTSS"].map(shield),
  ...["HBSBPRO", "MSBPCDC", "NSBPCDC", "NRNSBPRO"].map(pro),
  {
    hardware: "HUMANSB",
    bits: 14,
    mostChannels: 4,
    rateHz: () => 5000,
    needsStart: true,
    baudRate: FAST_BAUD,
  },
];

/** Boxes that exist and whose rate nobody publishes: the rig file has to say it. */
const UNTOLD = ["HBLEOSB", "MUSCUSB1", "HHIBOX", "UNIBOX", "EXTCLAW"] as const;

export const HARDWARE: readonly string[] = [...BOARDS.map(({ hardware }) => hardware), ...UNTOLD];

/** Null: known by name alone. */
export function boardOf(hardware: string): Board | null {
  return BOARDS.find((one) => one.hardware === hardware) ?? null;
}

/** Channels that a box sends with an expansion board plugged in. */
export const EXPANSION_CHANNELS: ReadonlyMap<string, number> = new Map([
  ["0", 2],
  ["1", 4],
  ["4", 3],
  ["5", 3],
  ["9", 3],
]);
