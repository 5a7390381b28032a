/** What holds for every model of the family. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/magstim/index.ts";
import { FAULT_KINDS } from "../../../simulators/magstim/line/faults.ts";
import { type Bench, openBench, readyBench, verdictOf } from "./bench.ts";
import { hexOf, hostFrame } from "./vectors.ts";

const atStart = (kind: string) => ({ kind, when: { at: "start" } }) as const;
const isMonophasic = (model: string): boolean =>
  model === "magstim-200" || model === "magstim-bistim";
const LACKING = ["jam-train", "wrong-version"];

it("are six models, in the words of the contract", () => {
  expect(simulator.models).toEqual([
    "magstim-200",
    "magstim-bistim",
    "magstim-rapid2",
    "magstim-super-rapid2",
    "magstim-super-rapid2-plus",
    "magstim-horizon",
  ]);
});

it("knows at least the faults that every simulator has", () => {
  const common =
    "drop-answer delay-answer cut-answer corrupt-answer duplicate-answer garbage unsolicited silent unplug refuse reboot overheat coil-off jam-train";
  expect(simulator.faultKinds).toEqual(expect.arrayContaining(common.split(" ")));
});

describe.each(simulator.models)("a %s", (model) => {
  const ready = (): Promise<Bench> => readyBench(50, { model });

  it("fires on a trigger edge when it is ready, and at no other time", async () => {
    const idle = openBench({ model });
    idle.device.trigger();
    expect(idle.discharges).toEqual([]);
    const bench = await ready();
    bench.device.trigger();
    bench.device.trigger();
    expect(bench.discharges).toHaveLength(1);
    expect(bench.discharges[0]).toMatchObject({ cause: "trigger", n: 1 });
    expect(bench.discharges[0]?.intensityPctMso[0]).toBe(50);
  });

  it("answers the same whatever the host's bytes are cut into", async () => {
    const bytes = Buffer.concat(
      ["Q@", "@050", "EB", "F@", "@0x0", "EH", "EX", "@999", "EA", "R@"].map(hostFrame),
    );
    const answersTo = (sizes: readonly number[]): string => {
      const { device, take } = openBench({ model });
      let from = 0;
      for (const size of [...sizes, bytes.length]) {
        device.fromHost(bytes.subarray(from, from + size));
        from += size;
      }
      return take().map(hexOf).join(" ");
    };
    const whole = answersTo([]);
    expect(whole.split(" ")).toHaveLength(10);
    const sizes = fc.array(fc.integer({ min: 1, max: 7 }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, (cuts) => {
        expect(answersTo(cuts)).toBe(whole);
      }),
    );
  });

  it("never fires nor throws on random bytes", async () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 8 });
    fc.assert(
      fc.property(chunks, (sent) => {
        const bench = openBench({ model });
        bench.say("Q@");
        for (const chunk of sent) bench.device.fromHost(chunk);
        expect(bench.discharges).toEqual([]);
      }),
    );
  });

  const kinds = FAULT_KINDS.filter((kind) => !isMonophasic(model) || !LACKING.includes(kind));

  it.each(kinds)("never makes a pulse by the fault %s, in any state", async (kind) => {
    for (const bench of [openBench({ model }), await ready()]) {
      bench.device.fault(atStart(kind));
      await bench.wait(3000);
      expect(bench.discharges).toEqual([]);
    }
  });

  it("knows no fault of a part that it lacks", () => {
    const { device } = openBench({ model });
    for (const kind of LACKING) {
      const order = (): void => device.fault(atStart(kind));
      if (isMonophasic(model)) expect(order).toThrow(/SIMULATOR_UNKNOWN_FAULT.*drop-answer/);
      else expect(order).not.toThrow();
    }
  });

  it("spoils one answer by the faults of an answer, and carries the command out", async () => {
    const bench = await ready();
    const good = hexOf(bench.say("F@"));
    const spoilt = (kind: string): string => {
      bench.device.fault(atStart(kind));
      const answer = hexOf(bench.say("F@"));
      expect(hexOf(bench.say("F@"))).toBe(good);
      return answer;
    };
    expect(spoilt("drop-answer")).toBe("");
    expect(spoilt("delay-answer")).toBe("");
    expect(spoilt("cut-answer")).toBe(good.slice(0, -2));
    expect(spoilt("corrupt-answer")).toMatch(
      new RegExp(`^${good.slice(0, -2)}(?!${good.slice(-2)})`),
    );
    expect(spoilt("duplicate-answer")).toBe(good + good);
    bench.device.fault(atStart("drop-answer"));
    expect(bench.say("EH")).toHaveLength(0);
    expect(bench.discharges).toHaveLength(1);
  });

  it("refuses one change by the fault `refuse`, and never a disarm", async () => {
    const bench = await ready();
    bench.device.fault(atStart("refuse"));
    expect(verdictOf(bench.say("F@"))).toBe("F ok");
    expect(verdictOf(bench.say("EA"))).toBe("E ok");
    expect(verdictOf(bench.say("EB"))).toBe("ES");
    expect(verdictOf(bench.say("EB"))).toBe("E ok");
  });

  it.each(["reboot", "overheat", "coil-off", "error-bit"])(
    "is disarmed by the fault %s",
    async (kind) => {
      const bench = await ready();
      bench.device.fault(atStart(kind));
      expect(bench.status()).toMatchObject({
        state: "standby",
        remote: kind !== "reboot",
        coilPresent: kind !== "coil-off",
        error: kind === "error-bit",
      });
      if (kind !== "reboot") expect(verdictOf(bench.say("EB"))).toBe("ES");
    },
  );

  it("sends the answer to its status question when nobody asked, by the fault `unsolicited`", async () => {
    const bench = await ready();
    bench.take();
    bench.device.fault(atStart("unsolicited"));
    const [unasked] = bench.take();
    expect(hexOf(unasked ?? new Uint8Array())).toBe(
      hexOf(bench.say(isMonophasic(model) ? "J@" : "\\@")),
    );
  });

  it("falls silent or comes off the cable, and disarms by itself", async () => {
    for (const kind of ["silent", "unplug"]) {
      const bench = await ready();
      bench.device.fault(atStart(kind));
      expect(bench.say("F@")).toHaveLength(0);
      await bench.wait(1001);
      bench.device.trigger();
      expect(bench.discharges).toEqual([]);
    }
  });

  it("takes a fault at a pulse", async () => {
    const bench = await readyBench(50, {
      model,
      faults: [{ kind: "coil-off", when: { at: "pulse", n: 1 } }],
    });
    bench.say("EH");
    expect(bench.discharges).toHaveLength(1);
    expect(bench.status()).toMatchObject({ state: "standby", coilPresent: false });
  });
});
