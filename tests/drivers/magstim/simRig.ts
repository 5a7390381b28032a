/** Driver and simulated device of one model on one virtual clock, joined by a cable in memory. */
import { driver as module } from "../../../drivers/magstim/index.ts";
import { simulator } from "../../../simulators/magstim/index.ts";
import type { Dose } from "../../../src/contract/dose.ts";
import type { Discharge, SimulatedDevice } from "../../../src/contract/simulator.ts";
import type {
  Delivery,
  DeviceModel,
  Stimulator,
  StimulatorConfig,
  StimulatorEvent,
} from "../../../src/contract/stimulator.ts";
import type { TriggerPath } from "../../../src/contract/trigger.ts";
import { createMemoryLink, plugIn } from "../../../src/io/memoryPort.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { PERMIT } from "./fakePort.ts";

export interface SimRig {
  readonly clock: VirtualClock;
  readonly driver: Stimulator;
  readonly device: SimulatedDevice;
  readonly model: DeviceModel;
  readonly discharges: Discharge[];
  readonly events: StimulatorEvent[];
}

export interface SimRigOptions {
  /** What is there; what the rig file says, unless `driver` says otherwise. */
  readonly model: string;
  readonly driver?: string;
  readonly unlockCode?: string;
  readonly deviceCode?: string;
  /** Options of the simulated device. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Options of the rig file. */
  readonly options?: Readonly<Record<string, unknown>>;
  /** Starts leave by the device's trigger input. */
  readonly byTrigger?: boolean;
}

/** A line into the device's trigger input, a tenth of a millisecond long. */
function lineTo(device: SimulatedDevice, clock: VirtualClock): TriggerPath {
  return {
    name: "line",
    worstLatencyMs: 1,
    fire: () => {
      const writtenMs = clock.now();
      clock.at(writtenMs + 0.1, () => device.trigger());
      return { writtenMs, writtenHex: "line", drained: Promise.resolve(writtenMs + 0.1) };
    },
  };
}

export async function onSimRig(
  options: SimRigOptions,
  work: (rig: SimRig) => Promise<void>,
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const device = simulator.create({
    model: options.model,
    clock,
    seed: 1,
    softwareVersion: null,
    unlockCode: options.deviceCode ?? null,
    mains: 240,
    faults: [],
    options: options.body ?? {},
  });
  const link = createMemoryLink(clock, { baudRate: simulator.baudRate });
  plugIn(link, device);
  const config: StimulatorConfig = {
    driver: options.driver ?? options.model,
    mains: 240,
    softwareVersion: null,
    options: options.options ?? {},
  };
  const described = module.describe(config);
  if (!described.ok) throw new Error(described.error);
  const driver = module.create({
    config,
    clock,
    port: link.port,
    unlockCode: options.unlockCode ?? null,
    trigger: options.byTrigger === true ? lineTo(device, clock) : null,
  });
  const discharges: Discharge[] = [];
  const events: StimulatorEvent[] = [];
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  driver.events$.subscribe((event) => events.push(event));
  await clock.run(() =>
    work({ clock, driver, device, model: described.value, discharges, events }),
  );
  device.close();
}

/** Set, read back, armed. */
export async function armOn({ driver, model }: SimRig, dose: Dose): Promise<void> {
  await driver.prepare(model.settingsFor(dose), PERMIT);
  await driver.arm(PERMIT);
}

/** One dose in the order of the engine: quiet line and fresh status ahead, the start at its instant. */
export async function giveAt(rig: SimRig, dose: Dose, dueMs: number): Promise<Delivery> {
  await rig.clock.until(dueMs - 120);
  rig.driver.quietUntil(dueMs + 10);
  await rig.driver.readStatus();
  await rig.clock.until(dueMs);
  return rig.driver.deliver(dose, PERMIT).done;
}
