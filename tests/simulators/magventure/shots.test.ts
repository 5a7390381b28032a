import { describe, expect, it } from "vitest";
import {
  ANSWERED_MS,
  BURST,
  DUAL,
  enabledBench,
  HALFSINE,
  MONOPHASIC,
  openBench,
  POWER,
  settingsBody,
  TWIN,
} from "./bench.ts";

describe("enabling", () => {
  it("is told by messages 1, 3, 1 with the enabled bit, and disabling by message 1", async () => {
    const bench = openBench();
    expect(await bench.say(2, 1)).toEqual(["01000074", "03183c74", "01000074"]);
    expect(await bench.say(2, 1)).toEqual(["01000074"]);
    expect(await bench.say(2, 0)).toEqual(["01000064"]);
    expect(await bench.say(2, 0)).toEqual(["01000064"]);
    expect(bench.discharges).toEqual([]);
  });

  it("leaves the first pulse waiting for the charge where the figure names one", async () => {
    const bench = await enabledBench(50, { body: { chargeAfterEnableMs: 1000 } });
    await bench.say(3);
    expect(bench.discharges).toEqual([]);
    await bench.wait(1000);
    await bench.say(3);
    expect(bench.discharges).toHaveLength(1);
  });
});

describe("command 3", () => {
  it("gives one pulse and one report, in Standard and in Power", async () => {
    for (const mode of [0, POWER]) {
      const bench = await enabledBench(50, { settings: settingsBody({ mode }), b: 70 });
      expect(await bench.say(3)).toEqual([`024b007${(4 + mode).toString(16)}`]);
      expect(bench.discharges).toMatchObject([{ n: 1, intensityPctMso: [50], cause: "serial" }]);
      expect(bench.discharges[0]).not.toHaveProperty("isiMs");
      await bench.say(3, 1);
      expect(bench.discharges).toHaveLength(2);
    }
  });

  it("gives neither pulse nor message while disabled", async () => {
    const bench = openBench();
    await bench.say(1, 50, 0);
    expect(await bench.say(3)).toEqual([]);
    await bench.say(2, 1);
    await bench.say(2, 0);
    expect(await bench.say(3)).toEqual([]);
    expect(bench.discharges).toEqual([]);
  });

  it("gives nothing before the device has recharged, and the charge delay puts that off", async () => {
    const bench = await enabledBench(50, { body: { minAnswerMs: 20, maxAnswerMs: 20 } });
    bench.send(3);
    await bench.wait(9);
    bench.send(3);
    await bench.wait(1);
    bench.send(3);
    await bench.wait(ANSWERED_MS);
    expect(bench.discharges).toHaveLength(2);
    await bench.say(10, 1, 0, 0, 0, 0, 3, 232);
    bench.send(3);
    await bench.wait(1009);
    bench.send(3);
    await bench.wait(ANSWERED_MS);
    expect(bench.discharges).toHaveLength(3);
    bench.send(3);
    await bench.wait(ANSWERED_MS);
    expect(bench.discharges).toHaveLength(4);
  });

  it("is not recharged sooner by disabling and enabling", async () => {
    const bench = await enabledBench(50);
    bench.hand("charge-delay 5000", "pulse", "disable", "enable");
    expect(await bench.say(3)).toEqual([]);
    await bench.wait(5000);
    expect(await bench.say(3)).toEqual(["024b0074"]);
  });

  it("counts its starts in message 12", async () => {
    const bench = await enabledBench(50, { settings: settingsBody({ waveform: BURST, burst: 3 }) });
    await bench.say(3);
    await bench.wait(100);
    await bench.say(3);
    expect((await bench.say(12, 0))[0]?.slice(14, 22)).toBe("00020002");
  });
});

