/** A plan that cannot be read without doubt is refused before any rule looks at it. */

import { dosePulses, firstPulseMs, pulseCount, spacingMs, spanMs } from "../base/doseShape.ts";
import type { Dose, Plan } from "../contract/dose.ts";

/** More pulses than any visit can hold; keeps the check itself bounded. */
const MOST_PULSES = 200_000;

/** A pulse so long before another one is no conditioning pulse, ms. */
const LONGEST_LEAD_MS = 200;

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 1;
}

function intensitiesProblem(dose: Dose): string | null {
  const wanted = dose.shape.kind === "pair" ? 2 : 1;
  if (dose.intensityPctMso.length !== wanted) {
    return `${dose.intensityPctMso.length} intensities where a ${dose.shape.kind} has ${wanted}`;
  }
  return dose.intensityPctMso.every(Number.isFinite) ? null : "an intensity is no number";
}

function doseProblem(dose: Dose, position: number): string | null {
  if (dose.index !== position) return `it carries the index ${dose.index}`;
  if (!Number.isFinite(dose.dueMs) || dose.dueMs < 0) return `its instant is ${dose.dueMs} ms`;
  if (!isCount(pulseCount(dose.shape))) return `it has ${pulseCount(dose.shape)} pulses`;
  const spacing = spacingMs(dose.shape);
  const needsSpacing = dose.shape.kind !== "pulse";
  if (needsSpacing && !(Number.isFinite(spacing) && spacing > 0)) {
    return `its pulses are ${spacing} ms apart`;
  }
  if (!Number.isFinite(dose.lateLimitMs) || dose.lateLimitMs < 0) {
    return `its late limit is ${dose.lateLimitMs} ms`;
  }
  return conditionerProblem(dose) ?? phaseProblem(dose) ?? intensitiesProblem(dose);
}

/** A conditioning pulse stands in front of one pulse and of nothing else. */
function conditionerProblem({ conditioner, shape, hostTrain, nerve }: Dose): string | null {
  if (conditioner === undefined) return null;
  const { leadMs, pctMso } = conditioner;
  if (!(leadMs > 0 && leadMs <= LONGEST_LEAD_MS))
    return `its conditioning pulse comes ${leadMs} ms before it`;
  if (!Number.isFinite(pctMso)) return "the intensity of its conditioning pulse is no number";
  if (shape.kind === "pulse" && hostTrain === null && nerve === undefined) return null;
  return "a conditioning pulse comes before a single pulse alone";
}

/** A wait without an end, or one that would pull a train apart, is not what the rules have weighed. */
function phaseProblem({ conditioner, hostTrain, nerve, phase, shape }: Dose): string | null {
  if (phase === undefined) return null;
  const { bandHz, longestWaitMs, targetRad } = phase;
  if (hostTrain !== null || shape.kind === "external")
    return "it waits for a phase, and is timed by others";
  if (conditioner !== undefined || nerve !== undefined)
    return "it waits for a phase, and another stimulus is to come before it";
  if (!Number.isFinite(longestWaitMs) || longestWaitMs < 0)
    return `it waits for a phase for ${longestWaitMs} ms`;
  const isBand = bandHz[0] > 0 && bandHz[1] > bandHz[0] && Number.isFinite(bandHz[1]);
  return isBand && Number.isFinite(targetRad) ? null : "the phase that it waits for is none";
}

function orderProblem(dose: Dose, before: Dose | undefined): string | null {
  if (before === undefined) return null;
  const endMs = before.dueMs + spanMs(before.shape);
  const startMs = firstPulseMs(dose);
  return startMs > endMs ? null : `it starts at ${startMs} ms, before dose ${before.index} ends`;
}

/** Why a plan cannot be judged; null when it can. */
export function planProblem(plan: Plan): string | null {
  let pulses = 0;
  let before: Dose | undefined;
  for (const [position, dose] of plan.doses.entries()) {
    const problem = doseProblem(dose, position) ?? orderProblem(dose, before);
    if (problem !== null) return `dose ${position}: ${problem}`;
    if (plan.blocks[dose.place.block]?.index !== dose.place.block) {
      return `dose ${position}: the plan has no block ${dose.place.block}`;
    }
    pulses += dosePulses(dose);
    before = dose;
  }
  if (pulses > MOST_PULSES) return `${pulses} pulses, more than ${MOST_PULSES}`;
  return pulses === plan.pulses ? null : `it says ${plan.pulses} pulses and holds ${pulses}`;
}
