/** What amplifiers have in common in a rig file and in what is said of them. */
import { z } from "zod";
import { readOptions } from "../../src/base/options.ts";
import type { AmplifierConfig } from "../../src/contract/amplifier.ts";
import type { Result } from "../../src/contract/result.ts";
import type { SerialLine } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";

/** 8 data bits, no parity, 1 stop bit: all amplifiers on a serial line. */
export const lineAt = (baudRate: number): SerialLine => ({
  baudRate,
  dataBits: 8,
  parity: "none",
  stopBits: 1,
});

/** Samples a second below which no MEP is measured: its band reaches to about 1000 Hz. */
const MEP_LEAST_HZ = 2000;

/** `why` is what the device's own page says when its rate is too low, and null where it is not. */
export function mepFitness(
  rateHz: number,
  why: string,
): { readonly fit: boolean; readonly why: string } {
  if (rateHz >= MEP_LEAST_HZ) return { fit: true, why: "" };
  return {
    fit: false,
    why: `${rateHz} samples a second; an MEP needs a band of about 10-1000 Hz, so ${MEP_LEAST_HZ} at least and better 5000. ${why}`,
  };
}

export const channelName: z.ZodString = z.string().min(1).max(32);

/** Part of the rate that the device's clock may be off. */
export const rateTolerance: z.ZodDefault<z.ZodNumber> = z
  .number()
  .min(0.0005)
  .max(0.2)
  .default(0.01);

/**
 * One list of options goes to the driver and, on a simulated rig, to the simulator too. These keys are
 * the simulator's alone (`docs/devices/amplifiers-simulated.md`); anything else that is not known is refused.
 */
const SIMULATOR_KEYS: ReadonlySet<string> = new Set([
  ...["trueRateHz", "chunks", "answerDelayMs", "blockFrames", "blockMs", "triggerPin"],
  ...["electrodeOhm", "batteryCounts", "triggerInput", "variant", "channelCount"],
  ...["board", "event", "microvoltPerCount", "format", "marker", "bundles", "mode", "inputs"],
  ...["triggerPort", "joinAnswers"],
]);

export function readAmplifierOptions<T>(
  schema: z.ZodType<T>,
  { driver, options }: AmplifierConfig,
): Result<T, string> {
  const ours = Object.entries(options).filter(([key]) => !SIMULATOR_KEYS.has(key));
  return readOptions(schema, Object.fromEntries(ours), driver);
}

/** For `create`, which a described configuration reaches. */
export function orBadRig<T>(read: Result<T, string>): T {
  if (read.ok) return read.value;
  throw new PulsetrainError("RIG_FILE_BAD", read.error);
}

/**
 * A visit with EMG and a little EEG, for rig files that name no channels: two muscles, six places on the
 * scalp. A choice of this project; a device that tells its channels is compared with them.
 */
export const USUAL_CHANNELS: readonly { readonly name: string }[] = [
  "FDI",
  "APB",
  "C3",
  "CP3",
  "Fz",
  "Cz",
  "Oz",
  "Pz",
].map((name) => ({ name }));
