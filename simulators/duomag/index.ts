import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createDuomagDevice } from "./device.ts";
import { FAULTS } from "./faults.ts";

const MODEL = "duomag";

/** Deymed's DuoMAG, seen from the far side of its cable. */
export const simulator: SimulatorModule = {
  models: [MODEL],
  baudRate: 1_000_000,
  faultKinds: Object.keys(FAULTS),
  create: (options) => {
    if (options.model !== MODEL)
      throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    return createDuomagDevice(options);
  },
};
