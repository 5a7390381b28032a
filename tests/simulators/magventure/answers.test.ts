import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/magventure/index.ts";
import { ANSWERED_MS, enabledBench, openBench, settingsBody, trainBody } from "./bench.ts";
import { bytesOf, frame, hexOf, magventureVectors } from "./vectors.ts";

const MODELS = [
  "magpro-r30",
  "magpro-x100",
  "magpro-r30-option",
  "magpro-x100-option",
  "magpro-r30-option-mono",
  "magpro-mst",
];

describe("as it comes up", () => {
  it("is one of the six models on a line of 38400 baud", () => {
    expect(simulator.models).toEqual(MODELS);
    expect(simulator.baudRate).toBe(38_400);
  });

  it.each(MODELS.map((model, number) => [model, number] as const))(
    "%s is disabled, Standard, Biphasic, page Main, amplitude 0, and tells number %i in its flags",
    async (model, number) => {
      const bench = openBench({ model });
      expect(await bench.status()).toEqual({
        ...{ mode: 0, waveform: 1, enabled: false, model: number, serial: 1234 },
        ...{ temperatureC: 24, coil: 60, a: 0, b: 0, originalA: 0, originalB: 0 },
        ...{ factorA: 100, factorB: 100, page: 1, running: 0 },
      });
      expect(bench.discharges).toEqual([]);
    },
  );

  it("answers every query with the settings of xiangruili/MagventurePyTMS", async () => {
    const bench = openBench();
    expect(await bench.say(0)).toEqual(["00640004d2183c0000"]);
    expect(await bench.say(9, 0)).toEqual(["09000300000103aa0050"]);
    expect(await bench.say(10, 0)).toEqual(["0a00000000000000"]);
    expect(await bench.say(11, 0)).toEqual(["0b0000000a00050003000a00640a"]);
    expect(await bench.say(12, 0)).toEqual(["0c00000300000f00000000000001"]);
  });

  it("tells in message 9 the wrong model number that a real R30 tells", async () => {
    expect(await openBench({ model: "magpro-r30" }).say(9, 0)).toEqual([
      "0900580000" + "0103aa0050",
    ]);
  });

  it("has the coil and serial number of its options", async () => {
    const bench = openBench({ options: { serialNumber: 131_077, coilNumber: 72 } });
    expect(await bench.status()).toMatchObject({ serial: 131_077, coil: 72 });
  });

  it.each([
    [{ serialNumber: -1 }],
    [{ coilNumber: 256 }],
    [{ storedProtocol: [] }],
    [{ storedProtocol: [{ gainPct: 100, rateHz: 1 }] }],
    [{ storedProtocol: [{ gainPct: 100, rateHz: 1, pulses: 5, gain: 1 }] }],
    [{ storedProtocol: "80x3" }],
    [{ storedProtocol: "80x0@5" }],
    [{ minAnswerMs: "soon" }],
  ])("is not made with the options %j", (options) => {
    expect(() => openBench({ options })).toThrow(/CLI_BAD_CALL/);
  });

  it("leaves options alone that are the driver's, and takes figures among them", async () => {
    const bench = openBench({ options: { coil: "Cool-B65", knowsExperimental: false } });
    expect(await bench.say(12, 0)).toEqual([]);
    expect(await bench.say(0)).toHaveLength(1);
  });

  it("is not made with a figure that it has not", () => {
    expect(() => openBench({ body: { heatStop: 3 } })).toThrow(/CLI_BAD_CALL.*heatStopC/);
    expect(() => openBench({ body: { heatStopC: -3 } })).toThrow(/CLI_BAD_CALL/);
    expect(() => openBench({ model: "magpro-x1" })).toThrow(/SIMULATOR_UNKNOWN_MODEL/);
  });
});

