/** What the rig file may say about a MagPro, checked by hand: it is little, and every word is named. */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import type { StimulatorConfig } from "../../../src/contract/stimulator.ts";
import type { Delays } from "../wire/commands.ts";
import type { Direction, Mode, Waveform } from "../wire/names.ts";
import { MAGPROS, type ModelFacts } from "./models.ts";
import { CHARGE_DELAY_MS, INPUT_DELAY_MS, isOn, OUTPUT_DELAY_MS, scaleWords } from "./scales.ts";

/** A model as this rig has it. */
export interface ProFacts extends ModelFacts {
  /** Pulse shape of single pulses and trains; bursts have a waveform of their own. */
  readonly waveform: Waveform;
  /** Of single pulses, bursts and trains; pairs have modes of their own. */
  readonly mode: "Standard" | "Power";
  readonly direction: Direction;
  readonly pairMode: "Twin" | "Dual";
  /** The device has the option "extended repetition rate", which cannot be set from outside. */
  readonly extendedRates: boolean;
  /** The coil's number that the device reports; null: any but 0. */
  readonly knownCoil: number | null;
  readonly delays: Delays;
  readonly priorWarningSound: boolean;
}

const WAVEFORM_WORDS = { monophasic: "Monophasic", biphasic: "Biphasic", halfsine: "Halfsine" };
const MODE_WORDS = { standard: "Standard", power: "Power" } as const;
const DIRECTION_WORDS = { normal: "Normal", reverse: "Reverse" } as const;
const PAIR_WORDS = { dual: "Dual", twin: "Twin" } as const;

const KNOWN: readonly string[] = [
  "waveform",
  "mode",
  "currentDirection",
  "pairMode",
  "extendedRates",
  "knownCoil",
  "inputDelayMs",
  "outputDelayMs",
  "chargeDelayMs",
  "priorWarningSound",
];

/** The first thing that is wrong; null when nothing is. */
interface Complaints {
  first: string | null;
}

type Options = StimulatorConfig["options"];

function wordOf<T extends string>(
  options: Options,
  key: string,
  words: Readonly<Record<string, T>>,
  otherwise: T,
  complaints: Complaints,
): T {
  const given = options[key];
  if (given === undefined) return otherwise;
  const known = typeof given === "string" && Object.hasOwn(words, given) ? words[given] : undefined;
  if (known !== undefined) return known;
  complaints.first ??= `${key} ${String(given)}: expected ${Object.keys(words).join(", ")}`;
  return otherwise;
}

function flagOf(options: Options, key: string, complaints: Complaints): boolean {
  const given = options[key] ?? false;
  if (typeof given === "boolean") return given;
  complaints.first ??= `${key} ${String(given)}: expected true or false`;
  return false;
}

function delayOf(
  options: Options,
  key: string,
  scale: typeof INPUT_DELAY_MS,
  complaints: Complaints,
): number {
  const given = options[key] ?? 0;
  if (typeof given === "number" && isOn(scale, given)) return given;
  complaints.first ??= `${key} ${String(given)}: expected ${scaleWords(scale)} (ms)`;
  return 0;
}

function coilOf(options: Options, complaints: Complaints): number | null {
  const given = options["knownCoil"] ?? null;
  if (given === null) return null;
  if (typeof given === "number" && Number.isInteger(given) && given >= 0 && given <= 255)
    return given;
  complaints.first ??= `knownCoil ${String(given)}: expected the number that the device reports, 0 to 255`;
  return null;
}

/** What the model does not have of what the rig file asks for. */
function lack(model: ModelFacts, facts: ProFacts): string | null {
  const { waveform, mode, direction } = facts;
  if (!model.waveforms.includes(waveform))
    return `it has no ${waveform.toLowerCase()} pulses, only ${list(model.waveforms)}`;
  if (!model.modes.includes(mode)) return `it has no Power mode, only ${list(model.modes)}`;
  if (!model.directions.includes(direction))
    return `its current direction is ${list(model.directions)}`;
  return null;
}

function list(words: readonly string[]): string {
  return words.map((word) => word.toLowerCase()).join(", ");
}

/** Fails with words for what the rig file must say. */
export function proFacts(config: StimulatorConfig): Result<ProFacts, string> {
  const model = MAGPROS.find((one) => one.model === config.driver);
  if (model === undefined) return err(`${config.driver} is no MagPro`);
  const { options } = config;
  const unknown = Object.keys(options).filter((key) => !KNOWN.includes(key));
  const complaints: Complaints = {
    first:
      unknown.length === 0
        ? null
        : `knows no option ${unknown.join(", ")} under \`stimulator\`; it knows ${KNOWN.join(", ")}`,
  };
  const facts: ProFacts = {
    ...model,
    waveform: wordOf<string>(
      options,
      "waveform",
      WAVEFORM_WORDS,
      "Biphasic",
      complaints,
    ) as Waveform,
    mode: wordOf<Extract<Mode, "Standard" | "Power">>(
      options,
      "mode",
      MODE_WORDS,
      "Standard",
      complaints,
    ),
    direction: wordOf<Direction>(
      options,
      "currentDirection",
      DIRECTION_WORDS,
      "Normal",
      complaints,
    ),
    pairMode: wordOf<"Twin" | "Dual">(options, "pairMode", PAIR_WORDS, "Dual", complaints),
    extendedRates: flagOf(options, "extendedRates", complaints),
    knownCoil: coilOf(options, complaints),
    delays: {
      inputTrigMs: delayOf(options, "inputDelayMs", INPUT_DELAY_MS, complaints),
      outputTrigMs: delayOf(options, "outputDelayMs", OUTPUT_DELAY_MS, complaints),
      chargeMs: delayOf(options, "chargeDelayMs", CHARGE_DELAY_MS, complaints),
    },
    priorWarningSound: flagOf(options, "priorWarningSound", complaints),
  };
  const words = complaints.first ?? lack(model, facts);
  return words === null ? ok(facts) : err(`${config.driver}: ${words}`);
}
