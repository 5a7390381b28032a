import { describe, expect, it } from "vitest";
import { trigger } from "../../../drivers/trigger-boxes/index.ts";
import type { TriggerConfig } from "../../../src/contract/trigger.ts";
import { type Bench, codeOf, codeOfPromise, configOf, onBox, PERMIT } from "./bench.ts";

const MMBT = configOf("mmbt-s", 8, { switch: "P" });
const PLUS = configOf("brainproducts-triggerbox-plus", 8);
const BBTK = configOf("bbtk-ttl", 8);
const LEVEL_BOXES: readonly (readonly [string, TriggerConfig, string, string, string])[] = [
  ["mmbt-s", MMBT, "80", "05", "00"],
  ["brainproducts-triggerbox-plus", PLUS, "80", "05", "00"],
  ["bbtk-ttl", BBTK, "3830", "3035", "5252"],
];

/** Opened, and what was written until then forgotten. */
async function opened({ box, clock, written }: Bench): Promise<void> {
  await box.open();
  await clock.wait(50);
  written.length = 0;
}
const hexes = ({ written }: Bench): readonly string[] => written.map(([, hex]) => hex);

describe("boxes whose lines the host lowers", () => {
  it.each(LEVEL_BOXES)(
    "put all lines low at opening and closing and raise none: %s",
    (_, config, _f, _m, low) =>
      onBox(config, async (bench) => {
        await bench.box.open();
        expect(bench.port.isOpen).toBe(true);
        await bench.box.close();
        expect(hexes(bench)).toEqual([low, low]);
        expect(bench.port.isOpen).toBe(false);
        await bench.box.close();
      }),
  );

  it.each(LEVEL_BOXES)(
    "raise the stimulator's line once and lower it after its width: %s",
    (_, config, up, _m, low) =>
      onBox(config, async (bench) => {
        const { box, clock, written } = bench;
        await opened(bench);
        const startMs = clock.now();
        const stamp = box.fire(PERMIT);
        expect(stamp).toMatchObject({ writtenMs: startMs, writtenHex: up });
        expect(stamp.answer).toBeUndefined();
        await clock.wait(100);
        const widthMs = config.driver === "mmbt-s" ? 10 : 5;
        expect(written).toEqual([
          [startMs, up, "fire"],
          [startMs + widthMs, low, "safe"],
        ]);
      }),
  );

  it.each(LEVEL_BOXES)(
    "write a marker without the stimulator's line, and lower it: %s",
    (_, config, _u, marker, low) =>
      onBox(config, async (bench) => {
        const { box, clock } = bench;
        await opened(bench);
        expect(box.mark(5)).toBe(true);
        await clock.wait(100);
        expect(hexes(bench)).toEqual([marker, low]);
        // Codes that the box does not have, or that hold the stimulator's line.
        for (const code of [0x80, 0xff, 256, -1, 1.5, Number.NaN])
          expect(box.mark(code)).toBe(false);
        expect(hexes(bench)).toHaveLength(2);
      }),
  );

  it("write no marker while the stimulator's line is up: that would raise it again or cut it short", () =>
    onBox(PLUS, async (bench) => {
      const { box, clock } = bench;
      await opened(bench);
      box.fire(PERMIT);
      expect(box.mark(1)).toBe(false);
      await clock.wait(4);
      expect(box.mark(1)).toBe(false);
      await clock.wait(2);
      expect(box.mark(1)).toBe(true);
      expect(hexes(bench)).toEqual(["80", "00", "01"]);
    }));

  it("keep a marker up through a start, and lower each in its time", () =>
    onBox(PLUS, async (bench) => {
      const { box, clock, written } = bench;
      await opened(bench);
      const startMs = clock.now();
      box.mark(3);
      await clock.wait(2);
      box.fire(PERMIT);
      await clock.wait(100);
      // The marker's own end falls into the start, so it comes down with it.
      expect(written.map(([atMs, hex]) => [atMs - startMs, hex])).toEqual([
        [0, "03"],
        [2, "83"],
        [7, "00"],
      ]);
    }));

  it("let a new marker take the place of the one before", () =>
    onBox(PLUS, async (bench) => {
      const { box, clock, written } = bench;
      await opened(bench);
      const startMs = clock.now();
      box.mark(3);
      await clock.wait(2);
      box.mark(4);
      await clock.wait(1);
      expect(box.mark(0)).toBe(true);
      await clock.wait(100);
      expect(written.map(([atMs, hex]) => [atMs - startMs, hex])).toEqual([
        [0, "03"],
        [2, "04"],
        [3, "00"],
      ]);
    }));

  it("start again only when the line has been low for as long as it was up", () =>
    onBox(PLUS, async (bench) => {
      const { box, clock } = bench;
      await opened(bench);
      box.fire(PERMIT);
      expect(codeOf(() => box.fire(PERMIT))).toBe("DEVICE_CONFLICT");
      await clock.wait(9);
      expect(codeOf(() => box.fire(PERMIT))).toBe("DEVICE_CONFLICT");
      await clock.wait(1);
      box.fire(PERMIT);
      expect(hexes(bench)).toEqual(["80", "00", "80"]);
    }));

  it("start no more when the line could not be lowered, until it could", () =>
    onBox(PLUS, async (bench) => {
      const { box, clock } = bench;
      await opened(bench);
      box.fire(PERMIT);
      bench.failWith = "PORT_STALLED";
      await clock.wait(100);
      bench.failWith = null;
      expect(codeOf(() => box.fire(PERMIT))).toBe("DEVICE_CONFLICT");
      expect(box.mark(1)).toBe(true);
      await clock.wait(100);
      box.fire(PERMIT);
      expect(hexes(bench).filter((hex) => hex === "80")).toHaveLength(2);
    }));

  it("fire nothing without a permit, without a stimulator's line, or while closed", () =>
    onBox(PLUS, async (bench) => {
      const none = undefined as unknown as typeof PERMIT;
      expect(codeOf(() => bench.box.fire(PERMIT))).toBe("PORT_NOT_OPEN");
      expect(bench.box.mark(1)).toBe(false);
      await opened(bench);
      expect(codeOf(() => bench.box.fire(none))).toBe("PORT_HAZARD_REFUSED");
      bench.lose();
      expect(codeOf(() => bench.box.fire(PERMIT))).toBe("PORT_NOT_OPEN");
      expect(bench.box.mark(1)).toBe(false);
      await bench.box.close();
    }).then(() =>
      onBox(configOf("brainproducts-triggerbox-plus", null), async (bench) => {
        await opened(bench);
        expect(codeOf(() => bench.box.fire(PERMIT))).toBe("DEVICE_CONFLICT");
        expect(bench.box.mark(255)).toBe(true);
      }),
    ));

  it("lower the lines at once when a start may have left in part", () =>
    onBox(PLUS, async (bench) => {
      await opened(bench);
      bench.failWith = "PORT_STALLED";
      expect(codeOf(() => bench.box.fire(PERMIT))).toBe("PORT_STALLED");
      bench.failWith = null;
      await bench.box.close();
      expect(hexes(bench)).toEqual(["00"]);
    }));

  it("lower a start that is under way when the box is closed", () =>
    onBox(PLUS, async (bench) => {
      await opened(bench);
      bench.box.fire(PERMIT);
      await bench.box.close();
      await bench.clock.wait(100);
      expect(hexes(bench)).toEqual(["80", "00"]);
    }));

  it("give the port back when it cannot be opened for use", () =>
    onBox(PLUS, async (bench) => {
      bench.failWith = "PORT_STALLED";
      expect(await codeOfPromise(bench.box.open())).toBe("PORT_STALLED");
      expect(bench.port.isOpen).toBe(false);
    }));
});

