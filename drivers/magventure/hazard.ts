/**
 * What a write of ours can do, told from its bytes alone. Written apart from the encoder on purpose:
 * a mistake in one of the two must not agree with itself, so nothing of `wire/` is used here.
 * Meaning of the bytes: `xiangruili/MagventurePyTMS`, `nigelrogasch/MAGIC`, `L2K2/TMSEMG_toolbox`.
 */
import type { Hazard, HazardClassifier } from "../../src/contract/hazard.ts";

const SAFE: Hazard = { kind: "safe" };
const unknown = (why: string): Hazard => ({ kind: "unknown", why });
const setting = (name: string, value: number): Hazard => ({
  kind: "setting",
  setting: name,
  value,
});

/** Body of the one frame that the bytes are; null when they are anything else. */
function bodyOf(bytes: Uint8Array): Uint8Array | null {
  const length = bytes[1] ?? 0;
  if (length === 0 || bytes.length !== length + 4) return null;
  if (bytes[0] !== 0xfe || bytes[bytes.length - 1] !== 0xff) return null;
  // A body followed by its own checksum leaves nothing over.
  let rest = 0;
  for (const byte of bytes.subarray(2, -1)) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit += 1) rest = rest & 1 ? (rest >>> 1) ^ 0x8c : rest >>> 1;
  }
  return rest === 0 ? bytes.subarray(2, -2) : null;
}

/** Reads the numbers of a body in their order. */
function reader(body: Uint8Array, from: number) {
  let at = from;
  const byte = (): number => body[at++] ?? 0;
  const word = (): number => byte() * 256 + byte();
  const signed = (): number => {
    const value = word();
    return value > 0x7fff ? value - 0x10000 : value;
  };
  return { byte, word, signed };
}

function amplitudes(body: Uint8Array): Hazard {
  const [, a = 0, b = 0] = body;
  const hazards: Hazard[] = [];
  if (a > 0) hazards.push({ kind: "intensity", channel: "A", pctMso: a });
  if (b > 0) hazards.push({ kind: "intensity", channel: "B", pctMso: b });
  const [first, second] = hazards;
  if (first === undefined) return SAFE;
  return second === undefined ? first : { kind: "several", hazards };
}

function train(body: Uint8Array, from: number): Hazard[] {
  const { word } = reader(body, from);
  return [
    setting("frequencyTenthsHz", word()),
    setting("pulses", word()),
    setting("trains", word()),
    setting("betweenTrainsTenthsS", word()),
  ];
}

function delays(body: Uint8Array, from: number): Hazard[] {
  const { word, signed } = reader(body, from);
  return [
    setting("inputDelayTenthsMs", word()),
    setting("outputDelayTenthsMs", signed()),
    setting("chargeDelayMs", word()),
  ];
}

function settings(body: Uint8Array): Hazard {
  const { byte, word } = reader(body, 2);
  const [model, mode, direction, waveform, burst] = [byte(), byte(), byte(), byte(), byte()];
  if (model > 5 || mode > 3 || direction > 1 || waveform > 3 || burst > 3)
    return unknown("settings with a number that no client knows");
  return {
    kind: "several",
    hazards: [
      setting("model", model),
      setting("mode", mode),
      setting("currentDirection", direction),
      setting("waveform", waveform),
      setting("burstPulses", 5 - burst),
      setting("intervalTenthsMs", word()),
      setting("ratioHundredths", word()),
    ],
  };
}

function timing(body: Uint8Array): Hazard {
  const control = body[2] ?? 0;
  const warning = body[11] ?? 0;
  if (control > 3 || warning > 1) return unknown("a train with a number that no client knows");
  const ramp =
    body.length === 14
      ? [setting("rampPct", body[12] ?? 0), setting("rampTrains", body[13] ?? 0)]
      : [];
  return {
    kind: "several",
    hazards: [
      setting("timingControl", control),
      ...train(body, 3),
      setting("warningSound", warning),
      ...ramp,
    ],
  };
}

interface Form {
  readonly number: number;
  readonly length: number;
  /** Bytes that must have these values, by offset. */
  readonly fixed?: Readonly<Record<number, number>>;
  readonly hazard: (body: Uint8Array) => Hazard;
}

const safe = (): Hazard => SAFE;
const fire = (): Hazard => ({ kind: "fire" });
/** The page decides what the start command starts: a train on one, a stored protocol on another. */
const page = (body: Uint8Array): Hazard => setting("page", body[1] ?? 0);
const TEN_ZEROS = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [i + 1, 0]));

const FORMS: readonly Form[] = [
  { number: 0, length: 1, hazard: safe },
  { number: 1, length: 2, hazard: amplitudes },
  { number: 1, length: 3, hazard: amplitudes },
  { number: 2, length: 2, fixed: { 1: 1 }, hazard: () => ({ kind: "arm" }) },
  { number: 2, length: 2, fixed: { 1: 0 }, hazard: safe },
  { number: 3, length: 1, hazard: fire },
  { number: 3, length: 2, fixed: { 1: 1 }, hazard: fire },
  { number: 4, length: 1, hazard: fire },
  { number: 5, length: 1, hazard: safe },
  {
    number: 6,
    length: 9,
    hazard: (body) => ({ kind: "several", hazards: train(body, 1) }),
  },
  { number: 7, length: 2, hazard: page },
  { number: 7, length: 3, fixed: { 2: 0 }, hazard: page },
  {
    number: 8,
    length: 9,
    fixed: { 7: 0, 8: 0 },
    hazard: (body) => ({ kind: "several", hazards: delays(body, 1) }),
  },
  { number: 9, length: 2, fixed: { 1: 0 }, hazard: safe },
  { number: 9, length: 11, fixed: TEN_ZEROS, hazard: safe },
  { number: 9, length: 11, fixed: { 1: 1 }, hazard: settings },
  { number: 10, length: 2, fixed: { 1: 0 }, hazard: safe },
  {
    number: 10,
    length: 8,
    fixed: { 1: 1 },
    hazard: (body) => ({ kind: "several", hazards: delays(body, 2) }),
  },
  { number: 11, length: 2, fixed: { 1: 0 }, hazard: safe },
  { number: 11, length: 12, fixed: { 1: 1 }, hazard: timing },
  { number: 11, length: 14, fixed: { 1: 1 }, hazard: timing },
  { number: 12, length: 2, fixed: { 1: 0 }, hazard: safe },
];

function hazardOf(body: Uint8Array): Hazard {
  const form = FORMS.find(
    ({ number, length, fixed = {} }) =>
      number === body[0] &&
      length === body.length &&
      Object.entries(fixed).every(([at, value]) => body[Number(at)] === value),
  );
  return form === undefined ? unknown("no command that is known") : form.hazard(body);
}

/**
 * Nothing is escaped, so a frame can hold another one. A device that misses the first byte may find
 * it: the bytes are as bad as what stands inside.
 */
function hidesHazard(bytes: Uint8Array): boolean {
  for (let at = 1; at + 5 <= bytes.length; at += 1) {
    const inner = bytes.subarray(at, at + (bytes[at + 1] ?? 0) + 4);
    const body = bodyOf(inner);
    if (body !== null && hazardOf(body).kind !== "safe") return true;
  }
  return false;
}

export const classify: HazardClassifier = (bytes) => {
  const body = bodyOf(bytes);
  if (body === null) return unknown("not one whole frame of this family");
  if (hidesHazard(bytes)) return unknown("a frame that holds another one");
  return hazardOf(body);
};
