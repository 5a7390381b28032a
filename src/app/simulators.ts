import { orList } from "../base/result.ts";
import type { SimulatorModule } from "../contract/simulator.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { loadDeviceFolders } from "./deviceFolders.ts";

const FOLDER = new URL("../../simulators/", import.meta.url);

/** Every folder in `simulators/` whose `index.ts` exports a `simulator` is one. */
export function loadSimulators(): Promise<readonly SimulatorModule[]> {
  return loadDeviceFolders<SimulatorModule>(FOLDER, "simulator");
}

/** Throws `SIMULATOR_UNKNOWN_MODEL`, naming the models that exist. */
export async function findSimulator(model: string): Promise<SimulatorModule> {
  const simulators = await loadSimulators();
  const found = simulators.find(({ models }) => models.includes(model));
  if (found !== undefined) return found;
  const known = simulators.flatMap(({ models }) => models);
  throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", `${model}: expected ${orList(known)}`);
}
