import { existsSync, readdirSync } from "node:fs";
import { orList } from "../base/result.ts";
import type { SimulatorModule } from "../contract/simulator.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

const FOLDER = new URL("../../simulators/", import.meta.url);

/**
 * Every folder in `simulators/` whose `index.ts` exports a `simulator` is one: adding a folder edits
 * nothing here. Folders without one (a simulated person) are passed over.
 */
export async function loadSimulators(): Promise<readonly SimulatorModule[]> {
  const names = readdirSync(FOLDER)
    .filter((name) => existsSync(new URL(`${name}/index.ts`, FOLDER)))
    .sort();
  const modules = await Promise.all(
    names.map(
      async (name) =>
        (await import(new URL(`${name}/index.ts`, FOLDER).href)) as { simulator?: SimulatorModule },
    ),
  );
  return modules.flatMap(({ simulator }) => (simulator === undefined ? [] : [simulator]));
}

/** Throws `SIMULATOR_UNKNOWN_MODEL`, naming the models that exist. */
export async function findSimulator(model: string): Promise<SimulatorModule> {
  const simulators = await loadSimulators();
  const found = simulators.find(({ models }) => models.includes(model));
  if (found !== undefined) return found;
  const known = simulators.flatMap(({ models }) => models);
  throw new PulsetrainError("SIMULATOR_UNKNOWN_MODEL", `${model}: expected ${orList(known)}`);
}
