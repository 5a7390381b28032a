/** Which measured threshold stands behind an intensity, and percent of it. */
import type { Dose } from "../contract/dose.ts";
import type { SessionFacts, Threshold } from "../contract/session.ts";
import type { LimitProfile } from "./limitProfile.ts";
import type { TimedPulse } from "./pulses.ts";

/** A threshold to judge by, in %MSO. */
export interface Reference {
  readonly percentMso: number;
  /** True: reckoned from the other kind of threshold with a ratio that was not measured. */
  readonly assumed: boolean;
}

type Kind = Threshold["kind"];

export function isPlausible(threshold: { readonly percentMso: number }): boolean {
  return threshold.percentMso > 0 && threshold.percentMso <= 100;
}

/** The measured threshold that a dose names; null when the session does not hold it. */
export function namedThreshold(dose: Dose, session: SessionFacts): Threshold | null {
  const named = dose.request.threshold;
  if (named === null) return null;
  const found = session.thresholds.find(
    (held) => held.kind === named.kind && held.percentMso === named.percentMso && isPlausible(held),
  );
  return found ?? null;
}

/** The dose's own threshold of this kind, or else the lowest that was measured. */
function measured(kind: Kind, dose: Dose, session: SessionFacts): number | null {
  const named = namedThreshold(dose, session);
  if (named?.kind === kind) return named.percentMso;
  const held = session.thresholds
    .filter((threshold) => threshold.kind === kind && isPlausible(threshold))
    .map((threshold) => threshold.percentMso);
  return held.length === 0 ? null : Math.min(...held);
}

/** Resting motor threshold behind a dose; null when nothing was measured. */
export function rmtFor(dose: Dose, session: SessionFacts, limits: LimitProfile): Reference | null {
  const rmt = measured("RMT", dose, session);
  if (rmt !== null) return { percentMso: rmt, assumed: false };
  const amt = measured("AMT", dose, session);
  if (amt === null) return null;
  return { percentMso: amt / limits.thresholds.amtPerRmt, assumed: true };
}

/** Resting motor threshold of the hemisphere under the second coil; null when it was not measured. */
export function otherRmt(session: SessionFacts): Reference | null {
  const held = session.thresholds
    .filter((threshold) => threshold.kind === "RMT-other" && isPlausible(threshold))
    .map((threshold) => threshold.percentMso);
  return held.length === 0 ? null : { percentMso: Math.min(...held), assumed: false };
}

/** Resting motor threshold of the hemisphere that a pulse is over; null when it was not measured. */
export function rmtUnder(
  { dose, over }: TimedPulse,
  session: SessionFacts,
  limits: LimitProfile,
): Reference | null {
  return over === "other" ? otherRmt(session) : rmtFor(dose, session, limits);
}

/** Active motor threshold behind a dose; null when nothing was measured. */
export function amtFor(dose: Dose, session: SessionFacts, limits: LimitProfile): Reference | null {
  const amt = measured("AMT", dose, session);
  if (amt !== null) return { percentMso: amt, assumed: false };
  const rmt = measured("RMT", dose, session);
  if (rmt === null) return null;
  return { percentMso: rmt * limits.thresholds.amtPerRmt, assumed: true };
}

/** The real output in whole percent of a threshold, rounded up: what tables are looked up with. */
export function percentOf(pctMso: number, reference: Reference): number {
  return Math.ceil((pctMso / reference.percentMso) * 100 - 1e-6);
}

/**
 * Is an output no higher than what `capPct` of a threshold resolves to on whole %MSO? For caps that
 * were taken from published doses: those were set in whole steps as well.
 */
export function withinResolved(pctMso: number, capPct: number, reference: Reference): boolean {
  return pctMso <= Math.floor((capPct * reference.percentMso) / 100 + 0.5 + 1e-9);
}
