import { firstValueFrom } from "rxjs";
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/magventure/index.ts";
import { ANSWERED_MS, enabledBench, openBench, runningTrain, trainBody } from "./bench.ts";
import { frame, hexOf } from "./vectors.ts";

const atStart = (kind: string) => ({ kind, when: { at: "start" } }) as const;
const STATUS = "fe0900640004d2183c0000";

/** All that comes for a query, byte for byte. */
async function rawAnswer(bench: ReturnType<typeof openBench>, ms = ANSWERED_MS): Promise<string[]> {
  bench.takeRaw();
  bench.send(0);
  await bench.wait(ms);
  return bench.takeRaw().map(({ bytes }) => hexOf(bytes));
}

describe("faults", () => {
  it("are these", () => {
    expect([...simulator.faultKinds].sort()).toEqual(
      [
        ...["drop-answer", "delay-answer", "cut-answer", "corrupt-answer", "duplicate-answer"],
        ...["garbage", "unsolicited", "unknown-message", "missing-end-flag", "split-frames"],
        ...["silent", "unplug", "refuse", "reboot", "overheat", "coil-off", "jam-train"],
        ...["wrong-model", "lost-report", "phantom-report"],
      ].sort(),
    );
    expect(() => openBench().device.fault(atStart("explode"))).toThrow(/SIMULATOR_UNKNOWN_FAULT/);
  });

  it("come at their time or pulse", async () => {
    const bench = await enabledBench(50, {
      faults: [
        { kind: "unknown-message", when: { at: "time", s: 3 } },
        { kind: "coil-off", when: { at: "pulse", n: 2 } },
      ],
    });
    await bench.wait(2999 - bench.clock.now());
    expect(bench.take()).toEqual([]);
    await bench.wait(1);
    expect(bench.take()).toEqual(["f001020304050607"]);
    expect(await bench.say(3)).toEqual(["024b0074"]);
    expect(await bench.say(3)).toEqual(["024b0074", "03000064"]);
    expect(await bench.say(3)).toEqual([]);
    expect(bench.discharges).toHaveLength(2);
  });
});

describe("faults of an answer", () => {
  it.each([
    ["drop-answer", []],
    ["cut-answer", ["fe0900640004"]],
    ["corrupt-answer", [`${STATUS}${(hexByte(STATUS) ^ 0x55).toString(16).padStart(2, "0")}ff`]],
    [
      "duplicate-answer",
      [
        hexOf(frame(0, 0x64, 0, 4, 0xd2, 24, 60, 0, 0)),
        hexOf(frame(0, 0x64, 0, 4, 0xd2, 24, 60, 0, 0)),
      ],
    ],
    ["missing-end-flag", [`${STATUS}${hexByte(STATUS).toString(16).padStart(2, "0")}00`]],
  ])("%s spoils the next answer and no other", async (kind, wanted) => {
    const bench = openBench({ faults: [atStart(kind)] });
    expect(await rawAnswer(bench)).toEqual(wanted);
    expect(await rawAnswer(bench)).toEqual([hexOf(frame(0, 0x64, 0, 4, 0xd2, 24, 60, 0, 0))]);
  });

  it("delay-answer sends it after every client has given up", async () => {
    const bench = openBench({ faults: [atStart("delay-answer")] });
    expect(await rawAnswer(bench, 1500)).toEqual([]);
    await bench.wait(100);
    expect(bench.take()).toHaveLength(1);
  });

  it("still carry out the command, and leave alone what comes unasked", async () => {
    const bench = await enabledBench(50);
    bench.device.fault(atStart("drop-answer"));
    bench.hand("amplitude 60");
    expect(bench.take()).toContain("013c0074");
    expect(await bench.say(3)).toEqual([]);
    expect(bench.discharges).toHaveLength(1);
    expect(await bench.say(3)).toEqual(["025a0074"]);
  });
});

function hexByte(withoutEnd: string): number {
  const body = [...Buffer.from(withoutEnd.slice(4), "hex")];
  return frame(...body).at(-2) ?? 0;
}

