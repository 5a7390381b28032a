import { type Scale, upTo } from "../scales/scale.ts";
import { type Direction, isPairMode, type Mode, type Waveform } from "../wire/words.ts";

/** Highest rates, Hz. `extendedTenthsTo`: tenths of a hertz up to here once the device has extended rates. */
interface RateRow {
  readonly maxHz: number;
  readonly extendedTenthsTo: number;
}

export interface MagProModel {
  readonly name: string;
  /** In the flags. */
  readonly number: number;
  /** In message 9, where it may be wrong. */
  readonly settingsByte: number;
  readonly modes: readonly Mode[];
  readonly directions: readonly Direction[];
  readonly waveforms: readonly Waveform[];
  readonly rates: (mode: Mode, waveform: Waveform) => RateRow;
}

const SINGLE: readonly Mode[] = ["standard"];
const SINGLE_AND_PAIRS: readonly Mode[] = ["standard", "twin", "dual"];
const ALL_MODES: readonly Mode[] = ["standard", "power", "twin", "dual"];
const NORMAL: readonly Direction[] = ["normal"];
const BOTH_WAYS: readonly Direction[] = ["normal", "reverse"];
const ALL_WAVEFORMS: readonly Waveform[] = ["monophasic", "biphasic", "halfsine", "burst"];

/** Nobody knows the rates of these; the clients fall back to 100 Hz. */
const UNKNOWN_RATES: MagProModel["rates"] = () => ({ maxHz: 100, extendedTenthsTo: 20 });

/** What each model can do (`xiangruili/MagventurePyTMS`, tested by its author on an X100). */
const MODELS: readonly MagProModel[] = [
  {
    name: "magpro-r30",
    number: 0,
    // Read from a real unit (`NeuroSimo/neurosimo`).
    settingsByte: 88,
    modes: SINGLE,
    directions: NORMAL,
    // The burst was set on a real R30 (`NeuroSimo/neurosimo`); `xiangruili/MagventurePyTMS` has it not.
    waveforms: ["biphasic", "burst"],
    rates: () => ({ maxHz: 30, extendedTenthsTo: 20 }),
  },
  {
    name: "magpro-x100",
    number: 1,
    settingsByte: 1,
    modes: SINGLE,
    directions: BOTH_WAYS,
    waveforms: ["monophasic", "biphasic", "burst"],
    rates: x100Rates,
  },
  {
    name: "magpro-r30-option",
    number: 2,
    settingsByte: 2,
    modes: SINGLE_AND_PAIRS,
    directions: NORMAL,
    waveforms: ["monophasic", "biphasic"],
    rates: (mode) =>
      isPairMode(mode)
        ? { maxHz: 5, extendedTenthsTo: 5 }
        : // Extended rates of this model have no tenths above 1 Hz.
          { maxHz: 30, extendedTenthsTo: 1 },
  },
  {
    name: "magpro-x100-option",
    number: 3,
    settingsByte: 3,
    modes: ALL_MODES,
    directions: BOTH_WAYS,
    waveforms: ALL_WAVEFORMS,
    rates: x100OptionRates,
  },
  {
    name: "magpro-r30-option-mono",
    number: 4,
    settingsByte: 4,
    modes: ALL_MODES,
    directions: BOTH_WAYS,
    waveforms: ALL_WAVEFORMS,
    rates: UNKNOWN_RATES,
  },
  {
    name: "magpro-mst",
    number: 5,
    settingsByte: 5,
    modes: ALL_MODES,
    directions: BOTH_WAYS,
    waveforms: ALL_WAVEFORMS,
    rates: UNKNOWN_RATES,
  },
];

export const MODEL_NAMES: readonly string[] = MODELS.map(({ name }) => name);

/** Numbers that a model may have in the flags; 6 and 7 are unassigned. */
export const MODEL_COUNT: number = MODELS.length;

export function modelNamed(name: string): MagProModel | null {
  return MODELS.find((model) => model.name === name) ?? null;
}

function x100Rates(_mode: Mode, waveform: Waveform): RateRow {
  return waveform === "burst"
    ? { maxHz: 20, extendedTenthsTo: 20 }
    : { maxHz: 100, extendedTenthsTo: 20 };
}

function x100OptionRates(mode: Mode, waveform: Waveform): RateRow {
  if (!isPairMode(mode)) return x100Rates(mode, waveform);
  return waveform === "monophasic"
    ? { maxHz: 5, extendedTenthsTo: 5 }
    : { maxHz: 50, extendedTenthsTo: 20 };
}

/** Tenths of a hertz: tenths up to 1 Hz, or further with extended rates, and whole hertz above. */
export function rateScale({ maxHz, extendedTenthsTo }: RateRow, extendedRates: boolean): Scale {
  const tenthsTo = extendedRates ? extendedTenthsTo : 1;
  return upTo(
    [
      { from: 1, to: tenthsTo * 10, step: 1 },
      { from: (tenthsTo + 1) * 10, to: 1000, step: 10 },
    ],
    maxHz * 10,
  );
}
