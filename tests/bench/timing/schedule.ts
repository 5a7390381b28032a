/**
 * The schedule of the lateness bench, and what the bare loop is told. Rig and bare loop take turns, so
 * that both meet the same load: a pulse of the bare loop stands in the middle between two of the rig.
 */
import type { PlanShape } from "./benchModel.ts";

export const MODEL = "magstim-super-rapid2";
/**
 * The body recharges within 15 ms, so that 20 Hz are possible, and its coil stays cold: what is
 * measured is the way of a pulse through the host, not a Rapid.
 */
export const FAST_BODY: Readonly<Record<string, number>> = { refireMs: 15, heatKPerJoule: 0 };

export const PULSES_PER_TRAIN = 40;
export const INTERVAL_MS = 50;
/** From one train of the rig to its next. */
export const PERIOD_MS = 2460;
/** From a pulse of the rig to the one of the bare loop; the rig reads the device 30 ms ahead of each of its own. */
export const FLOOR_OFFSET_MS = 25;
/** `EH` and its checksum: the start of a Magstim. */
export const START_HEX = "454872";

/** Trains of 20 Hz, each pulse timed by the host. */
export function trainsOf20Hz(trains: number): PlanShape {
  return {
    trains,
    starts: PULSES_PER_TRAIN,
    intervalMs: INTERVAL_MS,
    periodMs: PERIOD_MS,
    shape: { kind: "pulse" },
    intensityPctMso: [40],
    isTrain: true,
  };
}

/** The instants of the bare loop beside it, one list a train, on the axis of `firstMs`. */
export function floorOf20Hz(firstMs: number, trains: number): readonly (readonly number[])[] {
  return Array.from({ length: trains }, (_, train) =>
    Array.from(
      { length: PULSES_PER_TRAIN },
      (__, pulse) => firstMs + train * PERIOD_MS + FLOOR_OFFSET_MS + pulse * INTERVAL_MS,
    ),
  );
}

export type ToFloor =
  | {
      readonly type: "go";
      /** Where instant 0 lies on the monotonic clock. */
      readonly originNs: string;
      /** Instants at which bytes leave, one list a train. */
      readonly trainsMs: readonly (readonly number[])[];
      readonly path: string;
      readonly hex: string;
      /** A thread of Node's pool writes, as it moves a modem line; else the loop itself. */
      readonly inPool: boolean;
    }
  | { readonly type: "stop" };

/** Instants on the axis of the order. */
export interface FloorWrite {
  readonly dueMs: number;
  readonly writtenMs: number;
  /** The write call has come back. */
  readonly handedMs: number;
}

export interface FromFloor {
  readonly trains: readonly (readonly FloorWrite[])[];
}
