import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crcOf, readLine, sealedLine } from "../../../simulators/trigger-boxes/pulseBox/line.ts";
import {
  ascii,
  atStart,
  type Bench,
  type BenchOptions,
  bytesOf,
  hexOf,
  openBox,
  pieces,
  vectorsOf,
} from "./bench.ts";

const vectors = vectorsOf("pulse-box");
const hostVectors = vectors.filter(({ direction }) => direction === "host");

/** What the box said, without checksums, which must be right. */
function lines(bench: Bench): readonly string[] {
  return Buffer.from(bench.said())
    .toString("latin1")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => {
      const [text = "", crc] = line.split("*");
      expect(crc).toBe(crcOf(text).toString(16).toUpperCase().padStart(4, "0"));
      return text;
    });
}

const tell = (bench: Bench, ...texts: readonly string[]): readonly string[] => {
  for (const text of texts) bench.send(sealedLine(text));
  return lines(bench);
};

/** Booted and unlocked, 2 s after its reset. */
async function openUnlocked(options: BenchOptions = {}): Promise<Bench> {
  const bench = openBox("pulse-box", options);
  await bench.wait(2000);
  tell(bench, "00 ?");
  return bench;
}

describe("lines of the pulse box", () => {
  it("have the checksum of the page", () => expect(crcOf("123456789")).toBe(0x29b1));

  it.each(hostVectors)(
    "are understood or refused as the vectors say: $name",
    async ({ hex, meaning }) => {
      const bench = await openUnlocked();
      bench.send(bytesOf(hex));
      const [answer = ""] = lines(bench);
      const seq = meaning?.["seq"];
      const shown =
        seq === undefined ? "--" : Number(seq).toString(16).toUpperCase().padStart(2, "0");
      const refusal = meaning?.["refusal"];
      expect(answer.replace(/(OK|E) \d+/, "$1 T")).toMatch(
        refusal === undefined ? new RegExp(`^${shown} OK T`) : `${shown} E T ${refusal}`,
      );
      expect(bench.edges.length > 0).toBe(Number(meaning?.["mask"] ?? 0) > 0);
    },
  );

  it.each(hostVectors.filter(({ valid }) => valid))(
    "carry what the vectors say: $name",
    ({ hex, meaning }) => {
      const { command, mask, widthUs, count, intervalUs } = meaning ?? {};
      if (command === undefined) return;
      const heard = readLine(Buffer.from(hex, "hex").toString("latin1").trimEnd());
      const fields = { mask, widthUs, count, intervalUs };
      const given = Object.entries(fields).filter(([, value]) => value !== undefined);
      expect(heard).toEqual({
        kind: "command",
        seq: Number(meaning?.["seq"]).toString(16).toUpperCase().padStart(2, "0"),
        command: { kind: command, ...Object.fromEntries(given) },
      });
    },
  );

  it.each(vectors.filter(({ direction, valid }) => direction === "device" && valid))(
    "are sealed as the vectors have them: $name",
    ({ hex }) => {
      const [text = ""] = Buffer.from(hex, "hex").toString("latin1").split("*");
      expect(hexOf(sealedLine(text))).toBe(hex);
    },
  );

  it("are said as the vectors have them, a whole session long", async () => {
    const bench = openBox("pulse-box", { body: { bootMs: 0 } });
    const at = async (us: number, text: string): Promise<void> => {
      await bench.clock.advanceTo(us / 1000);
      bench.send(sealedLine(text));
    };
    await at(2_104_332, "01 ?");
    await at(2_600_124, "03 P 01 1000");
    await at(2_700_440, "04 L 06");
    await at(3_000_120, "05 N 01 1000 10 100000");
    await at(4_000_000, "06 P 00 1000");
    await bench.clock.advanceTo(10_000);
    const said = bench.said();
    for (const name of ["identified", "done", "sequence over", "refused"]) {
      const line = vectors.find((one) => one.name === name)?.hex ?? "none";
      expect(hexOf(said)).toContain(line);
    }
    expect(Buffer.from(said).toString("latin1")).toContain("-- W 6000000*");
  });

  it("do nothing with one character changed, whichever and into whatever", async () => {
    const bench = await openUnlocked();
    const good = sealedLine("41 P 01 1000");
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: good.length - 2 }),
        fc.integer({ min: 0, max: 255 }),
        (at, byte) => {
          fc.pre(good[at] !== byte && byte !== 0x0a);
          // A carriage return is no damage only at the very end, where none of these is.
          bench.send(good.map((old, i) => (i === at ? byte : old)));
          expect(bench.edges).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
    expect(tell(bench, "41 P 01 1000").at(-1)).toMatch(/^41 OK /);
  });

  it("mean the same in any chunks", async () => {
    const bytes = Uint8Array.from(
      ["01 P 01 1000", "02 P 02 500", "03 X", "04 P 01 20", "05 Z", "06 L 80"].flatMap((text) => [
        ...sealedLine(text),
      ]),
    );
    const whole = await openUnlocked();
    whole.send(bytes);
    const said = lines(whole);
    expect(said.map((line) => line.split(" ")[1])).toEqual(["OK", "OK", "E", "E", "OK", "OK"]);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }),
        async (sizes) => {
          const bench = await openUnlocked();
          for (const piece of pieces(bytes, sizes)) bench.send(piece);
          expect([lines(bench), bench.edges]).toEqual([said, whole.edges]);
        },
      ),
      { numRuns: 30 },
    );
  });

  it("count only when they are complete within 100 ms of their first byte", async () => {
    const bench = await openUnlocked();
    const line = sealedLine("01 P 01 1000");
    bench.send(line.slice(0, -1));
    await bench.wait(100.1);
    bench.send(line.slice(-1));
    expect(lines(bench)).toEqual(["-- E 100100 1"]);
    bench.send(line.slice(0, 3));
    await bench.wait(100);
    bench.send(line.slice(3));
    expect(lines(bench)).toEqual(["01 OK 200100"]);
  });

  it("are ignored when empty, and bounded when endless", async () => {
    const bench = await openUnlocked();
    bench.send(ascii("\n\r\n\n"));
    expect(lines(bench)).toEqual([]);
    bench.send(new Uint8Array(100_000).fill(0x41));
    bench.send(ascii("\n"));
    expect(lines(bench)).toEqual(["-- E 0 1"]);
    expect(tell(bench, "01 ?")).toEqual(["01 OK 0 pulse-box 1 8 2000"]);
  });
});

