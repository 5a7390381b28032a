import { badOption, type FreeOptions, namesOption, numberOption } from "../amplifiers/options.ts";
import { wordOption } from "../common/figures.ts";
import { type InputChannel, LARGEST_PACKET_BYTES, samplesBytes } from "./wire/packets.ts";

/** How the unit's digital out is set in its own software. */
export interface Setup {
  /** In the order of the channels that the source fills; a packet has them in the same order. */
  readonly inputs: readonly InputChannel[];
  readonly bundles: number;
  readonly countsPerMicrovolt: number;
  readonly port: "A" | "B";
  /** Part of the joins that are answered. */
  readonly joinAnswers: number;
  readonly blockMs: number;
}

const CHANNELS: readonly string[] = ["FDI", "APB", "C3", "CP3", "Fz", "Cz", "Oz", "Pz"];
const FIRST_EEG = 1;
const FIRST_BIPOLAR = 33;
const LAST_SOURCE = 65_533;
/** Names of the ten-twenty system and its refinements; everything else is a muscle. */
const SCALP = /^(Fp|AF|F|FT|FC|T|TP|C|CP|P|PO|O|I)(z|\d{1,2}h?)$/i;

/** A count is 100 nV in DC mode; AC mode follows the manual and was tried by nobody. */
const COUNTS_PER_UV = { dc: 10, ac: 1000 } as const;

export function readSetup(options: FreeOptions): Setup {
  const names = namesOption(options, "channels", CHANNELS);
  const mode = wordOption(options, "mode", ["dc", "ac"]);
  const sources = readSources(options["inputs"], names);
  const inputs = sources.map((source) => ({ source, isDc: mode === "dc", isTesla: false }));
  const bundles = numberOption(options, "bundles", 10, { min: 1, max: 480, whole: true });
  if (samplesBytes(names.length + 1, bundles) > LARGEST_PACKET_BYTES) {
    throw badOption("bundles", bundles, `packets of no more than ${LARGEST_PACKET_BYTES} bytes`);
  }
  return {
    inputs,
    bundles,
    countsPerMicrovolt: COUNTS_PER_UV[mode],
    port: wordOption(options, "triggerPort", ["A", "B"]),
    joinAnswers: numberOption(options, "joinAnswers", 1, { min: 0, max: 1 }),
    blockMs: numberOption(options, "blockMs", 10, { min: 0.2, max: 1000 }),
  };
}

function readSources(given: unknown, names: readonly string[]): readonly number[] {
  if (given === undefined) return sourcesOf(names);
  const parts: readonly unknown[] = Array.isArray(given) ? given : String(given).split(",");
  const sources = parts.map(Number);
  const isGood = (source: number): boolean =>
    Number.isInteger(source) && source >= 1 && source <= LAST_SOURCE;
  if (sources.length === names.length && sources.every(isGood)) return sources;
  throw badOption("inputs", given, "an input number for each channel");
}

/** Muscles on the bipolar inputs, the scalp on the others. */
function sourcesOf(names: readonly string[]): readonly number[] {
  let eeg = FIRST_EEG;
  let bipolar = FIRST_BIPOLAR;
  return names.map((name) => (SCALP.test(name) ? eeg++ : bipolar++));
}
