/** Windows in which somebody else starts the pulses, on every device that has them. */
import { describe, expect, it } from "vitest";
import { pctMso, protocol } from "../../protocols/build.ts";
import type { Protocol } from "../../protocols/types.ts";
import type { SimulatedDevice } from "../../src/contract/simulator.ts";
import { eventsOf } from "./harness.ts";
import {
  type Act,
  acts,
  everythingHolds,
  foreignTold,
  type MatrixResult,
  runOn,
  totalPulses,
} from "./matrix.ts";
import { type Family, MODELS, type ModelCase, PCT } from "./models.ts";

/** Long after every device is armed and the window has opened. */
const FROM_MS = 8000;
const WINDOW_S = 25;

/** Between two triggers that the device keeps up with and the window permits, ms. */
function everyMs({ driver }: ModelCase): number {
  if (driver === "magstim-bistim") return 5000;
  return driver === "magstim-200" || driver === "duomag" ? 3800 : 1500;
}

function windowOf(model: ModelCase, maxPulses: number): Protocol {
  const maxRateHz = 1000 / (everyMs(model) - 300);
  const pattern = {
    type: "external",
    startedBy: "trigger",
    maxPulses,
    maxRateHz,
    windowS: WINDOW_S,
  };
  return protocol({
    id: "window",
    blocks: [{ label: "window", intensity: pctMso(PCT), pattern }],
  });
}

/** Edges at these periods after the window has opened. */
function edges(model: ModelCase, periods: readonly number[]): readonly Act[] {
  return periods.map((period) => ({
    atMs: FROM_MS + period * everyMs(model),
    act: (device) => device.trigger(),
  }));
}

const UP: Readonly<Record<Family, string>> = {
  magstim: "power 60",
  magventure: "amplitude 60",
  duomag: "intensity 60",
};

function inWindow(
  model: ModelCase,
  maxPulses: number,
  list: readonly Act[],
  faults: Parameters<typeof runOn>[0]["faults"] = [],
): Promise<MatrixResult> {
  return runOn({ model, protocols: [windowOf(model, maxPulses)], device: acts(...list), faults });
}

/** All of them are the window's: it is the only dose. */
function allCounted(result: MatrixResult): void {
  const pulses = totalPulses(result.discharges);
  const { delivered, unknown } = result.counts;
  expect(delivered + unknown).toBeGreaterThanOrEqual(pulses);
  expect(eventsOf(result, "written"), "the host starts nothing").toEqual([]);
}

/** An MP-Dual that is set to pairs has no windows. */
const CASES = MODELS.filter(({ name }) => name !== "duomag mp-dual");
const FEW = CASES.filter(({ name }) =>
  [
    "magstim-200",
    "magstim-bistim",
    "magstim-super-rapid2",
    "magpro-x100-option",
    "duomag",
  ].includes(name),
);

describe.each(CASES)("a window on a $name", (model) => {
  it("counts every pulse, ends disarmed, and gives nothing to an edge after it", async () => {
    const late = [{ atMs: FROM_MS + WINDOW_S * 1000 + 5000, act: trigger }];
    const result = await inWindow(model, 10, [...edges(model, [0, 1, 2]), ...late]);
    everythingHolds(result, { foreign: 3 });
    allCounted(result);
    expect(result.status).toBe("completed");
    expect(eventsOf(result, "outcome")).toMatchObject([{ outcome: "delivered", pulses: 3 }]);
    expect(foreignTold(result)).toBe(3);
  });

  it("ends when it is full, with no pulse more however many edges come", async () => {
    const result = await inWindow(model, 2, edges(model, [0, 1, 2, 3]));
    everythingHolds(result, { foreign: 2 });
    allCounted(result);
    expect(result.status).toBe("completed");
    expect(eventsOf(result, "outcome")).toMatchObject([{ outcome: "delivered", pulses: 2 }]);
  });

  it("is worth nothing to a device that nobody triggers", async () => {
    const result = await inWindow(model, 2, []);
    everythingHolds(result);
    expect(eventsOf(result, "outcome")).toMatchObject([{ outcome: "delivered", pulses: 0 }]);
  });
});

describe.each(FEW)("a ceiling of a window on a $name", (model) => {
  it("ends the run where pulses come faster than it permits, as far as the device can", async () => {
    const result = await inWindow(model, 10, edges(model, [0, 0.3, 0.6, 0.9, 1.2, 1.5]));
    everythingHolds(result, { foreign: totalPulses(result.discharges) });
    allCounted(result);
    // Faster than it recharges a device gives none, and one that is polled is judged by the poll.
    const isFast = model.family === "magventure";
    if (isFast) expect(result.code, result.detail).toBe("GATE_EXTERNAL_OVER");
    else expect([null, "GATE_EXTERNAL_OVER", "DEVICE_NOT_READY"]).toContain(result.code);
  });

  it("ends the run at another output than its own, before it is discharged", async () => {
    const up = { atMs: FROM_MS + everyMs(model) - 300, act: turnUp(model) };
    const result = await inWindow(model, 10, [...edges(model, [0, 1.4, 2.4]), up]);
    everythingHolds(result, { foreign: 1 });
    allCounted(result);
    expect(result.code, result.detail).toBe("DEVICE_PANEL_CHANGED");
    expect(result.discharges.map(({ intensityPctMso }) => Math.max(...intensityPctMso))).toEqual([
      PCT,
    ]);
  });

  it.each(["unplug", "silent", "reboot"])(
    "is taken as reached in full, or as counted, when the device is lost by %s",
    async (kind) => {
      const when = { at: "time", s: (FROM_MS + 1.5 * everyMs(model)) / 1000 } as const;
      const result = await inWindow(model, 10, edges(model, [0, 1, 2]), [{ kind, when }]);
      const isUnheard = eventsOf(result, "disarm").at(-1)?.confirmed === false;
      const foreign = totalPulses(result.discharges);
      everythingHolds(result, { foreign, linkGone: isUnheard });
      allCounted(result);
      expect(result.status).toBe("faulted");
      const [outcome] = eventsOf(result, "outcome");
      // A MagPro that starts anew tells so, and nothing is lost.
      const isTold = kind === "reboot" && model.family === "magventure";
      expect(outcome).toMatchObject(
        isTold ? { outcome: "delivered", pulses: 2 } : { outcome: "unknown", pulses: 10 },
      );
    },
  );

  it.each(["overheat", "coil-off"])("is counted to the end that %s puts to it", async (kind) => {
    const when = { at: "time", s: (FROM_MS + 1.5 * everyMs(model)) / 1000 } as const;
    const result = await inWindow(model, 10, edges(model, [0, 1, 2]), [{ kind, when }]);
    everythingHolds(result, { foreign: 2 });
    allCounted(result);
    expect(result.status).toBe("faulted");
    expect(eventsOf(result, "outcome")).toMatchObject([{ outcome: "delivered", pulses: 2 }]);
  });

  it.each(["drop-answer", "cut-answer", "corrupt-answer", "duplicate-answer", "garbage"])(
    "loses no pulse by %s",
    async (kind) => {
      const when = { at: "time", s: (FROM_MS + everyMs(model)) / 1000 } as const;
      const result = await inWindow(model, 10, edges(model, [0, 1, 2]), [{ kind, when }]);
      everythingHolds(result, { foreign: 3 });
      expect(result.counts.delivered).toBe(3);
      expect(result.status).toBe("completed");
    },
  );
});

function trigger(device: SimulatedDevice): void {
  device.trigger();
}

function turnUp({ family }: ModelCase): Act["act"] {
  return ({ panel }) => panel?.(UP[family]);
}
