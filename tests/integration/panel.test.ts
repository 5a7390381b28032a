/** A hand at the device while a session holds it armed. */
import { describe, expect, it } from "vitest";
import { eventsOf } from "./harness.ts";
import {
  acts,
  attribute,
  everythingHolds,
  INSTANTS,
  type Instant,
  type MatrixResult,
  runOn,
  timeline,
  totalPulses,
} from "./matrix.ts";
import { type DoseKind, type Family, FEW_MODEL_KINDS, type ModelCase } from "./models.ts";

interface Hand {
  readonly order: string;
  readonly code: string;
  /** What is told as equipment that changed. */
  readonly equipment?: string;
  /** Doses to which it means nothing. */
  readonly except?: readonly DoseKind[];
}

const HANDS: Readonly<Record<Family, readonly Hand[]>> = {
  magstim: [
    { order: "power 60", code: "DEVICE_PANEL_CHANGED" },
    { order: "power 40", code: "DEVICE_PANEL_CHANGED" },
    { order: "disarm", code: "DEVICE_NOT_READY" },
    { order: "coil off", code: "DEVICE_COIL", equipment: "coil" },
    { order: "coil new", code: "DEVICE_NOT_READY" },
    { order: "power-cycle", code: "DEVICE_CONTROL_LOST" },
  ],
  magventure: [
    { order: "amplitude 60", code: "DEVICE_PANEL_CHANGED" },
    { order: "amplitude 51", code: "DEVICE_PANEL_CHANGED" },
    { order: "amplitude 40", code: "DEVICE_PANEL_CHANGED" },
    { order: "page 7", code: "DEVICE_PANEL_CHANGED" },
    { order: "page 2", code: "DEVICE_PANEL_CHANGED", except: ["train", "burst-train"] },
    { order: "start", code: "DEVICE_PANEL_CHANGED", except: ["single", "pair"] },
    { order: "disable", code: "DEVICE_NOT_READY" },
    { order: "coil 82", code: "DEVICE_NOT_READY", equipment: "coil" },
    { order: "coil off", code: "DEVICE_NOT_READY", equipment: "coil" },
    { order: "mode twin", code: "DEVICE_PANEL_CHANGED", except: ["burst-train"] },
    { order: "mode power", code: "DEVICE_EQUIPMENT_CHANGED", equipment: "waveform" },
    { order: "waveform monophasic", code: "DEVICE_EQUIPMENT_CHANGED", equipment: "waveform" },
    {
      order: "direction reverse",
      code: "DEVICE_EQUIPMENT_CHANGED",
      equipment: "current-direction",
    },
    { order: "rate 7", code: "DEVICE_PANEL_CHANGED", except: ["single", "pair"] },
    { order: "pulses 7", code: "DEVICE_PANEL_CHANGED", except: ["single", "pair"] },
    { order: "trains 2", code: "DEVICE_PANEL_CHANGED", except: ["single", "pair"] },
    { order: "ipi 20", code: "DEVICE_PANEL_CHANGED", except: ["single", "train", "burst-train"] },
    {
      order: "burst-pulses 4",
      code: "DEVICE_PANEL_CHANGED",
      except: ["single", "train", "pair"],
    },
  ],
  duomag: [
    { order: "intensity 60", code: "DEVICE_PANEL_CHANGED" },
    { order: "intensity 51", code: "DEVICE_PANEL_CHANGED" },
    { order: "intensity 40", code: "DEVICE_PANEL_CHANGED" },
    { order: "turn 5", code: "DEVICE_PANEL_CHANGED" },
    { order: "turn -5", code: "DEVICE_PANEL_CHANGED" },
    { order: "coil 50BF", code: "DEVICE_EQUIPMENT_CHANGED", equipment: "coil" },
    { order: "coil off", code: "DEVICE_EQUIPMENT_CHANGED", equipment: "coil" },
  ],
};

const OF_A_PAIR_OF_UNITS: readonly Hand[] = [
  { order: "power-b 30", code: "DEVICE_PANEL_CHANGED" },
  { order: "interval 12", code: "DEVICE_PANEL_CHANGED", except: ["single"] },
];

const CASES = FEW_MODEL_KINDS.flatMap(([model, kind]) =>
  [...HANDS[model.family], ...(model.name === "magstim-bistim" ? OF_A_PAIR_OF_UNITS : [])]
    .filter(({ except }) => except?.includes(kind) !== true)
    .map((hand) => ({ model, kind, name: model.name, ...hand })),
);

async function handAt(
  model: ModelCase,
  kind: DoseKind,
  order: string,
  instant: Instant,
): Promise<MatrixResult> {
  const atMs = INSTANTS[instant](await timeline(model, kind));
  const device = acts({ atMs, act: ({ panel }) => panel?.(order) });
  return runOn({ model, kind, device });
}

/** Pulses of a start by that hand itself. */
function foreignOf(result: MatrixResult): number {
  return totalPulses(attribute(result).foreign);
}

describe("a hand at the panel, at rest between doses", () => {
  it.each(CASES)(
    "ends the run with $code, disarmed: $name, $kind doses, $order",
    async ({ model, kind, order, code, equipment }) => {
      const result = await handAt(model, kind, order, "at rest between doses");
      everythingHolds(result, { foreign: foreignOf(result) });
      expect(result.code, result.detail).toBe(code);
      const told = eventsOf(result, "equipment").map(({ what }) => what);
      expect(told.slice(0, 1)).toEqual(equipment === undefined ? [] : [equipment]);
      if (code === "DEVICE_PANEL_CHANGED")
        expect(eventsOf(result, "note").map(({ text }) => text)).toContainEqual(
          expect.stringMatching(/^changed at the panel: /),
        );
      // Nothing is given between the hand and the end.
      expect(eventsOf(result, "written")).toHaveLength(2);
    },
  );
});

const BEFORE_THE_FIRST = CASES.filter(({ order }) =>
  /^(power|amplitude|intensity) [46]0$/.test(order),
);

describe("another output, turned when the device has just been armed", () => {
  it.each(BEFORE_THE_FIRST)(
    "is never discharged: $name, $kind doses, $order",
    async ({ model, kind, order, code }) => {
      const result = await handAt(model, kind, order, "armed, before the first dose");
      everythingHolds(result);
      expect(result.code, result.detail).toBe(code);
      expect(result.discharges).toEqual([]);
    },
  );
});