describe("the pulse box after a reset", () => {
  it("is deaf for two seconds, greets, and stays locked until it is asked", async () => {
    const bench = openBox("pulse-box");
    expect(tell(bench, "01 ?", "02 P 01 1000")).toEqual([]);
    await bench.wait(2000);
    expect(lines(bench)).toEqual(["-- HELLO 0 pulse-box 1 8"]);
    expect(tell(bench, "03 P 01 1000", "04 L 01", "05 N 01 1000 2 5000")).toEqual([
      ...["03 E 0 4", "04 E 0 4", "05 E 0 4"],
    ]);
    expect(tell(bench, "06 Z", "07 ?", "08 P 01 1000").map((line) => line.split(" ")[1])).toEqual([
      ...["OK", "OK", "OK"],
    ]);
    expect(bench.edges).toEqual(["1+ 2000"]);
  });

  it("begins anew at a reboot in the middle of a sequence", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 N 01 1000 100 10000");
    await bench.wait(5.5);
    bench.send(sealedLine("02 P 02 1000").slice(0, 5));
    bench.device.fault(atStart("reboot"));
    await bench.wait(2000);
    expect(lines(bench)).toEqual(["-- HELLO 0 pulse-box 1 8"]);
    expect(tell(bench, "03 P 01 1000")).toEqual(["03 E 0 4"]);
    expect(bench.edges).toEqual(["1+ 2000", "1- 2001"]);
  });
});

describe("pulses of the pulse box", () => {
  it("are as wide as asked and tell when they rose", async () => {
    const bench = await openUnlocked();
    await bench.wait(0.5);
    expect(tell(bench, "01 P 81 1500")).toEqual(["01 OK 500"]);
    await bench.wait(10);
    expect(bench.edges).toEqual(["1+ 2000.5", "8+ 2000.5", "1- 2002", "8- 2002"]);
  });

  it("may overlap on other lines and are refused on their own", async () => {
    const bench = await openUnlocked();
    expect(tell(bench, "01 P 01 1000", "02 P 02 3000", "03 P 03 1000").at(-1)).toBe("03 E 0 6");
    await bench.wait(1);
    expect(tell(bench, "04 P 01 1000")).toEqual(["04 OK 1000"]);
    await bench.wait(10);
    expect(bench.edges).toEqual(["1+ 2000", "2+ 2000", "1- 2001", "1+ 2001", "1- 2002", "2- 2003"]);
  });

  it("are not given again by a line that comes twice", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 P 01 1000");
    await bench.wait(5);
    expect(tell(bench, "01 P 01 1000")).toEqual(["01 E 5000 5"]);
    expect(tell(bench, "02 ?", "02 P 01 1000").at(-1)).toBe("02 E 5000 5");
    expect(bench.edges).toEqual(["1+ 2000", "1- 2001"]);
    expect(tell(bench, "03 P 01 1000")).toEqual(["03 OK 5000"]);
  });

  it("end at once by a level and by `Z`", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 P 03 100000");
    await bench.wait(1);
    tell(bench, "02 L 06");
    await bench.wait(200);
    tell(bench, "03 Z");
    expect(bench.edges).toEqual(["1+ 2000", "2+ 2000", "1- 2001", "3+ 2001", "2- 2201", "3- 2201"]);
  });
});

