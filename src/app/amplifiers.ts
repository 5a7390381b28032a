import { orList } from "../base/result.ts";
import type { AmplifierModule } from "../contract/amplifier.ts";
import type { PersonModule } from "../contract/simulator.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { loadDeviceFolders } from "./deviceFolders.ts";

const DRIVERS = new URL("../../drivers/", import.meta.url);
const SIMULATORS = new URL("../../simulators/", import.meta.url);

/** Every folder in `drivers/` whose `index.ts` exports an `amplifier` drives one. */
export function loadAmplifiers(): Promise<readonly AmplifierModule[]> {
  return loadDeviceFolders<AmplifierModule>(DRIVERS, "amplifier");
}

/** Throws `DEVICE_UNKNOWN_DRIVER`, naming the amplifiers that exist. */
export async function findAmplifier(model: string): Promise<AmplifierModule> {
  const modules = await loadAmplifiers();
  const found = modules.find(({ models }) => models.includes(model));
  if (found !== undefined) return found;
  const known = modules.flatMap(({ models }) => models);
  throw new PulsetrainError(
    "DEVICE_UNKNOWN_DRIVER",
    `${model} is no amplifier: expected ${orList(known)}`,
  );
}

/** The simulated person; null where none is installed. */
export async function loadPerson(): Promise<PersonModule | null> {
  const [person] = await loadDeviceFolders<PersonModule>(SIMULATORS, "person");
  return person ?? null;
}