describe("faults of the line", () => {
  it("garbage comes unasked and is the same for the same seed", () => {
    const bytes = [openBench(), openBench()].map((bench) => {
      bench.device.fault(atStart("garbage"));
      return bench.takeRaw().map((one) => hexOf(one.bytes));
    });
    expect(bytes[0]?.[0]).toHaveLength(16);
    expect(bytes[0]).toEqual(bytes[1]);
  });

  it("unsolicited, unknown-message and phantom-report are good frames that nobody asked for", async () => {
    const bench = await enabledBench(50);
    bench.take();
    for (const kind of ["unsolicited", "unknown-message", "phantom-report"])
      bench.device.fault(atStart(kind));
    expect(bench.take()).toEqual([
      "05740004d2183c3200320064640100",
      "f001020304050607",
      "024b0074",
    ]);
    expect(bench.discharges).toEqual([]);
  });

  it("lost-report loses one report of a pulse that was given", async () => {
    const bench = await enabledBench(50, { faults: [atStart("lost-report")] });
    expect(await bench.say(3)).toEqual([]);
    expect(await bench.say(3)).toEqual(["024b0074"]);
    expect(bench.discharges).toHaveLength(2);
  });

  it("split-frames sends every frame in two pieces with a pause, and nothing between them", async () => {
    const bench = openBench({ faults: [atStart("split-frames")] });
    bench.hand("amplitude 50", "enable");
    await bench.wait(100);
    const pieces = bench.takeRaw();
    expect(pieces.map(({ atMs }) => atMs)).toEqual([0, 5, 5, 10, 10, 15, 15, 20]);
    const joined = pieces.map(({ bytes }) => hexOf(bytes)).join("");
    const frames = [
      [1, 50, 0, 0x64],
      [1, 50, 0, 0x74],
      [3, 24, 60, 0x74],
      [1, 50, 0, 0x74],
    ];
    expect(joined).toBe(frames.map((body) => hexOf(frame(...body))).join(""));
  });

  it("silent leaves everything unanswered and still disables", async () => {
    const bench = await enabledBench(50);
    bench.hand("timing external");
    bench.device.fault(atStart("silent"));
    expect(await bench.say(2, 0)).toEqual([]);
    bench.device.trigger();
    expect(bench.discharges).toEqual([]);
  });

  it("unplug tells late subscribers too and hears nothing more; the device stays enabled", async () => {
    const bench = await enabledBench(50);
    bench.hand("timing external");
    bench.device.fault(atStart("unplug"));
    await firstValueFrom(bench.device.unplugged$);
    expect(await bench.say(3)).toEqual([]);
    expect(bench.discharges).toEqual([]);
    bench.device.trigger();
    expect(bench.discharges).toHaveLength(1);
    expect(bench.take()).toEqual([]);
    bench.device.replug?.();
    expect((await bench.status()).enabled).toBe(true);
  });

  it("wrong-model tells another model in every message and behaves by its own", async () => {
    const bench = openBench({ model: "magpro-r30", faults: [atStart("wrong-model")] });
    expect(await bench.status()).toMatchObject({ model: 1 });
    expect(await bench.say(1, 10, 0)).toEqual(["010a0024"]);
    await bench.say(9, 1, 1, 0, 1, 1, 3, 0, 100, 0, 100);
    expect((await bench.say(9, 0))[0]?.slice(6, 10)).toBe("0000");
  });
});