describe("a sequence of the pulse box", () => {
  it("counts every instant from the first rise and tells its end once", async () => {
    const bench = await openUnlocked();
    expect(tell(bench, "0A N 01 333 4 33333")).toEqual(["0A OK 0"]);
    await bench.wait(1000);
    expect(bench.edges).toEqual(
      [0, 1, 2, 3].flatMap((k) => [
        `1+ ${Number((2000 + 33.333 * k).toFixed(6))}`,
        `1- ${Number((2000.333 + 33.333 * k).toFixed(6))}`,
      ]),
    );
    expect(lines(bench)).toEqual(["0A D 100332 4"]);
  });

  it("takes nothing else meanwhile but a question and `Z`, which tells the end first", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 N 01 1000 100 10000");
    await bench.wait(15);
    expect(tell(bench, "02 P 02 1000", "03 L 02", "04 N 02 1000 2 5000", "05 ?", "06 Z")).toEqual([
      ...["02 E 15000 6", "03 E 15000 6", "04 E 15000 6"],
      ...["05 OK 15000 pulse-box 1 8 2000", "01 D 15000 2", "06 OK 15000"],
    ]);
    await bench.wait(1000);
    expect(bench.edges).toEqual(["1+ 2000", "1- 2001", "1+ 2010", "1- 2011"]);
  });

  it("follows the board's clock, which runs at its own pace", async () => {
    const bench = await openUnlocked({ body: { clockPace: 1.005 } });
    tell(bench, "01 N 01 1005 2 100500");
    await bench.wait(500);
    expect(bench.edges).toEqual(["1+ 2000", "1- 2001", "1+ 2100", "1- 2101"]);
    expect(lines(bench)).toEqual([`01 D ${Math.floor((101 * 1005) / 4) * 4} 2`]);
  });
});

describe("the watchdog of the pulse box", () => {
  it("lowers levels after two seconds without a line", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 L 06");
    await bench.wait(1999);
    expect(tell(bench, "02 ?")).toHaveLength(1);
    await bench.wait(2001);
    expect(lines(bench)).toEqual(["-- W 3999000"]);
    expect(bench.edges).toEqual(["2+ 2000", "3+ 2000", "2- 5999", "3- 5999"]);
    expect(tell(bench, "03 P 01 1000")).toEqual(["03 OK 4000000"]);
  });

  it("ends a sequence and tells both", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 N 01 1000 100 300000");
    await bench.wait(30_000);
    expect(lines(bench)).toEqual(["-- W 2000000", "01 D 2000000 7"]);
    expect(bench.edges).toHaveLength(14);
  });

  it("is fed by a line that is refused and not by one that is damaged", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 L 01");
    await bench.wait(1500);
    tell(bench, "02 X");
    await bench.wait(1500);
    bench.send(ascii("03 ?*0000\n"));
    await bench.wait(500);
    expect(lines(bench)).toEqual(["-- E 3000000 1", "-- W 3500000"]);
  });

  it("has nothing to say while all is low", async () => {
    const bench = await openUnlocked();
    tell(bench, "01 P 01 1000");
    await bench.wait(60_000);
    expect(lines(bench)).toEqual([]);
    expect(bench.clock.pending).toBe(0);
  });
});

describe("the clock of the pulse box", () => {
  it("wraps after 32 bits of microseconds", async () => {
    const bench = await openUnlocked();
    await bench.clock.advanceTo(4_296_967.292);
    expect(tell(bench, "01 Z")).toEqual(["01 OK 4294967292"]);
    await bench.clock.advanceTo(4_296_967.296);
    expect(tell(bench, "02 Z")).toEqual(["02 OK 0"]);
  });
});

describe("faults of the pulse box's answers", () => {
  it.each([
    ["drop-answer", ""],
    ["cut-answer", "01 OK 0*"],
    ["corrupt-answer", "01 OK e*"],
    ["silent", ""],
  ])("%s leaves the pulse as it is", async (kind, start) => {
    const bench = await openUnlocked();
    bench.device.fault(atStart(kind));
    bench.send(sealedLine("01 P 01 1000"));
    const said = Buffer.from(bench.said()).toString("latin1");
    expect(said.slice(0, start.length)).toBe(start);
    expect(said === "").toBe(start === "");
    expect(said.endsWith("\n")).toBe(kind === "corrupt-answer");
    expect(bench.edges).toEqual(["1+ 2000"]);
  });

  it("duplicate-answer sends it twice", async () => {
    const bench = await openUnlocked();
    bench.device.fault(atStart("duplicate-answer"));
    expect(tell(bench, "01 Z")).toEqual(["01 OK 0", "01 OK 0"]);
  });

  it("refuse answers as if a line were up, changes nothing, and never refuses a lowering", async () => {
    const bench = await openUnlocked();
    bench.device.fault(atStart("refuse"));
    expect(tell(bench, "01 L 00", "02 Z", "03 P 01 1000", "04 P 01 1000")).toEqual([
      ...["01 OK 0", "02 OK 0", "03 E 0 6", "04 OK 0"],
    ]);
    expect(bench.edges).toEqual(["1+ 2000"]);
  });
});
