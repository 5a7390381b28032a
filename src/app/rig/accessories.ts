/** Trigger boxes of a rig: the way to the stimulator's trigger input, and markers. */
import type { Dose } from "../../contract/dose.ts";
import type { JournalEvent } from "../../contract/events.ts";
import type { Discharge, SimulatedDevice } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort, SerialLine } from "../../contract/transport.ts";
import type { TriggerBox, TriggerConfig, TriggerPath } from "../../contract/trigger.ts";
import type { ConditionerParts } from "../../engine/conditioner.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { type GuardPort, guardPort } from "../../io/guardedPort.ts";
import { createMemoryLink, plugIn } from "../../io/memoryPort.ts";
import { createRtsTrigger, type RtsTrigger } from "../../io/rtsTrigger.ts";
import { secondDeviceId } from "../../safety/secondStimulator.ts";
import {
  type BoxRig,
  type RigConfig,
  type SecondStimulatorRig,
  secondConfirmation,
} from "../config/rig.ts";
import { findSimulator } from "../simulators.ts";
import { findTrigger } from "../triggers.ts";
import { createSecond } from "./secondDevice.ts";
import { createWireTap, type WireTap } from "./wireTap.ts";

/** Opens a port that leads out of this process; only the process beside the port has one. */
export type RealPort = (port: string, line: SerialLine) => BytePort;

export interface Accessories {
  readonly path: TriggerPath | null;
  /** The way to the electrical stimulator of a nerve. */
  readonly nerve: { readonly path: TriggerPath; readonly deviceId: string } | null;
  /** The second stimulator and the way to it. */
  readonly conditioner: ConditionerParts | null;
  /** Sends the marker of a dose that has just been started; never waits, never throws. */
  readonly mark: ((dose: Dose) => void) | null;
  /** All lines low; resolves with what the boxes say of themselves. */
  open(): Promise<Readonly<Record<string, string>>>;
  /** To be called when the stimulator's port is open: a line of that port is looked for then. */
  ready(): Promise<void>;
  close(): Promise<void>;
  latch(why: string): void;
  takeWire(): readonly JournalEvent[];
  dispose(): void;
}

interface AccessoryParts {
  readonly rig: RigConfig;
  readonly clock: LabClock;
  readonly seed: number;
  readonly deviceId: string;
  readonly realPort: RealPort | null;
  /** The stimulator's own port, below everything that records or guards it. */
  readonly port: BytePort;
  /** Where the edges of a simulated box lead. */
  readonly stimulator: SimulatedDevice | null;
  /** RTS of a far side that has no such line but stands for one; absent: that of the port. */
  readonly setLine?: ((on: boolean) => Promise<void>) | undefined;
  /** A rising edge on the line to the nerve, on simulated boxes. */
  readonly onNerve: (atMs: number) => void;
  /** A pulse of the second stimulator, on simulated rigs. */
  readonly onSecond: (discharge: Discharge) => void;
  readonly emitMarker: (code: number, sent: boolean) => void;
}

interface BuiltBox {
  readonly name: string;
  readonly deviceId: string;
  readonly box: TriggerBox;
  readonly worstLatencyMs: number;
  readonly guarded: GuardPort;
  readonly tap: WireTap;
  readonly simulator: SimulatedDevice | null;
}

/** Builds what the rig names. Opens nothing. */
export async function assembleAccessories(parts: AccessoryParts): Promise<Accessories> {
  const { rig } = parts;
  const { trigger } = rig.stimulator;
  const firing =
    trigger?.via === "box" ? await buildBox(parts, trigger, trigger.line, "trigger") : null;
  const rts = trigger?.via === "rts" ? rtsOf(parts, trigger.widthMs) : null;
  const ownMarkerBox = rig.markers?.box;
  const marking =
    ownMarkerBox === undefined
      ? rig.markers === undefined
        ? null
        : firing
      : await buildBox(parts, ownMarkerBox, null, "markers");
  if (rig.markers !== undefined && marking === null) {
    throw new PulsetrainError(
      "RIG_FILE_BAD",
      "markers: no trigger box to send them through; name one under `box`",
    );
  }
  const nerve =
    rig.nerve === undefined
      ? null
      : await buildBox(parts, rig.nerve, rig.nerve.line, "nerve", parts.onNerve);
  const second =
    rig.secondStimulator === undefined ? null : await buildSecond(parts, rig.secondStimulator);
  let isPortOurs = false;
  const boxes = [...new Set([firing, marking, nerve, second?.box ?? null])].filter(
    (built) => built !== null,
  );
  return {
    path: firing === null ? rts : pathOf(firing),
    nerve: nerve === null ? null : { path: pathOf(nerve), deviceId: nerve.deviceId },
    conditioner: second?.conditioner ?? null,
    mark: marking === null ? null : markWith(marking.box, parts),
    open: async () => {
      const told: Record<string, string> = {};
      for (const { name, box } of boxes) {
        for (const [key, value] of Object.entries(await box.open())) told[`${name}.${key}`] = value;
      }
      return told;
    },
    ready: async () => {
      if (rts === null) return;
      // A stimulator that nobody talks to has a port for this line alone.
      if (!parts.port.isOpen) {
        await parts.port.open();
        isPortOurs = true;
      }
      await rts.ready();
    },
    close: async () => {
      for (const { box } of boxes) await box.close();
      if (isPortOurs) await parts.port.close();
    },
    latch: (why) => {
      rts?.latch(why);
      for (const { guarded } of boxes) guarded.latch(why);
    },
    takeWire: () => boxes.flatMap(({ tap }) => tap.take() ?? []),
    dispose: () => {
      for (const { simulator } of boxes) simulator?.close();
      second?.simulator?.close();
    },
  };
}

