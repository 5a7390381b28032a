/** The simulator's codec against frames of other people's programs. */
import { describe, expect, it } from "vitest";
import { type Board, boardAfterPowerUp } from "../../../simulators/openbci/board/board.ts";
import { step } from "../../../simulators/openbci/board/step.ts";
import {
  type Aux,
  FOOTER,
  microvoltPerCount,
  PACKET_BYTES,
  toCount,
  writePacket,
} from "../../../simulators/openbci/wire/packet.ts";
import { bannerText, END_OF_TEXT, TEXT } from "../../../simulators/openbci/wire/texts.ts";
import { textOf } from "../amplifiers/bench.ts";
import { bytesOf, hexOf, type Vector, vector, vectorsOf } from "../amplifiers/vectors.ts";
import { pairDaisy, type ReadPacket, readPackets } from "./reader.ts";

interface PacketMeaning {
  readonly footer: string;
  readonly sample_number: number;
  readonly gains: readonly number[];
  readonly decoded: {
    readonly valid: boolean;
    readonly counts: readonly number[];
    readonly uV: readonly number[];
    readonly accel_counts: readonly [number, number, number];
    readonly aux_words: readonly [number, number, number];
    readonly aux_bytes?: string;
    readonly board_time_ms?: number;
    readonly accel_count?: number | null;
  };
}
interface StreamMeaning {
  readonly decoded: {
    readonly sample_numbers: readonly number[];
    readonly counts: readonly (readonly number[])[];
  };
}
interface DaisyMeaning {
  readonly decoded: { readonly samples: readonly { readonly counts: readonly number[] }[] };
}
interface CommandMeaning {
  readonly decoded: {
    readonly channel: number;
    readonly power_down?: boolean;
    readonly gain?: number;
    readonly input?: string;
    readonly bias?: boolean;
    readonly srb2?: boolean;
    readonly srb1?: boolean;
    readonly p_input?: boolean;
    readonly n_input?: boolean;
    readonly sample_rate_hz?: number;
    readonly board_mode?: string;
  };
}

const PACKETS = vectorsOf<PacketMeaning>("OpenBCI Cyton", "cyton_c").filter(
  ({ meaning }) => meaning.footer,
);
const STREAMS = vectorsOf<StreamMeaning>("OpenBCI Cyton", "cyton_stream");
const KNOWN_FOOTERS: readonly number[] = Object.values(FOOTER);

function encode(number: number, counts: readonly number[], aux: Aux, footer: number): string {
  const out = new Uint8Array(PACKET_BYTES);
  writePacket(out, 0, number, Int32Array.from(counts), aux, footer);
  return hexOf(out);
}

/** The aux of a vector by its decoded meaning alone. */
function auxOf({ meaning: { decoded, footer } }: Vector<PacketMeaning>): Aux {
  const word = decoded.aux_bytes === undefined ? 0 : Number.parseInt(decoded.aux_bytes, 16);
  if (decoded.board_time_ms !== undefined) {
    const axis = decoded.accel_count === undefined ? word : (decoded.accel_count ?? 0);
    return { kind: "stamped", word: axis, boardMs: decoded.board_time_ms };
  }
  return { kind: "words", words: footer === "c0" ? decoded.accel_counts : decoded.aux_words };
}

const again = ({ number, counts, footer, aux }: ReadPacket): string =>
  encode(
    number,
    counts,
    { kind: "words", words: [aux.readUInt16BE(0), aux.readUInt16BE(2), aux.readUInt16BE(4)] },
    footer,
  );

