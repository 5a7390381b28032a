/** The amplifier of a rig, and on a simulated one the person whose muscles and brain it sees. */
import type {
  Amplifier,
  AmplifierCapabilities,
  AmplifierConfig,
} from "../../contract/amplifier.ts";
import type { SimulatedDevice, SimulatedPerson } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort, SerialLine } from "../../contract/transport.ts";
import type { EegSource } from "../../engine/phaseWatch.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { createMemoryLink, plugIn } from "../../io/memoryPort.ts";
import { findAmplifier, loadPerson } from "../amplifiers.ts";
import type { RigConfig } from "../config/rig.ts";
import { findSimulator } from "../simulators.ts";
import type { RealPort } from "./accessories.ts";
import { eegSourceOf } from "./eegSource.ts";

export interface Listening {
  readonly amplifier: Amplifier | null;
  readonly person: SimulatedPerson | null;
  /** Where in its stream the rhythm under the coil is; null: nowhere. */
  readonly eeg: EegSource | null;
  dispose(): void;
}

interface ListeningParts {
  readonly rig: RigConfig;
  readonly clock: LabClock;
  readonly seed: number;
  /** Code of the subject; on a simulated rig one of the simulated persons. */
  readonly subject: string;
  readonly realPort: RealPort | null;
  /** The simulated stimulator of this process, whose pulses the person feels. */
  readonly stimulator: SimulatedDevice | null;
  readonly waveform: string;
}

const NOTHING: Listening = {
  amplifier: null,
  person: null,
  eeg: null,
  dispose: () => undefined,
};

/** Sockets have no line; their simulated cable is as fast as a local network. */
const NETWORK_BAUD = 100_000_000;

export function amplifierConfig(rig: NonNullable<RigConfig["amplifier"]>): AmplifierConfig {
  return { driver: rig.driver, options: rig.options ?? {} };
}

/** Builds what the rig names. Opens nothing. */
export async function assembleListening(parts: ListeningParts): Promise<Listening> {
  const { rig, clock } = parts;
  if (rig.amplifier === undefined) return NOTHING;
  const module = await findAmplifier(rig.amplifier.driver);
  const config = amplifierConfig(rig.amplifier);
  const described = module.describe(config);
  if (!described.ok) throw new PulsetrainError("RIG_FILE_BAD", `amplifier: ${described.error}`);
  const far = await farSideOf(parts, rig.amplifier, module.line(config), described.value);
  return {
    amplifier: module.create({ config, clock, port: far.port }),
    person: far.person,
    eeg: eegSourceOf(rig.amplifier, described.value),
    dispose: far.dispose,
  };
}

interface FarAmplifier {
  readonly port: BytePort;
  readonly person: SimulatedPerson | null;
  dispose(): void;
}

async function farSideOf(
  parts: ListeningParts,
  rig: NonNullable<RigConfig["amplifier"]>,
  line: SerialLine | null,
  capabilities: AmplifierCapabilities,
): Promise<FarAmplifier> {
  const { clock, realPort, seed } = parts;
  if (rig.port !== "simulated") {
    if (realPort === null)
      throw new PulsetrainError("RIG_FILE_BAD", `${rig.port}: no port can be opened from here`);
    return { port: realPort(rig.port, line ?? NO_LINE), person: null, dispose: () => undefined };
  }
  const person = await personFor(parts, capabilities);
  const module = await findSimulator(rig.driver);
  const link = createMemoryLink(clock, {
    baudRate: line?.baudRate ?? NETWORK_BAUD,
    name: rig.driver,
  });
  const device = module.create({
    model: rig.driver,
    clock,
    seed,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
    options: rig.options ?? {},
    ...(person === null ? {} : { source: person }),
  });
  plugIn(link, device);
  const felt = parts.stimulator?.discharges$.subscribe((discharge) => {
    person?.discharge(discharge, { waveform: parts.waveform });
    // The stimulator's trigger output leads to the amplifier's trigger input.
    device.trigger();
  });
  return {
    port: link.port,
    person,
    dispose: () => {
      felt?.unsubscribe();
      device.close();
    },
  };
}

const NO_LINE: SerialLine = { baudRate: NETWORK_BAUD, dataBits: 8, parity: "none", stopBits: 1 };

async function personFor(
  { clock, seed, subject }: ListeningParts,
  { channels }: AmplifierCapabilities,
): Promise<SimulatedPerson | null> {
  const module = await loadPerson();
  if (module === null) return null;
  return module.create({ subject, seed, clock, channels: channels.map(({ name }) => name) });
}
