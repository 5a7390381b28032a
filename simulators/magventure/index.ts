import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { MODEL_NAMES } from "./body/models.ts";
import { createMagPro } from "./device.ts";
import { FAULT_KINDS } from "./line/faults.ts";

/** The MagPro family of MagVenture, seen from the far side of its COM2 cable. */
export const simulator: SimulatorModule = {
  models: MODEL_NAMES,
  baudRate: 38_400,
  faultKinds: FAULT_KINDS,
  create: createMagPro,
};
