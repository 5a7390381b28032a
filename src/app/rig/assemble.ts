import { appendFileSync } from "node:fs";
import { Subject } from "rxjs";
import type { SimulatedDevice } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort, SerialLine } from "../../contract/transport.ts";
import { renewable } from "../../engine/renewable.ts";
import type { MarkerSent, RigParts } from "../../engine/rigParts.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { guardPort } from "../../io/guardedPort.ts";
import { leasePort } from "../../io/leasedPort.ts";
import { createMemoryLink, plugIn } from "../../io/memoryPort.ts";
import { stimulatorConfig } from "../config/rig.ts";
import { readSecret } from "../config/secret.ts";
import { findDriver } from "../drivers.ts";
import { dischargeLine } from "../simulate/dischargeLog.ts";
import { findSimulator } from "../simulators.ts";
import { assembleAccessories, type RealPort } from "./accessories.ts";
import { assembleListening } from "./listening.ts";
import type { RigProcessConfig } from "./rigConfigMessage.ts";
import { createWireTap } from "./wireTap.ts";

export interface AssembledRig {
  readonly parts: Omit<RigParts, "parentSilenceMs">;
  /** The simulated stimulator of this process; null where a port leads elsewhere. */
  readonly simulator: SimulatedDevice | null;
  dispose(): void;
}

/** What is on the far side of the bytes. */
export interface FarSide {
  readonly port: BytePort;
  /** The simulated stimulator of this process; null where a port leads elsewhere. */
  readonly simulator: SimulatedDevice | null;
  /** Puts a simulated cable back that a fault unplugged. */
  readonly replug?: () => void;
  /** Stands for RTS where nothing simulated hears an edge; absent: the port has the line, or none. */
  readonly setLine?: (on: boolean) => Promise<void>;
}

/** Where a rig's bytes go. Only the rig process has a source that can open a real port. */
export type FarSideSource = (parts: {
  readonly config: RigProcessConfig;
  readonly clock: LabClock;
  readonly line: SerialLine;
  readonly unlockCode: string | null;
}) => Promise<FarSide>;

/** What a simulated device is made of. */
export interface SimulatedParts {
  readonly config: Pick<RigProcessConfig, "rig" | "seed" | "simulatorFaults" | "simulatorBody">;
  readonly clock: LabClock;
  readonly unlockCode: string | null;
}

/** A device that lives behind a simulated cable in this process. */
export const simulatedFarSide = async ({
  config,
  clock,
  unlockCode,
}: SimulatedParts): Promise<FarSide> => {
  const { driver, softwareVersion, mains } = config.rig.stimulator;
  const module = await findSimulator(driver);
  const baudRate = module.baudRateOf === undefined ? module.baudRate : module.baudRateOf(driver);
  const link = createMemoryLink(clock, { baudRate });
  const device = module.create({
    model: driver,
    clock,
    seed: config.seed,
    softwareVersion: softwareVersion ?? null,
    unlockCode,
    mains: mains ?? 240,
    faults: config.simulatorFaults,
    body: config.simulatorBody,
    options: config.rig.stimulator.options ?? {},
  });
  plugIn(link, device);
  return {
    port: link.port,
    simulator: device,
    replug: () => {
      link.replug();
      device.replug?.();
    },
  };
};

/** Builds driver, ports and guard from a rig's configuration. Opens nothing. */
export async function assembleRig(
  config: RigProcessConfig,
  clock: LabClock,
  source: FarSideSource,
  secret: (pointer: string | undefined) => string | null = readSecret,
  realPort: RealPort | null = null,
): Promise<AssembledRig> {
  const driver = await findDriver(config.rig.stimulator.driver);
  const deviceConfig = stimulatorConfig(config.rig);
  const model = driver.describe(deviceConfig);
  if (!model.ok) throw new PulsetrainError("RIG_FILE_BAD", model.error);
  const unlockCode = secret(config.rig.stimulator.unlockCode);
  const far = await source({ config, clock, line: driver.line, unlockCode });
  const deviceId = `${config.session}/${config.rig.stimulator.driver}`;
  const wire = createWireTap(clock, far.port, { redact: driver.redact });
  const guarded = guardPort(wire.port, {
    deviceId,
    classify: driver.classifier(deviceConfig),
    clock,
  });
  const markers = new Subject<MarkerSent>();
  const listening = await assembleListening({
    rig: config.rig,
    clock,
    seed: config.seed,
    subject: config.context.session.subject,
    realPort,
    stimulator: far.simulator,
    waveform: model.value.capabilities.waveform,
  });
  const accessories = await assembleAccessories({
    rig: config.rig,
    clock,
    seed: config.seed,
    deviceId,
    realPort,
    port: far.port,
    stimulator: far.simulator,
    setLine: far.setLine,
    onNerve: (atMs) => listening.person?.nerve(atMs),
    onSecond: (discharge) => {
      const waveform = config.rig.secondStimulator?.settings.waveform ?? "";
      listening.person?.discharge(discharge, { waveform, hemispheres: ["other"] });
      if (config.dischargesFile !== null)
        appendFileSync(config.dischargesFile, dischargeLine(clock, discharge, "second"));
    },
    emitMarker: (code, sent) => markers.next({ atMs: clock.now(), code, sent }),
  });
  const stimulator = renewable(() => {
    const lease = leasePort(guarded);
    const context = { config: deviceConfig, clock, unlockCode, trigger: accessories.path };
    return { stimulator: driver.create({ ...context, port: lease.port }), retire: lease.takeBack };
  });
  const discharges = far.simulator?.discharges$.subscribe((discharge) => {
    if (config.dischargesFile !== null)
      appendFileSync(config.dischargesFile, dischargeLine(clock, discharge));
  });
  return {
    simulator: far.simulator,
    parts: {
      clock,
      stimulator,
      model: model.value,
      deviceId,
      context: config.context,
      latchPort: (why) => {
        guarded.latch(why);
        accessories.latch(why);
      },
      takeWire: () => [...[wire.take() ?? []].flat(), ...accessories.takeWire()],
      accessories,
      reconnect: config.rig.stimulator.reconnect === true ? { port: far.port, stimulator } : null,
      mark: accessories.mark,
      nervePath: accessories.nerve,
      conditioner: accessories.conditioner,
      markers$: markers.asObservable(),
      amplifier: listening.amplifier,
      eeg: listening.eeg,
      chair: listening.person,
    },
    dispose() {
      discharges?.unsubscribe();
      accessories.dispose();
      listening.dispose();
      far.simulator?.close();
    },
  };
}
