/** What a pattern leaves behind: a shift of the log of responses that grows for a quarter of an hour and fades. */

import { drawKey, normalAt } from "../draws.ts";
import { PLASTICITY } from "../figures/cortex.ts";
import type { Subject } from "../subjects.ts";
import { doseOf, type FinishedRun, type PatternKind } from "./patterns.ts";

export interface AfterEffect {
  readonly endMs: number;
  /** Log of the factor on muscle responses at the height of the effect. */
  readonly muscle: number;
  /** The same for N15 and P30 of the scalp, whose mean does not change. */
  readonly scalp: number;
}

/** Mean over persons like the subject. */
function meanOfKind(kind: PatternKind, subject: Subject): number {
  const { pas25, pas10, ctbs, imtbs, qps5, qps50, slow, fast } = PLASTICITY;
  const means: Readonly<Record<PatternKind, number>> = {
    itbs: subject.itbs,
    pas25: subject.amyloid ? pas25.dementia : pas25.healthy,
    pas10,
    ctbs,
    imtbs,
    qps5,
    qps50,
    slow,
    fast,
  };
  return means[kind];
}

/** `ordinal` counts the runs of a session. */
export function afterEffectOf(
  run: FinishedRun,
  subject: Subject,
  seed: number,
  ordinal: number,
): AfterEffect {
  const { spread, subjectShare, flipsFromPulses, tepCorrelation } = PLASTICITY;
  const ofPerson = normalAt(drawKey(seed, subject.name, "responder", run.kind), 0);
  const ofRun = drawKey(seed, subject.name, "run", run.kind);
  const z =
    Math.sqrt(subjectShare) * ofPerson + Math.sqrt(1 - subjectShare) * normalAt(ofRun, 2 * ordinal);
  const other = normalAt(ofRun, 2 * ordinal + 1);
  const isTbs = run.kind === "itbs" || run.kind === "ctbs";
  const sign = isTbs && run.pulses >= flipsFromPulses ? -1 : 1;
  const size = sign * doseOf(run);
  return {
    endMs: run.endMs,
    muscle: size * (meanOfKind(run.kind, subject) + spread * z),
    scalp: size * spread * (tepCorrelation * z + Math.sqrt(1 - tepCorrelation ** 2) * other),
  };
}

/** Part of the height that is there so long after the end. */
function courseAt(sinceMs: number): number {
  const t = Math.max(0, sinceMs) / PLASTICITY.tauMs;
  return t * Math.exp(1 - t);
}

export function shiftAt(
  effects: readonly AfterEffect[],
  part: "muscle" | "scalp",
  atMs: number,
): number {
  return effects.reduce((sum, effect) => sum + effect[part] * courseAt(atMs - effect.endMs), 0);
}

export function stillThere(effects: readonly AfterEffect[], atMs: number): readonly AfterEffect[] {
  return effects.filter(({ endMs }) => atMs - endMs < PLASTICITY.forgottenMs);
}
