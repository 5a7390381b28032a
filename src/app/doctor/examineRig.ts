/** The devices of a rig: what must be right before a port is opened, then the walk. */
import { existsSync } from "node:fs";
import type { DriverModule } from "../../contract/stimulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort, SerialLine } from "../../contract/transport.ts";
import { isPulsetrainError } from "../../errors/pulsetrainError.ts";
import { createPort } from "../../io/openPort.ts";
import { parsePortAddress } from "../../io/portAddress.ts";
import type { PortEntry } from "../../io/portEntry.ts";
import { findByIdentity } from "../../io/usbPort.ts";
import { type RigConfig, rigError, stimulatorConfig } from "../config/rig.ts";
import { readSecret } from "../config/secret.ts";
import { driverFor, loadDrivers } from "../drivers.ts";
import { simulatedFarSide } from "../rig/assemble.ts";
import { proveSimulated } from "../rig/proveSimulated.ts";
import { skipped } from "./check.ts";
import { judgeDevice } from "./judgeDevice.ts";
import { type PortFacts, portFacts, type Roots } from "./portFacts.ts";
import type { ExaminedDevice } from "./report.ts";
import { walkDevice } from "./walk.ts";

/** A rig whose file says nothing wrong. */
export interface ReadyRig {
  readonly rig: RigConfig;
  readonly driver: DriverModule;
  readonly drivers: readonly DriverModule[];
  readonly unlockCode: string | null;
}

/** Throws with exit 2 and the place in the file, or with 3 where a simulated port is not proven. */
export async function readyRig(rig: RigConfig, file: string | undefined): Promise<ReadyRig> {
  const { driver: name, port, unlockCode } = rig.stimulator;
  const drivers = await loadDrivers();
  const driver = placed(file, "driver", () => driverFor(drivers, name));
  const model = driver.describe(stimulatorConfig(rig));
  if (!model.ok)
    throw rigError(file, ["stimulator"], { code: "RIG_FILE_BAD", detail: model.error });
  if (port !== "simulated") placed(file, "port", () => parsePortAddress(port));
  const secret = placed(file, "unlockCode", () => readSecret(unlockCode));
  await proveSimulated(rig);
  return { rig, driver, drivers, unlockCode: secret };
}

/** What `work` throws, with the place in the rig file that it is about. */
function placed<T>(file: string | undefined, field: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw isPulsetrainError(error) ? rigError(file, ["stimulator", field], error) : error;
  }
}

export async function examineRig(
  ready: ReadyRig,
  parts: {
    readonly clock: LabClock;
    readonly ports: readonly PortEntry[];
    readonly roots: Roots;
    readonly stopped: Promise<never>;
  },
): Promise<readonly ExaminedDevice[]> {
  const { rig, driver, drivers, unlockCode } = ready;
  const { clock, stopped } = parts;
  const port = await openable(ready, driver.line, clock);
  const evidence = await walkDevice({
    driver,
    drivers,
    config: stimulatorConfig(rig),
    unlockCode,
    port,
    clock,
    facts: () => factsOf(rig.stimulator.port, parts.ports, parts.roots),
    stopped,
  });
  const { simulated } = rig;
  const steps = judgeDevice(evidence);
  const { driver: name, port: portText } = rig.stimulator;
  return [
    { role: "stimulator", driver: name, port: portText, simulated, steps },
    ...amplifierOf(rig),
  ];
}

async function openable(
  { rig, unlockCode }: ReadyRig,
  line: SerialLine,
  clock: LabClock,
): Promise<BytePort> {
  if (rig.stimulator.port !== "simulated") return createPort(rig.stimulator.port, line, clock);
  const config = { rig, seed: 1, simulatorFaults: [], simulatorBody: {} };
  return (await simulatedFarSide({ config, clock, unlockCode })).port;
}

/** Of a port that is a file; an adapter that is named by its identity is among those that were listed. */
function factsOf(text: string, ports: readonly PortEntry[], roots: Roots): PortFacts | null {
  if (text === "simulated") return null;
  const address = parsePortAddress(text);
  if (address.kind === "serial") {
    const known = ports.find(({ path }) => path === address.path);
    return existsSync(address.path) ? portFacts(known ?? bare(address.path), roots) : null;
  }
  if (address.kind !== "usb") return null;
  try {
    return portFacts(findByIdentity(text, address.identity, ports), roots);
  } catch {
    // Absent or ambiguous: opening the port says so, with a list of what is there.
    return null;
  }
}

function bare(path: string): PortEntry {
  return {
    path,
    manufacturer: null,
    product: null,
    vendorId: null,
    productId: null,
    serialNumber: null,
    driver: null,
  };
}

function amplifierOf({ amplifier, simulated }: RigConfig): readonly ExaminedDevice[] {
  if (amplifier === undefined) return [];
  const { driver, port } = amplifier;
  const steps = [skipped("open", "amplifiers are not examined by this version")];
  return [{ role: "amplifier", driver, port, simulated, steps }];
}
