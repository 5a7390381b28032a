import type { ExtendedBits, InstrumentBits, RapidBits } from "../status.ts";
import { type Capacitor, capacitorAt } from "./capacitor.ts";
import type { BodyFigures } from "./figures.ts";
import type { CoilHeat } from "./heat.ts";
import { nextOfTrain, type Train } from "./train.ts";
import type { RapidVariant } from "./variant.ts";

/** What the output stage is doing. `quietSinceMs`: arming or the last pulse, whichever is later. */
export type Drive =
  | { readonly kind: "standby" }
  /** Armed until `readyAtMs`, then ready; the ready instant needs no event. */
  | { readonly kind: "charged"; readonly quietSinceMs: number; readonly readyAtMs: number }
  | { readonly kind: "train"; readonly quietSinceMs: number; readonly train: Train }
  | { readonly kind: "wait"; readonly quietSinceMs: number; readonly endMs: number };

export interface Coil {
  readonly present: boolean;
  readonly worn: boolean;
  readonly switchPressed: boolean;
  readonly switchIgnored: boolean;
  readonly heat: CoilHeat;
}

/** The whole physical state of a Rapid unit. */
export interface RapidBody {
  readonly drive: Drive;
  readonly remote: boolean;
  /** The last command that was carried out and answered with a status. */
  readonly lastGoodMs: number;
  readonly powerPct: number;
  readonly capacitor: Capacitor;
  /** No pulse before this instant, whatever is disarmed and armed meanwhile. */
  readonly refireAtMs: number;
  readonly trainMode: boolean;
  readonly frequencyTenthsHz: number;
  readonly pulses: number;
  readonly durationTenthsS: number;
  /** No command sets it (`nicolasmcnair/magpy` issue 10). */
  readonly waitTenthsS: number;
  readonly enhancedPower: boolean;
  readonly chargeDelayMs: number;
  readonly coil: Coil;
  /** Three characters; null: no error. */
  readonly errorCode: string | null;
  readonly discharges: number;
  /** The next train jams. */
  readonly jamOrdered: boolean;
  /** The status claims ready, whatever is true. */
  readonly readyStuck: boolean;
}

export type BodyEvent = "train-pulse" | "train-end" | "wait-end" | "unused" | "silence";

/**
 * As it comes up: standby, local, single-pulse mode, 30 %, no frequency and no pulses, a wait of
 * 0.1 s; values read from a real unit (`nicolasmcnair/magpy` issue 11).
 */
export function powerOn(figures: BodyFigures, nowMs: number): RapidBody {
  return {
    drive: { kind: "standby" },
    remote: false,
    lastGoodMs: nowMs,
    powerPct: 30,
    capacitor: capacitorAt(30),
    refireAtMs: nowMs,
    trainMode: false,
    frequencyTenthsHz: 0,
    pulses: 0,
    durationTenthsS: 0,
    waitTenthsS: 1,
    enhancedPower: false,
    chargeDelayMs: 0,
    coil: {
      present: true,
      worn: false,
      switchPressed: true,
      switchIgnored: false,
      heat: { temperatureC: figures.ambientC, atMs: nowMs },
    },
    errorCode: null,
    discharges: 0,
    jamOrdered: false,
    readyStuck: false,
  };
}

export function isCoilUsable(coil: Coil): boolean {
  return coil.present && (coil.switchPressed || coil.switchIgnored);
}

/** Would a start be taken at this instant? */
export function isReady(body: RapidBody, nowMs: number): boolean {
  return (
    body.drive.kind === "charged" &&
    nowMs >= body.drive.readyAtMs &&
    nowMs >= body.capacitor.endMs &&
    isCoilUsable(body.coil)
  );
}

/** What happens next by itself; null: nothing. The silence of the host is in it too. */
export function nextEvent(
  body: RapidBody,
  figures: BodyFigures,
): { readonly kind: BodyEvent; readonly atMs: number } | null {
  const events = [
    ownEvent(body.drive),
    unusedEvent(body.drive, figures),
    silenceEvent(body, figures),
  ];
  return events.reduce(
    (first, event) =>
      first === null || (event !== null && event.atMs < first.atMs) ? event : first,
    null,
  );
}

function ownEvent(drive: Drive): { readonly kind: BodyEvent; readonly atMs: number } | null {
  if (drive.kind === "train") return nextOfTrain(drive.train);
  if (drive.kind === "wait") return { kind: "wait-end", atMs: drive.endMs };
  return null;
}

function unusedEvent(
  drive: Drive,
  figures: BodyFigures,
): { readonly kind: BodyEvent; readonly atMs: number } | null {
  return drive.kind === "standby"
    ? null
    : { kind: "unused", atMs: drive.quietSinceMs + figures.unusedDisarmMs };
}

function silenceEvent(
  body: RapidBody,
  figures: BodyFigures,
): { readonly kind: BodyEvent; readonly atMs: number } | null {
  if (!body.remote) return null;
  const limitMs = body.drive.kind === "standby" ? figures.standbySilenceMs : figures.armedSilenceMs;
  return { kind: "silence", atMs: body.lastGoodMs + limitMs };
}

export function instrumentBits(body: RapidBody, nowMs: number): InstrumentBits {
  const ready = body.readyStuck || isReady(body, nowMs);
  const standby = body.drive.kind === "standby" && !ready;
  return {
    standby,
    armed: !standby && !ready,
    ready,
    coilPresent: body.coil.present,
    replaceCoil: body.coil.worn,
    errorPresent: body.errorCode !== null,
    errorType: false,
    remote: body.remote,
  };
}

export function rapidBits(body: RapidBody): RapidBits {
  return {
    enhancedPower: body.enhancedPower,
    train: body.drive.kind === "train",
    wait: body.drive.kind === "wait",
    singlePulse: !body.trainMode,
    supplyConnected: true,
    coilReady: isCoilUsable(body.coil),
    thetaSupply: false,
    modifiedCoilAlgorithm: false,
  };
}

export function extendedBits(body: RapidBody, variant: RapidVariant): ExtendedBits {
  return {
    plus1: variant.type === "superPlus",
    specialTrigger: false,
    chargeDelaySet: body.chargeDelayMs > 0,
  };
}
