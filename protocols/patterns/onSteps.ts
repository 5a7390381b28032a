import { err, ok, type Result } from "../../src/base/result.ts";
import type { DoseShape, Rounding } from "../../src/contract/dose.ts";
import type { ExpandProblem } from "../context.ts";
import { deviceCannot, type PatternContext } from "./shared.ts";

/**
 * A figure may be moved onto a device's step by so much of itself and no more: shown in the plan up
 * to here, refused beyond. A choice of this project: two parts in a hundred are within what the
 * listed patterns tolerate in their intervals, and below what two makers call the same rate.
 */
export const STEP_TOLERANCE = 0.02;

export interface SteppedShape<S extends DoseShape> {
  readonly shape: S;
  readonly roundings: readonly Rounding[];
}

/** The shape as the device can be set, or why it is too far from what was asked. */
export function onSteps<S extends DoseShape>(
  context: PatternContext,
  shape: S,
): Result<SteppedShape<S>, ExpandProblem> {
  const stepped = context.expand.model.onSteps?.(shape);
  if (stepped === undefined) return ok({ shape, roundings: [] });
  const far = stepped.roundings.find(
    ({ asked, planned }) => !(Math.abs(planned - asked) <= STEP_TOLERANCE * Math.abs(asked) + 1e-9),
  );
  if (far === undefined && stepped.shape.kind === shape.kind) {
    return ok({ shape: stepped.shape as S, roundings: stepped.roundings });
  }
  const words =
    far === undefined
      ? `it makes a ${stepped.shape.kind} of a ${shape.kind}`
      : `its nearest step for ${far.what} ${far.asked} ${far.unit} is ${far.planned} ${far.unit}, more than ${STEP_TOLERANCE * 100} % away`;
  return err(deviceCannot(context, words));
}
