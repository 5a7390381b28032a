import { orList } from "../base/result.ts";
import type { DriverModule } from "../contract/stimulator.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { loadDeviceFolders } from "./deviceFolders.ts";

const FOLDER = new URL("../../drivers/", import.meta.url);

/** Every folder in `drivers/` with an `index.ts` is a driver. */
export function loadDrivers(): Promise<readonly DriverModule[]> {
  return loadDeviceFolders<DriverModule>(FOLDER, "driver");
}

export async function findDriver(model: string): Promise<DriverModule> {
  return driverFor(await loadDrivers(), model);
}

/** Throws `DEVICE_UNKNOWN_DRIVER`, naming the drivers that exist. */
export function driverFor(drivers: readonly DriverModule[], model: string): DriverModule {
  const found = drivers.find(({ models }) => models.includes(model));
  if (found !== undefined) return found;
  const known = drivers.flatMap(({ models }) => models);
  throw new PulsetrainError("DEVICE_UNKNOWN_DRIVER", `${model}: expected ${orList(known)}`);
}
