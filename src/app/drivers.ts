import { existsSync, readdirSync } from "node:fs";
import { orList } from "../base/result.ts";
import type { DriverModule } from "../contract/stimulator.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

const FOLDER = new URL("../../drivers/", import.meta.url);

/** Every folder in `drivers/` with an `index.ts` is a driver: adding one edits nothing here. */
export async function loadDrivers(): Promise<readonly DriverModule[]> {
  const names = readdirSync(FOLDER)
    .filter((name) => existsSync(new URL(`${name}/index.ts`, FOLDER)))
    .sort();
  const modules = await Promise.all(
    names.map(
      async (name) =>
        (await import(new URL(`${name}/index.ts`, FOLDER).href)) as { driver?: DriverModule },
    ),
  );
  return modules.flatMap(({ driver }) => (driver === undefined ? [] : [driver]));
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
