import { Subscription } from "rxjs";
import type { AmplifierBody, AmplifierParts } from "../amplifiers/amplifier.ts";
import { createCounter } from "../amplifiers/counter.ts";
import { namesOption, numberOption } from "../amplifiers/options.ts";
import type { SampledBlock } from "../amplifiers/sampler.ts";
import { wordOption } from "../common/figures.ts";
import {
  encodeData,
  encodeStart,
  encodeStop,
  type Marker,
  type SampleFormat,
} from "./wire/messages.ts";

const CHANNELS: readonly string[] = ["FDI", "APB", "C3", "CP3", "Fz", "Cz", "Oz", "Pz"];
const BLOCK_NUMBERS = 2 ** 32;
const JUMP = 37;
/** From the end of a recording to the next when the Recorder starts anew. */
const RESTART_MS = 1000;
/** A converter of 16 bits, whatever the format on the wire. */
const LARGEST = 32_767;
const SMALLEST = -32_768;

/** A Recorder that records from its start, with or without a client. */
export function createRecorder(parts: AmplifierParts, nominalHz: number): AmplifierBody {
  const { clock, line, sampler, options } = parts;
  const names = namesOption(options, "channels", CHANNELS);
  const resolutionUv = numberOption(options, "resolutionUv", 0.5, { min: 1e-4, max: 1000 });
  const blockMs = numberOption(options, "blockMs", 20, { min: 1, max: 1000 });
  const format: SampleFormat = wordOption(options, "format", ["float32", "int16"]);
  const description = typeof options["marker"] === "string" ? options["marker"] : "R128";
  const channels = names.map((name) => ({ name, resolutionUv }));
  const counter = createCounter(BLOCK_NUMBERS, JUMP);
  let rateHz = nominalHz;
  /** Has the start of this recording been told? */
  let isTold = false;
  let restarting = Subscription.EMPTY;

  function tellStart(): void {
    isTold = true;
    line.say(encodeStart(1e6 / rateHz, channels));
  }

  function record(): void {
    restarting.unsubscribe();
    if (sampler.isRunning) return;
    counter.restart();
    isTold = false;
    const blockFrames = Math.max(1, Math.round((rateHz * blockMs) / 1000));
    sampler.start({ rateHz, blockFrames, channels: names.length, onBlock });
  }

  function stop(): void {
    restarting.unsubscribe();
    if (!sampler.isRunning) return;
    sampler.stop();
    line.say(encodeStop());
  }

  function onBlock(block: SampledBlock): void {
    if (!isTold) tellStart();
    for (const column of block.uv) quantise(column, resolutionUv);
    const markers = block.marks.map((position) => triggerMarker(position, description));
    const bytes = encodeData(format, counter.next(), block.uv, markers);
    line.stream({ bytes, packetBytes: bytes.length, firstAt: 0 });
  }

  record();
  return {
    counter,
    hear: () => undefined,
    hostOpened: () => {
      if (sampler.isRunning) tellStart();
    },
    reboot: () => {
      stop();
      restarting = clock.at(clock.now() + RESTART_MS, record);
    },
    halveRate: () => {
      rateHz /= 2;
      if (!sampler.isRunning) return;
      if (isTold) stop();
      else sampler.stop();
      record();
    },
    panelOrders: { record, stop },
    close: () => restarting.unsubscribe(),
  };
}

/** In place: microvolt become whole steps of the converter. */
function quantise(column: Float64Array, resolutionUv: number): void {
  for (let i = 0; i < column.length; i++) {
    const steps = Math.round((column[i] ?? 0) / resolutionUv);
    column[i] = steps > LARGEST ? LARGEST : steps < SMALLEST ? SMALLEST : steps;
  }
}

function triggerMarker(position: number, description: string): Marker {
  return { position, points: 1, channel: -1, type: "Response", description };
}
