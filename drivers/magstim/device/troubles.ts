/** What keeps a device from being armed and makes the outcome of a dose unclear, each told once. */
import type { InstrumentBits } from "../wire/status.ts";

/** Above this the device disarms by itself and cannot be armed, degrees Celsius (`nicolasmcnair/magpy`). */
export const COIL_LIMIT_C = 40;

export type Trouble =
  | "coil-missing"
  | "replace-coil"
  | "coil-hot"
  | "error"
  | "state-unclear"
  | "mode-unfit";

interface TroubleWords {
  readonly code: "DEVICE_COIL" | "DEVICE_FAULT";
  readonly detail: string;
}

const WORDS: Readonly<Record<Trouble, TroubleWords>> = {
  "coil-missing": { code: "DEVICE_COIL", detail: "no coil is connected" },
  "replace-coil": { code: "DEVICE_COIL", detail: "the device asks for another coil" },
  "coil-hot": { code: "DEVICE_COIL", detail: `the coil is above ${COIL_LIMIT_C} °C` },
  error: { code: "DEVICE_FAULT", detail: "the device reports an error" },
  "state-unclear": {
    code: "DEVICE_FAULT",
    detail: "not exactly one of standby, armed and ready is set",
  },
  "mode-unfit": {
    code: "DEVICE_FAULT",
    detail: "the unit is no longer the master of a pair that it starts itself",
  },
};

/** Code and words of a trouble, for errors of commands that it forbids. */
export function wordsOf(trouble: Trouble): TroubleWords {
  return WORDS[trouble];
}

/**
 * Modes of a BiStim in which one start gives the two pulses that are set: simultaneous, low and high
 * resolution, as master (`cboulay/magstim_python`). Alone, as slave, or with two triggers it does not.
 */
export const FIT_MODES: ReadonlySet<string> = new Set(["1", "2", "4"]);

/** Troubles that hold, in the order in which they are told. */
export function troublesOf(
  instr: InstrumentBits,
  coilTemperatureC: number | null,
  systemMode: string | null,
): readonly Trouble[] {
  const holds: Readonly<Record<Trouble, boolean>> = {
    "coil-missing": instr.coilPresent === 0,
    "replace-coil": instr.replaceCoil === 1,
    "coil-hot": coilTemperatureC !== null && coilTemperatureC > COIL_LIMIT_C,
    error: instr.errorPresent === 1,
    "state-unclear": instr.standby + instr.armed + instr.ready !== 1,
    "mode-unfit": systemMode !== null && !FIT_MODES.has(systemMode),
  };
  return (Object.keys(holds) as Trouble[]).filter((one) => holds[one]);
}