describe("the time of an answer", () => {
  it("lies between 20 and 80 ms after the query and is not always the same", async () => {
    const bench = openBench();
    const delays: number[] = [];
    for (let i = 0; i < 200; i += 1) {
      const sentMs = bench.clock.now();
      bench.send(0);
      await bench.wait(100);
      delays.push(...bench.takeRaw().map(({ atMs }) => atMs - sentMs));
    }
    expect(delays).toHaveLength(200);
    expect(Math.min(...delays)).toBeGreaterThanOrEqual(20);
    expect(Math.min(...delays)).toBeLessThan(22);
    expect(Math.max(...delays)).toBeLessThanOrEqual(80);
    expect(Math.max(...delays)).toBeGreaterThan(78);
  });

  it("is drawn by the seed", async () => {
    const answeredMs = async (seed: number): Promise<number | undefined> => {
      const bench = openBench({ seed });
      bench.send(0);
      await bench.wait(100);
      return bench.takeRaw()[0]?.atMs;
    };
    expect(await answeredMs(1)).toBe(await answeredMs(1));
    expect(await answeredMs(1)).not.toBe(await answeredMs(2));
  });

  it("keeps the order of five queries that come at once, each within its own 80 ms", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const bench = openBench({ seed });
      const queries = [[5], [9, 0], [10, 0], [11, 0], [12, 0]];
      bench.device.fromHost(Uint8Array.from(queries.flatMap((body) => [...frame(...body)])));
      await bench.wait(ANSWERED_MS);
      expect(bench.take().map((hex) => hex.slice(0, 2))).toEqual(["05", "09", "0a", "0b", "0c"]);
    }
  });

  it("never puts a command before the one that came before it", async () => {
    for (let seed = 1; seed <= 20; seed += 1) {
      const bench = openBench({ seed });
      bench.send(2, 1);
      bench.send(3);
      await bench.wait(ANSWERED_MS);
      const messages = bench.takeRaw();
      expect(messages.map(({ bytes }) => bytes[2])).toEqual([1, 3, 1, 2]);
      expect(bench.discharges.map(({ atMs }) => atMs)).toEqual([messages[3]?.atMs]);
    }
  });

  it("is the time at which the command takes effect", async () => {
    const bench = await enabledBench(50);
    const sentMs = bench.clock.now();
    bench.send(3);
    await bench.wait(19);
    expect(bench.discharges).toEqual([]);
    await bench.wait(61);
    const [report] = bench.takeRaw();
    expect(bench.discharges.map(({ atMs }) => atMs)).toEqual([report?.atMs]);
    expect(report?.atMs).toBeGreaterThanOrEqual(sentMs + 20);
  });
});

describe("bytes from the host", () => {
  const session = [[0], [1, 50, 0], [7, 2], [9, 0], [5]];

  it("mean the same in any pieces", async () => {
    const bytes = session.flatMap((body) => [...frame(...body)]);
    const answers = async (size: number): Promise<readonly string[]> => {
      const bench = openBench();
      for (let at = 0; at < bytes.length; at += size) {
        bench.device.fromHost(Uint8Array.from(bytes.slice(at, at + size)));
      }
      await bench.wait(ANSWERED_MS);
      return bench.take();
    };
    const whole = await answers(bytes.length);
    expect(whole).toHaveLength(5);
    for (let size = 1; size < 12; size += 1) expect(await answers(size)).toEqual(whole);
  });

  it("that are damaged get no answer and no effect", async () => {
    const bench = openBench();
    for (const { hex } of magventureVectors().filter(({ direction }) => direction === "host")) {
      const bytes = bytesOf(hex);
      bench.device.fromHost(bytes.map((byte, at) => (at === bytes.length - 2 ? byte ^ 1 : byte)));
      bench.device.fromHost(bytes.map((byte, at) => (at === bytes.length - 1 ? byte ^ 1 : byte)));
      await bench.wait(200);
    }
    expect(bench.takeRaw()).toEqual([]);
    expect(await bench.status()).toMatchObject({ enabled: false, a: 0, page: 1 });
  });

  it("that are an unknown command or too long or too short are passed over, and the next is heard", async () => {
    const bench = openBench();
    for (const body of [[13], [0, 0], [2, 2], [9, 1, 3], [240, 1]]) bench.send(...body);
    expect(await bench.say(5)).toHaveLength(1);
  });

  it("that stop within a frame are given up after 100 ms of quiet, so that the next query is answered", async () => {
    const bench = openBench();
    bench.device.fromHost(Uint8Array.of(0xfe, 40));
    await bench.wait(99);
    bench.device.fromHost(Uint8Array.of(0));
    await bench.wait(99);
    bench.send(0);
    await bench.wait(99);
    expect(bench.take()).toEqual([]);
    await bench.wait(1);
    expect(bench.take()).toEqual([]);
    await bench.wait(ANSWERED_MS);
    expect(bench.take()).toEqual(["00640004d2183c0000"]);
  });

  it("of every valid vector are carried out by every model without a fault of the simulator", async () => {
    for (const model of MODELS) {
      const bench = openBench({ model });
      for (const { hex } of magventureVectors().filter((one) => one.direction === "host"))
        bench.device.fromHost(bytesOf(hex));
      await bench.wait(120_000);
      expect(bench.take().length).toBeGreaterThan(20);
    }
  });
});

