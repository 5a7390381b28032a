import { describe, expect, it } from "vitest";
import { chargedBench, openBench } from "./bench.ts";

const FIRE = 121;

describe("the stream of status", () => {
  it("has fifty frames a second, unasked, each ended by 255", async () => {
    const { wait, frames } = openBench();
    await wait(1000);
    expect(frames.map(({ atMs }) => atMs)).toEqual(
      Array.from({ length: 50 }, (_, i) => 20 * (i + 1)),
    );
    expect(frames.every(({ bytes }) => bytes.length === 16 && bytes.at(-1) === 255)).toBe(true);
  });

  it("keeps another rate without drift", async () => {
    const { wait, frames } = openBench({ body: { framesPerS: 30 } });
    await wait(10_000);
    expect(frames).toHaveLength(300);
    expect(frames.at(-1)?.atMs).toBeCloseTo(10_000, 6);
  });

  it.each([12, 13, 14, 15])(
    "has frames of %i bytes where the unit is such a one",
    async (frameBytes) => {
      const bench = openBench({ options: { frameBytes, coil: "125R" } });
      const { coil } = await bench.status();
      expect(bench.frames[0]?.bytes).toHaveLength(frameBytes + 1);
      expect(coil).toBe(frameBytes === 15 ? 5 : undefined);
    },
  );

  it("shows that commands arrive, and no longer soon after", async () => {
    const bench = openBench();
    expect((await bench.status()).usb).toBe(false);
    bench.raw(5);
    expect((await bench.status()).usb).toBe(true);
    await bench.wait(500);
    expect((await bench.status()).usb).toBe(false);
  });

  it("ends, and leaves nothing scheduled, when the device is closed", async () => {
    const bench = openBench();
    await bench.wait(100);
    bench.device.close();
    await bench.wait(1000);
    expect(bench.frames).toHaveLength(5);
    expect(bench.clock.pending).toBe(0);
  });
});

describe("a session of single pulses", () => {
  it("sets an intensity, charges, fires once and recharges after the delay", async () => {
    const bench = openBench();
    bench.twice(50);
    expect(await bench.status()).toMatchObject({ pct: 50, charged: false });
    await bench.wait(250);
    expect(await bench.status()).toMatchObject({ pct: 50, charged: true, errors: [] });
    bench.twice(0x8f, 0xb4);
    const firedMs = bench.clock.now();
    bench.twice(FIRE);
    expect(bench.discharges).toEqual([
      { atMs: firedMs, n: 1, intensityPctMso: [50], cause: "serial" },
    ]);
    // 120 ms of delay, then 300 ms + 12 ms a percent.
    const chargedMs = firedMs + 120 + 300 + 600;
    await bench.clock.advanceTo(chargedMs - 21);
    expect((await bench.status()).charged).toBe(false);
    await bench.clock.advanceTo(chargedMs);
    expect(await bench.status()).toMatchObject({ charged: true, omitted: 0 });
    expect(bench.discharges).toHaveLength(1);
  });

  it("shows both delays as steps and exponents", async () => {
    const bench = openBench();
    bench.twice(0x8f, 0xb4, 0xdf, 0xff);
    await bench.status();
    expect([...(bench.frames.at(-1)?.bytes.slice(9, 12) ?? [])]).toEqual([127, 60, 0x57]);
  });

  it("drops and counts a start that comes before it is charged", async () => {
    const bench = await chargedBench(50);
    bench.twice(FIRE);
    bench.twice(FIRE);
    bench.device.trigger();
    expect(bench.discharges).toHaveLength(1);
    expect((await bench.status()).omitted).toBe(2);
  });

  it("drops and counts a start at intensity 0, and begins the count anew after 255", async () => {
    const bench = openBench();
    bench.twice(...Array.from({ length: 255 }, () => FIRE));
    expect((await bench.status()).omitted).toBe(255);
    bench.twice(FIRE);
    expect((await bench.status()).omitted).toBe(0);
    expect(bench.discharges).toEqual([]);
  });

  it("fires by a rising edge on its trigger input when charged", async () => {
    const bench = await chargedBench(40);
    bench.device.trigger();
    expect(bench.discharges).toMatchObject([{ n: 1, intensityPctMso: [40], cause: "trigger" }]);
  });

  it("does not fire by one single byte, however late its twin of another kind comes", async () => {
    const bench = await chargedBench(40);
    bench.raw(FIRE);
    await bench.wait(1000);
    bench.raw(120);
    bench.raw(FIRE);
    expect(bench.discharges).toEqual([]);
    bench.raw(FIRE);
    expect(bench.discharges).toHaveLength(1);
  });

  it("takes time to another intensity and gives no pulse on the way", async () => {
    const bench = await chargedBench(60);
    bench.twice(30);
    bench.twice(FIRE);
    expect(bench.discharges).toEqual([]);
    await bench.wait(300);
    bench.twice(FIRE);
    expect(bench.discharges).toMatchObject([{ intensityPctMso: [30] }]);
  });
});

