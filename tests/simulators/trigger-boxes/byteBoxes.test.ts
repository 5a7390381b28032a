import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/trigger-boxes/index.ts";
import { ascii, atStart, bytesOf, hexOf, openBox, vectorsOf } from "./bench.ts";

function vector(name: string): Uint8Array {
  const found = vectorsOf("amplifiers").find((one) => one.name === name);
  if (found === undefined) throw new Error(`no vector ${name}`);
  return bytesOf(found.hex);
}

describe("the module", () => {
  it("has the speed of every box", () => {
    expect(simulator.models.map((model) => [model, simulator.baudRateOf?.(model)])).toEqual([
      ["mmbt-s", 9600],
      ["bbtk-ttl", 115_200],
      ["cedrus-xid", 115_200],
      ["brainproducts-triggerbox-plus", 2_000_000],
      ["pulse-box", 115_200],
    ]);
  });

  it("refuses models, figures and options that no box has", () => {
    expect(() => openBox("mmbt")).toThrow(/SIMULATOR_UNKNOWN_MODEL/);
    expect(() => openBox("bbtk-ttl", { body: { pulseMs: 8 } })).toThrow(/no figure pulseMs/);
    expect(() => openBox("mmbt-s", { options: { switch: "Q" } })).toThrow(
      /switch Q: expected P or S/,
    );
    expect(() => openBox("cedrus-xid", { options: { product: "lumina" } })).toThrow(/product/);
  });
});

describe("an MMBT-S with its switch at P", () => {
  it("drops the lines of a vector's byte by itself after 8 ms", async () => {
    const box = openBox("mmbt-s");
    box.send(vector("mmbts_code_1"));
    await box.wait(100);
    expect(box.edges).toEqual(["1+ 0", "1- 8"]);
    expect(box.said()).toHaveLength(0);
  });

  it("queues bytes that come faster, each with an edge of its own", async () => {
    const box = openBox("mmbt-s");
    box.send(Uint8Array.of(1, 1, 0x82));
    await box.wait(4);
    box.send(Uint8Array.of(1));
    await box.wait(100);
    expect(box.edges).toEqual([
      ...["1+ 0", "1- 8", "1+ 8.05", "1- 16.05"],
      ...["2+ 16.1", "8+ 16.1", "2- 24.1", "8- 24.1", "1+ 24.15", "1- 32.15"],
    ]);
  });

  it("gives a zero its turn, so that a host which clears by itself delays the next code", async () => {
    const box = openBox("mmbt-s");
    box.send(Uint8Array.of(1, 0, 2));
    await box.wait(100);
    expect(box.edges).toEqual(["1+ 0", "1- 8", "2+ 16.1", "2- 24.1"]);
  });

  it("raises lines at once when the last pulse is over", async () => {
    const box = openBox("mmbt-s", { body: { pulseMs: 5 } });
    box.send(Uint8Array.of(4));
    await box.wait(5);
    box.send(Uint8Array.of(4));
    await box.wait(5);
    expect(box.edges).toEqual(["3+ 0", "3- 5", "3+ 5", "3- 10"]);
  });
});

describe("boxes that keep their level", () => {
  it("the MMBT-S with its switch at S keeps the lines until the next byte", async () => {
    const box = openBox("mmbt-s", { options: { switch: "S" } });
    box.send(Uint8Array.of(3));
    await box.wait(1000);
    box.send(Uint8Array.of(6));
    await box.wait(1000);
    box.send(Uint8Array.of(0));
    expect(box.edges).toEqual(["1+ 0", "2+ 0", "1- 1000", "3+ 1000", "2- 2000", "3- 2000"]);
  });

  it("the TriggerBox Plus follows the two writes of its vector", async () => {
    const box = openBox("brainproducts-triggerbox-plus");
    const [code = 0, clear = 1] = vector("bptb_pulse_200");
    box.send(Uint8Array.of(code));
    await box.wait(5);
    box.send(Uint8Array.of(clear));
    expect(box.edges).toEqual(["4+ 0", "7+ 0", "8+ 0", "4- 5", "7- 5", "8- 5"]);
  });

  it("the Black Box ToolKit's module follows its vectors in any chunks and says nothing", async () => {
    const box = openBox("bbtk-ttl");
    for (const byte of vector("bbtk_lines_0x1f")) box.send(Uint8Array.of(byte));
    await box.wait(10);
    box.send(vector("bbtk_reset"));
    expect(box.edges).toEqual([
      ...[1, 2, 3, 4, 5].map((line) => `${line}+ 0`),
      ...[1, 2, 3, 4, 5].map((line) => `${line}- 10`),
    ]);
    expect(box.said()).toHaveLength(0);
  });

  it.each([
    ["one digit alone", "1", []],
    ["lower case", "1f", []],
    ["a reset cut by a code", "R01", ["1+ 0"]],
    ["a code cut by a reset", "1RR", []],
    ["a line end in between", "0\n1", []],
    ["two codes in one write", "01FF", ["1+ 0", ...[2, 3, 4, 5, 6, 7, 8].map((n) => `${n}+ 0`)]],
  ])("the Black Box ToolKit's module hears %s", (_words, text, edges) => {
    const box = openBox("bbtk-ttl");
    box.send(ascii(text));
    expect(box.edges).toEqual(edges);
  });
});

