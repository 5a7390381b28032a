import { describe, expect, it } from "vitest";
import { DUAL, enabledBench, openBench, TWIN, trainBody } from "./bench.ts";

describe("a hand at the panel", () => {
  it.each([
    ["amplitude 55", ["01370064"]],
    ["amplitude-b 7", ["01000764"]],
    ["enable", ["01000074", "03183c74", "01000074"]],
    ["disable", ["01000064"]],
    ["page 2", ["08020064"]],
    ["page service2", ["08110064"]],
    ["page protocol", ["08070064", "07505064"]],
    ["coil 82", ["03000064", "03185264"]],
    ["coil off", ["03000064"]],
    ["mode twin", []],
    ["waveform halfsine", []],
    ["direction reverse", []],
    ["burst-pulses 4", []],
    ["ipi 12", []],
    ["ratio 1.2", []],
    ["timing external", []],
    ["rate 10", []],
    ["pulses 50", []],
    ["trains 20", []],
    ["iti 30", []],
    ["delay-in 0.5", []],
    ["delay-out -3.2", []],
    ["charge-delay 250", []],
    ["mep 1250 -410 24300", ["04000004e2fffffe6600005eec"]],
    ["pulse", []],
    ["start", []],
    ["stop", []],
  ])("%s sends %j at once", (order, messages) => {
    const bench = openBench();
    bench.hand(order);
    expect(bench.take()).toEqual(messages);
  });

  it("changes settings that only a query shows", async () => {
    const bench = openBench();
    bench.hand("mode twin", "direction reverse", "ipi 12", "ratio 1.2");
    bench.hand("rate 10", "pulses 50", "trains 20", "iti 30");
    bench.hand("delay-in 0.5", "delay-out -3.2", "charge-delay 250");
    expect(await bench.say(9, 0)).toEqual(["0900030201" + "0103a6004c"]);
    expect(await bench.say(11, 0)).toEqual(["0b0000006400320014012c00640a"]);
    expect(await bench.say(10, 0)).toEqual(["0a000005ffe000fa"]);
    expect(await bench.status()).toMatchObject({ mode: TWIN });
  });

  it("gives pulses and trains that the host has not asked for", async () => {
    const bench = await enabledBench(50);
    bench.hand("pulse");
    expect(bench.take()).toEqual(["024b0074"]);
    expect(bench.discharges).toMatchObject([{ intensityPctMso: [50], cause: "trigger" }]);
    await bench.say(...trainBody({ hz: 10, pulses: 5, trains: 3 }));
    bench.hand("page timing", "start");
    await bench.wait(450);
    bench.hand("stop");
    await bench.wait(5000);
    expect(bench.discharges).toHaveLength(6);
    expect(bench.take().at(-1)).toBe("08020074");
    expect((await bench.status()).enabled).toBe(true);
  });

  it("gives no pulse while it is disabled", () => {
    const bench = openBench();
    bench.hand("amplitude 50", "page timing", "pulse", "start");
    expect(bench.discharges).toEqual([]);
  });

  it("that takes the coil off disables the device and stops its train, and it stays so without one", async () => {
    const bench = await enabledBench(50);
    await bench.say(...trainBody({ hz: 10, pulses: 50, trains: 1 }));
    bench.hand("page timing", "start");
    await bench.wait(250);
    bench.take();
    bench.hand("coil off");
    expect(bench.take()).toEqual(["03000064", "08020064"]);
    await bench.wait(5000);
    expect(bench.discharges).toHaveLength(3);
    expect(await bench.say(2, 1)).toEqual(["01320064"]);
    bench.hand("coil 72");
    expect(bench.take()).toEqual(["03184864"]);
    expect(await bench.say(2, 1)).toEqual(["01320074", "03184874", "01320074"]);
  });

  it.each([
    "",
    "sing",
    "amplitude",
    "amplitude 101",
    "amplitude 5.5",
    "amplitude 5 5",
    "page 5",
    "page nowhere",
    "mode triple",
    "coil 256",
    "coil",
    "enable now",
    "mep 1 2",
    "ratio x",
    "constructor",
  ])("is told what it can do instead of %j", (order) => {
    expect(() => openBench().hand(order)).toThrow(/CLI_BAD_CALL.*expected/);
  });

  it("cannot turn a knob that the model has not", () => {
    const bench = openBench({ model: "magpro-r30" });
    expect(() => bench.hand("mode twin")).toThrow(/CLI_BAD_CALL.*magpro-r30 has no twin/);
    const pair = openBench();
    pair.hand("mode dual");
    expect(() => pair.hand("waveform burst")).toThrow(/CLI_BAD_CALL/);
  });
});

