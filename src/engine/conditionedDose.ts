/** Journal and account of a dose that a pulse of the second stimulator conditions. */
import type { Dose } from "../contract/dose.ts";
import type { OutcomeKind } from "../contract/events.ts";
import { type Around, condition, type SentConditioner } from "./conditioner.ts";
import { pulsesOf } from "./groups.ts";
import type { IntentKeeper } from "./intents.ts";
import type { Outbox } from "./outbox.ts";

interface ConditionedParts extends Around {
  readonly outbox: Outbox;
  readonly intents: IntentKeeper;
}

/** What became of the pulse of the dose itself. */
export interface Verdict {
  readonly outcome: OutcomeKind;
  readonly detail: string;
}

/** Sends it; `why`: the dose cannot go on, in words. `sent`: it has left, or may have. */
export async function conditionFirst(
  parts: ConditionedParts,
  dose: Dose,
  atMs: number,
): Promise<{ readonly sent: SentConditioner | null; readonly why: string | null }> {
  const { conditioner } = dose;
  if (conditioner === undefined) return { sent: null, why: null };
  const end = await condition(parts, dose, atMs);
  if (end.kind === "refused") return { sent: null, why: `no conditioning pulse: ${end.why}` };
  const { leadMs, pctMso } = conditioner;
  const { permit, writtenMs } = end.sent;
  const body = { ...named(parts, dose), permit, leadMs, pctMso, plannedMs: atMs, writtenMs };
  parts.outbox.emit({
    tMs: parts.clock.now(),
    kind: "measure",
    name: "conditioning-pulse",
    body,
  });
  const why = end.kind === "broken" ? `conditioning pulse unknown: ${end.why}` : null;
  return { sent: end.sent, why };
}

/**
 * The whole of the dose. Its conditioning pulse comes from a stimulator that tells nothing: once sent it
 * counts as given, whatever became of the pulse behind it, unless the box itself says that it raised
 * nothing.
 */
export async function settleConditioned(
  parts: ConditionedParts,
  dose: Dose,
  sent: SentConditioner,
  { outcome, detail }: Verdict,
): Promise<Verdict & { readonly pulses: number }> {
  const { reached, detail: told } = await sent.settled();
  const own: OutcomeKind = reached ? "unknown" : "refused-by-device";
  const body = { ...named(parts, dose), outcome: own, detail: told };
  parts.outbox.emit({
    tMs: parts.clock.now(),
    kind: "measure",
    name: "conditioning-outcome",
    body,
  });
  const whole = pulsesOf(dose);
  const isGiven = outcome === "delivered" || outcome === "unknown";
  const words = `${detail}; conditioning pulse ${reached ? "unknown" : "not given"}: ${told}`;
  if (isGiven) return { outcome, detail: words, pulses: reached ? whole : whole - 1 };
  if (!reached) return { outcome, detail: words, pulses: whole };
  const alone = `only the conditioning pulse was sent (${told}), its test pulse was not: ${detail}`;
  return { outcome: "unknown", detail: alone, pulses: 1 };
}

function named({ intents }: ConditionedParts, dose: Dose): Readonly<Record<string, number>> {
  return { dose: dose.index, intent: intents.receipt(dose.index)?.intentSeq ?? -1 };
}
