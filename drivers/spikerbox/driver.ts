import type { AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier, type StreamAmplifier } from "../amplifiers-common/amplifier.ts";
import { orBadRig } from "../amplifiers-common/facts.ts";
import type { Heard, Talk } from "../amplifiers-common/talk.ts";
import { readSpiker, type SpikerOptions } from "./options.ts";
import { createSpikerCodec } from "./samples.ts";
import { ASK_TYPE, ASK_VERSIONS, configure, START, STOP } from "./wire/commands.ts";
import { createStream, partsOf } from "./wire/stream.ts";

/** A rising DTR resets an Arduino; it starts up and says so. */
const RESET_MS = 2000;
const ANSWER_MS = 2000;
const VERSIONS_MS = 500;
const AFTER_CONFIGURE_MS = 200;
const STOP_MS = 100;
/** The guide's rate; boxes with one of their own ignore it. */
const ASKED_HZ = 10_000;

export function createSpikerBox(context: {
  readonly config: AmplifierConfig;
  readonly clock: LabClock;
  readonly port: BytePort;
}): StreamAmplifier {
  const { config, clock, port } = context;
  const options = orBadRig(readSpiker(config));
  return createAmplifier({
    model: config.driver,
    clock,
    port,
    channels: options.channels.length,
    rateHz: options.rateHz,
    rateTolerance: options.rateTolerance,
    turnFrames: null,
    blockFrames: null,
    codec: (writer) => createSpikerCodec(writer, options),
    readsAlways: false,
    identify: (talk) => identify(talk, options),
    begin: async (talk) => {
      if (options.needsStart) talk.send(START);
    },
    end: async (talk) => {
      if (!options.needsStart) return;
      talk.send(STOP);
      await clock.wait(STOP_MS);
    },
  }).amplifier;
}

/** Waits for `NAME:value` in a message, with frames around it. */
function askFor(
  talk: Talk,
  command: Uint8Array,
  name: string,
  withinMs: number,
): Promise<Heard<string>> {
  let found: string | null = null;
  const stream = createStream(1, {
    frame: () => undefined,
    broken: () => undefined,
    junk: () => undefined,
    message: (text) => {
      const part = partsOf(text).find((one) => one.startsWith(`${name}:`));
      found ??= part?.slice(name.length + 1) ?? null;
    },
  });
  const take = (bytes: Uint8Array): string | null => {
    stream.push(bytes);
    return found;
  };
  return talk.ask(command, take, withinMs);
}

async function identify(
  talk: Talk,
  options: SpikerOptions,
): Promise<Readonly<Record<string, string>>> {
  await talk.quiet(RESET_MS);
  const type = await askFor(talk, ASK_TYPE, "HWT", ANSWER_MS);
  // A box that stops sampling to read a command may miss the first one.
  const { answer, bytes } =
    type.answer === null ? await askFor(talk, ASK_TYPE, "HWT", ANSWER_MS) : type;
  if (answer === null) throw unnamed(bytes + type.bytes);
  if (answer !== options.hardware) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      `the box says it is ${answer}, the rig file says \`hardware: ${options.hardware}\``,
    );
  }
  const firmware = await askFor(talk, ASK_VERSIONS, "FWV", VERSIONS_MS);
  talk.send(configure(ASKED_HZ, options.channels.length));
  await talk.quiet(AFTER_CONFIGURE_MS);
  return {
    hardware: answer,
    firmware: firmware.answer ?? "not told",
    calibration: options.channels.every(({ unit }) => unit === "uV") ? "rig file" : "none: counts",
  };
}

function unnamed(bytes: number): PulsetrainError {
  return bytes === 0
    ? new PulsetrainError(
        "DEVICE_SILENT",
        "no answer at all: cable, port, speed (222222 or 500000)? Muscle and Neuron Pro sold before 2023 are no serial devices",
      )
    : new PulsetrainError(
        "DEVICE_NOT_FOUND",
        `${bytes} bytes came and none of them names a SpikerBox: is the speed right (222222 or 500000)?`,
      );
}
