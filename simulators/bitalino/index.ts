import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultsOf } from "../amplifiers/faults.ts";
import { createBitalino } from "./bitalino.ts";
import { HIGHEST_RATE_HZ } from "./box.ts";

const MODEL = "bitalino";
const FAULTS = faultsOf([], {});

/** BITalino (r)evolution. */
export const simulator: SimulatorModule = {
  models: [MODEL],
  baudRate: 115_200,
  faultKinds: Object.keys(FAULTS),
  create: (options) => {
    if (options.model !== MODEL)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    return createAmplifier(options, {
      faults: FAULTS,
      // A bit of the second byte, which every length of frame has.
      shape: { corruptAt: 1, corruptBits: 0x10 },
      nominalHz: HIGHEST_RATE_HZ,
      trueHz: HIGHEST_RATE_HZ,
      sendsDatagrams: false,
      body: createBitalino,
    });
  },
};
