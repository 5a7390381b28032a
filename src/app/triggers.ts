import { orList } from "../base/result.ts";
import type { TriggerModule } from "../contract/trigger.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { loadDeviceFolders } from "./deviceFolders.ts";

const FOLDER = new URL("../../drivers/", import.meta.url);

/** Every folder in `drivers/` whose `index.ts` exports a `trigger` drives boxes with lines. */
export function loadTriggers(): Promise<readonly TriggerModule[]> {
  return loadDeviceFolders<TriggerModule>(FOLDER, "trigger");
}

/** Throws `DEVICE_UNKNOWN_DRIVER`, naming the boxes that exist. */
export async function findTrigger(model: string): Promise<TriggerModule> {
  const modules = await loadTriggers();
  const found = modules.find(({ models }) => models.includes(model));
  if (found !== undefined) return found;
  const known = modules.flatMap(({ models }) => models);
  throw new PulsetrainError(
    "DEVICE_UNKNOWN_DRIVER",
    `${model} is no trigger box: expected ${orList(known)}`,
  );
}
