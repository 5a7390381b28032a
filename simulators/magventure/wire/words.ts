/** The numbers of the wire and their words; the place in a table is the number. */

export const MODES = ["standard", "power", "twin", "dual"] as const;
export const WAVEFORMS = ["monophasic", "biphasic", "halfsine", "burst"] as const;
export const DIRECTIONS = ["normal", "reverse"] as const;
/** Known to both clients of one author (`xiangruili/MagventurePyTMS`). */
export const TIMING_CONTROLS = ["sequence", "external", "external-start", "external-cont"] as const;

export type Mode = (typeof MODES)[number];
export type Waveform = (typeof WAVEFORMS)[number];
export type Direction = (typeof DIRECTIONS)[number];
export type TimingControl = (typeof TIMING_CONTROLS)[number];

export const PAGES: ReadonlyMap<string, number> = new Map([
  ["main", 1],
  ["timing", 2],
  ["trigger", 3],
  ["configure", 4],
  ["download", 6],
  ["protocol", 7],
  ["mep", 8],
  ["service", 13],
  ["treatment", 15],
  ["treat-select", 16],
  ["service2", 17],
  ["calculator", 19],
]);

export const PAGE_MAIN = 1;
export const PAGE_TIMING = 2;
export const PAGE_PROTOCOL = 7;

/** The host can show these: agreed by all clients, tested by `L2K2/TMSEMG_toolbox`. */
export const PAGES_FOR_HOST: readonly number[] = [1, 2, 3, 4, 7];
/** Those that `xiangruili/MagventurePyTMS` offers besides. */
export const MORE_PAGES_FOR_HOST: readonly number[] = [6, 8, 15, 16, 19];

/** A pair of pulses comes of one start. */
export function isPairMode(mode: Mode): boolean {
  return mode === "twin" || mode === "dual";
}
