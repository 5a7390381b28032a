import { describe, expect, it } from "vitest";
import { type Bench, codeOf, codeOfPromise, configOf, onBox, PERMIT } from "./bench.ts";

const CONFIG = configOf("pulse-box", 1, { pulseMs: 1 });

/** CRC-16 by a third hand, so that a slip of the driver's does not agree with itself. */
function seal(body: string): string {
  let crc = 0xffff;
  for (const char of body) {
    for (let bit = 7; bit >= 0; bit -= 1) {
      const carry = ((crc >> 15) ^ (char.charCodeAt(0) >> bit)) & 1;
      crc = ((crc << 1) & 0xffff) ^ (carry * 0x1021);
    }
  }
  return `${body}*${crc.toString(16).toUpperCase().padStart(4, "0")}\n`;
}

const answered: Bench["respond"] = (_, text) => {
  const seq = text.slice(0, 2);
  return text.startsWith(" ?*", 2) ? seal(`${seq} OK 5 pulse-box 1 8 2000`) : seal(`${seq} OK 9`);
};
const refusing =
  (code: number): Bench["respond"] =>
  (_, text) =>
    seal(`${text.slice(0, 2)} E 9 ${code}`);

async function opened(bench: Bench): Promise<void> {
  bench.respond = answered;
  await bench.box.open();
  bench.written.length = 0;
}
const words = ({ written }: Bench): readonly string[] =>
  written.map(([, hex]) =>
    Buffer.from(hex, "hex")
      .toString()
      .replace(/^.. (.*)\*.*\n$/, "$1"),
  );

