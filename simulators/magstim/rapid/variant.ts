import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type Choices, RECOMMENDED } from "../core/choices.ts";
import { frequencyTable, type RapidType } from "./limits.ts";

/** What differs between the models of the group. */
interface RapidModel {
  /** The newest version that open clients name. */
  readonly defaultVersion: string;
  readonly leastMajor: number;
  /** Powers up to 110 % and the charge delay: the client of the Horizon has neither. */
  readonly extras: boolean;
  readonly plus1: boolean;
}

const MODELS: Readonly<Record<RapidType, RapidModel>> = {
  rapid: { defaultVersion: "11.0", leastMajor: 1, extras: true, plus1: false },
  super: { defaultVersion: "11.0", leastMajor: 1, extras: true, plus1: false },
  superPlus: { defaultVersion: "11.0", leastMajor: 1, extras: true, plus1: true },
  // Its client speaks as to a Rapid of version 9 and knows no older one (`neuromti/ctrl-magstim_stimulators`).
  horizon: { defaultVersion: "9.4.0", leastMajor: 9, extras: false, plus1: false },
};

/** What differs between units of the group: fixed while the simulator lives. */
export interface RapidVariant {
  readonly model: string;
  readonly extras: boolean;
  readonly plus1: boolean;
  /** Highest train frequency at each power, whole Hz. */
  readonly maxFrequenciesHz: readonly number[];
  readonly versionText: string;
  readonly major: number;
  /** Null: a unit that hands out control to a plain `Q@`. */
  readonly unlockCode: string | null;
  readonly widths: FieldWidths;
  readonly ranges: FieldRanges;
  readonly choices: Choices;
}

/** Digits of the fields that changed with the software version (`nicolasmcnair/magpy`). */
export interface FieldWidths {
  readonly pulses: number;
  readonly durationTenthsS: number;
  readonly waitTenthsS: number;
  /** Null: this version has no charge delay and no extended status. */
  readonly chargeDelayMs: number | null;
  /** In the answer to `o`. */
  readonly chargeDelayShown: number;
}

/** Ends of what a version takes; frequency has its table instead. */
export interface FieldRanges {
  readonly minTrainValue: 0 | 1;
  readonly maxPulses: number;
  readonly maxDurationTenthsS: number;
  readonly maxChargeDelayMs: number;
  /** Above this value, in tenths, only whole units are taken; null: tenths everywhere. */
  readonly tenthsUpTo: number | null;
}

/** Throws `CLI_BAD_CALL` for a version or a supply that this model does not come with. */
export function rapidVariant(options: {
  readonly model: string;
  readonly type: RapidType;
  readonly mains: 240 | 115;
  readonly softwareVersion: string | null;
  readonly unlockCode: string | null;
  readonly choices?: Choices;
}): RapidVariant {
  const { defaultVersion, leastMajor, extras, plus1 } = MODELS[options.type];
  const choices = options.choices ?? RECOMMENDED;
  const numbers = versionNumbers(options.softwareVersion ?? defaultVersion);
  const major = Number(numbers.split(".")[0]);
  if (major < leastMajor) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `software version ${numbers}: a ${options.model} has ${leastMajor} or later`,
    );
  }
  const maxFrequenciesHz = frequencyTable(options.type, options.mains);
  if (maxFrequenciesHz === null) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `no frequencies are known for a ${options.model} on ${options.mains} V; expected 240`,
    );
  }
  return {
    model: options.model,
    extras,
    plus1,
    maxFrequenciesHz,
    versionText: versionText(numbers, choices),
    major,
    // The code came with version 9; older units take the padding byte, whatever it is.
    unlockCode: major >= 9 ? options.unlockCode : null,
    widths: widthsOf(major, choices),
    ranges: rangesOf(major, choices),
    choices,
  };
}

/** Highest train frequency at a power, tenths of Hz, inclusive. Powers above 100 count as 100. */
export function maxTenthsHz({ maxFrequenciesHz, choices }: RapidVariant, powerPct: number): number {
  const tenths = 10 * (maxFrequenciesHz[Math.min(100, powerPct)] ?? 0);
  return choices.frequencyLimit === "inclusive" ? tenths : tenths - 1;
}

function versionNumbers(asked: string): string {
  const numbers = /^V?(\d+(?:\.\d+)*)$/.exec(asked)?.[1];
  if (numbers !== undefined) return numbers;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `software version ${asked}: expected digits such as 11.0`,
  );
}

/** Answers start with the letter (`V9.0`), as the clients expect. */
function versionText(numbers: string, choices: Choices): string {
  return choices.versionText === "digits" ? numbers.replaceAll(".", "") : `V${numbers}`;
}

function widthsOf(major: number, choices: Choices): FieldWidths {
  if (major < 9) {
    return {
      pulses: 4,
      durationTenthsS: 3,
      waitTenthsS: major < 7 ? 3 : 4,
      chargeDelayMs: null,
      chargeDelayShown: 0,
    };
  }
  return {
    pulses: 5,
    durationTenthsS: 4,
    waitTenthsS: 4,
    chargeDelayMs: major < 10 ? 4 : 5,
    chargeDelayShown: major < 10 && choices.chargeDelayAnswer === "7" ? 4 : 5,
  };
}

function rangesOf(major: number, choices: Choices): FieldRanges {
  const minTrainValue = choices.zeroTrainValues === "accepted" ? 0 : 1;
  // Below 9 `nigelrogasch/MAGIC` stops at 10 s where MagPy allows 99.9 s; the narrower one is taken.
  const usualS = major < 9 ? 10 : 600;
  const longestS = choices.longestTrainS === "by-version" ? usualS : Number(choices.longestTrainS);
  const maxDurationTenthsS = Math.round(longestS * 10);
  if (major < 9)
    return {
      minTrainValue,
      maxPulses: 1000,
      maxDurationTenthsS,
      maxChargeDelayMs: 0,
      tenthsUpTo: null,
    };
  return {
    minTrainValue,
    maxPulses: 6000,
    maxDurationTenthsS,
    maxChargeDelayMs: major < 10 ? 2000 : 10_000,
    // Tenths up to 30 Hz and 30 s, whole Hz and s above.
    tenthsUpTo: 300,
  };
}
