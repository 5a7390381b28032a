import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readAnswer } from "../../../drivers/openbci/wire/answers.ts";
import { decodeCapture, packetMeaning } from "../../../drivers/openbci/wire/capture.ts";
import { type Command, decode, encode } from "../../../drivers/openbci/wire/commands.ts";
import { createFramer } from "../../../drivers/openbci/wire/framer.ts";
import { PACKET_BYTES } from "../../../drivers/openbci/wire/packet.ts";
import type { DecodedFrame } from "../../../src/contract/decode.ts";
import { chunksOf, concat, decodedOf, vector, vectorsOf } from "../amplifiers-common/vectors.ts";
import { packetOf } from "./packets.ts";

interface PacketWords {
  readonly valid: boolean;
  readonly uV: readonly number[];
}
interface StreamWords {
  readonly sample_numbers: readonly number[];
  readonly counts: readonly (readonly number[])[];
}

const OPTIONS = { direction: "device", softwareVersion: null, highResolution: false } as const;
const fromDevice = (bytes: Uint8Array): readonly DecodedFrame[] => decodeCapture(bytes, OPTIONS);

const packets = vectorsOf("cyton_c").filter(({ fromHost }) => !fromHost && true);
const single = packets.filter(({ bytes }) => bytes.length === PACKET_BYTES);
const streams = [...vectorsOf("cyton_stream"), ...vectorsOf("daisy_stream")];

/** What comes out: packets in hex, junk as a number of bytes. */
function cut(chunks: readonly Uint8Array[]): readonly (string | number)[] {
  const pieces: (string | number)[] = [];
  const framer = createFramer({
    packet: (bytes, at) => {
      pieces.push(Buffer.from(bytes.subarray(at, at + PACKET_BYTES)).toString("hex"));
    },
    junk: (_, from, to) => {
      const last = pieces.at(-1);
      if (typeof last === "number") pieces[pieces.length - 1] = last + to - from;
      else pieces.push(to - from);
    },
  });
  for (const chunk of chunks) {
    framer.push(chunk);
    expect(framer.held).toBeLessThan(2 * PACKET_BYTES);
  }
  framer.flush();
  return pieces;
}

const packetsIn = (bytes: Uint8Array): readonly string[] =>
  cut([bytes]).filter((piece) => typeof piece === "string");

describe("a packet of the Cyton", () => {
  it.each(single.map((one) => [one.name, one] as const))(
    "%s means what the vector says",
    (_, one) => {
      const { gains } = one.meaning as { readonly gains: readonly number[] };
      const { uV, valid, ...words } = decodedOf<PacketWords>(one);
      const meaning = packetMeaning(one.bytes, gains);
      const decoded = decodedOf<PacketWords>({ meaning });

      expect(meaning).toMatchObject({
        footer: one.meaning["footer"],
        sample_number: one.meaning["sample_number"],
      });
      expect(decoded).toMatchObject(words);
      expect(decoded.valid).toBe(valid);
      expect(decoded.uV).toHaveLength(uV.length);
      decoded.uV.forEach((value, channel) => {
        expect(value).toBeCloseTo(uV[channel] ?? Number.NaN, 6);
      });
    },
  );

  it("is refused in a capture when its footer was never defined", () => {
    expect(fromDevice(vector("cyton_c8_reserved").bytes)).toMatchObject([
      { ok: false, code: "WIRE_BAD_FIELD" },
    ]);
    expect(fromDevice(vector("cyton_c2_user_defined").bytes)).toMatchObject([{ ok: true }]);
  });
});