describe("an XT", () => {
  it("gives ten pulses a second to a host that asks ten times a second", async () => {
    const bench = await chargedBench(70, { options: { variant: "xt" } });
    const startMs = bench.clock.now();
    for (let i = 0; i < 30; i += 1) {
      await bench.clock.advanceTo(startMs + 100 * i);
      bench.twice(FIRE);
    }
    expect(bench.discharges.map(({ atMs, n }) => [atMs - startMs, n])).toEqual(
      Array.from({ length: 30 }, (_, i) => [100 * i, i + 1]),
    );
  });

  it("omits what comes faster than it recharges", async () => {
    const bench = await chargedBench(100, { options: { variant: "xt" } });
    for (let i = 0; i < 100; i += 1) {
      bench.twice(FIRE);
      await bench.wait(10);
    }
    expect(bench.discharges).toHaveLength(25);
    expect((await bench.status()).omitted).toBe(75);
  });
});

describe("an MP-Dual", () => {
  const PAIR = { variant: "mp-dual", pairIsiMs: 3, pairSecondPct: 80 };

  it("gives a pair as one discharge of two intensities, told when its second pulse has left", async () => {
    const bench = await chargedBench(40, { options: PAIR });
    const firedMs = bench.clock.now();
    bench.twice(FIRE);
    expect(bench.discharges).toEqual([]);
    await bench.wait(3);
    expect(bench.discharges).toEqual([
      { atMs: firedMs, n: 1, intensityPctMso: [40, 80], isiMs: 3, cause: "serial" },
    ]);
  });

  it("whose rig file says that it is set to pairs is set to them", async () => {
    const bench = await chargedBench(40, { options: { variant: "mp-dual", deviceIsiMs: 2.5 } });
    bench.twice(FIRE);
    await bench.wait(3);
    expect(bench.discharges).toMatchObject([{ intensityPctMso: [40, 40], isiMs: 2.5 }]);
  });

  it("omits a start between the two pulses", async () => {
    const bench = await chargedBench(40, { options: { ...PAIR, pairIsiMs: 1000 } });
    bench.twice(FIRE);
    await bench.wait(500);
    bench.twice(FIRE);
    await bench.wait(600);
    expect(bench.discharges).toHaveLength(1);
    expect((await bench.status()).omitted).toBe(1);
  });

  it.each(["coil-off", "reboot", "hold-error"])(
    "ends a pair with its first pulse at %s",
    async (kind) => {
      const bench = await chargedBench(40, { options: { ...PAIR, pairIsiMs: 1000 } });
      bench.twice(FIRE);
      await bench.wait(500);
      bench.device.fault({ kind, when: { at: "start" } });
      await bench.wait(5000);
      expect(bench.discharges).toMatchObject([{ n: 1, intensityPctMso: [40] }]);
    },
  );

  it("is set to pairs and back at its panel, with equal pulses unless told otherwise", async () => {
    const bench = await chargedBench(40, { options: { variant: "mp-dual" } });
    for (const order of ["pair 10", "single", "pair 250 55"]) {
      bench.device.panel?.(order);
      bench.twice(FIRE);
      await bench.wait(3000);
    }
    expect(bench.discharges.map(({ intensityPctMso }) => intensityPctMso)).toEqual([
      [40, 40],
      [40],
      [40, 55],
    ]);
  });
});

