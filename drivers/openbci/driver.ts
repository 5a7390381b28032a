import type { AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { deadline } from "../../src/time/operators.ts";
import { createAmplifier, type StreamAmplifier } from "../amplifiers-common/amplifier.ts";
import { orBadRig } from "../amplifiers-common/facts.ts";
import type { Acceleration } from "./accelerometer.ts";
import { identify, order, send } from "./connect.ts";
import { impedanceOhm, SETTLE_FRAMES, WINDOW_FRAMES } from "./impedance.ts";
import { rateOf, readCyton } from "./options.ts";
import { type CytonCodec, createCytonCodec } from "./samples.ts";
import { NUMBERS } from "./wire/packet.ts";

export interface CytonAmplifier extends StreamAmplifier {
  /** The last that the accelerometer said, held between its values. */
  acceleration(): Acceleration | null;
  /**
   * Ohm between an electrode and the body, by a current of 6 nA through it. Takes about three seconds
   * and only without a stream; the current is switched off again whatever happens.
   */
  impedance(channel: number, input: "p" | "n"): Promise<number>;
}

/** What is in the air when the board stops. */
const STOP_MS = 250;
/** Frames of the impedance check at 125 Hz, and room for losses. */
const CHECK_MS = 10_000;

export function createCyton(context: {
  readonly config: AmplifierConfig;
  readonly clock: LabClock;
  readonly port: BytePort;
}): CytonAmplifier {
  const { config, clock, port } = context;
  const options = orBadRig(readCyton(config));
  const rateHz = rateOf(options.isDaisy);
  let codec: CytonCodec | null = null;
  const { amplifier, talk, requireIdle } = createAmplifier({
    model: config.driver,
    clock,
    port,
    channels: options.channels.length,
    rateHz,
    rateTolerance: options.rateTolerance,
    turnFrames: options.isDaisy ? NUMBERS / 2 : NUMBERS,
    blockFrames: null,
    codec: (writer) => {
      codec = createCytonCodec(writer, options);
      return codec;
    },
    readsAlways: false,
    identify: (asked) => identify(asked, options),
    begin: async (asked) => send(asked, { kind: "plain", name: "start" }),
    end: async (asked) => {
      send(asked, { kind: "plain", name: "stop" });
      await clock.wait(STOP_MS);
    },
  });

  /** Samples of one channel from a stream of its own. */
  const listen = async (index: number): Promise<readonly number[]> => {
    const samples: number[] = [];
    let enough: () => void = () => undefined;
    const whole = new Promise<void>((resolve) => {
      enough = resolve;
    });
    const blocks = amplifier.blocks$.subscribe(({ channels }) => {
      samples.push(...(channels[index] ?? []));
      if (samples.length >= SETTLE_FRAMES + WINDOW_FRAMES) enough();
    });
    try {
      await amplifier.start();
      await deadline(clock, whole, clock.now() + CHECK_MS, () => undefined);
      await amplifier.stop();
    } finally {
      blocks.unsubscribe();
    }
    return samples.slice(SETTLE_FRAMES, SETTLE_FRAMES + WINDOW_FRAMES);
  };

  const impedance = async (channel: number, input: "p" | "n"): Promise<number> => {
    requireIdle("impedance check");
    const drive = (isOn: boolean): Promise<void> =>
      order(
        talk,
        {
          kind: "impedance",
          channel,
          p_input: isOn && input === "p",
          n_input: isOn && input === "n",
        },
        `lead-off current of channel ${channel}`,
      );
    try {
      await drive(true);
      const samples = await listen(channel - 1);
      if (samples.length < WINDOW_FRAMES)
        throw new PulsetrainError("DEVICE_SILENT", "impedance check: too few samples came");
      return impedanceOhm(samples, rateHz);
    } finally {
      await drive(false);
    }
  };

  return {
    ...amplifier,
    acceleration: () => codec?.accelerometer.last ?? null,
    impedance,
  };
}