describe("the pulse box", () => {
  it("is given its time to start, then asked, then put low", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = answered;
      expect(await bench.box.open()).toEqual({ version: "1", lines: "8" });
      expect(words(bench)).toEqual(["?", "Z"]);
      expect(bench.written[0]?.[0]).toBe(2200);
      await bench.box.close();
      expect(words(bench).at(-1)).toBe("Z");
      expect(bench.port.isOpen).toBe(false);
    }));

  it("that greets only after the question, and answers it then, is taken as it is", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = (bytes, text) =>
        text.includes(" ?*")
          ? seal("-- HELLO 4210 pulse-box 1 8") + (answered(bytes, text) ?? "")
          : answered(bytes, text);
      await bench.box.open();
      expect((await bench.box.fire(PERMIT).answer)?.kind).toBe("given");
    }));

  it("is asked a second time when it heard nothing of the first", () =>
    onBox(CONFIG, async (bench) => {
      let asked = 0;
      bench.respond = (bytes, text) => (asked++ === 0 ? null : answered(bytes, text));
      await bench.box.open();
      expect(words(bench)).toEqual(["?", "?", "Z"]);
    }));

  it("is asked at its greeting already", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = answered;
      bench.clock.at(700, () => bench.say(seal("-- HELLO 4210 pulse-box 1 8")));
      await bench.box.open();
      expect(bench.written[0]?.[0]).toBe(700);
    }));

  it.each([
    ["silent", () => null, "DEVICE_SILENT"],
    [
      "of another version",
      (_: Uint8Array, text: string) => seal(`${text.slice(0, 2)} OK 5 pulse-box 2 8 2000`),
      "DEVICE_WRONG_ANSWER",
    ],
    [
      "damaged in every answer",
      (b: Uint8Array, text: string) => (answered(b, text) ?? "").replace("OK", "Ok"),
      "DEVICE_SILENT",
    ],
    [
      "without a confirmed low",
      (b: Uint8Array, text: string) => (text.includes(" Z*") ? null : answered(b, text)),
      "DEVICE_SILENT",
    ],
  ] as const)("that is %s is not used, and its port is closed", (_, respond, code) =>
    onBox(CONFIG, async (bench) => {
      bench.respond = respond;
      expect(await codeOfPromise(bench.box.open())).toBe(code);
      expect(bench.port.isOpen).toBe(false);
    }),
  );

  it("with fewer lines than the rig file counts on is not used", () =>
    onBox(configOf("pulse-box", 5), async (bench) => {
      bench.respond = (_, text) => seal(`${text.slice(0, 2)} OK 5 pulse-box 1 4 2000`);
      expect(await codeOfPromise(bench.box.open())).toBe("DEVICE_WRONG_ANSWER");
    }));

  it("is sent one line a start, and confirms the edge", () =>
    onBox(CONFIG, async (bench) => {
      await opened(bench);
      const startMs = bench.clock.now();
      const stamp = bench.box.fire(PERMIT);
      expect(stamp.writtenMs).toBe(startMs);
      expect(await stamp.answer).toEqual({ kind: "given", atMs: startMs + 2 });
      await bench.clock.wait(500);
      expect(words(bench)).toEqual(["P 01 1000"]);
      expect(bench.written[0]?.[2]).toBe("fire");
    }));

  it("says that it raised nothing, or says nothing, and the line is not sent again", () =>
    onBox(CONFIG, async (bench) => {
      await opened(bench);
      bench.respond = refusing(6);
      expect(await bench.box.fire(PERMIT).answer).toMatchObject({ kind: "refused" });
      await bench.clock.wait(20);
      bench.respond = () => null;
      expect(await bench.box.fire(PERMIT).answer).toMatchObject({ kind: "silent" });
      expect(words(bench)).toHaveLength(2);
    }));

  it("takes the answer of another line, or a damaged one, for none", () =>
    onBox(CONFIG, async (bench) => {
      await opened(bench);
      bench.respond = (_, text) => seal(`${text.startsWith("00") ? "01" : "00"} OK 9`);
      expect(await bench.box.fire(PERMIT).answer).toMatchObject({ kind: "silent" });
      await bench.clock.wait(20);
      bench.respond = (bytes, text) => `x${answered(bytes, text)}`;
      expect(await bench.box.fire(PERMIT).answer).toMatchObject({ kind: "silent" });
    }));

  it("never gets two lines of the same number behind each other", () =>
    onBox(CONFIG, async (bench) => {
      await opened(bench);
      for (let n = 0; n < 300; n += 1) {
        bench.box.fire(PERMIT);
        bench.box.mark(2);
        await bench.clock.wait(10);
      }
      const numbers = bench.written.map(([, hex]) => hex.slice(0, 4));
      expect(numbers).toHaveLength(600);
      expect(numbers.some((number, at) => number === numbers[at - 1])).toBe(false);
    }));

  it("is marked beside a start, since its lines know nothing of each other", () =>
    onBox(CONFIG, async (bench) => {
      await opened(bench);
      bench.box.fire(PERMIT);
      expect(bench.box.mark(6)).toBe(true);
      for (const code of [0, 1, 3, 256, 0.5]) expect(bench.box.mark(code)).toBe(false);
      expect(words(bench)).toEqual(["P 01 1000", "P 06 1000"]);
      expect(bench.written.map(([, , kind]) => kind)).toEqual(["fire", "safe"]);
    }));

  it("fires no more after a reset that nobody here asked for", () =>
    onBox(CONFIG, async (bench) => {
      await opened(bench);
      bench.say(seal("-- HELLO 4210 pulse-box 1 8"));
      expect(codeOf(() => bench.box.fire(PERMIT))).toBe("DEVICE_CONTROL_LOST");
      expect(bench.box.mark(2)).toBe(false);
      expect(bench.written).toEqual([]);
    }));

  it("fires not without a permit, a line or an open port, nor before its line is down again", () =>
    onBox(CONFIG, async (bench) => {
      const none = undefined as unknown as typeof PERMIT;
      expect(codeOf(() => bench.box.fire(PERMIT))).toBe("PORT_NOT_OPEN");
      await opened(bench);
      expect(codeOf(() => bench.box.fire(none))).toBe("PORT_HAZARD_REFUSED");
      bench.box.fire(PERMIT);
      expect(codeOf(() => bench.box.fire(PERMIT))).toBe("DEVICE_CONFLICT");
      await bench.clock.wait(5);
      bench.box.fire(PERMIT);
      bench.lose();
      await bench.clock.wait(5);
      expect(codeOf(() => bench.box.fire(PERMIT))).toBe("PORT_NOT_OPEN");
      await bench.box.close();
    }).then(() =>
      onBox(configOf("pulse-box", null), async (bench) => {
        await opened(bench);
        expect(codeOf(() => bench.box.fire(PERMIT))).toBe("DEVICE_CONFLICT");
      }),
    ));

  it("survives noise without an end", () =>
    onBox(CONFIG, async (bench) => {
      await opened(bench);
      for (let n = 0; n < 200; n += 1) bench.say("\xff".repeat(100));
      bench.say("\n");
      expect(await bench.box.fire(PERMIT).answer).toMatchObject({ kind: "given" });
    }));
});