describe("the panel", () => {
  it("turns the knob: intensity at once, the turn in the next frame and in no other", async () => {
    const bench = await chargedBench(50);
    bench.device.panel?.("turn 3");
    expect(await bench.status()).toMatchObject({ pct: 53, turn: 3 });
    expect(await bench.status()).toMatchObject({ pct: 53, turn: 0 });
    bench.device.panel?.("intensity 20");
    expect(await bench.status()).toMatchObject({ pct: 20, turn: -16 });
    expect(await bench.status()).toMatchObject({ pct: 20, turn: -16 });
    expect(await bench.status()).toMatchObject({ pct: 20, turn: -1 });
    expect(await bench.status()).toMatchObject({ pct: 20, turn: 0 });
  });

  it("shows no turn when the host sets the intensity, and stops turning at 0 and 100", async () => {
    const bench = openBench();
    bench.twice(90);
    expect((await bench.status()).turn).toBe(0);
    bench.device.panel?.("turn 15");
    expect(await bench.status()).toMatchObject({ pct: 100, turn: 10 });
  });

  it("changes the coil and takes it off", async () => {
    const bench = await chargedBench(50);
    bench.device.panel?.("coil 120BFV");
    expect(await bench.status()).toMatchObject({ coil: 3, errors: [], charged: true });
    bench.device.panel?.("coil off");
    expect(await bench.status()).toMatchObject({
      ...{ coil: 3, errors: ["coil off"], coilDataOk: false, charged: false },
    });
    bench.twice(FIRE);
    expect(bench.discharges).toEqual([]);
    bench.device.panel?.("coil 9");
    expect(await bench.status()).toMatchObject({ coil: 9, errors: [], charged: true });
  });

  it("sets the demand flag", async () => {
    const bench = openBench();
    bench.device.panel?.("demand on");
    expect((await bench.status()).demand).toBe(true);
  });

  it.each([
    "intensity",
    "intensity 101",
    "turn x",
    "coil",
    "coil 70XX",
    "pair 3",
    "single 1",
    "fire",
    "constructor",
    "",
  ])("refuses an order that it does not know: `%s`", (order) => {
    expect(() => openBench().device.panel?.(order)).toThrow(/CLI_BAD_CALL.*coil off/);
  });
});

describe("heat", () => {
  it("of the coil stops pulses above its limit until it has cooled", async () => {
    const bench = await chargedBench(100, {
      options: { variant: "xt" },
      body: { coilKPerPulse: 0.5 },
    });
    for (let i = 0; i < 60; i += 1) {
      bench.twice(FIRE);
      await bench.wait(100);
    }
    expect(bench.discharges).toHaveLength(43);
    const hot = await bench.status();
    expect(hot).toMatchObject({ errors: ["coil hot"], charged: false, omitted: 17 });
    expect(hot.adc[0]).toBeGreaterThan(140);
    // From 45.4 degrees to 40, which is 5 below the limit, towards 24: 1800 s * ln(21.4 / 16) = 523 s.
    await bench.wait(480_000);
    expect(await bench.status()).toMatchObject({ errors: ["coil hot"], charged: false });
    await bench.wait(60_000);
    expect(await bench.status()).toMatchObject({ errors: [], charged: true });
  });
});

describe("options", () => {
  it.each([
    [{ variant: "qps" }, /variant qps/],
    [{ frameBytes: 11 }, /frameBytes 11/],
    [{ coil: "70XX" }, /coil 70XX/],
    [{ pairIsiMs: 5 }, /gives no pairs/],
    [{ variant: "mp-dual", pairIsiMs: 1001 }, /pairIsiMs 1001/],
    [{ variant: "mp-dual", deviceIsiMs: "3" }, /deviceIsiMs 3/],
  ])("that no unit has are refused: %o", (options, words) => {
    expect(() => openBench({ options })).toThrow(words);
  });

  it("of figures that the body does not have are refused", () => {
    expect(() => openBench({ body: { framesPerS: 0 } })).toThrow(/framesPerS/);
    expect(() => openBench({ body: { armDelayMs: 1 } })).toThrow(/no figure armDelayMs/);
  });
});
