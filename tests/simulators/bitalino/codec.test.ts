/** The simulator's codec against frames of other people's programs. */
import { describe, expect, it } from "vitest";
import { readCommand } from "../../../simulators/bitalino/wire/commands.ts";
import { crc4 } from "../../../simulators/bitalino/wire/crc4.ts";
import { digitalNibble, frameBytes, writeFrame } from "../../../simulators/bitalino/wire/frame.ts";
import { encodeStatus, versionLine } from "../../../simulators/bitalino/wire/status.ts";
import { textOf } from "../amplifiers/bench.ts";
import { bytesOf, hexOf, vector, vectorsOf } from "../amplifiers/vectors.ts";
import { isCrcGood, readFrame, readFrames } from "./reader.ts";

interface FrameMeaning {
  readonly channels?: number;
  readonly frame_bytes: number;
  /** Number, I1, I2, O1, O2, channels; or what a client throws. */
  readonly decoded: { readonly rows: readonly (readonly number[])[] } | string;
}
interface StateMeaning {
  readonly decoded: {
    readonly analogChannels: readonly number[];
    readonly battery: number;
    readonly batteryThreshold: number;
    readonly digitalChannels: readonly number[];
  };
  readonly pwm?: number;
}

const FRAMES = vectorsOf<FrameMeaning>("BITalino").filter(({ meaning }) => meaning.channels);
const GOOD = FRAMES.filter(({ meaning }) => typeof meaning.decoded !== "string");
const BROKEN = ["bitalino_bad_crc_4ch", "bitalino_bad_seq_bit_1ch"];

const rowsOf = ({ decoded }: FrameMeaning): readonly (readonly number[])[] =>
  typeof decoded === "string" ? [] : decoded.rows;

function nibbleOf(bits: readonly number[]): number {
  const [i1, i2, o1, o2] = bits.map((bit) => bit === 1);
  return digitalNibble({ i1: i1 === true, i2: i2 === true, o1: o1 === true, o2: o2 === true });
}

function encode(rows: readonly (readonly number[])[], channels: number): string {
  const length = frameBytes(channels);
  const out = new Uint8Array(rows.length * length);
  for (const [i, row] of rows.entries()) {
    writeFrame(out, i * length, row[0] ?? 0, nibbleOf(row.slice(1, 5)), row.slice(5));
  }
  return hexOf(out);
}

describe("frames", () => {
  it.each(GOOD)("of $name are written and read as it says", ({ hex, meaning }) => {
    const { channels = 0, frame_bytes } = meaning;
    expect(frameBytes(channels)).toBe(frame_bytes);
    expect(encode(rowsOf(meaning), channels)).toBe(hex);
    for (const [i, row] of rowsOf(meaning).entries()) {
      const bytes = bytesOf(hex).subarray(i * frame_bytes, (i + 1) * frame_bytes);
      const { number, digital, values } = readFrame(bytes, channels);
      expect([number, ...digital, ...values]).toEqual(row);
    }
  });

  it.each(BROKEN)("of %s have another CRC than ours", (name) => {
    const bytes = bytesOf(vector(name).hex);
    expect(crc4(bytes, 0, bytes.length)).not.toBe((bytes.at(-1) ?? 0) & 0x0f);
    expect(isCrcGood(bytes)).toBe(false);
  });

  it("are found again after a slipped byte, and written the same", () => {
    const { hex } = vector("bitalino_slipped_byte_2ch");
    const frames = readFrames(bytesOf(hex), 2);
    expect(frames.map(({ number }) => number)).toEqual([1, 2, 3]);
    const rows = frames.map(({ number, digital, values }) => [number, ...digital, ...values]);
    expect(encode(rows, 2)).toBe(hex.slice(6));
  });
});

describe("status", () => {
  it.each(["bitalino_state_v52", "bitalino_state_v42_16bytes"])("of %s is written so", (name) => {
    const { hex, meaning } = vector<StateMeaning>(name);
    const { analogChannels, battery, batteryThreshold, digitalChannels } = meaning.decoded;
    const status = {
      analog: analogChannels,
      battery,
      threshold: batteryThreshold,
      pwm: meaning.pwm ?? null,
      digital: nibbleOf(digitalChannels),
    };
    expect(hexOf(encodeStatus(status))).toBe(hex);
  });

  it("has another CRC than the broken one", () => {
    const bytes = bytesOf(vector("bitalino_state_bad_crc").hex);
    expect(crc4(bytes, 0, bytes.length)).not.toBe((bytes.at(-1) ?? 0) & 0x0f);
  });

  it.each([
    ["5.2", "bitalino_version_52"],
    ["4.2", "bitalino_version_after_noise"],
  ])("is preceded by a version line as %s has it", (version, name) => {
    const whole = textOf(bytesOf(vector(name).hex));
    expect(versionLine(version)).toBe(whole.slice(whole.indexOf("BITalino")));
  });
});

describe("commands", () => {
  const read = (name: string, isStreaming = false): unknown[] =>
    [...bytesOf(vector(name).hex)].map((byte) => readCommand(byte, isStreaming));

  it("of the vectors are understood", () => {
    expect(read("bitalino_cmd_start_1000_a1")).toEqual([
      { kind: "rate", rateHz: 1000 },
      { kind: "start", mode: "live", inputs: [0] },
    ]);
    expect(read("bitalino_cmd_start_1000_all")[1]).toEqual({
      kind: "start",
      mode: "live",
      inputs: [0, 1, 2, 3, 4, 5],
    });
    expect(read("bitalino_cmd_start_10_a2_a4")).toEqual([
      { kind: "rate", rateHz: 10 },
      { kind: "start", mode: "live", inputs: [1, 3] },
    ]);
    expect(read("bitalino_cmd_stop_live", true)).toEqual([{ kind: "stop" }]);
    expect(read("bitalino_cmd_stop_idle")).toEqual([{ kind: "stop" }]);
    expect(read("bitalino_cmd_battery_30")).toEqual([{ kind: "threshold", value: 30 }]);
    expect(read("bitalino_cmd_trigger_o1")).toEqual([{ kind: "outputs", o1: true, o2: false }]);
    expect(read("bitalino_cmd_pwm_100")[0]).toEqual({ kind: "pwm" });
  });

  it("of the first generation mean nothing to this one while it streams", () => {
    expect(read("bitalino_cmd_trigger_v1_live", true)).toEqual([null]);
  });
});
