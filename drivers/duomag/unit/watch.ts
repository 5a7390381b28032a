/**
 * What came of one start, told from the statuses after it. Pure. When in doubt the outcome is
 * `unknown`, which counts as delivered.
 */
import type { Delivery } from "../../../src/contract/stimulator.ts";
import type { Settled } from "./state.ts";
import { faultWords } from "./trouble.ts";

/** A start on its way, and what the device showed before it. */
export interface Watch {
  readonly writtenMs: number;
  readonly omittedBefore: number;
  readonly levelPct: number;
}

export interface Outcome {
  readonly outcome: Delivery["outcome"];
  readonly detail: string;
  readonly deviceReportedMs: number | null;
}

/** Without a sign for so long nobody knows, ms. Below the shortest interval of a host that leaves the options as they are. */
export const SIGN_WITHIN_MS = 250;

const unknown = (detail: string): Outcome => ({
  outcome: "unknown",
  detail,
  deviceReportedMs: null,
});

export const NO_SIGN: Outcome = unknown(
  `neither uncharged nor one more omitted pulse within ${SIGN_WITHIN_MS} ms`,
);

export function interrupted(detail: string): Outcome {
  return unknown(detail);
}

/** Null: this status tells nothing of the start yet. */
export function judgeStart(watch: Watch, { frame, firstMs }: Settled): Outcome | null {
  if (firstMs <= watch.writtenMs) return null;
  const fault = faultWords(frame);
  if (fault !== null) return unknown(`trouble after the start: ${fault}`);
  if (frame.intensity !== watch.levelPct)
    return unknown(`the intensity went to ${frame.intensity} % after the start`);
  const isOmitted = frame.omittedPulses !== watch.omittedBefore;
  if (!frame.charged && isOmitted)
    return unknown("the device discharged and left out a pulse as well");
  if (isOmitted) {
    const detail = "the device counts one more omitted pulse and stayed charged";
    return { outcome: "refused-by-device", detail, deviceReportedMs: firstMs };
  }
  if (frame.charged) return null;
  return { outcome: "delivered", detail: "discharged after the start", deviceReportedMs: firstMs };
}
