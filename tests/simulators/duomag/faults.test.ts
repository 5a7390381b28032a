import { firstValueFrom } from "rxjs";
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/duomag/index.ts";
import { atStart, chargedBench, hexOf, openBench, readFrame } from "./bench.ts";

const FIRE = 121;
const AT_REST = "000050515200000205000000000001ff";

async function framesAfter(kind: string, ms: number): Promise<readonly string[]> {
  const bench = openBench();
  bench.device.fault(atStart(kind));
  await bench.wait(ms);
  return bench.frames.map(({ bytes }) => hexOf(bytes));
}

describe("faults of the next frame", () => {
  it.each([
    ["drop-answer", [AT_REST]],
    ["cut-answer", ["0000505152000002000000000001ff", AT_REST]],
    ["corrupt-answer", ["000050515200000250000000000001ff", AT_REST]],
    ["duplicate-answer", [AT_REST, AT_REST, AT_REST]],
  ])("%s spoils that one alone", async (kind, frames) => {
    expect(await framesAfter(kind, 40)).toEqual(frames);
  });

  it("delay-answer brings an old frame among younger ones", async () => {
    const bench = openBench();
    bench.device.fault(atStart("delay-answer"));
    await bench.wait(20);
    bench.twice(50);
    await bench.wait(510);
    expect(
      bench.frames.map(({ bytes }) => readFrame(bytes).pct).filter((pct) => pct === 0),
    ).toEqual([0]);
    expect(bench.frames.find(({ bytes }) => readFrame(bytes).pct === 0)?.atMs).toBe(520);
  });
});

describe("faults of the line", () => {
  it("garbage comes at once and is the same for the same seed", () => {
    const [one, other] = [openBench(), openBench()].map((bench) => {
      bench.device.fault(atStart("garbage"));
      return bench.frames.map(({ bytes }) => hexOf(bytes));
    });
    expect(one?.[0]).toHaveLength(16);
    expect(one).toEqual(other);
  });

  it("unsolicited is a frame out of rhythm", async () => {
    const bench = openBench({ faults: [{ kind: "unsolicited", when: { at: "time", s: 0.03 } }] });
    await bench.wait(40);
    expect(bench.frames.map(({ atMs }) => atMs)).toEqual([20, 30, 40]);
  });

  it("silent says nothing more and still obeys", async () => {
    const bench = await chargedBench(50);
    bench.device.fault(atStart("silent"));
    const before = bench.frames.length;
    bench.twice(FIRE);
    await bench.wait(1000);
    expect(bench.frames).toHaveLength(before);
    expect(bench.discharges).toHaveLength(1);
  });

  it("unplug tells late subscribers too and hears nothing more", async () => {
    const bench = await chargedBench(50);
    bench.device.fault(atStart("unplug"));
    await firstValueFrom(bench.device.unplugged$);
    bench.twice(FIRE);
    expect(bench.discharges).toEqual([]);
  });

  it("refuse omits the next start, ignores the next setting, and never refuses intensity 0", async () => {
    const bench = await chargedBench(50);
    bench.device.fault(atStart("refuse"));
    bench.twice(FIRE);
    expect(await bench.status()).toMatchObject({ omitted: 1, charged: true });
    bench.device.fault(atStart("refuse"));
    bench.twice(60);
    expect((await bench.status()).pct).toBe(50);
    bench.device.fault(atStart("refuse"));
    bench.twice(0);
    expect((await bench.status()).pct).toBe(0);
    expect(bench.discharges).toEqual([]);
  });
});

describe("faults of the body", () => {
  it.each([
    ["overheat", "coil hot"],
    ["resistor-overheat", "resistor hot"],
    ["discharge-overheat", "discharge hot"],
    ["power-overheat", "power hot"],
    ["fan-seized", "fan"],
    ["hold-error", "hold"],
    ["recharge-error", "recharge"],
    ["coil-off", "coil off"],
  ])("%s shows as %s, takes the charge and counts a start as omitted", async (kind, error) => {
    const bench = await chargedBench(50);
    bench.device.fault(atStart(kind));
    bench.twice(FIRE);
    expect(await bench.status()).toMatchObject({ errors: [error], charged: false, omitted: 1 });
    expect(bench.discharges).toEqual([]);
  });

  it("coil-data-bad takes the good bit and the charge away", async () => {
    const bench = await chargedBench(50);
    bench.device.fault(atStart("coil-data-bad"));
    bench.twice(FIRE);
    expect(await bench.status()).toMatchObject({ errors: [], coilDataOk: false, charged: false });
    expect(bench.discharges).toEqual([]);
  });

  it("reboot is silent and deaf for a moment and forgets all settings, a waiting byte too", async () => {
    const bench = await chargedBench(50);
    bench.twice(0x8f, 0xb4);
    bench.raw(FIRE);
    bench.device.fault(atStart("reboot"));
    const before = bench.frames.length;
    bench.twice(70, FIRE);
    bench.device.trigger();
    await bench.wait(1490);
    expect(bench.frames).toHaveLength(before);
    await bench.wait(30);
    expect(hexOf(bench.frames.at(-1)?.bytes ?? new Uint8Array())).toBe(AT_REST);
    bench.device.panel?.("intensity 70");
    await bench.wait(1000);
    bench.raw(FIRE);
    expect(await bench.status()).toMatchObject({ charged: true, omitted: 0 });
    expect(bench.discharges).toEqual([]);
  });

  it("stuck-charged claims charged after a pulse and fires no more than is true", async () => {
    const bench = await chargedBench(50);
    bench.device.fault(atStart("stuck-charged"));
    bench.twice(FIRE);
    expect(await bench.status()).toMatchObject({ charged: true, omitted: 0 });
    bench.twice(FIRE);
    expect(await bench.status()).toMatchObject({ charged: true, omitted: 1 });
    expect(bench.discharges).toHaveLength(1);
  });

  it("lost-start leaves no trace of the next start", async () => {
    const bench = await chargedBench(50);
    bench.device.fault(atStart("lost-start"));
    bench.twice(FIRE);
    expect(await bench.status()).toMatchObject({ charged: true, omitted: 0 });
    expect(bench.discharges).toEqual([]);
  });
});

describe("ordering faults", () => {
  it("takes one for a pulse, before anything else happens", async () => {
    const bench = await chargedBench(50, {
      options: { variant: "xt" },
      faults: [{ kind: "coil-off", when: { at: "pulse", n: 3 } }],
    });
    for (let i = 0; i < 10; i += 1) {
      bench.twice(FIRE);
      await bench.wait(100);
    }
    expect(bench.discharges).toHaveLength(3);
  });

  it("refuses a kind that this device does not know, trains among them", () => {
    expect(() => openBench().device.fault(atStart("jam-train"))).toThrow(
      /SIMULATOR_UNKNOWN_FAULT.*drop-answer/,
    );
    expect(() => openBench({ faults: [atStart("explode")] })).toThrow(/SIMULATOR_UNKNOWN_FAULT/);
  });

  it.each(simulator.faultKinds)("never makes a pulse by %s, in any state", async (kind) => {
    for (const bench of [openBench(), await chargedBench(50)]) {
      bench.device.fault(atStart(kind));
      await bench.wait(3000);
      expect(bench.discharges).toEqual([]);
    }
  });
});
