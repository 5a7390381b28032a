import { orList } from "../../../src/base/result.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";

/**
 * Where the open clients and virtual devices disagree or are silent, and what this unit shall do.
 * The first word of each is what a simulator does unless its options say otherwise.
 */
const CHOICES = {
  /** Number out of range: clients read `?` as that, virtual devices answer `S`. */
  outOfRange: ["bad-data", "conflict"],
  /** A command that needs control: silence from version 9 of the Rapid group on, `S` elsewhere. */
  withoutControl: ["by-model", "silence", "conflict"],
  /** Virtual devices of the Rapid group look at no checksum of `@` and `Q`. */
  checksum: ["checked", "not-of-power-and-control"],
  /** Newer virtual devices refuse every `EA` through a slip. */
  disarm: ["executed", "refused"],
  /** Instrument status in the answer to `R`: a virtual device still shows the armed bit. */
  releaseStatus: ["after", "before"],
  /** Whether control survives the disarming after 60 s is not stated. */
  unusedDisarm: ["keeps-control", "drops-control"],
  /** Whether the knobs obey a hand while the host holds control is not stated. */
  panel: ["live", "locked"],
  /** `C000`: virtual devices store it and answer `S` all the same. */
  simultaneous: ["accepted", "stored-but-conflict"],
  /** `X` on a 200²: its table has a value for a single unit, nobody tried. */
  systemModeOf200: ["unknown", "told"],
  /** Version text: MagPy's virtual Rapid leaves out the letter and the dots. */
  versionText: ["letter-and-dots", "digits"],
  /** Order of the two bytes: MagPy takes its bits from the first. */
  extendedStatus: ["high-first", "low-first"],
  /** Bytes of the answer to `o` on version 9: MAGIC 7, MagPy 8. */
  chargeDelayAnswer: ["7", "8"],
  /** Bytes of the answer to `n` on version 9: 4 were measured, 6 were reported. */
  chargeDelaySet: ["4", "6"],
  /** A virtual device answers `I` with `S`. */
  errorCode: ["told", "conflict"],
  /** A virtual device enters train mode by 0.1 s alone. */
  trainEntry: ["any-duration", "one-tenth"],
  /** Is the rapid status in the answer to a setter the one from after it? */
  setterStatus: ["new", "old"],
  /** A virtual device takes only frequencies below the table's. */
  frequencyLimit: ["inclusive", "exclusive"],
  /** `B0000` and `D0...0`: inside the ranges of some clients. */
  zeroTrainValues: ["refused", "accepted"],
  /** Longest duration, s: 10 below version 9 and 600 from there, other clients say 99.9, 100 or 999.9. */
  longestTrainS: ["by-version", "10", "99.9", "100", "600", "999.9"],
  /** How a BiStim² is wired and switched: no command changes it. */
  systemMode: ["paired", "single", "external"],
  role: ["master", "slave"],
} as const;

type ChoiceKey = keyof typeof CHOICES;

export type Choices = { readonly [K in ChoiceKey]: (typeof CHOICES)[K][number] };

/**
 * The choices among the free options of a rig file. Keys that are none of ours may be the driver's
 * and are passed over; a value that is none of ours throws `CLI_BAD_CALL`.
 */
export function choicesOf(options: Readonly<Record<string, unknown>> | undefined): Choices {
  const given = options ?? {};
  const chosen = Object.entries(CHOICES).map(([key, words]: [string, readonly string[]]) => {
    if (!Object.hasOwn(given, key)) return [key, words[0]];
    const word = String(given[key]);
    if (!words.includes(word)) {
      throw new PulsetrainError(
        "CLI_BAD_CALL",
        `option ${key}: ${word}: expected ${orList(words)}`,
      );
    }
    return [key, word];
  });
  return Object.fromEntries(chosen) as Choices;
}

export const RECOMMENDED: Choices = choicesOf(undefined);
