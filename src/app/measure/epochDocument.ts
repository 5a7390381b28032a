/** An epoch as a document of the journal: whoever has the journal can measure again. */
import { z } from "zod";
import type { Epoch } from "../../analysis/signal/epoch.ts";
import { err, ok } from "../../base/result.ts";
import type { Result } from "../../contract/result.ts";

/** An epoch on its way into or out of the journal. */
export interface EpochDocument {
  readonly samples: string;
  readonly rateHz: number;
  readonly pulseIndex: number;
  readonly unit: "uV" | "count";
  readonly range: readonly [number, number] | null;
  readonly channel: string;
}

const schema: z.ZodType<EpochDocument> = z.object({
  /** 32-bit floats, little endian, base64. */
  samples: z.string(),
  rateHz: z.number().positive(),
  pulseIndex: z.number(),
  unit: z.enum(["uV", "count"]),
  range: z.tuple([z.number(), z.number()]).nullable(),
  channel: z.string(),
});

export function toDocument(epoch: Epoch, channel: string): EpochDocument {
  const samples = Float32Array.from(epoch.samples);
  return {
    samples: Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength).toString("base64"),
    rateHz: epoch.rateHz,
    pulseIndex: epoch.pulseIndex,
    unit: epoch.unit,
    range: epoch.range === null ? null : [epoch.range[0], epoch.range[1]],
    channel,
  };
}

/** What a document of the journal says; the error is in words. */
export function fromDocument(
  document: unknown,
): Result<Epoch & { readonly channel: string }, string> {
  const read = schema.safeParse(document);
  if (!read.success) return err(`no epoch: ${z.prettifyError(read.error)}`);
  const { samples, ...rest } = read.data;
  const bytes = Buffer.from(samples, "base64");
  if (bytes.length % 4 !== 0) return err("no epoch: its samples are cut");
  const floats = new Float32Array(bytes.length / 4);
  for (let i = 0; i < floats.length; i++) floats[i] = bytes.readFloatLE(4 * i);
  return ok({ ...rest, samples: floats });
}
