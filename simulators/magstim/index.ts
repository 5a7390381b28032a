import type {
  SimulatedDevice,
  SimulatorModule,
  SimulatorOptions,
} from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { FAULT_KINDS } from "./faults.ts";
import { createRapidDevice } from "./rapid/device.ts";

type Create = (options: SimulatorOptions) => SimulatedDevice;

const MODELS: ReadonlyMap<string, Create> = new Map([
  ["magstim-rapid2", (options) => createRapidDevice("rapid", options)],
  ["magstim-super-rapid2", (options) => createRapidDevice("super", options)],
  ["magstim-super-rapid2-plus", (options) => createRapidDevice("superPlus", options)],
]);

/** The Magstim family, seen from the far side of its cable. */
export const simulator: SimulatorModule = {
  models: [...MODELS.keys()],
  baudRate: 9600,
  faultKinds: FAULT_KINDS,
  create: (options) => {
    const create = MODELS.get(options.model);
    if (create === undefined) throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", options.model);
    return create(options);
  },
};
