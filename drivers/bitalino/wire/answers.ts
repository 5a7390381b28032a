/** What the box says of itself: its version in a line of text, its state in 16 or 17 bytes. */
import { crc4Holds } from "./crc.ts";

export interface Status {
  readonly analogChannels: readonly number[];
  readonly battery: number;
  readonly batteryThreshold: number;
  /** I1, I2, O1, O2. */
  readonly digitalChannels: readonly number[];
  /** From version 5.2 on. */
  readonly pwm: number | null;
}

export const STATUS_BYTES = { withPwm: 17, without: 16 } as const;

/** Null: the CRC is wrong, or it is no status. */
export function readStatus(bytes: Uint8Array): Status | null {
  const { length } = bytes;
  const hasPwm = length === STATUS_BYTES.withPwm;
  if (!hasPwm && length !== STATUS_BYTES.without) return null;
  if (!crc4Holds(bytes, 0, length)) return null;
  const word = (place: number): number =>
    (bytes[2 * place] ?? 0) | ((bytes[2 * place + 1] ?? 0) << 8);
  const lines = (bytes[length - 1] ?? 0) >> 4;
  return {
    analogChannels: [0, 1, 2, 3, 4, 5].map(word),
    battery: word(6),
    batteryThreshold: bytes[14] ?? 0,
    digitalChannels: [8, 4, 2, 1].map((bit) => ((lines & bit) === 0 ? 0 : 1)),
    pwm: hasPwm ? (bytes[15] ?? 0) : null,
  };
}

/** 527 counts are 3.4 V, 590 are 3.8 V (`BITalinoWorld/revolution-python-api`). */
export const batteryV = (counts: number): number => 3.4 + ((counts - 527) * 0.4) / (590 - 527);

export interface Version {
  readonly major: number;
  readonly minor: number;
  /** From the name on: what comes before it is noise. */
  readonly raw: string;
}

/** The rule of the official client: the digits behind `_v` or `V`. */
export function readVersion(line: string): Version | null {
  const raw = /BITalino.*/.exec(line)?.[0].trim();
  const [, major, minor] = /(?:_v|V)(\d+)\.(\d+)/.exec(raw ?? "") ?? [];
  if (raw === undefined || major === undefined) return null;
  return { major: Number(major), minor: Number(minor), raw };
}

export function isAtLeast({ major, minor }: Version, wanted: readonly [number, number]): boolean {
  return major > wanted[0] || (major === wanted[0] && minor >= wanted[1]);
}