describe("a stream of the Cyton", () => {
  it.each(streams.map((one) => [one.name, one] as const))(
    "%s comes out as it went in",
    (_, one) => {
      const frames = fromDevice(one.bytes).filter(({ ok }) => ok);
      const words = frames.map((frame) => (frame.ok ? frame.meaning : {}));
      const decoded = decodedOf<Partial<StreamWords>>(one);
      if (decoded.sample_numbers === undefined) {
        expect(words).toHaveLength(one.bytes.length / PACKET_BYTES);
        return;
      }
      expect(words.map((meaning) => meaning["sample_number"])).toEqual(decoded.sample_numbers);
      expect(words.map((meaning) => decodedOf<{ counts: number[] }>({ meaning }).counts)).toEqual(
        decoded.counts,
      );
    },
  );

  it("is the same however it is chunked, and every byte comes out once", () => {
    const part = fc.oneof(
      { weight: 4, arbitrary: fc.nat(255).map((number) => packetOf(number)) },
      { weight: 1, arbitrary: fc.uint8Array({ minLength: 1, maxLength: 70 }) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.nat(255), fc.nat(32)).map(([n, end]) => packetOf(n).slice(0, end)),
      },
    );
    const whole = fc.array(part, { maxLength: 20 }).map((parts) => concat(...parts));
    const property = fc.property(
      whole,
      fc.array(fc.integer({ min: 1, max: 80 }), { minLength: 1 }),
      (bytes, sizes) => {
        const pieces = cut(chunksOf(bytes, sizes));
        const length = pieces.reduce<number>(
          (sum, piece) => sum + (typeof piece === "number" ? piece : PACKET_BYTES),
          0,
        );

        expect(pieces).toEqual(cut([bytes]));
        expect(length).toBe(bytes.length);
      },
    );
    fc.assert(property);
  });

  it("gives up no good packet for a damaged one: cut anywhere, all others come out", () => {
    const numbers = [20, 21, 22, 23, 24];
    const property = fc.property(
      fc.integer({ min: 0, max: 4 }),
      fc.integer({ min: 1, max: 32 }),
      (which, keep) => {
        const parts = numbers.map((number, place) =>
          place === which ? packetOf(number).slice(0, keep) : packetOf(number),
        );
        const expected = numbers.filter((_, place) => place !== which);

        expect(packetsIn(concat(...parts))).toEqual(
          expected.map((number) => Buffer.from(packetOf(number)).toString("hex")),
        );
      },
    );
    fc.assert(property);
  });

  it("takes no packet behind junk whose number nobody vouches for", () => {
    const junk = Uint8Array.of(1, 2, 3, 4, 5);
    const strange = packetOf(99);

    expect(packetsIn(concat(packetOf(7), junk, strange, packetOf(8), packetOf(9)))).toHaveLength(3);
    expect(packetsIn(concat(packetOf(7), junk, strange, packetOf(100)))).toHaveLength(3);
    expect(packetsIn(concat(packetOf(7), junk, packetOf(8)))).toHaveLength(2);
  });
});

describe("texts of the board", () => {
  const texts = vectorsOf("cyton_").filter(
    ({ meaning, fromHost }) => !fromHost && "text" in meaning,
  );

  it.each(texts.map((one) => [one.name, one] as const))("%s", (_, one) => {
    expect(readAnswer(String(one.meaning["text"]))).toEqual(one.meaning["decoded"]);
    expect(fromDevice(one.bytes)).toMatchObject([
      { ok: true, meaning: { text: one.meaning["text"], decoded: one.meaning["decoded"] } },
    ]);
  });

  it("without an end are no answers", () => {
    expect(fromDevice(vector("cyton_reply_rate").bytes.slice(0, -1))).toMatchObject([
      { ok: false, code: "WIRE_CUT_FRAME" },
    ]);
  });
});

describe("commands to the board", () => {
  const commands = vectorsOf("cyton_cmd");

  it.each(commands.map((one) => [one.name, one] as const))("%s both ways", (_, one) => {
    const text = String(one.meaning["text"]);
    const read = decode(text);
    expect(read?.length).toBe(text.length);
    const command = read?.command as Command;
    const { kind, ...words } = command;
    expect(words).toEqual(one.meaning["decoded"]);
    expect(encode(command)).toEqual({ ok: true, value: one.bytes });
    expect(decodeCapture(one.bytes, { ...OPTIONS, direction: "host" })).toMatchObject([
      { ok: true, meaning: { text, decoded: one.meaning["decoded"] } },
    ]);
    expect(kind).not.toBe("plain");
  });

  it("never carry a gain that the firmware would silently take for 24", () => {
    const settings = { kind: "channel", channel: 1, power_down: false, gain: 7, input: "normal" };
    const command = { ...settings, bias: true, srb2: true, srb1: false } as unknown as Command;
    expect(encode(command)).toMatchObject({ ok: false });
    expect(decode("x1070110X")).toBeNull();
  });

  it("are told apart in a capture, byte by byte", () => {
    const host = decodeCapture(Buffer.from("sv~9b", "latin1"), { ...OPTIONS, direction: "host" });
    expect(host.map(({ ok }) => ok)).toEqual([true, true, false, false, true]);
  });
});
