import { describe, expect, it } from "vitest";
import { type Bench, codeOfPromise, configOf, onBox, PERMIT } from "./bench.ts";

const CONFIG = configOf("cedrus-xid", 1);

/** A c-pod that answers. */
function cpod(pulseMs = 5): Bench["respond"] {
  return (_, text) => {
    if (text === "_c1") return "_xid0";
    if (text === "_d2") return "4";
    if (text === "_d3") return "0";
    if (text === "_d4") return "2";
    return text === "_mp" ? `_mp${String.fromCharCode(pulseMs)}\0\0\0` : null;
  };
}

describe("a Cedrus box", () => {
  it("is asked who it is and given its pulse length, with all lines low and none raised", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = cpod();
      expect(await bench.box.open()).toEqual({
        product: "c-pod",
        model: "0",
        firmware: "2",
        pulseMs: "5",
      });
      const hexes = bench.written.map(([, hex]) => hex);
      expect(hexes).toEqual([
        "5f6331",
        "6d680000",
        "5f6432",
        "5f6433",
        "5f6434",
        "6d7005000000",
        "5f6d70",
        "6d680000",
      ]);
      expect(bench.written.every(([, , kind]) => kind === "safe")).toBe(true);
      await bench.box.close();
      expect(bench.written.at(-1)?.[1]).toBe("6d680000");
    }));

  it("is told to speak XID when it speaks something else", () =>
    onBox(CONFIG, async (bench) => {
      let protocol = "1";
      bench.respond = (bytes, text) => {
        if (text === "c10") protocol = "0";
        return text === "_c1" ? `_xid${protocol}` : cpod()(bytes, text);
      };
      await bench.box.open();
      expect(bench.written.map(([, hex]) => hex).slice(0, 3)).toEqual([
        "5f6331",
        "633130",
        "5f6331",
      ]);
    }));

  it.each([
    ["says nothing", () => null, "DEVICE_SILENT"],
    [
      "keeps another protocol",
      (_: Uint8Array, text: string) => (text === "_c1" ? "_xid1" : null),
      "DEVICE_WRONG_ANSWER",
    ],
    [
      "is a box for buttons",
      (b: Uint8Array, text: string) => (text === "_d2" ? "0" : cpod()(b, text)),
      "DEVICE_WRONG_ANSWER",
    ],
    ["does not take the pulse length", cpod(7), "DEVICE_READBACK_DIFFERS"],
  ] as const)("that %s is not used, and its port is closed", (_, respond, code) =>
    onBox(CONFIG, async (bench) => {
      bench.respond = respond;
      expect(await codeOfPromise(bench.box.open())).toBe(code);
      expect(bench.port.isOpen).toBe(false);
      expect(bench.written.every(([, , kind]) => kind === "safe")).toBe(true);
    }),
  );

  it("may put the question in front of its answers", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = (bytes, text) =>
        /^_d/.test(text) ? `${text}${cpod()(bytes, text)}` : cpod()(bytes, text);
      expect(await bench.box.open()).toMatchObject({ product: "c-pod", model: "0", firmware: "2" });
    }));

  it("answers that come in pieces and behind noise are read", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = (bytes, text) => {
        const said = cpod()(bytes, text);
        if (said === null) return null;
        const answer = /^_d/.test(text) ? text + said : said;
        bench.clock.at(bench.clock.now() + 1, () =>
          bench.say(`${"x".repeat(200)}${answer.slice(0, 2)}`),
        );
        return answer.slice(2);
      };
      expect(await bench.box.open()).toMatchObject({ product: "c-pod" });
    }));

  it("lowers its lines by itself, so a start is one command, with the marker that is up", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = cpod();
      await bench.box.open();
      bench.written.length = 0;
      expect(bench.box.mark(0x100)).toBe(true);
      await bench.clock.wait(1);
      bench.box.fire(PERMIT);
      expect(bench.box.mark(2)).toBe(false);
      await bench.clock.wait(100);
      expect(bench.written.map(([, hex, kind]) => [hex, kind])).toEqual([
        ["6d680001", "safe"],
        ["6d680101", "fire"],
      ]);
      bench.box.fire(PERMIT);
      expect(bench.written.at(-1)?.[1]).toBe("6d680100");
    }));

  it("never gets the mask that raises lines 9 to 16 at once", () =>
    onBox(CONFIG, async (bench) => {
      bench.respond = cpod();
      await bench.box.open();
      bench.written.length = 0;
      expect(bench.box.mark(0xff00)).toBe(false);
      expect(bench.box.mark(0xfe00)).toBe(true);
      expect(bench.written.map(([, hex]) => hex)).toEqual(["6d6800fe"]);
    }));
});
