import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readStatus, readVersion } from "../../../drivers/bitalino/wire/answers.ts";
import { decodeCapture, framesOf } from "../../../drivers/bitalino/wire/capture.ts";
import { type Command, encode } from "../../../drivers/bitalino/wire/commands.ts";
import { createFramer } from "../../../drivers/bitalino/wire/framer.ts";
import { chunksOf, concat, decodedOf, vector, vectorsOf } from "../amplifiers-common/vectors.ts";
import { frameOf } from "./frames.ts";

interface Rows {
  readonly rows: readonly (readonly number[])[];
  readonly columns: readonly string[];
}

const OPTIONS = { direction: "device", softwareVersion: null, highResolution: false } as const;
const rowsOf = (bytes: Uint8Array, channels: number): readonly (readonly number[])[] =>
  framesOf(bytes, channels).flatMap((frame) => (frame.ok ? decodedOf<Rows>(frame).rows : []));

const fromDevice = vectorsOf("bitalino_").filter(({ fromHost }) => !fromHost);
const streams = fromDevice.filter(({ meaning }) => "channels" in meaning);
const valid = streams.filter((one) => typeof decodedOf(one) !== "string");
const named = (name: string): Uint8Array => vector(name).bytes;

describe("frames of the BITalino", () => {
  it.each(valid.map((one) => [one.name, one] as const))("%s", (_, one) => {
    const { rows, columns } = decodedOf<Rows>(one);
    const frames = framesOf(one.bytes, Number(one.meaning["channels"]));
    expect(frames.every(({ ok }) => ok)).toBe(true);
    expect(rowsOf(one.bytes, Number(one.meaning["channels"]))).toEqual(rows);
    expect(frames[0]).toMatchObject({ meaning: { decoded: { columns } } });
    // A capture does not tell five channels from six.
    const captured = decodeCapture(one.bytes, OPTIONS);
    const words = captured.flatMap((frame) => (frame.ok ? decodedOf<Rows>(frame).rows : []));
    expect(words.map((row) => row.slice(0, rows[0]?.length))).toEqual(rows);
  });

  it.each(["bitalino_bad_crc_4ch", "bitalino_bad_seq_bit_1ch"])("%s is refused", (name) => {
    const one = vector(name);
    expect(framesOf(one.bytes, Number(one.meaning["channels"]))).toMatchObject([
      { ok: false, code: "WIRE_BAD_CHECKSUM" },
    ]);
  });

  it("that slipped by a byte are found again by three in a row", () => {
    const { bytes, meaning } = vector("bitalino_slipped_byte_2ch");
    const frames = framesOf(bytes, 2);
    expect(frames.map(({ ok }) => ok)).toEqual([false, true, true, true]);
    expect(frames[0]?.hex).toHaveLength(2 * Number(meaning["true_frames_start_at_byte"]));
  });

  it("are refused for any single bit that is wrong", () => {
    const frame = frameOf(9, 700, 333, 1);
    for (let bit = 0; bit < 8 * frame.length; bit += 1) {
      const damaged = frame.slice();
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      expect(framesOf(damaged, 2)).toMatchObject([{ ok: false }]);
    }
  });
});

function cut(chunks: readonly Uint8Array[], inStep = false): readonly (string | number)[] {
  const pieces: (string | number)[] = [];
  const framer = createFramer(
    4,
    {
      frame: (bytes, at) => {
        pieces.push(Buffer.from(bytes.subarray(at, at + 4)).toString("hex"));
      },
      junk: (_, from, to) => {
        const last = pieces.at(-1);
        if (typeof last === "number") pieces[pieces.length - 1] = last + to - from;
        else pieces.push(to - from);
      },
    },
    inStep,
  );
  for (const chunk of chunks) {
    framer.push(chunk);
    expect(framer.held).toBeLessThan(12);
  }
  framer.flush();
  return pieces;
}

