/**
 * What a write of ours can do, told from its bytes alone. Written apart from the encoder on purpose,
 * so nothing of `wire/` is used here. Nothing marks a frame, so only these exact lengths are
 * anything at all. Meaning of the bytes: `nigelrogasch/MAGIC`, `puichuentam/duomagmp-toolbox-py`.
 */
import type { Hazard, HazardClassifier } from "../../src/contract/hazard.ts";

const unknown = (why: string): Hazard => ({ kind: "unknown", why });

/** Microseconds a step, by the three bits that name the unit. */
const STEP_US: readonly number[] = [50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** By the three highest bits: which delay, and which half of it comes first. */
const SETTING_OF: Readonly<Record<number, string>> = {
  4: "rechargeDelayUs",
  6: "triggerOutDelayUs",
};

function classifyPair(value: number): Hazard {
  if (value === 0) return { kind: "safe" };
  if (value <= 100) return { kind: "intensity", channel: "A", pctMso: value };
  if (value === 121) return { kind: "fire" };
  return unknown(`${value} twice is no whole command of this device`);
}

function classifyDelay(upper: number, lower: number): Hazard {
  const setting = SETTING_OF[upper >> 5];
  if (setting === undefined || lower >> 5 !== (upper >> 5) + 1)
    return unknown("not the two halves of one delay");
  const steps = ((upper & 31) << 2) | (lower & 3);
  return { kind: "setting", setting, value: steps * (STEP_US[(lower >> 2) & 7] ?? 0) };
}

export const classify: HazardClassifier = (bytes) => {
  const [first = 0, second, third = 0, fourth] = bytes;
  if (first !== second) return unknown("a byte that is not sent twice");
  if (bytes.length === 2) return classifyPair(first);
  if (bytes.length === 4 && third === fourth) return classifyDelay(first, third);
  return unknown("not one whole command of this device");
};
