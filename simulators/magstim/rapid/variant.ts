import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";

/** The three members of the Rapid group; the limits table uses the same words. */
export type RapidType = "rapid" | "super" | "superPlus";

/** What differs between units of the Rapid group: fixed while the simulator lives. */
export interface RapidVariant {
  readonly model: string;
  readonly type: RapidType;
  readonly mains: 240 | 115;
  readonly versionText: string;
  readonly major: number;
  /** Null: a unit that hands out control to a plain `Q@`. */
  readonly unlockCode: string | null;
  readonly widths: FieldWidths;
  readonly ranges: FieldRanges;
}

/** Digits of the fields that changed with the software version (`nicolasmcnair/magpy`). */
export interface FieldWidths {
  readonly pulses: number;
  readonly durationTenthsS: number;
  readonly waitTenthsS: number;
  /** Null: this version has no charge delay and no extended status. */
  readonly chargeDelayMs: number | null;
}

/** Largest values a version takes; frequency has its table instead. */
export interface FieldRanges {
  readonly maxPulses: number;
  readonly maxDurationTenthsS: number;
  readonly maxChargeDelayMs: number;
  /** Above this value, in tenths, only whole units are taken; null: tenths everywhere. */
  readonly tenthsUpTo: number | null;
}

/** Answers start with this letter (`V9.0`), as the clients expect. */
const VERSION_LETTER = "V";

export function rapidVariant(options: {
  readonly model: string;
  readonly type: RapidType;
  readonly mains: 240 | 115;
  readonly softwareVersion: string;
  readonly unlockCode: string | null;
}): RapidVariant {
  const numbers = /^V?(\d+(?:\.\d+)*)$/.exec(options.softwareVersion)?.[1];
  if (numbers === undefined) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `software version ${options.softwareVersion}: expected digits such as 11.0`,
    );
  }
  const major = Number(numbers.split(".")[0]);
  return {
    model: options.model,
    type: options.type,
    mains: options.mains,
    versionText: `${VERSION_LETTER}${numbers}`,
    major,
    // The code came with version 9; older units take the padding byte, whatever it is.
    unlockCode: major >= 9 ? options.unlockCode : null,
    widths: widthsOf(major),
    ranges: rangesOf(major),
  };
}

function widthsOf(major: number): FieldWidths {
  if (major < 9) {
    return { pulses: 4, durationTenthsS: 3, waitTenthsS: major < 7 ? 3 : 4, chargeDelayMs: null };
  }
  return { pulses: 5, durationTenthsS: 4, waitTenthsS: 4, chargeDelayMs: major < 10 ? 4 : 5 };
}

function rangesOf(major: number): FieldRanges {
  // Below 9 `nigelrogasch/MAGIC` stops at 10 s where MagPy allows 99.9 s; the narrower one is taken.
  if (major < 9)
    return { maxPulses: 1000, maxDurationTenthsS: 100, maxChargeDelayMs: 0, tenthsUpTo: null };
  return {
    maxPulses: 6000,
    maxDurationTenthsS: 6000,
    maxChargeDelayMs: major < 10 ? 2000 : 10_000,
    // Tenths up to 30 Hz and 30 s, whole Hz and s above.
    tenthsUpTo: 300,
  };
}
