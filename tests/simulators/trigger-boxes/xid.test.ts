import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ascii, atStart, bytesOf, hexOf, openBox, pieces, vectorsOf } from "./bench.ts";

const vectors = vectorsOf("amplifiers").filter(({ name }) => name.startsWith("xid_cmd_"));
const hex = (text: string, tail = ""): Uint8Array =>
  Uint8Array.from([...ascii(text), ...bytesOf(tail)]);

describe("what a c-pod is asked", () => {
  it("is answered as the vectors have it", () => {
    const box = openBox("cedrus-xid");
    for (const { hex: asked, meaning } of vectors.filter(
      ({ meaning }) => "answer_hex" in (meaning ?? {}),
    )) {
      box.send(hex("mp", "2c010000"));
      box.send(bytesOf(asked));
      expect(hexOf(box.said())).toBe(meaning?.["answer_hex"]);
    }
    expect(box.edges).toEqual([]);
  });

  it.each([
    ["c-pod", "41"],
    ["stimtracker-duo", "S1"],
    ["stimtracker-quad", "S2"],
  ])("tells that it is a %s of the second generation, in bare bytes", (product, words) => {
    const box = openBox("cedrus-xid", { options: { product } });
    box.send(ascii("_d2_d3_d4"));
    expect(Buffer.from(box.said()).toString()).toBe(`${words}2`);
  });

  it("is in another protocol until it is told `c10`", () => {
    const box = openBox("cedrus-xid", { options: { protocol: 2 } });
    box.send(ascii("_c1"));
    box.send(ascii("c10"));
    box.send(ascii("_c1"));
    expect(Buffer.from(box.said()).toString()).toBe("_xid2_xid0");
  });

  it("tells the milliseconds since its clock was set to 0", async () => {
    const box = openBox("cedrus-xid");
    await box.wait(500);
    box.send(ascii("e5"));
    await box.wait(1234);
    box.send(ascii("_e5"));
    expect(hexOf(box.said())).toBe(`5f6535${"d2040000"}`);
  });
});

describe("lines of a c-pod", () => {
  const raising = vectors.filter(({ hex: bytes }) => bytes.startsWith("6d68"));
  it("are named by four vectors", () => expect(raising).toHaveLength(4));

  it.each(raising)(
    "are raised as the vector says, until changed: $name",
    async ({ hex: bytes, meaning }) => {
      const decoded = meaning?.["decoded"] as { readonly lines: readonly number[] } | undefined;
      const lines = decoded?.lines ?? [];
      const box = openBox("cedrus-xid");
      box.send(bytesOf(bytes));
      await box.wait(100_000);
      expect(box.edges).toEqual(lines.map((line) => `${line}+ 0`));
      box.send(hex("mh", "0000"));
      expect(box.edges.slice(lines.length)).toEqual(lines.map((line) => `${line}- 100000`));
    },
  );

  it.each([
    ["xid_cmd_pulse_5ms", 5],
    ["xid_cmd_pulse_70s", 70_000],
  ])("fall by themselves after the pulse length of the vector %s", async (name, ms) => {
    const box = openBox("cedrus-xid");
    box.send(bytesOf(vectors.find((one) => one.name === name)?.hex ?? ""));
    await box.wait(100);
    box.send(hex("mh", "4100"));
    await box.wait(80_000);
    expect(box.edges).toEqual(["1+ 100", "7+ 100", `1- ${100 + ms}`, `7- ${100 + ms}`]);
  });

  it("9 to 16 really rise by what pyxid2 sends while it initialises", async () => {
    const trap = vectorsOf("amplifiers").find(({ name }) => name === "xid_peer_init_raises_9_16");
    const box = openBox("cedrus-xid");
    // The whole greeting of that program: protocol, product, model, firmware, then its "clearing".
    box.send(ascii("_c1"));
    box.send(ascii("_d2"));
    box.send(ascii("_d3"));
    box.send(ascii("_d4"));
    box.send(bytesOf(trap?.hex ?? ""));
    await box.wait(60_000);
    expect(box.edges).toEqual([9, 10, 11, 12, 13, 14, 15, 16].map((line) => `${line}+ 0`));
  });

  it("are lowered unless named, and those that stay up have no edge", () => {
    const box = openBox("cedrus-xid");
    box.send(hex("mh", "0300"));
    box.send(hex("mh", "0600"));
    expect(box.edges).toEqual(["1+ 0", "2+ 0", "1- 0", "3+ 0"]);
  });

  it("count the pulse length from the last command", async () => {
    const box = openBox("cedrus-xid");
    box.send(hex("mp", "0a000000"));
    box.send(hex("mh", "0100"));
    await box.wait(6);
    box.send(hex("mh", "0100"));
    await box.wait(50);
    expect(box.edges).toEqual(["1+ 0", "1- 16"]);
  });

  it("are the same for any chunks", () => {
    const bytes = Uint8Array.from([
      ...hex("mp", "05000000"),
      ...hex("mh", "6d68"),
      ...ascii("_mp_c1"),
      ...hex("mh", "0000"),
      ...hex("mh", "0180"),
    ]);
    const whole = openBox("cedrus-xid");
    whole.send(bytes);
    const said = hexOf(whole.said());
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1 }), (sizes) => {
        const box = openBox("cedrus-xid");
        for (const piece of pieces(bytes, sizes)) box.send(piece);
        expect([hexOf(box.said()), box.edges]).toEqual([said, whole.edges]);
      }),
    );
  });

  it("do not rise by a command that stays incomplete for 100 ms, nor by its late rest", async () => {
    const box = openBox("cedrus-xid");
    box.send(ascii("mh"));
    await box.wait(100);
    box.send(bytesOf("0100"));
    box.send(hex("mh", "0200"));
    expect(box.edges).toEqual([]);
    await box.wait(100);
    box.send(hex("mh", "0200"));
    expect(box.edges).toEqual(["2+ 200"]);
  });

  it("do not rise by a command behind letters that nobody knows", async () => {
    const box = openBox("cedrus-xid");
    box.send(hex("xmh", "0100"));
    await box.wait(99);
    box.send(hex("mh", "0100"));
    expect(box.edges).toEqual([]);
    await box.wait(1);
    box.send(hex("mh", "0100"));
    expect(box.edges).toEqual(["1+ 100"]);
  });
});