describe("di/dt", () => {
  it("grows with every percent and differs from waveform to waveform", async () => {
    const perWaveform: number[] = [];
    for (const waveform of [MONOPHASIC, 1, HALFSINE, BURST]) {
      const bench = await enabledBench(0, { settings: settingsBody({ waveform }) });
      const didt: number[] = [];
      for (let pct = 0; pct <= 100; pct += 1) {
        await bench.say(1, pct, 0);
        const [report = ""] = await bench.say(3);
        didt.push(Number.parseInt(report.slice(2, 4), 16));
        await bench.wait(20);
      }
      expect(didt[0]).toBe(0);
      for (const [pct, value] of didt.entries()) {
        if (pct > 0) expect(value).toBeGreaterThan(didt[pct - 1] ?? 0);
      }
      perWaveform.push(didt[100] ?? 0);
    }
    expect(perWaveform).toEqual([130, 150, 140, 145]);
  });
});

describe("a burst", () => {
  it.each([2, 3, 4, 5])("of %i pulses is as many discharges and one report", async (burst) => {
    const settings = settingsBody({ waveform: BURST, burst, ipiMs: 20 });
    const bench = await enabledBench(40, { settings });
    bench.takeRaw();
    bench.send(3);
    await bench.wait(ANSWERED_MS + 100);
    const [report, ...more] = bench.takeRaw();
    expect(more).toEqual([]);
    expect(bench.discharges.map(({ atMs }) => atMs - (report?.atMs ?? 0))).toEqual(
      Array.from({ length: burst }, (_, k) => 20 * k),
    );
    for (const { intensityPctMso, cause } of bench.discharges)
      expect({ intensityPctMso, cause }).toEqual({ intensityPctMso: [40], cause: "serial" });
    expect(bench.discharges.map(({ n }) => n)).toEqual(
      Array.from({ length: burst }, (_, k) => k + 1),
    );
  });

  it("is reported pulse by pulse when the figure says so", async () => {
    const settings = settingsBody({ waveform: BURST, burst: 3, ipiMs: 20 });
    const bench = await enabledBench(40, { settings, body: { reportPerBurstPulse: 1 } });
    bench.take();
    bench.send(3);
    await bench.wait(ANSWERED_MS + 100);
    expect(bench.discharges).toHaveLength(3);
    expect(bench.take()).toEqual(["023a007c", "023a007c", "023a007c"]);
  });

  it("is cut off by disabling", async () => {
    const settings = settingsBody({ waveform: BURST, burst: 5, ipiMs: 100 });
    const bench = await enabledBench(40, { settings, body: { maxAnswerMs: 20 } });
    bench.send(3);
    await bench.wait(130);
    bench.send(2, 0);
    await bench.wait(1000);
    expect(bench.discharges).toHaveLength(2);
  });
});

