import { closeSync, fdatasync, fsyncSync, mkdirSync, openSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import type { SampleBlock } from "../contract/amplifier.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { encodeRecord, FORMAT, FORMAT_VERSION, type SamplesHeader } from "./format.ts";

export interface SampleWriter {
  readonly file: string;
  /** The block is handed to the system before this returns, so a killed process loses none. */
  append(block: SampleBlock): void;
  readonly blocks: number;
  readonly bytes: number;
  close(): void;
}

/** So many blocks may wait for the disk: a power cut costs at most these. */
const SYNC_EVERY_BLOCKS = 50;

/**
 * Makes the file of a session's raw samples. Throws `JOURNAL_WRITE_FAILED` when it cannot be made or
 * written; one that exists is never touched.
 */
export function openSampleWriter(
  file: string,
  about: Omit<SamplesHeader, "format" | "version">,
): SampleWriter {
  const fd = create(file);
  const header: SamplesHeader = { format: FORMAT, version: FORMAT_VERSION, ...about };
  let bytes = put(file, fd, Buffer.from(`${JSON.stringify(header)}\n`));
  let blocks = 0;
  let isSyncing = false;
  let isClosed = false;
  let room = Buffer.alloc(0);
  const roomFor = (size: number): Buffer => {
    if (room.length < size) room = Buffer.allocUnsafe(size);
    return room;
  };
  return {
    file,
    append(block) {
      bytes += put(file, fd, encodeRecord(block, roomFor));
      blocks += 1;
      if (blocks % SYNC_EVERY_BLOCKS !== 0 || isSyncing) return;
      isSyncing = true;
      // In a thread of its own: a slow disk delays nothing here.
      fdatasync(fd, () => {
        isSyncing = false;
        if (isClosed) closeSync(fd);
      });
    },
    get blocks() {
      return blocks;
    },
    get bytes() {
      return bytes;
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      fsyncSync(fd);
      if (!isSyncing) closeSync(fd);
    },
  };
}

function create(file: string): number {
  try {
    mkdirSync(dirname(file), { recursive: true });
    return openSync(file, "ax", 0o600);
  } catch (error) {
    throw failed(file, error);
  }
}

/** A write may take less than it was given. */
function put(file: string, fd: number, bytes: Buffer): number {
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(fd, bytes, at);
  } catch (error) {
    throw failed(file, error);
  }
  return bytes.length;
}

function failed(file: string, error: unknown): PulsetrainError {
  const words = error instanceof Error ? error.message : String(error);
  return new PulsetrainError("JOURNAL_WRITE_FAILED", `${file}: ${words}`, { cause: error });
}
