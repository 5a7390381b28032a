import fc from "fast-check";
import { EMPTY as NOTHING } from "rxjs";
import { describe, expect, it } from "vitest";
import { driver } from "../../drivers/magstim/index.ts";
import type { Plan } from "../../src/contract/dose.ts";
import type { DeviceModel, StimulatorConfig } from "../../src/contract/stimulator.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import { type GuardPort, guardPort } from "../../src/io/guardedPort.ts";
import { openGate } from "../../src/safety/gate.ts";
import type { Gate, Permit } from "../../src/safety/types.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";
import { conventional, device, input, readyFor, starts } from "../safety/fixtures.ts";
import { doseAt, mintReceipt } from "../safety/gateFixtures.ts";
import { sealed } from "./frames.ts";

const CONFIG: StimulatorConfig = {
  driver: "magstim-super-rapid2",
  mains: 240,
  softwareVersion: null,
  options: {},
};
const DEVICE_ID = "dev-1";
const TRAINS = conventional({ hz: 10, pulses: 20, offS: 28, trains: 3, pct: 45 });
const SINGLES = starts("single", { count: 5, everyMs: 5_000, pct: 45 });

function model(): DeviceModel {
  const described = driver.describe(CONFIG);
  if (!described.ok) throw new Error(described.error);
  return described.value;
}

interface Stand {
  readonly clock: VirtualClock;
  readonly gate: Gate;
  readonly port: GuardPort;
  readonly out: string[];
  /** True when the frame left. */
  tries(text: string, permit?: Permit): boolean;
  settings(index?: number): Permit;
  armed(index?: number): Permit;
  fire(index?: number): Permit;
}

let seq = 0;

function stand(plan: Plan): Stand {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const out: string[] = [];
  const wire: BytePort = {
    name: "wire",
    isOpen: true,
    bytes$: NOTHING,
    closed$: NOTHING,
    open: async () => undefined,
    close: async () => undefined,
    discardInput: () => undefined,
    write: (bytes) => {
      out.push(Buffer.from(bytes).toString("latin1"));
      return { writtenMs: clock.now(), drained: Promise.resolve(clock.now()) };
    },
  };
  const port = guardPort(wire, { deviceId: DEVICE_ID, classify: driver.classifier(CONFIG), clock });
  const opened = openGate(input(plan, { device: { ...device(), ...model() } }), DEVICE_ID);
  if (!opened.ok) throw new Error(JSON.stringify(opened.error.findings));
  const gate = opened.value;
  const last = plan.doses.length - 1;
  const good = <T>(result: { ok: true; value: T } | { ok: false; error: unknown }): T => {
    if (!result.ok) throw new Error(JSON.stringify(result.error));
    return result.value;
  };
  return {
    clock,
    gate,
    port,
    out,
    tries(text, permit) {
      const before = out.length;
      try {
        port.write(sealed(text), permit);
      } catch {}
      return out.length > before;
    },
    settings: (index = 0) => good(gate.permitSettings(doseAt(plan, index), clock.now())),
    armed(index = 0) {
      const seen = readyFor(doseAt(plan, index), clock.now(), { state: "standby" });
      return good(gate.permitArm(doseAt(plan, index), doseAt(plan, last), seen, clock.now()));
    },
    fire(index = 0) {
      const dose = doseAt(plan, index);
      seq += 1;
      const seen = readyFor(dose, clock.now());
      return good(gate.permitDose(dose, clock.now(), mintReceipt(seq, dose), seen, clock.now()));
    },
  };
}

/** Frames that set, arm, fire or take a protection away, of every kind the family has. */
const HAZARDOUS: readonly string[] = [
  ...["@045", "@046", "@100", "@110", "A045"],
  ...["B0100", "B0999", "D00020", "D00021", "D99999", "[0000", "[0010", "[0020", "[9999"],
  ...["EB", "EH", "^@", "b@", "_@", "Y@", "Z@", "n0500", "n9999", "C010"],
];

