import { orList } from "../../../src/base/result.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";

/** The numbers of every body of the family. A test or a bench may set each of them otherwise. */
export interface FamilyFigures {
  /** From arming to ready (`nicolasmcnair/magpy`). */
  readonly armDelayMs: number;
  /** The capacitor's way to a new setting (`nicolasmcnair/magpy`). */
  readonly rampUpMsPerPct: number;
  readonly rampDownMsPerPct: number;
  /** Armed for so long without a pulse: back to standby. */
  readonly unusedDisarmMs: number;
  /** Silence of the host that ends control: 1 s is in the clients' virtual devices, 10 s is a choice (it must exceed 5 s). */
  readonly armedSilenceMs: number;
  readonly standbySilenceMs: number;
  /** An incomplete frame is dropped after this pause. */
  readonly frameGapMs: number;
  /** What the `delay-answer` fault adds; more than the 300 ms after which `nigelrogasch/MAGIC` gives up. */
  readonly delayFaultMs: number;
  /** Above this the unit disarms and cannot be armed (`nicolasmcnair/magpy`). */
  readonly heatStopC: number;
  /**
   * The coil's heat. All three are choices, no source states them: 1600 pulses at 66 % in 40 trains
   * with 28 s between them warm the coil by 5 K, and the supply's continuous 1050 W reach 40 °C
   * in about 7 minutes.
   */
  readonly ambientC: number;
  readonly heatKPerJoule: number;
  readonly coolingTauS: number;
}

export const FAMILY_FIGURES: FamilyFigures = {
  armDelayMs: 1000,
  rampUpMsPerPct: 10,
  rampDownMsPerPct: 100,
  unusedDisarmMs: 60_000,
  armedSilenceMs: 1000,
  standbySilenceMs: 10_000,
  frameGapMs: 100,
  delayFaultMs: 500,
  heatStopC: 40,
  ambientC: 24,
  heatKPerJoule: 4e-5,
  coolingTauS: 1800,
};

/** Throws `CLI_BAD_CALL` for a key that is no figure of this body, or a value that is no number >= 0. */
export function figuresWith<F extends FamilyFigures>(
  defaults: F,
  overrides: Readonly<Record<string, number>> | undefined,
): F {
  const changed = overrides ?? {};
  for (const [key, value] of Object.entries(changed)) {
    if (!Object.hasOwn(defaults, key)) {
      throw new PulsetrainError(
        "CLI_BAD_CALL",
        `no figure ${key}: expected ${orList(Object.keys(defaults))}`,
      );
    }
    if (!Number.isFinite(value) || value < 0)
      throw new PulsetrainError("CLI_BAD_CALL", `figure ${key}: ${value}`);
  }
  return { ...defaults, ...changed };
}
