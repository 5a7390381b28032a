import { crc4 } from "./crc4.ts";

export interface BoxStatus {
  /** A1 to A6 and the battery, counts of ten bits. */
  readonly analog: readonly number[];
  readonly battery: number;
  readonly threshold: number;
  /** Null: firmware before 5.2, whose status has no byte for it. */
  readonly pwm: number | null;
  /** I1 I2 O1 O2 as bits 3 to 0. */
  readonly digital: number;
}

/** 17 bytes, 16 without the PWM: words little endian, CRC in the last nibble. */
export function encodeStatus(status: BoxStatus): Uint8Array {
  const words = [...status.analog, status.battery].flatMap((word) => [word & 0xff, word >> 8]);
  const pwm = status.pwm === null ? [] : [status.pwm];
  const bytes = Uint8Array.from([...words, status.threshold, ...pwm, status.digital << 4]);
  const last = bytes.length - 1;
  bytes[last] = (bytes[last] ?? 0) | crc4(bytes, 0, bytes.length);
  return bytes;
}

export function versionLine(version: string): string {
  return `BITalino_v${version}\n`;
}
