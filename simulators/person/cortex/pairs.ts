/** How pulses and nerve stimuli before a pulse change its response: factors on the mean, 1 for no effect. */

import { PAIRS } from "../figures/cortex.ts";
import { type Nodes, onLine } from "../figures/figure.ts";
import type { Subject } from "../subjects.ts";

/** A pulse over one of the hemispheres; `strength` in resting thresholds. */
export interface FeltPulse {
  readonly atMs: number;
  readonly strength: number;
  readonly hemisphere: Hemisphere;
}

/** The one whose muscles and scalp are recorded, and the one beyond the midline. */
export type Hemisphere = "tested" | "other";

/** The line of a reference person stretched so that its lowest point is that of the subject. */
function likeSubject(nodes: Nodes, x: number, reference: number, lowest: number): number {
  return 1 - (1 - onLine(nodes, x)) * ((1 - lowest) / (1 - reference));
}

function towardsOne(factor: number, times: number): number {
  return factor < 1 ? Math.min(1, factor * times) : factor;
}

/** Part of an effect that is there. */
function scaled(factor: number, strength: number): number {
  return 1 + (factor - 1) * strength;
}

/** Factor by a pulse of the same hemisphere before it. */
export function pairFactor(subject: Subject, isiMs: number, conditioning: number): number {
  const { sici, siciReference, siciByConditioning, icf, icfByConditioning } = PAIRS;
  const { lici, liciByConditioning, liciInDementia } = PAIRS;
  const inhibited = likeSubject(sici, isiMs, siciReference, subject.sici);
  const late = onLine(lici, isiMs);
  return (
    scaled(inhibited, onLine(siciByConditioning, conditioning)) *
    scaled(onLine(icf, isiMs), onLine(icfByConditioning, conditioning)) *
    scaled(
      subject.dementia ? towardsOne(late, liciInDementia) : late,
      onLine(liciByConditioning, conditioning),
    )
  );
}

/** Factor on the response to a pulse near threshold or above by a second one right after it. */
export function facilitationByNext(isiMs: number, first: number, second: number): number {
  if (first < PAIRS.sicfFromFirst) return 1;
  return scaled(onLine(PAIRS.sicf, isiMs), onLine(PAIRS.sicfBySecond, second));
}

/** Factor by a stimulus of the nerve `leadMs` before it: short and long afferent inhibition. */
export function nerveFactor(subject: Subject, leadMs: number): number {
  const { sai, saiReference, lai } = PAIRS;
  return likeSubject(sai, leadMs - subject.n20Ms, saiReference, subject.sai) * onLine(lai, leadMs);
}

/** Factor by a pulse over the other hemisphere before it. */
export function acrossFactor(subject: Subject, isiMs: number, conditioning: number): number {
  const factor = onLine(PAIRS.ihi, isiMs);
  return scaled(
    subject.dementia ? towardsOne(factor, PAIRS.ihiInDementia) : factor,
    onLine(PAIRS.liciByConditioning, conditioning),
  );
}

/** What two pulses that close make of one volley: factors on the first response and on the second. */
export function oneVolley(
  subject: Subject,
  isiMs: number,
  first: number,
  second: number,
): { readonly onFirst: number; readonly onSecond: number } {
  if (second <= first) return { onFirst: facilitationByNext(isiMs, first, second), onSecond: 0 };
  const onSecond =
    first < PAIRS.sicfFromFirst
      ? pairFactor(subject, isiMs, first)
      : facilitationByNext(isiMs, first, second);
  return { onFirst: 0, onSecond };
}

export function clampFactor(factor: number): number {
  return Math.min(Math.max(factor, PAIRS.smallestFactor), PAIRS.largestFactor);
}