describe("an MMBT-S", () => {
  it("is never opened at 1200 baud", () => {
    expect(trigger.line(MMBT)).toMatchObject({ baudRate: 9600, stopBits: 1 });
  });

  it("gets no marker so soon that it would wait in the box and make a start late", () =>
    onBox(MMBT, async (bench) => {
      const { box, clock } = bench;
      await opened(bench);
      expect(box.mark(1)).toBe(true);
      await clock.wait(7);
      expect(box.mark(2)).toBe(false);
      await clock.wait(2);
      expect(box.mark(2)).toBe(true);
    }));

  it("is lowered by the host with its switch at P as well, since nobody can ask where it stands", () =>
    onBox(configOf("mmbt-s", 1, { switch: "S" }), async (bench) => {
      await opened(bench);
      bench.box.fire(PERMIT);
      await bench.clock.wait(50);
      expect(hexes(bench)).toEqual(["01", "00"]);
    }));
});

describe("what the rig file says of a box", () => {
  it.each([
    [configOf("mmbt-s", 8), "switch"],
    [configOf("mmbt-s", 9, { switch: "P" }), "lines 1 to 8"],
    [configOf("mmbt-s", 0, { switch: "P" }), "lines 1 to 8"],
    [configOf("mmbt-s", 1.5, { switch: "P" }), "lines 1 to 8"],
    [configOf("mmbt-s", 8, { switch: "P", baudRate: 1200 }), "baudRate"],
    [configOf("brainproducts-triggerbox-plus", 8, { pulseMs: 4 }), "pulseMs"],
    [configOf("bbtk-ttl", 8, { pulseMs: 101 }), "pulseMs"],
    [configOf("cedrus-xid", 17), "lines 1 to 16"],
    [configOf("cedrus-xid", 1, { pulseMs: 0 }), "pulseMs"],
    [configOf("cedrus-xid", 1, { pulseMs: 2.5 }), "pulseMs"],
    [configOf("pulse-box", 9), "lines 1 to 8"],
    [configOf("pulse-box", 1, { pulseMs: 0.01 }), "pulseMs"],
  ])("is refused in words when it is impossible: %j", (config, words) => {
    const described = trigger.describe(config);
    expect(described.ok ? "" : described.error).toContain(words);
  });

  it("says which boxes confirm what they did: one of them", () => {
    const confirms = trigger.models.map((model) => {
      const described = trigger.describe(
        configOf(model, 1, model === "mmbt-s" ? { switch: "P" } : {}),
      );
      return [model, described.ok && described.value.confirms];
    });
    expect(confirms.filter(([, yes]) => yes)).toEqual([["pulse-box", true]]);
  });
});
