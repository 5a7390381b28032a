/** Lines of `docs/devices/pulse-box.md`, from the box's side. */

export type PulseBoxCommand =
  | { readonly kind: "identify" }
  | { readonly kind: "all-low" }
  | { readonly kind: "pulse"; readonly mask: number; readonly widthUs: number }
  | { readonly kind: "levels"; readonly mask: number }
  | {
      readonly kind: "sequence";
      readonly mask: number;
      readonly widthUs: number;
      readonly count: number;
      readonly intervalUs: number;
    };

export const REFUSALS = {
  noLine: 1,
  unknownCommand: 2,
  badValue: 3,
  locked: 4,
  repeated: 5,
  busy: 6,
} as const;
export type Refusal = (typeof REFUSALS)[keyof typeof REFUSALS];

/** `seq` is null when nothing about the line can be trusted. */
export type HeardLine =
  | { readonly kind: "command"; readonly seq: string; readonly command: PulseBoxCommand }
  | { readonly kind: "refused"; readonly seq: string | null; readonly refusal: Refusal };

export const LINES = 8;
const WIDTH_US = { from: 20, to: 100_000 } as const;
const COUNT = { from: 1, to: 1000 } as const;
const INTERVAL_US = { from: 1000, to: 10_000_000 } as const;
/** Between the fall of a pulse and the next rise of a sequence. */
const LEAST_LOW_US = 500;

/** CRC-16, polynomial 1021, start FFFF; bit by bit, as a sketch without a table has it. */
export function crcOf(text: string): number {
  let crc = 0xffff;
  for (const char of text) {
    crc ^= (char.charCodeAt(0) & 0xff) << 8;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc & 0x8000) === 0 ? crc << 1 : (crc << 1) ^ 0x1021;
    }
    crc &= 0xffff;
  }
  return crc;
}

export function sealedLine(text: string): Uint8Array {
  const crc = crcOf(text).toString(16).toUpperCase().padStart(4, "0");
  return Uint8Array.from(`${text}*${crc}\n`, (char) => char.charCodeAt(0));
}

/** `text` without its line end. */
export function readLine(text: string): HeardLine {
  const sealed = /^([ -~]*)\*([0-9A-F]{4})$/.exec(text);
  const [, words = "", crc = ""] = sealed ?? [];
  const numbered = /^([0-9A-F]{2}) (\S.*)$/.exec(words);
  if (sealed === null || numbered === null || Number.parseInt(crc, 16) !== crcOf(words))
    return { kind: "refused", seq: null, refusal: REFUSALS.noLine };
  const [, seq = "", said = ""] = numbered;
  const [word = "", ...fields] = said.split(" ");
  if (!Object.hasOwn(READERS, word))
    return { kind: "refused", seq, refusal: REFUSALS.unknownCommand };
  const command = READERS[word]?.(fields) ?? null;
  return command === null
    ? { kind: "refused", seq, refusal: REFUSALS.badValue }
    : { kind: "command", seq, command };
}

type Reader = (fields: readonly string[]) => PulseBoxCommand | null;

const READERS: Readonly<Record<string, Reader>> = {
  "?": (fields) => (fields.length === 0 ? { kind: "identify" } : null),
  Z: (fields) => (fields.length === 0 ? { kind: "all-low" } : null),
  P: ([maskText, widthText, ...more]) => {
    const mask = maskOf(maskText);
    const widthUs = numberOf(widthText, WIDTH_US);
    return !mask || widthUs === null || more.length > 0 ? null : { kind: "pulse", mask, widthUs };
  },
  L: ([maskText, ...more]) => {
    const mask = maskOf(maskText);
    return mask === null || more.length > 0 ? null : { kind: "levels", mask };
  },
  N: ([maskText, widthText, countText, intervalText, ...more]) => {
    const mask = maskOf(maskText);
    const widthUs = numberOf(widthText, WIDTH_US);
    const count = numberOf(countText, COUNT);
    const intervalUs = numberOf(intervalText, INTERVAL_US);
    if (!mask || widthUs === null || count === null || intervalUs === null) return null;
    if (more.length > 0 || intervalUs < widthUs + LEAST_LOW_US) return null;
    return { kind: "sequence", mask, widthUs, count, intervalUs };
  },
};

/** All masks of two digits name lines that this box has. */
function maskOf(text: string | undefined): number | null {
  return text !== undefined && /^[0-9A-F]{2}$/.test(text) ? Number.parseInt(text, 16) : null;
}

function numberOf(
  text: string | undefined,
  { from, to }: { readonly from: number; readonly to: number },
): number | null {
  if (text === undefined || !/^(0|[1-9]\d{0,8})$/.test(text)) return null;
  const value = Number(text);
  return value >= from && value <= to ? value : null;
}
