import { EMPTY } from "rxjs";
import type {
  SignalSource,
  SimulatedDevice,
  SimulatorOptions,
} from "../../src/contract/simulator.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createFaultSchedule, type FaultTable } from "../common/faultSchedule.ts";
import { wordOption } from "../common/figures.ts";
import type { Counter } from "./counter.ts";
import { createElectrodes } from "./electrodes.ts";
import type { AmplifierFault } from "./faults.ts";
import { streamForeign } from "./foreign.ts";
import { createLine, type Line } from "./line.ts";
import { type FreeOptions, numberOption } from "./options.ts";
import { createOwnSignal } from "./ownSignal.ts";
import type { PacketShape } from "./packetFaults.ts";
import { createSampler, type Sampler } from "./sampler.ts";

/** What a family builds its body from. */
export interface AmplifierParts {
  readonly clock: LabClock;
  readonly seed: number;
  readonly line: Line;
  readonly sampler: Sampler;
  readonly electrodes: SignalSource;
  readonly options: FreeOptions;
  readonly softwareVersion: string | null;
}

/** An amplifier without its cable, its converter and the faults that all have in common. */
export interface AmplifierBody {
  hear(bytes: Uint8Array): void;
  /** Null: its packets have no number. */
  readonly counter: Counter | null;
  /** Back to the state after power-up. */
  reboot(): void;
  /** Absent: it samples at half of its rate and does not notice. */
  halveRate?(): void;
  /** Faults of its own. */
  readonly ownFaults?: Readonly<Record<string, () => void>>;
  hostOpened?(): void;
  readonly panelOrders?: Readonly<Record<string, () => void>>;
  close(): void;
}

export interface AmplifierSpec {
  readonly faults: FaultTable<string>;
  readonly shape: PacketShape;
  /** What the device takes its rate for, and what it really is unless the options say otherwise. */
  readonly nominalHz: number;
  readonly trueHz: number;
  /** One emission is one datagram. */
  readonly sendsDatagrams: boolean;
  readonly body: (parts: AmplifierParts) => AmplifierBody;
}

const DELAY_MS = 500;
const DRIFT = 1 + 500e-6;
/** Between the two edges of a trigger that is seen twice; never the same frame, nor the next. */
const BOUNCE_MS = 2;

/** The device that the contract knows: body, converter, cable and faults on the injected clock. */
export function createAmplifier(options: SimulatorOptions, spec: AmplifierSpec): SimulatedDevice {
  const { clock, seed } = options;
  const { shape, sendsDatagrams } = spec;
  const free = options.options ?? {};
  const trueHz = numberOption(free, "trueRateHz", spec.trueHz, { min: 0.1, max: 1e6 });
  const oddChunks = wordOption(free, "chunks", ["whole", "odd"]) === "odd";
  const answerDelayMs = numberOption(free, "answerDelayMs", 0, { min: 0, max: 60_000 });
  const line = createLine({ clock, seed, shape, sendsDatagrams, oddChunks, answerDelayMs });
  const electrodes = createElectrodes(options.source ?? createOwnSignal(seed));
  const sampler = createSampler(clock, electrodes, trueHz / spec.nominalHz);
  const { softwareVersion } = options;
  const body = spec.body({
    clock,
    seed,
    line,
    sampler,
    electrodes,
    options: free,
    softwareVersion,
  });
  const schedule = createFaultSchedule(clock, spec.faults, raise);
  let takeForeignAway: (() => void) | null = null;
  let triggers = 0;
  let missed = 0;
  let doubled = 0;

  const isThere = (): boolean => line.isPlugged && takeForeignAway === null;

  function raise(kind: string): void {
    const own = body.ownFaults?.[kind];
    if (own === undefined) raiseCommon(kind as AmplifierFault);
    else own();
  }

  function raiseCommon(kind: AmplifierFault): void {
    switch (kind) {
      case "drop":
      case "repeat":
      case "cut":
      case "corrupt":
        return line.spoilNext(kind);
      case "garbage":
        return line.blurt();
      case "delay":
        return line.hold(DELAY_MS);
      case "silent":
        return line.mute();
      case "unplug":
        sampler.stop();
        return line.unplug();
      case "wrong-device":
        return becomeForeign();
      case "wrap":
        return body.counter?.standBeforeWrap();
      case "counter-jump":
        return body.counter?.jump();
      case "flat":
      case "clip":
      case "mains":
        return electrodes.spoil(kind);
      case "drift":
        return sampler.quicken(DRIFT);
      case "wrong-rate":
        return body.halveRate === undefined ? sampler.quicken(0.5) : body.halveRate();
      case "reboot":
        line.unmute();
        return isThere() ? body.reboot() : undefined;
      case "missing-trigger":
        missed += 1;
        return;
      case "double-trigger":
        doubled += 1;
    }
  }

  function becomeForeign(): void {
    if (takeForeignAway !== null) return;
    body.close();
    sampler.stop();
    takeForeignAway = streamForeign(clock, line.say);
  }

  function trigger(): void {
    triggers += 1;
    for (const kind of schedule.dueAtPulse(triggers)) raise(kind);
    if (missed > 0) {
      missed -= 1;
      return;
    }
    sampler.mark();
    if (doubled === 0) return;
    doubled -= 1;
    sampler.mark(Math.max(BOUNCE_MS, 2 * sampler.stepMs));
  }

  for (const order of options.faults) schedule.order(order);
  return {
    model: options.model,
    toHost$: line.bytes$,
    discharges$: EMPTY,
    unplugged$: line.unplugged$,
    fromHost: (bytes) => {
      if (isThere()) body.hear(bytes);
    },
    hostOpened: () => {
      if (isThere()) body.hostOpened?.();
    },
    trigger,
    ...(body.panelOrders === undefined
      ? {}
      : { panel: (order: string) => obeyPanel(order, body.panelOrders ?? {}) }),
    fault: (order) => schedule.order(order),
    close: () => {
      schedule.close();
      takeForeignAway?.();
      sampler.stop();
      body.close();
      line.close();
    },
  };
}

function obeyPanel(order: string, orders: Readonly<Record<string, () => void>>): void {
  const obey = Object.hasOwn(orders, order) ? orders[order] : undefined;
  if (obey === undefined) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `${order}: expected one of ${Object.keys(orders).join(", ")}`,
    );
  }
  obey();
}