describe("a stream of the BITalino", () => {
  const frames = (from: number, count: number): Uint8Array =>
    concat(...Array.from({ length: count }, (_, n) => frameOf((from + n) % 16, 100 + n, 900 - n)));

  it("is the same however it is chunked, and every byte comes out once", () => {
    const part = fc.oneof(
      fc.tuple(fc.nat(15), fc.integer({ min: 1, max: 8 })).map(([from, n]) => frames(from, n)),
      fc.uint8Array({ minLength: 1, maxLength: 9 }),
    );
    const whole = fc.array(part, { maxLength: 12 }).map((parts) => concat(...parts));
    const sizes = fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 });
    const property = fc.property(whole, sizes, fc.boolean(), (bytes, cuts, inStep) => {
      const pieces = cut(chunksOf(bytes, cuts), inStep);
      const length = pieces.reduce<number>(
        (sum, piece) => sum + (typeof piece === "number" ? piece : 4),
        0,
      );
      expect(pieces).toEqual(cut([bytes], inStep));
      expect(length).toBe(bytes.length);
    });
    fc.assert(property);
  });

  it("out of step takes no frame that nobody vouches for, zeros least of all", () => {
    expect(cut([new Uint8Array(40)])).toEqual([40]);
    expect(cut([frames(3, 2)])).toEqual([8]);
    expect(cut([frames(3, 3)])).toHaveLength(3);
  });

  it("loses the damaged frame alone when three good ones follow", () => {
    const damaged = frames(0, 8);
    damaged[13] = (damaged[13] ?? 0) ^ 0x10;
    expect(cut([damaged]).filter((piece) => typeof piece === "number")).toEqual([4]);
  });
});

describe("what the box says of itself", () => {
  it.each(["bitalino_state_v52", "bitalino_state_v42_16bytes"])("%s", (name) => {
    const one = vector(name);
    expect(readStatus(one.bytes)).toMatchObject(decodedOf<object>(one));
    expect(readStatus(one.bytes)?.pwm).toBe(one.meaning["pwm"] ?? null);
    expect(decodeCapture(one.bytes, OPTIONS)).toMatchObject([
      { ok: true, meaning: { decoded: decodedOf<object>(one) } },
    ]);
  });

  it("counts only when its CRC holds", () => {
    expect(readStatus(named("bitalino_state_bad_crc"))).toBeNull();
    expect(decodeCapture(named("bitalino_state_bad_crc"), OPTIONS).some(({ ok }) => ok)).toBe(
      false,
    );
  });

  it.each(["bitalino_version_52", "bitalino_version_after_noise"])("%s", (name) => {
    const one = vector(name);
    expect(readVersion(Buffer.from(one.bytes).toString("latin1").trim())?.raw).toBe(decodedOf(one));
    expect(decodeCapture(one.bytes, OPTIONS).at(-1)).toMatchObject({
      ok: true,
      meaning: { decoded: decodedOf(one) },
    });
  });
});

describe("commands to the box", () => {
  const commands = vectorsOf("bitalino_cmd");
  const encoded: Readonly<Record<string, readonly Command[]>> = {
    bitalino_cmd_start_1000_a1: [
      { kind: "rate", rate_hz: 1000 },
      { kind: "start", channels: ["A1"], simulated: false },
    ],
    bitalino_cmd_start_1000_all: [
      { kind: "rate", rate_hz: 1000 },
      { kind: "start", channels: ["A1", "A2", "A3", "A4", "A5", "A6"], simulated: false },
    ],
    bitalino_cmd_start_10_a2_a4: [
      { kind: "rate", rate_hz: 10 },
      { kind: "start", channels: ["A4", "A2"], simulated: false },
    ],
    bitalino_cmd_stop_live: [{ kind: "stop" }],
    bitalino_cmd_stop_idle: [{ kind: "idle" }],
    bitalino_cmd_battery_30: [{ kind: "battery", threshold: 30 }],
    bitalino_cmd_trigger_o1: [{ kind: "outputs", O1: 1, O2: 0 }],
    bitalino_cmd_pwm_100: [{ kind: "pwm", pwm: 100 }],
  };

  it.each(commands.map((one) => [one.name, one] as const))("%s", (name, one) => {
    const frames = decodeCapture(one.bytes, { ...OPTIONS, direction: "host" });
    const merged = frames.map((frame) => (frame.ok ? decodedOf(frame) : null));
    const wanted = decodedOf(one);
    expect(frames.every(({ ok }) => ok)).toBe(true);
    if (typeof wanted === "string") expect(merged).toEqual([wanted]);
    else expect(Object.assign({}, ...merged)).toEqual(wanted);
    // Four outputs are of the first generation, which is not driven.
    const parts = encoded[name]?.map((command) => encode(command));
    if (parts === undefined) return expect(name).toBe("bitalino_cmd_trigger_v1_live");
    expect(concat(...parts.map((part) => (part.ok ? part.value : new Uint8Array())))).toEqual(
      one.bytes,
    );
  });
});
