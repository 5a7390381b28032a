import { createRandom } from "../../src/base/random.ts";
import type { SignalSource } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import type { AmplifierBody, AmplifierParts } from "../amplifiers/amplifier.ts";
import { asciiBytes } from "../amplifiers/bytes.ts";
import { createCounter } from "../amplifiers/counter.ts";
import { numberOption } from "../amplifiers/options.ts";
import type { SampledBlock } from "../amplifiers/sampler.ts";
import { wordOption } from "../common/figures.ts";
import { AFTER_POWER_UP, type Effect, HIGHEST_RATE_HZ, step } from "./box.ts";
import { fillSimulated, toCount } from "./sensors.ts";
import {
  BITS,
  digitalNibble,
  frameBytes,
  MOST_CHANNELS,
  NARROW_BITS,
  WIDE_CHANNELS,
  writeFrame,
} from "./wire/frame.ts";
import { encodeStatus, versionLine } from "./wire/status.ts";

/** Of the EMG sensor as reviews have it; the data sheet at hand has none. */
const EMG_GAIN = 1009;
/** 3.8 V. */
const FULL_BATTERY = 590;
const NUMBERS = 16;
const JUMP = 5;
const STATUS_WITH_PWM = 5.2;
const OLDEST = 4.2;

export function createBitalino(parts: AmplifierParts): AmplifierBody {
  const { clock, line, sampler, electrodes, options, seed } = parts;
  const version = parts.softwareVersion ?? "5.2";
  if (!(Number(version) >= OLDEST)) {
    throw new PulsetrainError("CLI_BAD_CALL", `firmware ${version}: (r)evolution begins at 4.2`);
  }
  const gain = numberOption(options, "gain", EMG_GAIN, { min: 1, max: 1e6 });
  const battery = numberOption(options, "batteryCounts", FULL_BATTERY, {
    min: 0,
    max: 1023,
    whole: true,
  });
  const blockMs = numberOption(options, "blockMs", 20, { min: 1, max: 1000 });
  const triggerInput = wordOption(options, "triggerInput", ["I1", "I2"]);
  const counter = createCounter(NUMBERS, JUMP);
  const random = createRandom(seed, "bitalino-simulated-mode");
  let box = AFTER_POWER_UP;
  let columns: readonly Int32Array[] = [];
  let values: Int32Array = new Int32Array();

  function perform(effect: Effect | null): void {
    switch (effect) {
      case "tell-version":
        return line.answer(asciiBytes(versionLine(version)));
      case "tell-status":
        return tellStatus();
      case "start":
        return start();
      case "stop":
        return sampler.stop();
      case null:
        return;
    }
  }

  function tellStatus(): void {
    const { threshold, pwm, o1, o2 } = box;
    const digital = digitalNibble({ i1: false, i2: false, o1, o2 });
    const analog = Array.from({ length: MOST_CHANNELS }, (_, channel) =>
      toCount(seenNow(electrodes, channel, clock.now()), gain),
    );
    const told = Number(version) >= STATUS_WITH_PWM ? pwm : null;
    line.answer(encodeStatus({ analog, battery, threshold, pwm: told, digital }));
  }

  function start(): void {
    const { rateHz, inputs } = box;
    const frames = Math.max(1, Math.round((rateHz * blockMs) / 1000));
    // At the highest rate frames leave in pairs.
    const blockFrames = rateHz === HIGHEST_RATE_HZ && frames % 2 === 1 ? frames + 1 : frames;
    columns = inputs.map(() => new Int32Array(blockFrames));
    values = new Int32Array(inputs.length);
    counter.restart();
    sampler.start({ rateHz, blockFrames, channels: inputs.length, onBlock });
  }

  function onBlock(block: SampledBlock): void {
    for (const [place, column] of columns.entries()) convert(column, place, block);
    const packetBytes = frameBytes(columns.length);
    const bytes = new Uint8Array(block.frames * packetBytes);
    for (let offset = 0; offset < block.frames; offset++) {
      for (const [place, column] of columns.entries()) values[place] = column[offset] ?? 0;
      const isMarked = block.marks.includes(offset);
      const digital = digitalNibble({
        i1: isMarked && triggerInput === "I1",
        i2: isMarked && triggerInput === "I2",
        o1: box.o1,
        o2: box.o2,
      });
      writeFrame(bytes, offset * packetBytes, counter.next(), digital, values);
    }
    line.stream({ bytes, packetBytes, firstAt: 0 });
  }

  function convert(out: Int32Array, place: number, block: SampledBlock): void {
    const uv = block.uv[place];
    if (box.mode === "simulated") fillSimulated(out, place, block.firstFrame, box.rateHz, random);
    else for (let i = 0; i < out.length; i++) out[i] = toCount(uv?.[i] ?? 0, gain);
    if (place < WIDE_CHANNELS) return;
    for (let i = 0; i < out.length; i++) out[i] = (out[i] ?? 0) >> (BITS - NARROW_BITS);
  }

  return {
    counter,
    hear: (bytes) => {
      for (const byte of bytes) {
        const stepped = step(box, byte);
        box = stepped.box;
        perform(stepped.effect);
      }
    },
    reboot: () => {
      sampler.stop();
      box = AFTER_POWER_UP;
    },
    close: () => undefined,
  };
}

function seenNow(electrodes: SignalSource, channel: number, nowMs: number): number {
  const one = new Float64Array(1);
  electrodes.fill(channel, nowMs, 1, one);
  return one[0] ?? 0;
}
