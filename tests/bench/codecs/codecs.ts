import type { Section } from "../figure.ts";
import { cedrusCodec, pulseBoxCodec } from "./boxes.ts";
import { type CodecBench, compareCodec } from "./compare.ts";
import { duomagCodec } from "./duomag.ts";
import { magstimCodec } from "./magstim.ts";
import { magventureCodec } from "./magventure.ts";

/** Every codec there is; a new device adds its own. */
const CODECS: readonly CodecBench[] = [
  magstimCodec,
  magventureCodec,
  duomagCodec,
  pulseBoxCodec,
  cedrusCodec,
];

export function benchCodecs(): Section {
  const compared = CODECS.map(compareCodec);
  return {
    title: "Codecs of the devices",
    samples: compared.flatMap(({ samples }) => samples),
    figures: compared.flatMap(({ figures }) => figures),
    notes: [
      "bare loop: makes the same bytes with their checksum; or takes the checksum of the same bytes and copies the frame out",
    ],
  };
}
