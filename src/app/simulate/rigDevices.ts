/** The devices of a simulated rig, wired as a laboratory wires them, and the person they surround. */
import type { Discharge, SimulatedDevice, SimulatedPerson } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import { findAmplifier, loadPerson } from "../amplifiers.ts";
import { type RigConfig, stimulatorConfig } from "../config/rig.ts";
import { findDriver } from "../drivers.ts";
import { createSecond } from "../rig/secondDevice.ts";
import { findSimulator } from "../simulators.ts";

export type RigPlace = "stimulator" | "trigger" | "markers" | "nerve" | "second" | "amplifier";

export interface PlacedDevice {
  readonly place: RigPlace;
  readonly device: SimulatedDevice;
  /** False: it speaks over a socket. */
  readonly isSerial: boolean;
}

export interface WiredRig {
  readonly devices: readonly PlacedDevice[];
  readonly person: SimulatedPerson | null;
  readonly stimulator: SimulatedDevice;
  /** The one over the other hemisphere, behind its box; null: there is none. */
  readonly second: SimulatedDevice | null;
}

interface Parts {
  readonly rig: RigConfig;
  readonly clock: LabClock;
  readonly seed: number;
  readonly subject: string;
}

interface Amplifier {
  readonly placed: PlacedDevice;
  readonly person: SimulatedPerson | null;
}

export async function wireRig(parts: Parts): Promise<WiredRig> {
  const stimulator = await create(parts, parts.rig.stimulator, {
    softwareVersion: parts.rig.stimulator.softwareVersion ?? null,
    mains: parts.rig.stimulator.mains ?? 240,
  });
  const listening = await amplifierOf(parts);
  const person = listening?.person ?? null;
  const waveform = await waveformOf(parts.rig);
  stimulator.discharges$.subscribe((discharge: Discharge) => {
    person?.discharge(discharge, { waveform });
    // The stimulator's trigger output leads to the amplifier's trigger input.
    listening?.placed.device.trigger();
  });
  const boxes = await boxesOf(parts, stimulator, person);
  const second = await secondOf(parts, person);
  const placed: PlacedDevice = { place: "stimulator", device: stimulator, isSerial: true };
  return {
    devices: [
      placed,
      ...boxes,
      ...(second === null ? [] : [second.box]),
      ...(listening === null ? [] : [listening.placed]),
    ],
    person,
    stimulator,
    second: second?.device ?? null,
  };
}

async function create(
  { clock, seed }: Parts,
  {
    driver,
    options,
  }: { readonly driver: string; readonly options?: RigConfig["stimulator"]["options"] },
  more: Partial<Parameters<Awaited<ReturnType<typeof findSimulator>>["create"]>[0]> = {},
): Promise<SimulatedDevice> {
  const module = await findSimulator(driver);
  return module.create({
    model: driver,
    clock,
    seed,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
    options: options ?? {},
    ...more,
  });
}

async function waveformOf(rig: RigConfig): Promise<string> {
  const driver = await findDriver(rig.stimulator.driver);
  const model = driver.describe(stimulatorConfig(rig));
  return model.ok ? model.value.capabilities.waveform : "biphasic";
}

async function amplifierOf(parts: Parts): Promise<Amplifier | null> {
  const { clock, rig, seed, subject } = parts;
  if (rig.amplifier === undefined) return null;
  const { driver, options = {} } = rig.amplifier;
  const module = await findAmplifier(driver);
  const config = { driver, options };
  const described = module.describe(config);
  const channels = described.ok ? described.value.channels.map(({ name }) => name) : [];
  const person = (await loadPerson())?.create({ subject, seed, clock, channels }) ?? null;
  const device = await create(parts, rig.amplifier, person === null ? {} : { source: person });
  const isSerial = module.line(config) !== null;
  return { placed: { place: "amplifier", device, isSerial }, person };
}

/** Boxes, each with its wire to what it starts. */
async function boxesOf(
  parts: Parts,
  stimulator: SimulatedDevice,
  person: SimulatedPerson | null,
): Promise<readonly PlacedDevice[]> {
  const { markers, nerve, stimulator: rig } = parts.rig;
  const placed: PlacedDevice[] = [];
  if (rig.trigger?.via === "box") {
    const { line } = rig.trigger;
    const device = await create(parts, rig.trigger);
    onRise(device, line, () => stimulator.trigger());
    placed.push({ place: "trigger", device, isSerial: true });
  }
  if (markers?.box !== undefined)
    placed.push({ place: "markers", device: await create(parts, markers.box), isSerial: true });
  if (nerve !== undefined) {
    const device = await create(parts, nerve);
    onRise(device, nerve.line, (atMs) => person?.nerve(atMs));
    placed.push({ place: "nerve", device, isSerial: true });
  }
  return placed;
}

/** The second stimulator hangs on its box alone. */
async function secondOf(
  parts: Parts,
  person: SimulatedPerson | null,
): Promise<{ readonly box: PlacedDevice; readonly device: SimulatedDevice } | null> {
  const { secondStimulator } = parts.rig;
  if (secondStimulator === undefined) return null;
  const { settings, trigger } = secondStimulator;
  const device = await createSecond(secondStimulator, parts);
  device.discharges$.subscribe((discharge) =>
    person?.discharge(discharge, { waveform: settings.waveform, hemispheres: ["other"] }),
  );
  const box = await create(parts, trigger);
  onRise(box, trigger.line, () => device.trigger());
  return { box: { place: "second", device: box, isSerial: true }, device };
}

function onRise(box: SimulatedDevice, line: number, act: (atMs: number) => void): void {
  box.edges$?.subscribe((edge) => {
    if (edge.rises && edge.line === line) act(edge.atMs);
  });
}