describe("packets", () => {
  const ours = PACKETS.filter(({ meaning }) => meaning.decoded.valid);
  it.each(ours)("of $name are written and read as it says", (one) => {
    const { meaning, hex } = one;
    const footer = Number.parseInt(meaning.footer, 16);
    expect(KNOWN_FOOTERS).toContain(footer);
    expect(encode(meaning.sample_number, meaning.decoded.counts, auxOf(one), footer)).toBe(hex);
    expect(readPackets(bytesOf(hex))).toMatchObject([
      { number: meaning.sample_number, counts: meaning.decoded.counts, footer },
    ]);
  });

  it("never have a footer that nobody can read", () => {
    const strange = PACKETS.filter(({ meaning }) => !meaning.decoded.valid);
    expect(strange).toHaveLength(2);
    for (const { meaning } of strange)
      expect(KNOWN_FOOTERS).not.toContain(Number.parseInt(meaning.footer, 16));
  });

  it.each(PACKETS)(
    "of $name have the counts of their microvolt, and clip beyond",
    ({ meaning }) => {
      for (const [i, count] of meaning.decoded.counts.entries()) {
        const gain = meaning.gains[i] ?? 0;
        const uv = meaning.decoded.uV[i] ?? 0;
        expect(toCount(uv, gain)).toBe(count);
        expect(count * microvoltPerCount(gain)).toBeCloseTo(uv, 6);
      }
      expect([toCount(1e9, 24), toCount(-1e9, 24)]).toEqual([8388607, -8388608]);
    },
  );
});

describe("streams", () => {
  it.each(STREAMS)("of $name hold these packets, each as we write it", ({ hex, meaning }) => {
    const read = readPackets(bytesOf(hex));
    expect(read.map(({ number }) => number)).toEqual(meaning.decoded.sample_numbers);
    expect(read.map(({ counts }) => counts)).toEqual(meaning.decoded.counts);
    for (const packet of read) {
      expect(again(packet)).toBe(hex.slice(2 * packet.at, 2 * (packet.at + PACKET_BYTES)));
    }
  });

  it.each(vectorsOf<DaisyMeaning>("OpenBCI Cyton+Daisy"))(
    "of $name pair as it says",
    ({ hex, meaning }) => {
      const read = readPackets(bytesOf(hex));
      expect(read.map(again).join("")).toBe(hex);
      expect(pairDaisy(read)).toEqual(meaning.decoded.samples.map(({ counts }) => counts));
    },
  );
});

describe("texts", () => {
  it.each([
    ["cyton_banner_8ch", bannerText(3, false)],
    ["cyton_banner_daisy", bannerText(3, true)],
    ["cyton_banner_v1_no_firmware", bannerText(1, false)],
    ["cyton_reply_failure", TEXT.boardOff],
    ["cyton_reply_channel_set", TEXT.channelSet(3)],
    ["cyton_reply_rate", TEXT.rate(1000)],
  ])("are those of %s", (name, text) => {
    expect(text + END_OF_TEXT).toBe(textOf(bytesOf(vector(name).hex)));
  });
});

describe("commands", () => {
  const after = (text: string): { readonly board: Board; readonly said: string } => {
    let board = boardAfterPowerUp(3, true);
    let said = "";
    for (const char of text) {
      const stepped = step(board, char, 0);
      board = stepped.board;
      for (const effect of stepped.effects) if (effect.kind === "say") said += effect.text;
    }
    return { board, said };
  };
  const commands = vectorsOf<CommandMeaning>("OpenBCI Cyton", "cyton_cmd");

  it.each(commands)("of $name are understood", ({ hex, meaning }) => {
    const { board, said } = after(textOf(bytesOf(hex)));
    const { decoded } = meaning;
    expect(board.pending).toBeNull();
    if (decoded.sample_rate_hz !== undefined) {
      expect(board.rateHz).toBe(decoded.sample_rate_hz);
      expect(said).toBe(`Success: Sample rate is ${decoded.sample_rate_hz}Hz`);
    } else if (decoded.board_mode !== undefined) {
      expect([board.mode, said]).toEqual([decoded.board_mode, `Success: ${decoded.board_mode}`]);
    } else if (decoded.gain !== undefined) {
      expect(board.channels[decoded.channel - 1]).toMatchObject({
        isOff: decoded.power_down,
        gain: decoded.gain,
        input: decoded.input,
        bias: decoded.bias,
        srb2: decoded.srb2,
        srb1: decoded.srb1,
      });
      expect(said).toBe(`Success: Channel set for ${decoded.channel}`);
    } else {
      expect(board.channels[decoded.channel - 1]).toMatchObject({
        leadP: decoded.p_input,
        leadN: decoded.n_input,
      });
      expect(said).toBe(`Success: Lead off set for ${decoded.channel}`);
    }
  });

  it("are more than a few", () => {
    expect(commands.length).toBeGreaterThanOrEqual(9);
  });
});
