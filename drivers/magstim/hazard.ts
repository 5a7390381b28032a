/**
 * What a write of ours can do, told from its bytes alone. Written apart from the encoder on purpose:
 * a mistake in one of the two must not agree with itself, so nothing of `wire/` is used here.
 * Meaning of the bytes: `nicolasmcnair/magpy`, `nigelrogasch/MAGIC`.
 */
import type { Hazard, HazardClassifier } from "../../src/contract/hazard.ts";

const SAFE: Hazard = { kind: "safe" };

/** Frames that can only be one thing: bytes in front of the checksum, and what they do. */
const WHOLE: ReadonlyMap<string, Hazard> = new Map<string, Hazard>([
  ["EA", SAFE],
  ["EB", { kind: "arm" }],
  ["EH", { kind: "fire" }],
  // Questions; `Q` and `R` take and give up control and change nothing else.
  ...["Q@", "R@", "F@", "J@", "X@", "\\@", "I@", "x@", "o@", "ND"].map(
    (frame): [string, Hazard] => [frame, SAFE],
  ),
  ["b@", { kind: "setting", setting: "ignoreCoilSwitch", value: 1 }],
  ["^@", { kind: "setting", setting: "enhancedPower", value: 1 }],
  ["_@", { kind: "setting", setting: "enhancedPowerOff", value: 0 }],
  ["Y@", { kind: "setting", setting: "highResolution", value: 1 }],
  ["Z@", { kind: "setting", setting: "highResolution", value: 0 }],
]);

/** Frames that carry a number; the numbers of digits are those of all versions. */
const NUMBERED: readonly { readonly shape: RegExp; readonly hazard: (value: number) => Hazard }[] =
  [
    {
      shape: /^@(\d{3})$/,
      hazard: (pctMso) => (pctMso === 0 ? SAFE : { kind: "intensity", channel: "A", pctMso }),
    },
    {
      shape: /^A(\d{3})$/,
      hazard: (pctMso) => (pctMso === 0 ? SAFE : { kind: "intensity", channel: "B", pctMso }),
    },
    {
      shape: /^B(\d{4})$/,
      hazard: (value) => ({ kind: "setting", setting: "frequencyTenthsHz", value }),
    },
    { shape: /^D(\d{4,5})$/, hazard: (value) => ({ kind: "setting", setting: "pulses", value }) },
    {
      shape: /^\[(\d{3,4})$/,
      hazard: (value) => ({ kind: "setting", setting: "durationTenthsS", value }),
    },
    {
      shape: /^n(\d{4,5})$/,
      hazard: (value) => ({ kind: "setting", setting: "chargeDelayMs", value }),
    },
    {
      shape: /^C(\d{3})$/,
      hazard: (value) => ({ kind: "setting", setting: "intervalRaw", value }),
    },
  ];

/** An unlock code takes the place of the padding of `Q`; the alphabet holds no complete frame. */
const UNLOCK = /^Q[0-9A-Fa-f-]{16}$/;

const unknown = (why: string): Hazard => ({ kind: "unknown", why });

export const classify: HazardClassifier = (bytes) => {
  const [command] = bytes;
  if (command === undefined) return unknown("no bytes");
  let text = "";
  let sum = 0;
  for (const byte of bytes.subarray(0, -1)) {
    text += String.fromCharCode(byte);
    sum = (sum + byte) % 256;
  }
  if (bytes[bytes.length - 1] !== 255 - sum)
    return unknown("the checksum of the whole does not hold");
  const whole = WHOLE.get(text);
  if (whole !== undefined) return whole;
  if (UNLOCK.test(text)) return SAFE;
  for (const { shape, hazard } of NUMBERED) {
    const digits = shape.exec(text)?.[1];
    if (digits !== undefined) return hazard(Number(digits));
  }
  return unknown("not one whole frame of this family");
};
