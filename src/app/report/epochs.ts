/** Epochs as the journal keeps them: documents that their hashes prove. */
import { z } from "zod";
import type { Epoch } from "../../analysis/signal/epoch.ts";
import type { JournalReader } from "../../journal/read.ts";

const stored = z.object({
  samples: z.base64(),
  rateHz: z.number().positive(),
  pulseIndex: z.number(),
  unit: z.enum(["uV", "count"]),
  range: z.tuple([z.number(), z.number()]).nullable(),
  channel: z.string(),
});

export interface StoredEpoch extends Epoch {
  readonly channel: string;
}

const SAMPLE_BYTES = 4;

/** Null: there is no such document, or it is no epoch. Throws JOURNAL_BROKEN_CHAIN for one that is not what was written. */
export function epochOf(
  journal: Pick<JournalReader, "document">,
  hash: string,
): StoredEpoch | null {
  const parsed = stored.safeParse(journal.document(hash));
  if (!parsed.success) return null;
  const { samples, ...rest } = parsed.data;
  const bytes = Buffer.from(samples, "base64");
  if (bytes.length === 0 || bytes.length % SAMPLE_BYTES !== 0) return null;
  const values = Float32Array.from({ length: bytes.length / SAMPLE_BYTES }, (_, i) =>
    bytes.readFloatLE(i * SAMPLE_BYTES),
  );
  return values.every(Number.isFinite) ? { ...rest, samples: values } : null;
}
