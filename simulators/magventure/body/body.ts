import type { HostCommand } from "../wire/commands.ts";
import type { AB } from "../wire/messages.ts";
import {
  type Direction,
  type Mode,
  PAGE_MAIN,
  type TimingControl,
  type Waveform,
} from "../wire/words.ts";
import { type CoilHeat, coolsAtMs } from "./heat.ts";
import { nextOfSequence, type Sequence } from "./sequence.ts";
import { nextOfShot, type Shot } from "./shot.ts";
import type { Unit } from "./unit.ts";

/** What kind of pulses one start gives. */
export interface Setup {
  readonly mode: Mode;
  readonly direction: Direction;
  readonly waveform: Waveform;
  readonly burstPulses: number;
  readonly burstIntervalTenthsMs: number;
  readonly pairIntervalTenthsMs: number;
  readonly ratioHundredths: number;
  /** Shown in message 9 outside Twin and Dual. */
  readonly lastPairByte: number;
}

export interface TrainSetup {
  readonly timingControl: TimingControl;
  readonly rateTenthsHz: number;
  readonly pulses: number;
  readonly trains: number;
  readonly itiTenthsS: number;
  readonly warningSound: boolean;
  /** Reported as without effect. */
  readonly rampPct: number;
  readonly rampTrains: number;
}

export interface Delays {
  readonly inputTenthsMs: number;
  readonly outputTenthsMs: number;
  readonly chargeMs: number;
}

export interface Coil {
  readonly isPlugged: boolean;
  readonly number: number;
  readonly heat: CoilHeat;
  /** The whole degree that was told last. */
  readonly shownC: number;
}

/** A command on its way to being carried out. */
export interface Heard {
  readonly command: HostCommand;
  readonly dueMs: number;
}

/** The whole state of a MagPro. */
export interface MagProBody {
  readonly setup: Setup;
  /** As set: what a protocol's gains are percent of. */
  readonly amplitudePct: AB;
  readonly isEnabled: boolean;
  readonly page: number;
  readonly train: TrainSetup;
  readonly delays: Delays;
  /** Starts since power-on. */
  readonly stimuli: number;
  readonly discharges: number;
  readonly coil: Coil;
  /** A pair or burst that is not complete yet. */
  readonly shot: Shot | null;
  /** A train or protocol in progress. */
  readonly sequence: Sequence | null;
  readonly inbox: readonly Heard[];
  /** Edges on the trigger input that the input delay holds back, by the instant they take effect. */
  readonly edgesDueMs: readonly number[];
  /** No single start and no train before this instant. */
  readonly rechargedAtMs: number;
  /** Enabling or the last pulse, whichever is later. */
  readonly quietSinceMs: number;
  /** So many changes by the host are not carried out (a fault). */
  readonly refusals: number;
  /** The next train jams (a fault). */
  readonly isJamOrdered: boolean;
}

/** As it comes up; the defaults of `xiangruili/MagventurePyTMS`. */
export function powerOn(unit: Unit, nowMs: number): MagProBody {
  return {
    setup: {
      mode: "standard",
      direction: "normal",
      waveform: "biphasic",
      burstPulses: 2,
      burstIntervalTenthsMs: 100,
      pairIntervalTenthsMs: 100,
      ratioHundredths: 100,
      lastPairByte: 80,
    },
    amplitudePct: { a: 0, b: 0 },
    isEnabled: false,
    page: PAGE_MAIN,
    train: {
      timingControl: "sequence",
      rateTenthsHz: 10,
      pulses: 5,
      trains: 3,
      itiTenthsS: 10,
      warningSound: false,
      rampPct: 100,
      rampTrains: 10,
    },
    delays: { inputTenthsMs: 0, outputTenthsMs: 0, chargeMs: 0 },
    stimuli: 0,
    discharges: 0,
    coil: coolCoil(unit, unit.coilNumber, nowMs),
    shot: null,
    sequence: null,
    inbox: [],
    edgesDueMs: [],
    rechargedAtMs: nowMs,
    quietSinceMs: nowMs,
    refusals: 0,
    isJamOrdered: false,
  };
}

export function coolCoil({ figures }: Unit, number: number, nowMs: number): Coil {
  return {
    isPlugged: true,
    number,
    heat: { temperatureC: figures.ambientC, atMs: nowMs },
    shownC: Math.floor(figures.ambientC),
  };
}

export type BodyEvent = "command" | "edge" | "shot-pulse" | "sequence-start" | "unused" | "cooled";

export interface Due {
  readonly kind: BodyEvent;
  readonly atMs: number;
}

/** What happens next by itself; null: nothing. At one instant a command comes before a pulse. */
export function nextEvent(unit: Unit, body: MagProBody): Due | null {
  const [command] = body.inbox;
  const [edgeMs] = body.edgesDueMs;
  const { figures } = unit;
  return earliest([
    due("command", command?.dueMs),
    due("edge", edgeMs),
    due("shot-pulse", body.shot === null ? null : nextOfShot(body.shot)),
    // A train waits for its pair or burst to be complete.
    due("sequence-start", body.shot === null ? nextOfSequence(body.sequence) : null),
    due("unused", isWaitingUnused(unit, body) ? body.quietSinceMs + figures.autoDisableMs : null),
    due(
      "cooled",
      body.coil.isPlugged ? coolsAtMs(body.coil.heat, figures, body.coil.shownC) : null,
    ),
  ]);
}

export function isBusy(body: MagProBody): boolean {
  return body.shot !== null || body.sequence !== null;
}

/** Would a start be taken at this instant? */
export function isReady(body: MagProBody, nowMs: number): boolean {
  return body.isEnabled && !isBusy(body) && nowMs >= body.rechargedAtMs;
}

function isWaitingUnused({ figures }: Unit, body: MagProBody): boolean {
  return body.isEnabled && !isBusy(body) && figures.autoDisableMs > 0;
}

function due(kind: BodyEvent, atMs: number | null | undefined): Due | null {
  return atMs === null || atMs === undefined ? null : { kind, atMs };
}

function earliest(events: readonly (Due | null)[]): Due | null {
  return events.reduce(
    (first, event) =>
      first === null || (event !== null && event.atMs < first.atMs) ? event : first,
    null,
  );
}
