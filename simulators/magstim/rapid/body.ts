import { type FamilyBody, type FamilyDrive, isCoilUsable, powerOnBody } from "../core/body.ts";
import type { FamilyFigures } from "../core/figures.ts";
import type { Due } from "../core/inputs.ts";
import type { ExtendedBits, RapidBits } from "../wire/status.ts";
import type { RapidInput } from "./inputs.ts";
import { nextOfTrain, type Train } from "./train.ts";
import type { RapidVariant } from "./variant.ts";

export type RapidDrive =
  | FamilyDrive
  | { readonly kind: "train"; readonly quietSinceMs: number; readonly train: Train }
  | { readonly kind: "wait"; readonly quietSinceMs: number; readonly endMs: number };

/** The whole physical state of a unit of the Rapid group. */
export interface RapidBody extends FamilyBody {
  readonly drive: RapidDrive;
  readonly trainMode: boolean;
  readonly frequencyTenthsHz: number;
  readonly pulses: number;
  readonly durationTenthsS: number;
  /** No command sets it (`nicolasmcnair/magpy` issue 10). */
  readonly waitTenthsS: number;
  readonly enhancedPower: boolean;
  readonly chargeDelayMs: number;
  /** The next train jams. */
  readonly jamOrdered: boolean;
}

/**
 * As it comes up: single-pulse mode, no frequency and no pulses, a wait of 0.1 s; values read from
 * a real unit (`nicolasmcnair/magpy` issue 11).
 */
export function powerOnRapid(figures: FamilyFigures, nowMs: number): RapidBody {
  return {
    ...powerOnBody(figures, nowMs),
    trainMode: false,
    frequencyTenthsHz: 0,
    pulses: 0,
    durationTenthsS: 0,
    waitTenthsS: 1,
    enhancedPower: false,
    chargeDelayMs: 0,
    jamOrdered: false,
  };
}

/** What a train does by itself; null: none is on. */
export function nextOwnRapid({ drive }: RapidBody): Due<RapidInput> | null {
  if (drive.kind === "train") return nextOfTrain(drive.train);
  if (drive.kind === "wait") return { input: { kind: "wait-end" }, atMs: drive.endMs };
  return null;
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
    plus1: variant.plus1,
    specialTrigger: false,
    chargeDelaySet: body.chargeDelayMs > 0,
  };
}
