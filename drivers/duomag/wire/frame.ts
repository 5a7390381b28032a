/**
 * Device to host: what one status says. 12 to 15 bytes without mark or checksum, so a piece is
 * believed only when every bit that no program reads is 0. Places and masks: `nigelrogasch/MAGIC`,
 * `prakarshyadav/TMS_gui`.
 */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import { delayUs } from "./delay.ts";
import type { WireFault } from "./fault.ts";

/** In the field names of the vectors. */
export interface StatusFrame {
  readonly demandOnStimTtl: boolean;
  /** Turn of the knob, -16 to 15. */
  readonly changeIntensity: number;
  readonly intensity: number;
  /** Raw converter values; nobody published their unit. */
  readonly coilTemperatureAdc: number;
  readonly resistorTemperatureAdc: number;
  readonly dischargeTemperatureAdc: number;
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
  readonly triggerOutDelayMs: number;
  readonly rechargeDelayMs: number;
  /** Null: an older model, which does not tell. */
  readonly coilType: number | null;
  readonly coilName: string | null;
}

export const MIN_STATUS_BYTES = 12;
export const MAX_STATUS_BYTES = 15;
const MAX_PERCENT = 100;

/** Bits that are 0 in every status as far as is known: place from 0, mask. */
const UNREAD: readonly (readonly [number, number])[] = [
  [0, 0xc0],
  [6, 0x87],
  [7, 0xa0],
  [9, 0x80],
  [10, 0x80],
  [11, 0x88],
];

/** 0 is none of them. */
const COILS: readonly (string | null)[] = [
  null,
  "70BF",
  "70BF-COOL",
  "120BFV",
  "100R",
  "125R",
  "50BF",
  "50BFT",
];

const bad = (why: string): Result<never, WireFault> => err({ code: "WIRE_BAD_FIELD", why });

/** A piece between two sync bytes. */
export function decodeStatus(piece: Uint8Array): Result<StatusFrame, WireFault> {
  if (piece.length < MIN_STATUS_BYTES || piece.length > MAX_STATUS_BYTES) {
    const why = `${piece.length} bytes between sync bytes; a status has ${MIN_STATUS_BYTES} to ${MAX_STATUS_BYTES}`;
    return err({ code: "WIRE_UNKNOWN_FRAME", why });
  }
  const at = (place: number): number => piece[place] ?? 0;
  const unread = UNREAD.find(([place, mask]) => (at(place) & mask) !== 0);
  if (unread !== undefined) return bad(`byte ${unread[0] + 1} has a bit set that means nothing`);
  if (at(1) > MAX_PERCENT) return bad(`intensity ${at(1)} is above ${MAX_PERCENT} %`);
  return ok(read(at, piece[14] ?? null));
}

function read(at: (place: number) => number, coilType: number | null): StatusFrame {
  const bit = (place: number, mask: number): boolean => (at(place) & mask) !== 0;
  const turn = at(0) & 0x1f;
  const ms = (steps: number, exponent: number): number =>
    delayUs({ steps: steps & 0x7f, exponent: exponent & 7 }) / 1000;
  return {
    demandOnStimTtl: bit(0, 0x20),
    changeIntensity: turn < 16 ? turn : turn - 32,
    intensity: at(1),
    coilTemperatureAdc: at(2),
    resistorTemperatureAdc: at(3),
    dischargeTemperatureAdc: at(4),
    omittedPulses: at(5),
    powerOverheat: bit(6, 0x40),
    coilDisconnected: bit(6, 0x20),
    voltageHoldError: bit(6, 0x10),
    voltageRechargeError: bit(6, 0x08),
    powerFanSeized: bit(7, 0x40),
    coilOverheat: bit(7, 0x10),
    resistorOverheat: bit(7, 0x08),
    dischargeOverheat: bit(7, 0x04),
    coilDataOk: bit(7, 0x02),
    receivingUsb: bit(7, 0x01),
    idleTime: bit(8, 0x04),
    charged: bit(8, 0x01),
    triggerOutDelayMs: ms(at(9), at(11)),
    rechargeDelayMs: ms(at(10), at(11) >> 4),
    coilType,
    coilName: coilType === null ? null : (COILS[coilType] ?? null),
  };
}
