import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createAmplifier } from "../amplifiers/amplifier.ts";
import { faultsOf } from "../amplifiers/faults.ts";
import { wordOption } from "../common/figures.ts";
import { createSpikerbox } from "./spikerbox.ts";
import { VARIANTS } from "./variants.ts";

const MODEL = "spikerbox";
/** Its frames have no number. */
const FAULTS = faultsOf(["wrap", "counter-jump"], {});

/** Backyard Brains' serial boxes. */
export const simulator: SimulatorModule = {
  models: [MODEL],
  baudRate: 222_222,
  faultKinds: Object.keys(FAULTS),
  create: (options) => {
    if (options.model !== MODEL)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    const word = wordOption(options.options ?? {}, "variant", ["shield", "human", "station"]);
    const variant = VARIANTS[word];
    return createAmplifier(options, {
      faults: FAULTS,
      // Without its mark a frame is no frame.
      shape: { corruptAt: 0, corruptBits: 0x80 },
      nominalHz: variant.nominalHz,
      trueHz: variant.trueHz,
      sendsDatagrams: false,
      body: (parts) => createSpikerbox(parts, variant),
    });
  },
};
