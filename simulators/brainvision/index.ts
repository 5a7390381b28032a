import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultsOf } from "../amplifiers/faults.ts";
import { numberOption } from "../amplifiers/options.ts";
import { createRecorder } from "./recorder.ts";

const MODEL = "brainvision-rda";
const FAULTS = faultsOf([], {});

/** Remote data access of a BrainVision Recorder; a TCP connection. */
export const simulator: SimulatorModule = {
  models: [MODEL],
  baudRate: 100_000_000,
  faultKinds: Object.keys(FAULTS),
  create: (options) => {
    if (options.model !== MODEL)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    const rateHz = numberOption(options.options ?? {}, "rateHz", 5000, { min: 1, max: 100_000 });
    return createAmplifier(options, {
      faults: FAULTS,
      // The first byte by which a message is found.
      shape: { corruptAt: 0, corruptBits: 0x10 },
      nominalHz: rateHz,
      trueHz: rateHz,
      sendsDatagrams: false,
      body: (parts) => createRecorder(parts, rateHz),
    });
  },
};