describe("a pair", () => {
  it("is one discharge with two outputs and its interval, and a short one is one report", async () => {
    const settings = settingsBody({ mode: DUAL, ipiMs: 2.5 });
    const bench = await enabledBench(40, { settings, b: 55 });
    bench.takeRaw();
    const sentMs = bench.clock.now();
    bench.send(3);
    await bench.wait(ANSWERED_MS + 5);
    const [report, ...more] = bench.takeRaw();
    expect(more).toEqual([]);
    expect(
      Buffer.from(report?.bytes ?? [])
        .toString("hex")
        .slice(4, 12),
    ).toBe("023c5377");
    expect(bench.discharges).toMatchObject([
      { n: 1, intensityPctMso: [40, 55], isiMs: 2.5, cause: "serial" },
    ]);
    const { atMs = 0 } = bench.discharges[0] ?? {};
    expect(atMs).toBeGreaterThanOrEqual(sentMs + 20);
    expect(report?.atMs).toBeCloseTo(atMs + 2.5);
  });

  it("with a long interval is two reports, the first of A alone and the second of B alone", async () => {
    const settings = settingsBody({ mode: TWIN, ipiMs: 100, ratio: 1.2 });
    const bench = await enabledBench(50, { settings });
    bench.takeRaw();
    bench.send(3);
    await bench.wait(ANSWERED_MS + 100);
    const reports = bench.takeRaw();
    expect(reports.map(({ bytes }) => Buffer.from(bytes).toString("hex").slice(4, 12))).toEqual([
      "024b0076",
      "02005a76",
    ]);
    expect((reports[1]?.atMs ?? 0) - (reports[0]?.atMs ?? 0)).toBeCloseTo(100);
    expect(bench.discharges).toMatchObject([
      { atMs: reports[0]?.atMs, intensityPctMso: [50, 60], isiMs: 100 },
    ]);
  });

  it("has its reports split where the figure says", async () => {
    for (const [limit, reports] of [
      [9.9, 2],
      [10, 1],
    ] as const) {
      const settings = settingsBody({ mode: DUAL, ipiMs: 10 });
      const bench = await enabledBench(50, { settings, body: { onePairReportUpToMs: limit } });
      bench.send(3);
      await bench.wait(200);
      expect(bench.take()).toHaveLength(reports);
    }
  });

  it("keeps B at 100 % where the ratio asks for more", async () => {
    const bench = await enabledBench(50, { settings: settingsBody({ mode: TWIN, ratio: 5 }) });
    bench.send(3);
    await bench.wait(200);
    expect(bench.discharges[0]?.intensityPctMso).toEqual([50, 100]);
  });

  it("of which disabling prevents the second pulse is one discharge of the first alone", async () => {
    const settings = settingsBody({ mode: DUAL, ipiMs: 3000 });
    const bench = await enabledBench(40, { settings, b: 55 });
    expect(await bench.say(3)).toEqual(["023c0077"]);
    await bench.wait(1000);
    expect(await bench.say(2, 0)).toEqual(["01283767"]);
    await bench.wait(5000);
    expect(bench.discharges).toMatchObject([{ intensityPctMso: [40], cause: "serial" }]);
    expect(bench.discharges[0]).not.toHaveProperty("isiMs");
    expect(bench.take()).toEqual([]);
  });

  it("that is cut before its only report is still reported", async () => {
    const settings = settingsBody({ mode: DUAL, ipiMs: 3000 });
    const bench = await enabledBench(40, { settings, b: 55, body: { onePairReportUpToMs: 3000 } });
    expect(await bench.say(3)).toEqual([]);
    expect(await bench.say(2, 0)).toEqual(["023c0077", "01283767"]);
  });

  it("lets nothing else start or be set in the middle of it", async () => {
    const bench = await enabledBench(40, { settings: settingsBody({ mode: DUAL, ipiMs: 500 }) });
    await bench.say(3);
    await bench.say(3);
    await bench.say(...settingsBody({}));
    await bench.wait(500);
    expect(bench.discharges).toHaveLength(1);
    expect(await bench.status()).toMatchObject({ mode: DUAL });
  });
});

describe("a device that is enabled and not used", () => {
  it("disables itself after a minute without a word, and the next message shows it", async () => {
    const bench = await enabledBench(50);
    const enabledMs = bench.clock.now();
    await bench.wait(30_000);
    await bench.say(3);
    await bench.wait(59_900);
    expect((await bench.status()).enabled).toBe(true);
    bench.take();
    await bench.wait(1000);
    expect(bench.take()).toEqual([]);
    expect((await bench.status()).enabled).toBe(false);
    expect(bench.clock.now() - enabledMs).toBeGreaterThan(90_000);
  });

  it("tells it with message 1, or never does it, by its figures", async () => {
    const telling = await enabledBench(50, { body: { tellsSelfDisable: 1 } });
    telling.take();
    await telling.wait(60_000);
    expect(telling.take()).toEqual(["01320064"]);
    const patient = await enabledBench(50, { body: { autoDisableMs: 0 } });
    await patient.wait(3_600_000);
    expect((await patient.status()).enabled).toBe(true);
  });
});
