import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createLineReader, type LineReading } from "../../src/wire/lineReader.ts";

const bytesOf = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));

function read(maxChars: number, ...chunks: readonly string[]): readonly (string | null)[] {
  const reader = createLineReader(maxChars);
  return chunks.flatMap((chunk) => reader.push(bytesOf(chunk)).map(textOf));
}

const textOf = (reading: LineReading): string | null =>
  reading.kind === "line" ? reading.text : null;

describe("lines of text", () => {
  it("come out in the turn in which their line feed comes in, each on its own", () => {
    expect(read(10, "ab\ncd\n\ne", "f\r\n")).toEqual(["ab", "cd", "", "ef"]);
  });

  it("keep every byte that is no line end", () => {
    expect(read(10, "\x00\xff\t\r!\n")).toEqual(["\x00\xff\t\r!"]);
  });

  it("may be as long as the longest and no longer", () => {
    expect(read(3, "abc\nabc\r\nabcd\nab\n")).toEqual(["abc", "abc", null, "ab"]);
  });

  it("that never end are told once and forgotten up to the next line feed", () => {
    const reader = createLineReader(8);
    const readings: (string | null)[] = [];
    for (let n = 0; n < 10_000; n += 1) readings.push(...reader.push(bytesOf("x")).map(textOf));
    readings.push(...reader.push(bytesOf("tail\nnext\n")).map(textOf));
    expect(readings).toEqual([null, "next"]);
  });

  it("may end with another mark than a line feed, wherever a chunk ends", () => {
    const reader = createLineReader(6, "$$$");
    const texts = ["ab$", "$", "$c\r", "\nd$$$$$", "$12345678", "90$", "$$ok$$$"]
      .flatMap((chunk) => reader.push(bytesOf(chunk)))
      .map(textOf);

    expect(texts).toEqual(["ab", "c\r\nd", "", null, "ok"]);
  });

  it("are the same however the stream is chunked", () => {
    const char = fc.constantFrom("a", "b", "\r", "\n");
    const text = fc.array(char, { maxLength: 60 }).map((chars) => chars.join(""));
    const property = fc.property(text, fc.integer({ min: 1, max: 7 }), (whole, size) => {
      const chunks = whole.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];

      expect(read(5, ...chunks)).toEqual(read(5, whole));
    });
    fc.assert(property);
  });
});