describe("faults of the body", () => {
  it("refuse leaves the next change undone and answers with what is; queries and disabling pass", async () => {
    const bench = await enabledBench(50);
    bench.device.fault(atStart("refuse"));
    expect(await bench.say(0)).toHaveLength(1);
    expect(await bench.say(2, 0)).toEqual(["01320064"]);
    expect(await bench.say(2, 1)).toEqual(["01320064"]);
    expect(await bench.say(2, 1)).toHaveLength(3);
    for (const [body, answer] of [
      [[1, 60, 0], ["01320074"]],
      [[7, 2], ["08010074"]],
      [[3], []],
      [trainBody({ hz: 7 }), []],
    ] as const) {
      bench.device.fault(atStart("refuse"));
      expect(await bench.say(...body)).toEqual(answer);
    }
    expect(bench.discharges).toEqual([]);
    expect(await bench.say(11, 0)).toEqual(["0b0000000a00050003000a00640a"]);
  });

  it("reboot loses settings, the running train and what was on its way to be done", async () => {
    const { bench } = await runningTrain({ hz: 10, pulses: 50, trains: 1 });
    await bench.wait(450);
    bench.take();
    bench.send(1, 99, 0);
    bench.device.fault(atStart("reboot"));
    await bench.wait(3000);
    expect(bench.take()).toEqual(["f1000000"]);
    expect(bench.discharges).toHaveLength(5);
    expect(await bench.status()).toMatchObject({ enabled: false, a: 0, page: 1, running: 0 });
    await bench.say(2, 1);
    await bench.say(3);
    expect(bench.discharges.map(({ n }) => n)).toEqual([1, 2, 3, 4, 5, 6]);
    expect((await bench.say(12, 0))[0]?.slice(14, 18)).toBe("0001");
  });

  it("overheat disables, stops the train, and keeps the device from being enabled until it has cooled", async () => {
    const { bench } = await runningTrain({ hz: 10, pulses: 50, trains: 1 });
    await bench.wait(450);
    bench.take();
    bench.device.fault(atStart("overheat"));
    expect(bench.take()).toEqual(["032a3c64", "08020064"]);
    expect(await bench.say(2, 1)).toEqual(["01320064"]);
    await bench.wait(600_000);
    const cooling = bench.take();
    expect(cooling.slice(0, 2)).toEqual(["03293c64", "03283c64"]);
    expect((await bench.say(2, 1))[0]).toBe("01320074");
    expect(bench.discharges).toHaveLength(5);
  });

  it("jam-train stops the train after half of its pulses and calls it running until it is disabled", async () => {
    for (const when of ["before", "while"]) {
      const faults = when === "before" ? [atStart("jam-train")] : [];
      const { bench } = await runningTrain({ hz: 10, pulses: 10, trains: 2 }, { faults });
      if (when === "while") bench.device.fault(atStart("jam-train"));
      await bench.wait(120_000);
      expect(bench.discharges).toHaveLength(10);
      expect(await bench.status()).toMatchObject({ running: 1, enabled: true });
      expect(await bench.say(2, 0)).toEqual(["01320064", "08020064"]);
      expect(await bench.status()).toMatchObject({ running: 0 });
    }
  });
});

describe("heat", () => {
  it("is told by message 3 on each whole degree, up with pulses and down with time", async () => {
    const { bench } = await runningTrain(
      { hz: 20, pulses: 100, trains: 1 },
      { body: { heatKPerPulse: 0.2 } },
    );
    await bench.wait(6000);
    // 100 pulses at 50 % of 0.2 K at 100 %: 5 K, a little less for what has cooled meanwhile.
    const up = bench.take().filter((hex) => hex.startsWith("03"));
    expect(up).toEqual(["03193c74", "031a3c74", "031b3c74", "031c3c74"]);
    expect((await bench.status()).temperatureC).toBe(28);
    bench.take();
    await bench.wait(2 * 3_600_000);
    expect(bench.take().map((hex) => hex.slice(0, 6))).toEqual(
      ["031b3c", "031a3c", "03193c"].concat("03183c"),
    );
  });

  it("above the limit disables the device in the middle of a train", async () => {
    const { bench } = await runningTrain(
      { hz: 20, pulses: 1000, trains: 1 },
      { body: { heatKPerPulse: 0.2, heatStopC: 25 } },
    );
    await bench.wait(20_000);
    expect(bench.discharges.length).toBe(21);
    expect(bench.take().slice(-3)).toEqual(["024b0074", "03193c64", "08020064"]);
    expect(await bench.status()).toMatchObject({ enabled: false, running: 0 });
  });
});
