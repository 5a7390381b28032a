import type { SimulatorModule } from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { FAULTS } from "./faults.ts";
import { type BoxModel, MODELS } from "./models.ts";

function modelOf(name: string): BoxModel {
  const model = MODELS.get(name);
  if (model === undefined) throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", name);
  return model;
}

/** Boxes that raise lines when bytes say so, seen from the far side of their cables. */
export const simulator: SimulatorModule = {
  models: [...MODELS.keys()],
  baudRate: 115_200,
  baudRateOf: (model) => modelOf(model).baudRate,
  faultKinds: Object.keys(FAULTS),
  create: (options) => modelOf(options.model).create(options),
};
