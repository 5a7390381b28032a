import type { AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createLineReader } from "../../src/wire/lineReader.ts";
import { createAmplifier, type StreamAmplifier } from "../amplifiers-common/amplifier.ts";
import { orBadRig } from "../amplifiers-common/facts.ts";
import type { Talk } from "../amplifiers-common/talk.ts";
import { type BitalinoOptions, readBitalino } from "./options.ts";
import { createBitalinoCodec } from "./samples.ts";
import {
  batteryV,
  isAtLeast,
  readStatus,
  readVersion,
  STATUS_BYTES,
  type Status,
  type Version,
} from "./wire/answers.ts";
import { type Command, encode } from "./wire/commands.ts";
import { SEQUENCES } from "./wire/frame.ts";

/** The official client waits this long before each command. */
const BEFORE_COMMAND_MS = 100;
const ANSWER_MS = 2000;
/** What is on its way through Bluetooth when the box stops. */
const STOP_MS = 200;
const LONGEST_LINE = 80;

const bytesOf = (command: Command): Uint8Array => orBadRig(encode(command));

async function send(talk: Talk, command: Command): Promise<void> {
  await talk.quiet(BEFORE_COMMAND_MS);
  talk.send(bytesOf(command));
}

export function createBitalino(context: {
  readonly config: AmplifierConfig;
  readonly clock: LabClock;
  readonly port: BytePort;
}): StreamAmplifier {
  const { config, clock, port } = context;
  const options = orBadRig(readBitalino(config));
  return createAmplifier({
    model: config.driver,
    clock,
    port,
    channels: options.channels.length,
    rateHz: options.rateHz,
    rateTolerance: options.rateTolerance,
    turnFrames: SEQUENCES,
    blockFrames: null,
    codec: (writer) => createBitalinoCodec(writer, options),
    readsAlways: false,
    identify,
    begin: (talk) => begin(talk, options),
    end: async (talk) => {
      talk.send(bytesOf({ kind: "idle" }));
      await clock.wait(STOP_MS);
    },
  }).amplifier;
}

/** Whatever the box was doing, it is idle then. */
async function identify(talk: Talk): Promise<Readonly<Record<string, string>>> {
  await send(talk, { kind: "idle" });
  const version = await askVersion(talk);
  if (!isAtLeast(version, [4, 2])) {
    throw new PulsetrainError(
      "DEVICE_WRONG_VERSION",
      `${version.raw}: version 4.2 ((r)evolution) or later is needed; the first generation has no way back to idle`,
    );
  }
  const status = await askStatus(talk, version);
  return {
    firmware: version.raw,
    batteryV: batteryV(status.battery).toFixed(2),
  };
}

async function askVersion(talk: Talk): Promise<Version> {
  await talk.quiet(BEFORE_COMMAND_MS);
  const reader = createLineReader(LONGEST_LINE);
  const take = (bytes: Uint8Array): Version | null => {
    for (const reading of reader.push(bytes)) {
      const version = reading.kind === "line" ? readVersion(reading.text) : null;
      if (version !== null) return version;
    }
    return null;
  };
  const { answer, bytes } = await talk.ask(bytesOf({ kind: "version" }), take, ANSWER_MS);
  if (answer !== null) return answer;
  if (bytes > 0) {
    throw new PulsetrainError(
      "DEVICE_NOT_FOUND",
      `${bytes} bytes came, and none of them names a BITalino`,
    );
  }
  throw new PulsetrainError(
    "DEVICE_SILENT",
    "no answer at all: is the box switched on, paired, and is this its outgoing port?",
  );
}

async function askStatus(talk: Talk, version: Version): Promise<Status> {
  await talk.quiet(BEFORE_COMMAND_MS);
  const wanted = isAtLeast(version, [5, 2]) ? STATUS_BYTES.withPwm : STATUS_BYTES.without;
  const come: number[] = [];
  const take = (bytes: Uint8Array): Uint8Array | null => {
    come.push(...bytes);
    return come.length >= wanted ? Uint8Array.from(come.slice(0, wanted)) : null;
  };
  const { answer } = await talk.ask(bytesOf({ kind: "status" }), take, ANSWER_MS);
  if (answer === null)
    throw new PulsetrainError("DEVICE_SILENT", `status: ${come.length} of ${wanted} bytes came`);
  const status = readStatus(answer);
  if (status === null) throw new PulsetrainError("DEVICE_WRONG_ANSWER", "status: its CRC is wrong");
  return status;
}

async function begin(talk: Talk, options: BitalinoOptions): Promise<void> {
  await send(talk, { kind: "rate", rate_hz: options.rateHz });
  await send(talk, {
    kind: "start",
    channels: options.channels.map(({ input }) => input),
    simulated: options.simulatedSignal,
  });
}
