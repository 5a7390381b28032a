import type { InstrumentBits } from "../wire/status.ts";
import { isCharged, type Output, outputAtPowerOn } from "./capacitor.ts";
import type { FamilyFigures } from "./figures.ts";
import type { CoilHeat } from "./heat.ts";

/** What the output stage is doing. `quietSinceMs`: arming or the last pulse, whichever is later. */
export type FamilyDrive =
  | { readonly kind: "standby" }
  /** Armed until `readyAtMs` and until every output is charged, then ready; that needs no event. */
  | { readonly kind: "charged"; readonly quietSinceMs: number; readonly readyAtMs: number };

/** Armed, never ready: the Rapid group says more of it. */
interface BusyDrive {
  readonly kind: "train" | "wait";
  readonly quietSinceMs: number;
}

export interface Coil {
  readonly present: boolean;
  readonly worn: boolean;
  readonly switchPressed: boolean;
  readonly switchIgnored: boolean;
  readonly heat: CoilHeat;
}

/** The physical state that every unit of the family has; a group of models adds its own. */
export interface FamilyBody {
  readonly drive: FamilyDrive | BusyDrive;
  readonly remote: boolean;
  /** The last command that was carried out and answered with a status. */
  readonly lastGoodMs: number;
  readonly a: Output;
  /** The second stimulator of a BiStim². */
  readonly b: Output | null;
  readonly coil: Coil;
  /** Three characters; null: no error. */
  readonly errorCode: string | null;
  readonly discharges: number;
  /** The status claims ready, whatever is true. */
  readonly readyStuck: boolean;
}

/** Standby, local control, 30 %. */
export function powerOnBody(
  figures: FamilyFigures,
  nowMs: number,
): FamilyBody & { readonly drive: FamilyDrive } {
  return {
    drive: { kind: "standby" },
    remote: false,
    lastGoodMs: nowMs,
    a: outputAtPowerOn(nowMs),
    b: null,
    coil: newCoil(figures, nowMs),
    errorCode: null,
    discharges: 0,
    readyStuck: false,
  };
}

export function newCoil(figures: FamilyFigures, nowMs: number): Coil {
  return {
    present: true,
    worn: false,
    switchPressed: true,
    switchIgnored: false,
    heat: { temperatureC: figures.ambientC, atMs: nowMs },
  };
}

export function isCoilUsable(coil: Coil): boolean {
  return coil.present && (coil.switchPressed || coil.switchIgnored);
}

/** Armed for long enough, with a coil: the outputs may still be charging. */
export function isEnabled(body: FamilyBody, nowMs: number): boolean {
  return body.drive.kind === "charged" && nowMs >= body.drive.readyAtMs && isCoilUsable(body.coil);
}

/** Would a start be taken at this instant? */
export function isReady(body: FamilyBody, nowMs: number): boolean {
  return (
    isEnabled(body, nowMs) &&
    isCharged(body.a, nowMs) &&
    (body.b === null || isCharged(body.b, nowMs))
  );
}

export function instrumentBits(body: FamilyBody, nowMs: number): InstrumentBits {
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
