import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { crc32 } from "node:zlib";
import { z } from "zod";
import type { SampleBlock } from "../contract/amplifier.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import {
  decodePayload,
  FORMAT,
  FORMAT_VERSION,
  HEAD_BYTES,
  MARK,
  MAX_PAYLOAD_BYTES,
  type SamplesHeader,
} from "./format.ts";

export type SampleRecord =
  | { readonly kind: "block"; readonly block: SampleBlock }
  /** Bytes that are no whole record: damage, or the end of a writer that was killed. */
  | { readonly kind: "damage"; readonly at: number; readonly bytes: number };

export interface SampleFile {
  readonly header: SamplesHeader;
  records(): Generator<SampleRecord>;
  close(): void;
}

const headerSchema: z.ZodType<SamplesHeader> = z.object({
  format: z.literal(FORMAT),
  version: z.literal(FORMAT_VERSION),
  session: z.string(),
  model: z.string(),
  rateHz: z.number().positive(),
  channels: z.array(z.object({ name: z.string(), unit: z.string() })),
  startedUtc: z.string(),
});

const LONGEST_HEADER = 1 << 20;

/** Throws `JOURNAL_NOT_FOUND` or `JOURNAL_UNREADABLE`. Works beside a writer. */
export function openSamples(file: string): SampleFile {
  const fd = open(file);
  try {
    const { header, start } = readHeader(file, fd);
    return {
      header,
      records: () => records(fd, start),
      close: () => closeSync(fd),
    };
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

function open(file: string): number {
  try {
    return openSync(file, "r");
  } catch (error) {
    const words = error instanceof Error ? error.message : String(error);
    throw new PulsetrainError("JOURNAL_NOT_FOUND", `${file}: ${words}`, { cause: error });
  }
}

function readHeader(
  file: string,
  fd: number,
): { readonly header: SamplesHeader; readonly start: number } {
  const refuse = (why: string): PulsetrainError =>
    new PulsetrainError("JOURNAL_UNREADABLE", `${file}: ${why}`);
  const first = readAt(fd, 0, LONGEST_HEADER);
  const end = first.indexOf(0x0a);
  if (end < 0) throw refuse("no header line: not a file of samples");
  let parsed: unknown;
  try {
    parsed = JSON.parse(first.subarray(0, end).toString("utf8"));
  } catch {
    throw refuse("its header line is no JSON");
  }
  const read = headerSchema.safeParse(parsed);
  if (!read.success) throw refuse(`its header: ${z.prettifyError(read.error)}`);
  return { header: read.data, start: end + 1 };
}

function readAt(fd: number, at: number, length: number): Buffer {
  const buffer = Buffer.alloc(Math.max(0, Math.min(length, fstatSync(fd).size - at)));
  let got = 0;
  while (got < buffer.length) {
    const more = readSync(fd, buffer, got, buffer.length - got, at + got);
    if (more === 0) break;
    got += more;
  }
  return buffer.subarray(0, got);
}

function* records(fd: number, start: number): Generator<SampleRecord> {
  let at = start;
  let damagedAt: number | null = null;
  for (;;) {
    const found = recordAt(fd, at);
    if (found === "end") break;
    if (found === null) {
      damagedAt ??= at;
      at = nextMark(fd, at + 1);
      continue;
    }
    if (damagedAt !== null) yield { kind: "damage", at: damagedAt, bytes: at - damagedAt };
    damagedAt = null;
    yield { kind: "block", block: found.block };
    at = found.next;
  }
  const size = fstatSync(fd).size;
  const cutAt = damagedAt ?? at;
  if (cutAt < size) yield { kind: "damage", at: cutAt, bytes: size - cutAt };
}

const MARK_BYTES = Buffer.from("PTS1");
const SCAN_BYTES = 1 << 16;

/** Where the next record may begin at the earliest; behind the end when none does. */
function nextMark(fd: number, from: number): number {
  for (let at = from; ; at += SCAN_BYTES - MARK_BYTES.length) {
    const chunk = readAt(fd, at, SCAN_BYTES);
    const found = chunk.indexOf(MARK_BYTES);
    if (found >= 0) return at + found;
    if (chunk.length < SCAN_BYTES) return at + chunk.length;
  }
}

/** The record at this place; null: none begins here; `end`: nothing whole can follow. */
function recordAt(
  fd: number,
  at: number,
): { readonly block: SampleBlock; readonly next: number } | null | "end" {
  const head = readAt(fd, at, HEAD_BYTES);
  if (head.length < HEAD_BYTES) return "end";
  const length = head.readUInt32LE(4);
  if (head.readUInt32LE(0) !== MARK || length > MAX_PAYLOAD_BYTES) return null;
  const payload = readAt(fd, at + HEAD_BYTES, length);
  if (payload.length < length || crc32(payload) !== head.readUInt32LE(8)) return null;
  const block = decodePayload(payload);
  return block === null ? null : { block, next: at + HEAD_BYTES + length };
}
