/**
 * Receipts: proof that an intent is durable. Minted beside the port when the journal confirms, by
 * the engine alone; spent by the gate, one receipt for one dose. Kept like permits: what counts is
 * the very object.
 */
import { PulsetrainError } from "../errors/pulsetrainError.ts";

declare const confirmed: unique symbol;

export interface IntentReceipt {
  readonly [confirmed]: true;
  /** Sequence number of the intent in the journal. */
  readonly intentSeq: number;
}

export type MintReceipt = (intentSeq: number) => IntentReceipt;

const receipts = new WeakMap<object, { spent: boolean }>();
let claimed = false;

/** Hands out the only minting function, once a process, to the side that hears the journal. */
export function claimReceiptMint(): MintReceipt {
  if (claimed) throw new PulsetrainError("CLI_BUG", "the receipt mint was claimed a second time");
  claimed = true;
  return (intentSeq) => {
    if (!Number.isSafeInteger(intentSeq) || intentSeq < 0) {
      throw new PulsetrainError("CLI_BUG", `${intentSeq} is no sequence number of a journal`);
    }
    const receipt = Object.freeze({ intentSeq });
    receipts.set(receipt, { spent: false });
    return receipt as IntentReceipt;
  };
}

/** Was this object made by the mint? A clone was not. */
export function isReceipt(value: unknown): value is IntentReceipt {
  return typeof value === "object" && value !== null && receipts.has(value);
}

/** What a receipt is worth, without spending it. */
export function receiptState(receipt: IntentReceipt): "good" | "spent" | "forged" {
  const record = receipts.get(receipt);
  if (record === undefined) return "forged";
  return record.spent ? "spent" : "good";
}

/** After this the receipt is worth nothing. Only the gate calls it. */
export function spendReceipt(receipt: IntentReceipt): void {
  const record = receipts.get(receipt);
  if (record !== undefined) record.spent = true;
}
