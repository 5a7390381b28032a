/** The shape of a response of a muscle: the derivative of a Gaussian, negative first, 1 from peak to peak. */

import type { MuscleResponse } from "../cortex/response.ts";
import { RESPONSE } from "../figures/muscle.ts";

const HALF_OVER_PEAK = Math.sqrt(Math.E) / 2;
/** The third phase is a second negative peak, in widths after the middle. */
const THIRD = { at: 2.9, width: 0.6 };
/** Nothing is left so many widths from the middle. */
export const SHAPE_WIDTHS = 5;

export function middleMs({ onsetMs, widthMs }: MuscleResponse): number {
  return onsetMs + RESPONSE.onsetWidths * widthMs;
}

/** `u` in widths from the middle. */
export function responseShape(u: number, hasThirdPhase: boolean): number {
  const biphasic = HALF_OVER_PEAK * u * Math.exp((-u * u) / 2);
  if (!hasThirdPhase) return biphasic;
  const v = (u - THIRD.at) / THIRD.width;
  return biphasic - RESPONSE.thirdPhasePart * Math.exp((-v * v) / 2);
}
