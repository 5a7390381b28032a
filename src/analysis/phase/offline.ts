/**
 * The phase at a pulse, judged afterwards. Behind a pulse there is its artefact and its response, so no filter may look there:
 * the phase at the pulse itself is told by what was recorded up to it. How well an estimator did is better seen where nothing
 * was given: a while before the pulse the recording lies on both sides.
 */
import type { Epoch } from "../signal/epoch.ts";
import { applyFilters } from "../signal/filter.ts";
import { analyticIn } from "./analytic.ts";
import { wrapped } from "./circular.ts";
import {
  bandFilters,
  estimatePhase,
  PHASE_SETTINGS,
  type PhaseSettings,
  WIDE,
} from "./estimate.ts";

/** The last sample before the pulse is so far from it, ms: the artefact may reach into the one next to it. */
const CLEAR_MS = 1;
/** Where the estimator is tried without a pulse, ms before it: far enough that the recording's end spoils nothing. */
const TRIED_BEFORE_MS = 400;

export interface OfflinePhase {
  /** At the pulse, from all that was recorded before it; null: not enough of it. */
  readonly atPulseRad: number | null;
  /**
   * The estimate as it is made beside the port, minus the phase that the recording on both sides shows, at an instant
   * without a pulse; null: not enough of it.
   */
  readonly triedErrorRad: number | null;
}

/** `aheadMs`: how far beyond its newest sample the estimator had to look when the pulse was aimed. */
export function offlinePhase(
  epoch: Epoch,
  aheadMs: number,
  settings: PhaseSettings = PHASE_SETTINGS,
): OfflinePhase {
  const { rateHz, pulseIndex } = epoch;
  const end = Math.floor(pulseIndex - (CLEAR_MS * rateHz) / 1000) + 1;
  const before = epoch.samples.slice(0, Math.max(0, end));
  const toPulseMs = ((pulseIndex - (end - 1)) * 1000) / rateHz;
  return {
    atPulseRad: phaseAfter(before, rateHz, toPulseMs, settings),
    triedErrorRad: triedError(before, rateHz, aheadMs, settings),
  };
}

function phaseAfter(
  samples: ArrayLike<number>,
  rateHz: number,
  afterMs: number,
  settings: PhaseSettings,
): number | null {
  const result = estimatePhase(samples, rateHz, afterMs, settings);
  return result.ok ? result.estimate.phaseRadAt(afterMs) : null;
}

function triedError(
  before: Epoch["samples"],
  rateHz: number,
  aheadMs: number,
  settings: PhaseSettings,
): number | null {
  const at = before.length - 1 - Math.round((TRIED_BEFORE_MS * rateHz) / 1000);
  const known = at - Math.round((aheadMs * rateHz) / 1000);
  if (known < 1) return null;
  const told = phaseAfter(
    before.slice(0, known + 1),
    rateHz,
    ((at - known) * 1000) / rateHz,
    settings,
  );
  const seen = phaseWithin(before, rateHz, at, settings);
  return told === null || seen === null ? null : wrapped(told - seen);
}

/** Phase in the middle of a recording, by a filter that looks both ways. */
export function phaseWithin(
  samples: ArrayLike<number>,
  rateHz: number,
  index: number,
  settings: PhaseSettings = PHASE_SETTINGS,
): number | null {
  const filtered = applyFilters(samples, bandFilters(settings), rateHz);
  if (!filtered.ok) return null;
  const { re, im } = analyticIn(filtered.samples, rateHz, WIDE);
  const [x, y] = [re[index], im[index]];
  return x === undefined || y === undefined ? null : Math.atan2(y, x);
}