describe("frames without a permit", () => {
  it("leave when they are safe and stay when they are not", () => {
    const { tries } = stand(TRAINS);
    for (const text of HAZARDOUS) expect(tries(text), text).toBe(false);
    for (const text of ["EA", "R@", "Q@", "\\@", "F@", "@000"]) expect(tries(text)).toBe(true);
  });
});

describe("frames with a permit", () => {
  const NEVER = ["^@", "b@", "Y@", "Z@", "n0500", "C010", "A045", "@046", "@100", "@110", "D00021"];

  it("of any kind never switch enhanced power on, ignore the coil's switch or go above the plan", () => {
    for (const plan of [TRAINS, SINGLES]) {
      for (const text of NEVER) {
        const { tries, settings, armed, fire } = stand(plan);
        expect(tries(text, settings()), text).toBe(false);
        expect(tries(text, armed()), text).toBe(false);
        expect(tries(text, fire()), text).toBe(false);
      }
    }
  });

  it("leave once: an equal frame needs a permit of its own", () => {
    const { tries, settings, armed, fire } = stand(TRAINS);
    const set = settings();
    expect([tries("@045", set), tries("@045", set)]).toEqual([true, false]);
    const arm = armed();
    expect([tries("EB", arm), tries("EB", arm)]).toEqual([true, false]);
    const first = fire();
    expect([tries("EH", first), tries("EH", first)]).toEqual([true, false]);
  });

  it("do not arm or fire by a permit for settings, nor set by one for arming or firing", () => {
    const { tries, settings, armed, fire } = stand(TRAINS);
    const set = settings();
    expect([tries("EB", set), tries("EH", set)]).toEqual([false, false]);
    const arm = armed();
    expect([tries("EH", arm), tries("@045", arm), tries("D00020", arm)]).toEqual([
      false,
      false,
      false,
    ]);
    const first = fire();
    expect([tries("EB", first), tries("@045", first), tries("[0010", first)]).toEqual([
      false,
      false,
      false,
    ]);
  });

  it("do not change a unit that was armed by what was left of the permit for its settings", () => {
    const { tries, settings, armed } = stand(TRAINS);
    const set = settings();
    expect(tries("@045", set)).toBe(true);
    expect(tries("EB", armed())).toBe(true);
    for (const text of ["[0010", "B0100", "D00020", "[0020", "_@"])
      expect(tries(text, set), text).toBe(false);
  });

  it("do not arm again by a permit that was left when another was asked for", () => {
    const { tries, armed, settings } = stand(TRAINS);
    const old = armed();
    settings();
    expect(tries("EB", old)).toBe(false);
  });

  it("do not leave after a stop of the gate or of the port", () => {
    const one = stand(TRAINS);
    const [set, arm] = [one.settings(), one.armed()];
    one.gate.stop("test");
    expect([one.tries("@045", set), one.tries("EB", arm), one.tries("EA")]).toEqual([
      false,
      false,
      true,
    ]);
    const two = stand(TRAINS);
    const permit = two.settings();
    two.port.latch("test");
    expect([two.tries("@045", permit), two.tries("EA"), two.tries("R@")]).toEqual([
      false,
      true,
      true,
    ]);
  });

  it("leave alone: nothing can be glued to them or cut from them", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...HAZARDOUS, "EA", "\\@"),
        fc.constantFrom(...HAZARDOUS, "EA", "\\@"),
        fc.nat(3),
        (left, right, cut) => {
          const { port, out, settings } = stand(TRAINS);
          const permit = settings();
          const glued = new Uint8Array([...sealed(left), ...sealed(right)]);
          const bytes = glued.slice(0, glued.length - cut);
          if (bytes.length === sealed(left).length) return;
          expect(() => port.write(bytes, permit)).toThrow();
          expect(out).toEqual([]);
        },
      ),
    );
  });
});
