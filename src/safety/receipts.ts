/**
 * Receipts: proof that the intent of one dose is durable. Minted beside the port when the journal
 * confirms, by the engine alone; spent by the gate, for that dose alone. Kept like permits: what
 * counts is the very object.
 */
import { canonicalJson } from "../base/canonical.ts";
import type { Dose } from "../contract/dose.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";

declare const confirmed: unique symbol;

export interface IntentReceipt {
  readonly [confirmed]: true;
  /** Sequence number of the intent in the journal. */
  readonly intentSeq: number;
}

/** `dose`: the one that stands in the intent of this number. */
export type MintReceipt = (intentSeq: number, dose: Dose) => IntentReceipt;

const receipts = new WeakMap<object, { readonly doseText: string; spent: boolean }>();
let claimed = false;

/** Hands out the only minting function, once a process, to the side that hears the journal. */
export function claimReceiptMint(): MintReceipt {
  if (claimed) throw new PulsetrainError("CLI_BUG", "the receipt mint was claimed a second time");
  claimed = true;
  return (intentSeq, dose) => {
    if (!Number.isSafeInteger(intentSeq) || intentSeq < 0) {
      throw new PulsetrainError("CLI_BUG", `${intentSeq} is no sequence number of a journal`);
    }
    const receipt = Object.freeze({ intentSeq });
    receipts.set(receipt, { doseText: canonicalJson(dose), spent: false });
    return receipt as IntentReceipt;
  };
}

/** Was this object made by the mint? A clone was not. */
export function isReceipt(value: unknown): value is IntentReceipt {
  return typeof value === "object" && value !== null && receipts.has(value);
}

/** What a receipt is worth for a dose (its canonical JSON), without spending it. */
export function receiptState(
  receipt: IntentReceipt,
  doseText: string,
): "good" | "spent" | "forged" | "another dose" {
  const record = receipts.get(receipt);
  if (record === undefined) return "forged";
  if (record.spent) return "spent";
  return record.doseText === doseText ? "good" : "another dose";
}

/** After this the receipt is worth nothing. Only the gate calls it. */
export function spendReceipt(receipt: IntentReceipt): void {
  const record = receipts.get(receipt);
  if (record !== undefined) record.spent = true;
}