const EXTERNAL = 1;
const START = 2;
const CONT = 3;

describe("an edge on the trigger input", () => {
  it.each([1, 2, 3, 7])("gives one pulse with External Trig on page %i", async (page) => {
    const bench = await enabledBench(50);
    await bench.say(...trainBody({ timing: EXTERNAL }));
    await bench.say(7, page);
    bench.take();
    bench.device.trigger();
    expect(bench.discharges).toMatchObject([{ atMs: bench.clock.now(), cause: "trigger" }]);
    expect(bench.take()).toHaveLength(1);
    await bench.wait(5000);
    expect(bench.discharges).toHaveLength(1);
  });

  it("gives a pair in Dual", async () => {
    const bench = await enabledBench(50, { b: 60 });
    bench.hand("mode dual", "ipi 3", "timing external");
    bench.device.trigger();
    await bench.wait(10);
    expect(bench.discharges).toMatchObject([
      { intensityPctMso: [50, 60], isiMs: 3, cause: "trigger" },
    ]);
    expect(await bench.status()).toMatchObject({ mode: DUAL });
  });

  it("waits for the input delay, and is forgotten when the device is disabled meanwhile", async () => {
    const bench = await enabledBench(50);
    bench.hand("timing external", "delay-in 500");
    const edgeMs = bench.clock.now();
    bench.device.trigger();
    await bench.wait(1000);
    expect(bench.discharges.map(({ atMs }) => atMs - edgeMs)).toEqual([500]);
    bench.device.trigger();
    await bench.wait(100);
    // Neither an edge from before disabling nor one from before enabling is kept.
    bench.hand("disable", "enable");
    await bench.wait(1000);
    expect(bench.discharges).toHaveLength(1);
    bench.hand("disable");
    bench.device.trigger();
    bench.hand("enable");
    await bench.wait(1000);
    expect(bench.discharges).toHaveLength(1);
  });

  it("gives nothing while the device is disabled or recharges", async () => {
    const bench = openBench();
    bench.hand("amplitude 50", "timing external");
    bench.device.trigger();
    expect(bench.discharges).toEqual([]);
    bench.hand("enable");
    bench.device.trigger();
    bench.device.trigger();
    expect(bench.discharges).toHaveLength(1);
  });

  it("is not listened to with Sequence, unless the figure says so", async () => {
    const deaf = await enabledBench(50);
    deaf.device.trigger();
    await deaf.wait(1000);
    expect(deaf.discharges).toEqual([]);
    const listening = await enabledBench(50, { body: { triggerInSequence: 1 } });
    listening.device.trigger();
    expect(listening.discharges).toMatchObject([{ cause: "trigger" }]);
  });

  it("starts the whole sequence with Ext Seq. Start, on the page that has one", async () => {
    const bench = await enabledBench(50);
    await bench.say(...trainBody({ timing: START, hz: 10, pulses: 2, trains: 2, itiS: 1 }));
    bench.device.trigger();
    await bench.wait(3000);
    expect(bench.discharges).toEqual([]);
    await bench.say(7, 2);
    bench.take();
    const startMs = bench.clock.now();
    bench.device.trigger();
    await bench.wait(50);
    bench.device.trigger();
    await bench.wait(5000);
    expect(bench.discharges.map(({ atMs }) => atMs - startMs)).toEqual([0, 100, 1100, 1200]);
    expect(bench.take().filter((hex) => hex.startsWith("08"))).toEqual(["08020174", "08020074"]);
  });

  it("starts one train each with Ext Seq. Cont until the sequence is through", async () => {
    const bench = await enabledBench(50);
    await bench.say(...trainBody({ timing: CONT, hz: 10, pulses: 2, trains: 2, itiS: 1 }));
    await bench.say(7, 2);
    bench.take();
    const startMs = bench.clock.now();
    bench.device.trigger();
    await bench.wait(5000);
    expect(bench.discharges).toHaveLength(2);
    expect((await bench.status()).running).toBe(1);
    bench.device.trigger();
    await bench.wait(1000);
    expect(bench.discharges.map(({ atMs }) => atMs - startMs)).toEqual([0, 100, 5080, 5180]);
    expect(bench.take().at(-1)).toBe("08020074");
  });
});
