import type { AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier, type StreamAmplifier } from "../amplifiers-common/amplifier.ts";
import { orBadRig } from "../amplifiers-common/facts.ts";
import type { Talk } from "../amplifiers-common/talk.ts";
import { type RdaOptions, readRda } from "./options.ts";
import { createRdaCodec, type RdaCodec } from "./samples.ts";
import type { Start } from "./wire/messages.ts";

/** A client that joins late gets the start message first. */
const START_MS = 5000;
/** Part of the rate that rounding of the interval may make. */
const ROUNDING = 1e-4;

export function createRda(context: {
  readonly config: AmplifierConfig;
  readonly clock: LabClock;
  readonly port: BytePort;
}): StreamAmplifier {
  const { config, clock, port } = context;
  const options = orBadRig(readRda(config));
  const made: { codec: RdaCodec | null } = { codec: null };
  return createAmplifier({
    model: config.driver,
    clock,
    port,
    channels: options.channels.length,
    rateHz: options.rateHz,
    rateTolerance: options.rateTolerance,
    turnFrames: null,
    blockFrames: null,
    codec: (writer) => {
      const codec = createRdaCodec(writer, options.channels.length);
      made.codec = codec;
      return codec;
    },
    readsAlways: true,
    identify: (talk) => identify(talk, options, made),
    begin: async () => undefined,
    end: async () => undefined,
  }).amplifier;
}

async function identify(
  talk: Talk,
  options: RdaOptions,
  { codec }: { readonly codec: RdaCodec | null },
): Promise<Readonly<Record<string, string>>> {
  const take = (bytes: Uint8Array): Start | null => {
    codec?.push(bytes);
    return codec?.told ?? null;
  };
  const { answer, bytes } = await talk.hear(take, START_MS);
  if (answer === null) throw nobody(bytes);
  requireSame(answer, options);
  return {
    channels: answer.names.join(" "),
    rateHz: String(1e6 / answer.samplingIntervalUs),
    resolutionsUv: [...new Set(answer.resolutionsUv)].join(" "),
  };
}

function nobody(bytes: number): PulsetrainError {
  return bytes === 0
    ? new PulsetrainError(
        "DEVICE_SILENT",
        "connected, and nothing comes: is the Recorder monitoring or recording, and its remote data access switched on?",
      )
    : new PulsetrainError(
        "DEVICE_NOT_FOUND",
        `${bytes} bytes came and no start message of a Recorder: port 51244 sends floats, 51234 integers`,
      );
}

/** Samples under another name or rate would be measured as somebody else's. */
function requireSame(start: Start, { channels, rateHz }: RdaOptions): void {
  const wanted = channels.map(({ name }) => name).join(" ");
  const found = start.names.join(" ");
  if (found !== wanted) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      `the Recorder's channels are ${found}; the rig file says ${wanted}`,
    );
  }
  const foundHz = 1e6 / start.samplingIntervalUs;
  if (Math.abs(foundHz / rateHz - 1) <= ROUNDING) return;
  throw new PulsetrainError(
    "DEVICE_WRONG_RATE",
    `the Recorder runs at ${foundHz} Hz, the rig file says ${rateHz}`,
  );
}
