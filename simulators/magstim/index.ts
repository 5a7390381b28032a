import type {
  SimulatedDevice,
  SimulatorModule,
  SimulatorOptions,
} from "../../src/contract/simulator.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createDevice } from "./core/device.ts";
import { FAULT_KINDS } from "./line/faults.ts";
import { monophasicMachine } from "./monophasic/machine.ts";
import type { MonophasicType } from "./monophasic/variant.ts";
import type { RapidType } from "./rapid/limits.ts";
import { rapidMachine } from "./rapid/machine.ts";

type Create = (options: SimulatorOptions) => SimulatedDevice;

const MODELS: ReadonlyMap<string, Create> = new Map([
  ["magstim-200", monophasic("200")],
  ["magstim-bistim", monophasic("bistim")],
  ["magstim-rapid2", rapid("rapid")],
  ["magstim-super-rapid2", rapid("super")],
  ["magstim-super-rapid2-plus", rapid("superPlus")],
  ["magstim-horizon", rapid("horizon")],
]);

function monophasic(type: MonophasicType): Create {
  return (options) => createDevice(monophasicMachine(type, options), options);
}

function rapid(type: RapidType): Create {
  return (options) => createDevice(rapidMachine(type, options), options);
}

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