interface BuiltSecond {
  readonly box: BuiltBox;
  readonly conditioner: ConditionerParts;
  /** The stimulator behind a simulated box; null where the box is not in this process. */
  readonly simulator: SimulatedDevice | null;
}

/** A stimulator that is triggered and tells nothing, and the box in front of it. */
async function buildSecond(parts: AccessoryParts, rig: SecondStimulatorRig): Promise<BuiltSecond> {
  const { trigger, settings } = rig;
  const simulator = trigger.port === "simulated" ? await createSecond(rig, parts) : null;
  simulator?.discharges$.subscribe((discharge) => parts.onSecond(discharge));
  const box = await buildBox(parts, trigger, trigger.line, "second", () => simulator?.trigger());
  return {
    box,
    conditioner: {
      path: pathOf(box),
      confirmation: secondConfirmation(rig),
      pctMso: settings.intensityPctMso,
    },
    simulator,
  };
}

/** RTS of the stimulator's own port; in process the simulated cable has that line too. */
function rtsOf(
  { clock, deviceId, port, stimulator, setLine: standIn }: AccessoryParts,
  widthMs: number | undefined,
): RtsTrigger {
  const simulated = async (on: boolean): Promise<void> => {
    if (on) stimulator?.trigger();
  };
  const setLine = stimulator === null ? standIn : simulated;
  return createRtsTrigger({
    port,
    clock,
    deviceId,
    ...(widthMs === undefined ? {} : { widthMs }),
    ...(setLine === undefined ? {} : { setLine }),
  });
}

function pathOf({ name, worstLatencyMs, box }: BuiltBox): TriggerPath {
  return { name, worstLatencyMs, fire: (permit) => box.fire(permit) };
}

function markWith(box: TriggerBox, { rig, emitMarker }: AccessoryParts): (dose: Dose) => void {
  const { code = 1, conditions = {} } = rig.markers ?? {};
  return ({ place }) => {
    const chosen = (place.condition === null ? undefined : conditions[place.condition]) ?? code;
    emitMarker(chosen, box.mark(chosen));
  };
}

type Role = "trigger" | "markers" | "nerve" | "second";

/** A permit for a pulse is none for a nerve stimulus nor for the other stimulator, and so on round. */
const DEVICE_OF: Readonly<Record<Role, (deviceId: string) => string>> = {
  trigger: (deviceId) => deviceId,
  markers: (deviceId) => deviceId,
  nerve: (deviceId) => `${deviceId}/nerve`,
  second: secondDeviceId,
};

async function buildBox(
  parts: AccessoryParts,
  rig: BoxRig,
  stimulatorLine: number | null,
  role: Role,
  onEdge: (atMs: number) => void = () => parts.stimulator?.trigger(),
): Promise<BuiltBox> {
  const { clock } = parts;
  const deviceId = DEVICE_OF[role](parts.deviceId);
  const module = await findTrigger(rig.driver);
  const config: TriggerConfig = { driver: rig.driver, stimulatorLine, options: rig.options ?? {} };
  const described = module.describe(config);
  if (!described.ok) throw new PulsetrainError("RIG_FILE_BAD", `${role}: ${described.error}`);
  const far = await farSideOf(parts, rig, module.line(config), (line, atMs) => {
    if (line === stimulatorLine) onEdge(atMs);
  });
  const tap = createWireTap(clock, far.port, { name: role });
  const guarded = guardPort(tap.port, { deviceId, classify: module.classifier(config), clock });
  return {
    name: role,
    deviceId,
    box: module.create({ config, clock, port: guarded }),
    worstLatencyMs: described.value.worstLatencyMs,
    guarded,
    tap,
    simulator: far.simulator,
  };
}

async function farSideOf(
  { clock, realPort, seed }: AccessoryParts,
  rig: BoxRig,
  line: SerialLine,
  onRise: (line: number, atMs: number) => void,
): Promise<{ readonly port: BytePort; readonly simulator: SimulatedDevice | null }> {
  if (rig.port !== "simulated") {
    if (realPort !== null) return { port: realPort(rig.port, line), simulator: null };
    throw new PulsetrainError("RIG_FILE_BAD", `${rig.port}: no port can be opened from here`);
  }
  const module = await findSimulator(rig.driver);
  const link = createMemoryLink(clock, {
    baudRate: module.baudRateOf?.(rig.driver) ?? line.baudRate,
    name: rig.driver,
  });
  const simulator = module.create({
    model: rig.driver,
    clock,
    seed,
    softwareVersion: null,
    unlockCode: null,
    mains: 240,
    faults: [],
    options: rig.options ?? {},
  });
  plugIn(link, simulator);
  // The wires from the box to what it triggers.
  simulator.edges$?.subscribe(({ atMs, line: edge, rises }) => {
    if (rises) onRise(edge, atMs);
  });
  return { port: link.port, simulator };
}
