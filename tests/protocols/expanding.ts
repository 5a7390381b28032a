import { type ExpandContext, type ExpandProblem, expandProtocol } from "../../protocols/expand.ts";
import { parseProtocolText } from "../../protocols/parse.ts";
import type { Dose, Plan } from "../../src/contract/dose.ts";
import { context, fakeModel } from "./fakeModel.ts";

export const RMT = '{ value: 100, base: "%RMT" }';
export const CONVENTIONAL =
  "{ type: conventional, frequencyHz: 10, pulsesPerTrain: 20, interTrainIntervalS: 8, trains: 3 }";
export const ITBS =
  "{ type: iTBS, pulsesPerBurst: 3, intraBurstHz: 50, burstHz: 5, burstsPerTrain: 10, interTrainIntervalS: 8, trains: 2 }";

export function expand(
  body: string,
  change: Partial<ExpandContext> = {},
): ReturnType<typeof expandProtocol> {
  const read = parseProtocolText(`pulsetrain: 1\nid: lab\n${body}`, "lab.yaml");
  if (!read.ok) throw new Error(JSON.stringify(read.error, null, 1));
  return expandProtocol(read.value, context(change));
}

export function planOf(body: string, change: Partial<ExpandContext> = {}): Plan {
  const plan = expand(body, change);
  if (!plan.ok) throw new Error(JSON.stringify(plan.error, null, 1));
  return plan.value;
}

export function problemsOf(
  body: string,
  change: Partial<ExpandContext> = {},
): readonly ExpandProblem[] {
  const plan = expand(body, change);
  return plan.ok ? [] : plan.error;
}

export function one(intensity: string, pattern: string): string {
  return `intensity: ${intensity}\npattern: ${pattern}\n`;
}

export const dues = (plan: Plan): readonly number[] => plan.doses.map((dose) => dose.dueMs);
export const outputs = (plan: Plan): readonly number[] =>
  plan.doses.map((dose: Dose) => dose.intensityPctMso[0] ?? Number.NaN);

/** A device without a certain gift. */
export const lacking = (
  gift: "train" | "burst" | "pair",
  hostMinIntervalMs = 1000,
): Partial<ExpandContext> => {
  const deviceTimed = { train: true, burst: true, pair: true, burstTrain: false, [gift]: false };
  return { model: fakeModel({ deviceTimed, hostMinIntervalMs }) };
};
