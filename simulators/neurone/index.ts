import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultKindsOf } from "../amplifiers/faults.ts";
import { numberOption } from "../amplifiers/options.ts";
import { createNeurone } from "./neurone.ts";

const MODEL = "neurone";
const FAULT_KINDS = faultKindsOf([], []);

/** Bittium's NeurOne through its digital out: one emission is one datagram. */
export const simulator: SimulatorModule = {
  models: [MODEL],
  baudRate: 100_000_000,
  faultKinds: FAULT_KINDS,
  create: (options) => {
    if (options.model !== MODEL)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    const limits = { min: 1, max: 80_000, whole: true };
    const rateHz = numberOption(options.options ?? {}, "rateHz", 5000, limits);
    return createAmplifier(options, {
      faultKinds: FAULT_KINDS,
      // The type: no packet that anybody knows.
      shape: { corruptAt: 0, corruptBits: 0x40 },
      nominalHz: rateHz,
      trueHz: rateHz,
      canChunk: false,
      body: (parts) => createNeurone(parts, rateHz),
    });
  },
};
