/** Pulses that somebody else starts while a session holds the device: told, counted, and the end of it. */
import { describe, expect, it } from "vitest";
import type { SimulatedDevice } from "../../src/contract/simulator.ts";
import { eventsOf } from "./harness.ts";
import {
  acts,
  attribute,
  everythingHolds,
  foreignTold,
  INSTANTS,
  type Instant,
  type MatrixResult,
  runOn,
  timeline,
  totalPulses,
} from "./matrix.ts";
import { type DoseKind, type Family, FEW_MODEL_KINDS, type ModelCase } from "./models.ts";

const CASES = FEW_MODEL_KINDS.map(([model, kind]) => ({ model, kind, name: model.name }));

/** A start by hand; a DuoMAG has a pedal at its trigger input alone. */
const BY_HAND: Readonly<Record<Family, string | null>> = {
  magstim: "fire",
  magventure: "pulse",
  duomag: null,
};

/** Half-way between two doses a 200² or BiStim² still recharges, so that no edge is a pulse there. */
const SLOW: ReadonlySet<string> = new Set(["magstim-200", "magstim-bistim"]);

async function actAt(
  model: ModelCase,
  kind: DoseKind,
  instant: Instant,
  act: (device: SimulatedDevice) => void,
): Promise<MatrixResult> {
  const atMs = INSTANTS[instant](await timeline(model, kind));
  return runOn({ model, kind, device: acts({ atMs, act }) });
}

function endsByAForeignPulse(result: MatrixResult): void {
  const foreign = totalPulses(attribute(result).foreign);
  everythingHolds(result, { foreign });
  expect(foreign).toBeGreaterThan(0);
  expect(foreignTold(result), "in doubt more are counted, never fewer").toBeGreaterThanOrEqual(
    foreign,
  );
  expect(result.code, result.detail).toBe("DEVICE_FOREIGN_PULSE");
  const [told] = eventsOf(result, "measure").filter(({ name }) => name === "foreign-pulse");
  const [disarm] = eventsOf(result, "disarm");
  expect((disarm?.tMs ?? 0) - (told?.tMs ?? 0)).toBeLessThan(1000);
}

describe("an edge at the trigger input, when a session has just armed the device", () => {
  it.each(CASES)("ends it: $name, $kind doses", async ({ model, kind }) => {
    const before = "armed, before the first dose";
    const result = await actAt(model, kind, before, (device) => device.trigger());
    endsByAForeignPulse(result);
    expect(eventsOf(result, "written")).toEqual([]);
  });
});

describe("an edge at the trigger input at rest between doses", () => {
  it.each(CASES)("ends it, or was none: $name, $kind doses", async ({ model, kind }) => {
    const rest = "at rest between doses";
    const result = await actAt(model, kind, rest, (device) => device.trigger());
    if (!SLOW.has(model.name)) return endsByAForeignPulse(result);
    everythingHolds(result);
    expect(result.status).toBe("completed");
  });
});

describe("a start by hand at the device", () => {
  it.each(CASES.filter(({ model }) => BY_HAND[model.family] !== null))(
    "ends it: $name, $kind doses",
    async ({ model, kind }) => {
      const order = BY_HAND[model.family] ?? "";
      const before = "armed, before the first dose";
      endsByAForeignPulse(await actAt(model, kind, before, ({ panel }) => panel?.(order)));
    },
  );
});

describe("an edge at the trigger input with the bytes of a dose", () => {
  const together: readonly Instant[] = ["just before a dose", "just after its bytes"];
  const cases = CASES.flatMap((one) => together.map((instant) => ({ ...one, instant })));
  it.each(cases)(
    "gives no pulse that is in no account: $name, $kind doses, $instant",
    async ({ model, kind, instant }) => {
      const result = await actAt(model, kind, instant, (device) => device.trigger());
      const { foreign } = attribute(result);
      everythingHolds(result, { foreign: totalPulses(foreign) });
      const { delivered, unknown } = result.counts;
      expect(delivered + unknown + foreignTold(result)).toBeGreaterThanOrEqual(
        totalPulses(result.discharges),
      );
    },
  );
});
