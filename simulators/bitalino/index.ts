import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultKindsOf } from "../amplifiers/faults.ts";
import { createBitalino } from "./bitalino.ts";
import { HIGHEST_RATE_HZ } from "./box.ts";

const MODEL = "bitalino";
const FAULT_KINDS = faultKindsOf([], []);

/** BITalino (r)evolution. */
export const simulator: SimulatorModule = {
  models: [MODEL],
  baudRate: 115_200,
  faultKinds: FAULT_KINDS,
  create: (options) => {
    if (options.model !== MODEL)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    return createAmplifier(options, {
      faultKinds: FAULT_KINDS,
      // A bit of the second byte, which every length of frame has.
      shape: { corruptAt: 1, corruptBits: 0x10 },
      nominalHz: HIGHEST_RATE_HZ,
      trueHz: HIGHEST_RATE_HZ,
      canChunk: true,
      body: createBitalino,
    });
  },
};
