import { spawn } from "node:child_process";
import { appendFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SampleBlock } from "../../src/contract/amplifier.ts";
import { decodePayload, encodeRecord, HEAD_BYTES } from "../../src/recording/format.ts";
import { openSamples, type SampleRecord } from "../../src/recording/read.ts";
import { openSampleWriter } from "../../src/recording/write.ts";

const ABOUT = {
  session: "s-1",
  model: "brainvision-rda",
  rateHz: 5000,
  channels: [
    { name: "FDI", unit: "uV" },
    { name: "C3", unit: "uV" },
  ],
  startedUtc: "2026-03-02T09:00:00.000Z",
};

function block(firstIndex: number, frames = 100): SampleBlock {
  const wave = (gain: number): Float32Array =>
    Float32Array.from({ length: frames }, (_, i) => gain * Math.sin((firstIndex + i) / 7));
  return {
    firstIndex,
    frames,
    channels: [wave(50), wave(3)],
    triggers: firstIndex % 300 === 0 ? [{ offset: 7, code: 128, source: "R128" }] : [],
    arrivedMs: firstIndex / 5,
    lostBefore: 0,
    deviceMs: null,
  };
}

function folder(): string {
  return mkdtempSync(join(tmpdir(), "pulsetrain-samples-"));
}

function written(blocks: number): string {
  const file = join(folder(), "s.samples");
  const writer = openSampleWriter(file, ABOUT);
  for (let i = 0; i < blocks; i++) writer.append(block(i * 100));
  writer.close();
  return file;
}

function readAll(file: string): readonly SampleRecord[] {
  const samples = openSamples(file);
  const all = [...samples.records()];
  samples.close();
  return all;
}

const indexes = (records: readonly SampleRecord[]): readonly number[] =>
  records.flatMap((record) => (record.kind === "block" ? [record.block.firstIndex] : []));

describe("a file of raw samples", () => {
  it("gives back every block to the bit, with its marks", () => {
    const records = readAll(written(5));
    expect(records).toHaveLength(5);
    expect(records[3]).toEqual({ kind: "block", block: block(300) });
  });

  it("is read to its last whole block when it was cut anywhere", () => {
    const whole = readFileSync(written(3));
    const sizes = [0, 100, 200].map((first) => encodeRecord(block(first)).length);
    const [first = 0, second = 0, third = 0] = sizes;
    const third0 = whole.length - third;
    const file = join(folder(), "cut.samples");
    for (const [end, expected] of [
      [whole.length, [0, 100, 200]],
      [whole.length - 1, [0, 100]],
      [third0 + HEAD_BYTES + 1, [0, 100]],
      [third0 + 1, [0, 100]],
      [third0, [0, 100]],
      [third0 - 1, [0]],
      [third0 - second + HEAD_BYTES, [0]],
      [third0 - second - first + 5, []],
    ] as const) {
      writeFileSync(file, whole.subarray(0, end));
      expect(indexes(readAll(file)), `cut at ${end}`).toEqual(expected);
    }
  });

  it("loses a damaged block alone, and says how many bytes", () => {
    const bytes = readFileSync(written(5));
    const at = bytes.indexOf(Buffer.from("PTS1"), bytes.indexOf(Buffer.from("PTS1")) + 4) + 60;
    bytes.writeUInt8((bytes.readUInt8(at) + 1) % 256, at);
    const file = join(folder(), "damaged.samples");
    writeFileSync(file, bytes);
    const records = readAll(file);
    expect(indexes(records)).toEqual([0, 200, 300, 400]);
    const damage = records.find(({ kind }) => kind === "damage");
    expect(damage).toMatchObject({ bytes: encodeRecord(block(100)).length });
  });

  it("goes on behind junk", () => {
    const file = written(2);
    appendFileSync(file, Buffer.from("some junk PTS1 and more"));
    appendFileSync(file, encodeRecord(block(200)));
    expect(indexes(readAll(file))).toEqual([0, 100, 200]);
  });

  it("never overwrites one that is there", () => {
    const file = written(1);
    expect(() => openSampleWriter(file, ABOUT)).toThrow("JOURNAL_WRITE_FAILED");
    expect(indexes(readAll(file))).toEqual([0]);
  });

  it("is told from other files", () => {
    const file = join(folder(), "x");
    writeFileSync(file, "PTS1");
    expect(() => openSamples(file)).toThrow("JOURNAL_UNREADABLE");
    expect(() => openSamples(join(folder(), "none"))).toThrow("JOURNAL_NOT_FOUND");
  });

  it("survives any payload without throwing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (payload) => {
        decodePayload(Buffer.from(payload));
      }),
    );
  });

  it("holds every block that was appended before the writer was killed", async () => {
    const file = join(folder(), "killed.samples");
    const child = spawn(process.execPath, [
      fileURLToPath(new URL("./appender.ts", import.meta.url)),
      file,
    ]);
    let told = 0;
    await new Promise<void>((resolve) => {
      child.stdout.on("data", (chunk: Buffer) => {
        told = Math.max(told, ...chunk.toString().trim().split("\n").map(Number));
        if (told >= 20) child.kill("SIGKILL");
      });
      child.on("exit", () => resolve());
    });
    const read = indexes(readAll(file));
    expect(read.length).toBeGreaterThanOrEqual(told);
    expect(read).toEqual(read.map((_, i) => i * 100));
  });
});
