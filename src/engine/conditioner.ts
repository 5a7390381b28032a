/** The pulse of the second stimulator before the pulse of a dose. */
import type { Dose } from "../contract/dose.ts";
import type { LabClock } from "../contract/time.ts";
import type { TriggerAnswer, TriggerPath, TriggerStamp } from "../contract/trigger.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import type { Gate } from "../safety/types.ts";
import { deadline } from "../time/operators.ts";
import type { StopSignal } from "./stopSignal.ts";

export interface ConditionerParts {
  /** The way to the trigger input of the second stimulator. */
  readonly path: TriggerPath;
  /** What a person confirms beside it, once a plan. */
  readonly confirmation: string;
  /** The output that is confirmed with it, %MSO. */
  readonly pctMso: number;
}

export interface Around {
  readonly clock: LabClock;
  readonly stop: StopSignal;
  readonly gate: Gate;
  readonly conditioner: ConditionerParts | null;
}

/** The bytes are handed over so long ahead and held. */
const HAND_OVER_MS = 2;
/** What the box has to say is there within this time or nobody knows, ms. */
const TOLD_WITHIN_MS = 250;
/** Errors with which a write says that nothing has left. */
const NOTHING_LEFT: ReadonlySet<string> = new Set(["PORT_NOT_OPEN", "PORT_HAZARD_REFUSED"]);

/** A conditioning pulse that left, or may have. */
export interface SentConditioner {
  /** Null: the write broke, so nobody knows. */
  readonly writtenMs: number | null;
  readonly permit: string;
  /** What the box has said so far; null: nothing. */
  told(): TriggerAnswer | null;
  /** Did it reach the stimulator, as far as can be known? Resolves when no more will be told. */
  settled(): Promise<{ readonly reached: boolean; readonly detail: string }>;
}

export type ConditionerEnd =
  | { readonly kind: "sent"; readonly sent: SentConditioner }
  /** It may have left, and nobody knows. */
  | { readonly kind: "broken"; readonly sent: SentConditioner; readonly why: string }
  | { readonly kind: "refused"; readonly why: string };

const STOPPED: ConditionerEnd = { kind: "refused", why: "stopped before the conditioning pulse" };

/** One conditioning pulse at its instant or not at all; never a second time. */
export async function condition(
  { clock, conditioner, gate, stop }: Around,
  dose: Dose,
  atMs: number,
): Promise<ConditionerEnd> {
  if (conditioner === null) return { kind: "refused", why: "the rig has no second stimulator" };
  const permit = gate.permitConditioner(dose, clock.now());
  if (!permit.ok) return { kind: "refused", why: `refused by the gate: ${permit.error.detail}` };
  const handOverMs = clock.kind === "virtual" ? atMs : atMs - HAND_OVER_MS;
  if ((await stop.until(clock, handOverMs, { precise: true })) === "stopped") return STOPPED;
  const { permitId } = permit.value;
  try {
    return { kind: "sent", sent: follow(clock, permitId, conditioner.path.fire(permit.value)) };
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    if (NOTHING_LEFT.has(error.code)) return { kind: "refused", why: error.message };
    return { kind: "broken", sent: broken(permitId, error.message), why: error.message };
  }
}

function follow(clock: LabClock, permit: string, stamp: TriggerStamp): SentConditioner {
  let told: TriggerAnswer | null = null;
  const answer = stamp.answer?.then((said) => {
    told = said;
    return said;
  });
  // Whether its bytes drained is for the port's own news; here it must only not go unheard.
  stamp.drained.catch(() => undefined);
  return {
    writtenMs: stamp.writtenMs,
    permit,
    told: () => told,
    settled: async () => {
      if (answer === undefined) return { reached: true, detail: UNTOLD };
      const until = clock.now() + TOLD_WITHIN_MS;
      const said = await deadline<TriggerAnswer | null>(clock, answer, until, () => null);
      if (said?.kind === "refused") return { reached: false, detail: said.detail };
      return { reached: true, detail: said?.kind === "given" ? EDGE_GIVEN : UNTOLD };
    },
  };
}

const UNTOLD = "the trigger left; neither box nor stimulator tells what came of it";
const EDGE_GIVEN = "the box gave the edge; the stimulator does not tell the pulse";

/** A write that broke for a reason that does not say whether anything left. */
function broken(permit: string, why: string): SentConditioner {
  const detail = `the write broke: ${why}`;
  return {
    writtenMs: null,
    permit,
    told: () => null,
    settled: async () => ({ reached: true, detail }),
  };
}
