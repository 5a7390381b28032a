/**
 * Numbers and their names, as `xiangruili/MagventurePyTMS`, `L2K2/TMSEMG_toolbox`, `nigelrogasch/MAGIC`
 * and NeuroSimo read them.
 */

export const MODES = ["Standard", "Power", "Twin", "Dual"] as const;
export type Mode = (typeof MODES)[number];

export const WAVEFORMS = ["Monophasic", "Biphasic", "Halfsine", "Biphasic Burst"] as const;
export type Waveform = (typeof WAVEFORMS)[number];

export const DIRECTIONS = ["Normal", "Reverse"] as const;
export type Direction = (typeof DIRECTIONS)[number];

export const MODELS = [
  "R30",
  "X100",
  "R30+Option",
  "X100+Option",
  "R30+Option+Mono",
  "MST",
] as const;
export type ModelName = (typeof MODELS)[number];

export const TIMINGS = ["Sequence", "External Trig", "Ext Seq. Start", "Ext Seq. Cont"] as const;
export type Timing = (typeof TIMINGS)[number];

export const PAGE = { main: 1, timing: 2, trigger: 3, config: 4, protocol: 7 } as const;

const PAGES: Readonly<Record<number, string>> = {
  1: "Main",
  2: "Timing",
  3: "Trig",
  4: "Config",
  6: "Download",
  7: "Protocol",
  8: "MEP",
  13: "Service",
  15: "Treatment",
  16: "Treat Select",
  17: "Service2",
  19: "Calculator",
};

/** The list is incomplete and the device sends no name, so a number without one is ordinary. */
const COILS: Readonly<Record<number, string>> = {
  56: "Cool-B35",
  60: "Cool-B65",
  62: "MCF-B65",
  63: "MCF-P-B65",
  64: "Cool-B65 A/P",
  72: "C-B60",
  73: "C-B70",
  81: "MC-125",
  82: "MC-B70",
  86: "D-B80",
};

export function pageName(page: number): string {
  return PAGES[page] ?? `page ${page}`;
}

/** 0 stands for none, for one that the device does not know, and in one list for an MRi-B91. */
export function coilName(coil: number): string {
  if (coil === 0) return "0 (none or unknown)";
  const name = COILS[coil];
  return name === undefined ? String(coil) : `${coil} (${name})`;
}