describe("amplitudes", () => {
  it("are answered with message 1; the one-byte form leaves B as it was", async () => {
    const bench = openBench();
    expect(await bench.say(1, 40, 55)).toEqual(["01283764"]);
    expect(await bench.say(1, 42)).toEqual(["012a3764"]);
    expect(await bench.say(1, 120, 130)).toEqual(["01646464"]);
    expect(await bench.status()).toMatchObject({ a: 100, b: 100, originalA: 100, originalB: 100 });
  });

  it("of pulse B follow from the ratio in Twin and are set in Dual", async () => {
    const bench = openBench();
    await bench.say(1, 50, 30);
    await bench.say(...settingsBody({ mode: 2, ipiMs: 12, ratio: 1.2 }));
    expect(await bench.say(0)).toEqual(["00660004d2183c323c"]);
    expect(await bench.say(1, 90, 30)).toEqual(["015a6466"]);
    await bench.say(...settingsBody({ mode: 3, ipiMs: 12 }));
    expect(await bench.say(1, 90, 31)).toEqual(["015a1f67"]);
  });
});

describe("pages", () => {
  it("that a host can show are five; for another one message 8 tells which is shown", async () => {
    const bench = openBench();
    for (const page of [2, 3, 4, 7, 1])
      expect(await bench.say(7, page)).toContain(hexOf([8, page, 0, 0x64]));
    await bench.say(7, 2, 0);
    for (const page of [0, 5, 6, 8, 13, 15, 16, 17, 19, 200])
      expect(await bench.say(7, page)).toEqual(["08020064"]);
  });

  it("are more when the figure says that xiangruili/MagventurePyTMS is right", async () => {
    const bench = openBench({ body: { allPages: 1 } });
    expect(await bench.say(7, 8)).toEqual(["08080064"]);
    expect(await bench.say(7, 13)).toEqual(["08080064"]);
  });

  it("are told wrongly in message 5 when the figure says so", async () => {
    const bench = openBench({ body: { longStatusPage: 0 } });
    await bench.say(7, 2);
    expect(await bench.status()).toMatchObject({ page: 1 });
    expect((await bench.say(12, 0))[0]?.slice(-2)).toBe("02");
  });
});

describe("a device that knows only what the maker documents", () => {
  it("is silent on 10, 11 and 12, and takes 6 and 8", async () => {
    const bench = openBench({ body: { knowsExperimental: 0, answersTrainAndDelays: 1 } });
    for (const body of [[10, 0], [11, 0], [12, 0], trainBody({}), [10, 1, 0, 5, 0, 0, 0, 0]])
      expect(await bench.say(...body)).toEqual([]);
    await bench.say(7, 2);
    expect(await bench.say(6, 0, 100, 0, 50, 0, 20, 1, 44)).toEqual(["08020064"]);
    expect(await bench.say(8, 0, 100, 255, 206, 3, 232, 0, 0)).toEqual(["08020064"]);
  });
});