describe("the pulse table of a c-pod", () => {
  const entry = (timeHex: string, maskHex: string): Uint8Array => hex("mt", timeHex + maskHex);

  it("steps through its entries on the box's clock and tells that it runs", async () => {
    const box = openBox("cedrus-xid");
    for (const command of [
      ascii("mc"),
      entry("00000000", "0101"),
      entry("f4010000", "0202"),
      entry("e8030000", "0000"),
      entry("00000000", "0000"),
    ])
      box.send(command);
    await box.wait(10);
    box.send(ascii("mr_mr"));
    await box.wait(999.9);
    box.send(ascii("_mr"));
    await box.wait(10_000);
    box.send(ascii("_mr"));
    expect(Buffer.from(box.said()).toString()).toBe("_mr1_mr1_mr0");
    expect(box.edges).toEqual([
      ...["1+ 10", "9+ 10", "1- 510", "2+ 510", "9- 510", "10+ 510"],
      ...["2- 1010", "10- 1010"],
    ]);
  });

  it("ends at an entry of zeros and rests as it stands", async () => {
    const box = openBox("cedrus-xid");
    box.send(entry("00000000", "0100"));
    box.send(entry("64000000", "0200"));
    box.send(entry("00000000", "0000"));
    box.send(entry("c8000000", "0400"));
    box.send(ascii("mr"));
    await box.wait(1000);
    box.send(ascii("_mr"));
    expect(Buffer.from(box.said()).toString()).toBe("_mr0");
    expect(box.edges).toEqual(["1+ 0", "1- 100", "2+ 100"]);
  });

  it("takes its lines from the host, who keeps the others", async () => {
    const box = openBox("cedrus-xid");
    box.send(hex("mh", "0300"));
    box.send(entry("00000000", "0100"));
    box.send(hex("mh", "0500"));
    expect(box.edges).toEqual(["1+ 0", "2+ 0", "1- 0", "2- 0", "3+ 0"]);
    box.send(ascii("mc"));
    expect(box.edges.at(-1)).toBe("1+ 0");
  });

  it("cannot be changed while it runs, and is stopped with its lines low", async () => {
    const box = openBox("cedrus-xid");
    box.send(entry("00000000", "0100"));
    box.send(entry("64000000", "0200"));
    box.send(ascii("mr"));
    await box.wait(1);
    box.send(ascii("mc"));
    await box.wait(49);
    box.send(ascii("ms"));
    await box.wait(1000);
    expect(box.edges).toEqual(["1+ 0", "1- 50"]);
  });
});

describe("faults of a c-pod's answers", () => {
  it.each([
    ["drop-answer", ""],
    ["cut-answer", "_xid"],
    ["corrupt-answer", "_xide"],
    ["duplicate-answer", "_xid0_xid0"],
    ["silent", ""],
  ])("%s spoils the next one", (kind, text) => {
    const box = openBox("cedrus-xid");
    box.device.fault(atStart(kind));
    box.send(ascii("_c1"));
    expect(Buffer.from(box.said()).toString()).toBe(text);
    box.send(hex("mh", "0100"));
    expect(box.edges).toEqual(["1+ 0"]);
  });

  it("delay-answer brings it half a second late", async () => {
    const box = openBox("cedrus-xid", { faults: [atStart("delay-answer")] });
    box.send(ascii("_c1"));
    await box.wait(499);
    expect(box.said()).toHaveLength(0);
    await box.wait(1);
    expect(Buffer.from(box.said()).toString()).toBe("_xid0");
  });

  it("refuse leaves the next raising out", () => {
    const box = openBox("cedrus-xid", { faults: [atStart("refuse")] });
    box.send(hex("mh", "0000"));
    box.send(hex("mh", "0100"));
    box.send(hex("mh", "0200"));
    expect(box.edges).toEqual(["2+ 0"]);
  });
});
