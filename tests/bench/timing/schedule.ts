/**
 * The schedule of the timing bench. Trains of the rig and of the bare loop take turns, so that both
 * meet the same load: one train of pulses, then the same train of the bare loop in the rest.
 */
export const PULSES_PER_TRAIN = 40;
export const INTERVAL_MS = 50;
/** From one train of the rig to its next. */
export const PERIOD_MS = 3960;
/** From the first pulse of a train of the rig to the first of the bare loop's. */
export const FLOOR_OFFSET_MS = 1960;
export const POWER_PCT_MSO = 40;
/** Rule WDG-02: a pulse that is later is skipped, and the rest of its train with it. */
export const LATE_LIMIT_MS = 5;

export type ToFloor =
  | {
      readonly type: "go";
      /** Where instant 0 of `firstMs` lies on the monotonic clock. */
      readonly originNs: string;
      /** First pulse of the rig's first train. */
      readonly firstMs: number;
      readonly trains: number;
      readonly path: string;
    }
  | { readonly type: "stop" };

export interface FromFloor {
  /** One list a train. */
  readonly trainsMs: readonly (readonly number[])[];
}
