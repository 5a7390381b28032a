import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultsOf } from "../amplifiers/faults.ts";
import { numberOption } from "../amplifiers/options.ts";
import { createNeurone } from "./neurone.ts";

const MODEL = "neurone";
const FAULTS = faultsOf([], {});

/** Bittium's NeurOne through its digital out: one emission is one datagram. */
export const simulator: SimulatorModule = {
  models: [MODEL],
  baudRate: 100_000_000,
  faultKinds: Object.keys(FAULTS),
  create: (options) => {
    if (options.model !== MODEL)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    const limits = { min: 1, max: 80_000, whole: true };
    const rateHz = numberOption(options.options ?? {}, "rateHz", 5000, limits);
    return createAmplifier(options, {
      faults: FAULTS,
      // The type: no packet that anybody knows.
      shape: { corruptAt: 0, corruptBits: 0x40 },
      nominalHz: rateHz,
      trueHz: rateHz,
      sendsDatagrams: true,
      body: (parts) => createNeurone(parts, rateHz),
    });
  },
};
