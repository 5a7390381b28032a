import { Subscription } from "rxjs";
import { createRandom } from "../../src/base/random.ts";
import type { AmplifierBody, AmplifierParts } from "../amplifiers/amplifier.ts";
import { createCounter } from "../amplifiers/counter.ts";
import type { SampledBlock } from "../amplifiers/sampler.ts";
import { readSetup } from "./setup.ts";
import {
  encodeEnd,
  encodeSamples,
  encodeStart,
  encodeTriggers,
  isJoin,
  samplesBytes,
  type TriggerEvent,
} from "./wire/packets.ts";

const LARGEST = 0x7fffff;
const SMALLEST = -0x800000;
const SEQUENCES = 2 ** 32;
const JUMP = 37;
const RESTART_MS = 1000;

/** Bits of the trigger channel, and what a trigger packet says of the port; a stimulus each. */
const PORTS = {
  A: { bit: 0x02, sourceAndMode: 0x01 },
  B: { bit: 0x08, sourceAndMode: 0x11 },
} as const;
const TRIGGER_CODE = 1;
/** Three bits a port: isolated A and B take stimuli. */
const TRIGGER_TYPES = 0b001_001;

/** Measures from its start; where its packets go is nobody's question here. */
export function createNeurone(parts: AmplifierParts, nominalHz: number): AmplifierBody {
  const { clock, line, sampler, options, seed } = parts;
  const setup = readSetup(options);
  const { inputs, bundles, countsPerMicrovolt } = setup;
  const port = PORTS[setup.port];
  const counter = createCounter(SEQUENCES, JUMP);
  const whims = createRandom(seed, "neurone-join-answers");
  let rateHz = nominalHz;
  let columns: readonly Int32Array[] = [];
  let total = 0;
  let isTold = false;
  let restarting = Subscription.EMPTY;

  function tellStart(): void {
    isTold = true;
    line.say(encodeStart(rateHz, TRIGGER_TYPES, inputs));
  }

  function start(): void {
    restarting.unsubscribe();
    if (sampler.isRunning) return;
    counter.restart();
    isTold = false;
    total = 0;
    const packets = Math.max(1, Math.round((rateHz * setup.blockMs) / 1000 / bundles));
    const blockFrames = packets * bundles;
    columns = Array.from({ length: inputs.length + 1 }, () => new Int32Array(blockFrames));
    sampler.start({ rateHz, blockFrames, channels: inputs.length, onBlock });
  }

  function stop(): void {
    restarting.unsubscribe();
    if (!sampler.isRunning) return;
    sampler.stop();
    line.say(encodeEnd(total));
  }

  /** By its own clock, which it takes to be right. */
  function microseconds(index: number): number {
    return Math.round((index * 1e6) / rateHz);
  }

  function onBlock(block: SampledBlock): void {
    if (!isTold) tellStart();
    convert(block);
    const packetBytes = samplesBytes(columns.length, bundles);
    for (let from = 0; from < block.frames; from += bundles) {
      const firstIndex = block.firstFrame + from;
      const row = { sequence: counter.next(), firstIndex, firstUs: microseconds(firstIndex) };
      const bytes = encodeSamples(row, columns, from, bundles);
      line.stream({ bytes, packetBytes, firstAt: 0 });
    }
    total = block.firstFrame + block.frames;
    if (block.marks.length > 0)
      line.say(encodeTriggers(block.marks.map(eventAt(block.firstFrame))));
  }

  function eventAt(firstFrame: number): (mark: number) => TriggerEvent {
    const { sourceAndMode } = port;
    return (mark) => {
      const index = firstFrame + mark;
      return { us: microseconds(index), index, sourceAndMode, code: TRIGGER_CODE };
    };
  }

  function convert({ uv, marks }: SampledBlock): void {
    for (const [channel, seen] of uv.entries()) {
      const out = columns[channel];
      if (out !== undefined) quantise(out, seen, countsPerMicrovolt);
    }
    const triggers = columns[inputs.length];
    triggers?.fill(0);
    for (const mark of marks) if (triggers !== undefined) triggers[mark] = port.bit;
  }

  start();
  return {
    counter,
    hear: (datagram) => {
      if (!isJoin(datagram) || !sampler.isRunning) return;
      if (whims.next() < setup.joinAnswers) tellStart();
    },
    reboot: () => {
      sampler.stop();
      restarting = clock.at(clock.now() + RESTART_MS, start);
    },
    halveRate: () => {
      rateHz /= 2;
      if (!sampler.isRunning) return;
      if (isTold) stop();
      else sampler.stop();
      start();
    },
    panelOrders: { start, stop },
    close: () => restarting.unsubscribe(),
  };
}

function quantise(out: Int32Array, uv: Float64Array, countsPerMicrovolt: number): void {
  for (let i = 0; i < out.length; i++) {
    const count = Math.round((uv[i] ?? 0) * countsPerMicrovolt);
    out[i] = count > LARGEST ? LARGEST : count < SMALLEST ? SMALLEST : count;
  }
}
