import { describe, expect, it } from "vitest";
import { findDecoder } from "../../src/app/decoders.ts";
import { framesOf, passagesOf } from "../../src/app/wireRecording.ts";
import type { StoredEvent } from "../../src/contract/events.ts";

const QUESTION = "5c4063";
const ANSWER = "5c893830333030303030303030303030303030303030311e";

/** An answer that came in two pieces, in the instant of the next question. */
const EVENTS = [
  {
    kind: "wire",
    frames: [
      [10, "tx", QUESTION],
      [30, "rx", ANSWER.slice(0, 10)],
      [38, "rx", ANSWER.slice(10)],
      [38, "tx", QUESTION],
    ],
  },
  { kind: "wire", port: "trigger", frames: [[12, "tx", "01"]] },
] as unknown as readonly StoredEvent[];

describe("the raw traffic of a session", () => {
  it("is read as frames in the order in which they passed, whatever pieces they came in", async () => {
    const decoder = await findDecoder("magstim-super-rapid2");
    const sides = (["host", "device"] as const).map((direction) => ({
      direction,
      passages: passagesOf(EVENTS, undefined, direction),
    }));
    const options = { softwareVersion: "11.0", highResolution: false };
    const frames = framesOf(decoder, "magstim-super-rapid2", sides, options);
    expect(frames.map(({ atMs, direction, frame }) => [atMs, direction, frame.hex])).toEqual([
      [10, "host", QUESTION],
      [38, "device", ANSWER],
      [38, "host", QUESTION],
    ]);
    expect(frames.every(({ frame }) => frame.ok)).toBe(true);
  });

  it("keeps the cables of boxes apart", () => {
    expect(passagesOf(EVENTS, "trigger", "host").map(({ atMs }) => atMs)).toEqual([12]);
  });
});
