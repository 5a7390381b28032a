import type { Delay } from "./hostBytes.ts";

/** What one status frame tells. */
export interface StatusFields {
  readonly demandOnStimTtl: boolean;
  /** Turn of the knob since the frame before, -16..15. */
  readonly changeIntensity: number;
  readonly intensityPct: number;
  /** Raw converter values; their units are not published. */
  readonly coilAdc: number;
  readonly resistorAdc: number;
  readonly dischargeAdc: number;
  readonly omittedPulses: number;
  readonly powerOverheat: boolean;
  readonly coilDisconnected: boolean;
  readonly voltageHoldError: boolean;
  readonly voltageRechargeError: boolean;
  readonly powerFanSeized: boolean;
  readonly coilOverheat: boolean;
  readonly resistorOverheat: boolean;
  readonly dischargeOverheat: boolean;
  readonly coilDataOk: boolean;
  readonly receivingUsb: boolean;
  readonly idleTime: boolean;
  readonly charged: boolean;
  readonly triggerOutDelay: Delay;
  readonly rechargeDelay: Delay;
  readonly coilType: number;
}

export const SYNC = 0xff;
/** Of a frame, sync byte not counted. Below 15 the coil type is missing (`nigelrogasch/MAGIC`). */
export const FRAME_LENGTHS = { from: 12, to: 15 } as const;

type Flag = {
  [K in keyof StatusFields]: StatusFields[K] extends boolean ? K : never;
}[keyof StatusFields];

/** Masks of B7, B8 and B9 (`nigelrogasch/MAGIC`). */
const B7: readonly (readonly [Flag, number])[] = [
  ["powerOverheat", 0x40],
  ["coilDisconnected", 0x20],
  ["voltageHoldError", 0x10],
  ["voltageRechargeError", 0x08],
];
const B8: readonly (readonly [Flag, number])[] = [
  ["powerFanSeized", 0x40],
  ["coilOverheat", 0x10],
  ["resistorOverheat", 0x08],
  ["dischargeOverheat", 0x04],
  ["coilDataOk", 0x02],
  ["receivingUsb", 0x01],
];
const B9: readonly (readonly [Flag, number])[] = [
  ["idleTime", 0x04],
  ["charged", 0x01],
];

/** `length` bytes and the sync byte. B13 and B14 are read by no program and are 0. */
export function encodeStatus(status: StatusFields, length: number): Uint8Array {
  const body = [
    (status.demandOnStimTtl ? 0x20 : 0) | (status.changeIntensity & 0x1f),
    status.intensityPct,
    status.coilAdc,
    status.resistorAdc,
    status.dischargeAdc,
    status.omittedPulses & 0xff,
    flagsOf(status, B7),
    flagsOf(status, B8),
    flagsOf(status, B9),
    status.triggerOutDelay.steps,
    status.rechargeDelay.steps,
    (status.rechargeDelay.exponent << 4) | status.triggerOutDelay.exponent,
    0,
    0,
    status.coilType,
  ];
  return Uint8Array.from([...body.slice(0, length), SYNC]);
}

function flagsOf(status: StatusFields, flags: readonly (readonly [Flag, number])[]): number {
  return flags.reduce((byte, [flag, mask]) => (status[flag] ? byte | mask : byte), 0);
}