describe("faults of the outputs", () => {
  it("stuck-line keeps the next line that rises up, whatever is said to it", async () => {
    const box = openBox("mmbt-s");
    box.device.fault(atStart("stuck-line"));
    box.send(Uint8Array.of(6));
    await box.wait(100);
    box.send(Uint8Array.of(6));
    await box.wait(100);
    box.device.fault(atStart("reboot"));
    expect(box.edges).toEqual(["2+ 0", "3+ 0", "3- 8", "3+ 100", "3- 108"]);
    box.device.fault(atStart("unplug"));
    expect(box.edges.at(-1)).toBe("2- 200");
  });

  it("dead-line raises nothing any more, and lets fall what is up", () => {
    const box = openBox("bbtk-ttl");
    box.send(ascii("01"));
    box.device.fault(atStart("dead-line"));
    box.send(ascii("03RRFF"));
    expect(box.edges).toEqual(["1+ 0", "1- 0"]);
  });

  it("refuse leaves the next code out and never a lowering", async () => {
    const box = openBox("bbtk-ttl");
    box.send(ascii("01"));
    box.device.fault(atStart("refuse"));
    box.send(ascii("00"));
    box.send(ascii("02"));
    box.send(ascii("04"));
    expect(box.edges).toEqual(["1+ 0", "1- 0", "3+ 0"]);
    const queued = openBox("mmbt-s", { faults: [atStart("refuse")] });
    queued.send(Uint8Array.of(0, 1, 2));
    await queued.wait(50);
    expect(queued.edges).toEqual(["2+ 8.05", "2- 16.05"]);
  });

  it.each(simulator.models)(
    "reboot, or a cable that comes off, lowers all lines of %s",
    async (model) => {
      for (const kind of ["reboot", "unplug"]) {
        const box = await raised(model);
        const before = box.edges.length;
        box.device.fault(atStart(kind));
        expect(box.edges.slice(before)).toEqual([`1- ${box.clock.now()}`]);
        await box.wait(5000);
        expect(box.edges).toHaveLength(before + 1);
      }
    },
  );

  it("unplug tells of itself, and the box hears nothing more", async () => {
    const box = openBox("mmbt-s");
    let told = 0;
    box.device.fault(atStart("unplug"));
    box.device.unplugged$.subscribe(() => {
      told += 1;
    });
    box.send(Uint8Array.of(1));
    await box.wait(100);
    expect([told, box.edges]).toEqual([1, []]);
  });

  it.each(simulator.models)("no fault raises a line of %s", async (model) => {
    for (const kind of simulator.faultKinds) {
      const box = openBox(model, { faults: [atStart(kind)] });
      await box.wait(10_000);
      expect(box.edges).toEqual([]);
      box.device.close();
    }
  });

  it("take the number of a rise, and a kind that nobody knows is refused", async () => {
    const box = openBox("mmbt-s", { faults: [{ kind: "dead-line", when: { at: "pulse", n: 2 } }] });
    box.send(Uint8Array.of(1, 1, 1, 1));
    await box.wait(100);
    expect(box.edges).toEqual(["1+ 0", "1- 8", "1+ 8.05", "1- 16.05"]);
    expect(() => box.device.fault(atStart("jam-train"))).toThrow(/SIMULATOR_UNKNOWN_FAULT/);
  });

  it("garbage is the same for the same seed", () => {
    const [one, other] = ["mmbt-s", "cedrus-xid"].map((model) => hexOf(openBoxAfterGarbage(model)));
    expect(one).toHaveLength(16);
    expect(one).toBe(other);
  });
});

function openBoxAfterGarbage(model: string): Uint8Array {
  const box = openBox(model);
  box.device.fault(atStart("garbage"));
  return box.said();
}

const RAISING: Readonly<Record<string, readonly string[]>> = {
  "mmbt-s": ["01"],
  "bbtk-ttl": ["3031"],
  "cedrus-xid": ["6d680100"],
  "brainproducts-triggerbox-plus": ["01"],
  // `01 ?` and `04 L 01`, with checksums of another program.
  "pulse-box": ["3031203f2a394245360a", "3034204c2030312a304435350a"],
};

/** Any box with line 1 up. */
async function raised(model: string): Promise<ReturnType<typeof openBox>> {
  const box = openBox(model);
  await box.wait(2000);
  for (const hex of RAISING[model] ?? []) box.send(bytesOf(hex));
  expect(box.edges).toEqual(["1+ 2000"]);
  return box;
}
