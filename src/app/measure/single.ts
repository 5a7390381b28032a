/** One pulse at one output, as a protocol of its own: the step of every search. */
import * as build from "../../../protocols/build.ts";
import type { Protocol } from "../../../protocols/types.ts";
import { type MeasureContext, runMeasured } from "./context.ts";
import type { Trial } from "./trialDesk.ts";
import type { TrialKind } from "./trialMeasures.ts";

/** Between pulses of a search, s, drawn anew each time (protocols of Rossini 2015: 4 to 6 s). */
const ITI_S = [4, 6] as const;

export interface PulseRequest {
  readonly pctMso: number;
  readonly kind: TrialKind;
  readonly purpose: string;
  readonly site?: string | null;
}

/** When the last pulse of a search was given, by session. */
const lastPulseMs = new WeakMap<MeasureContext, number>();

/** Delivers it and measures what came of it; null where no trial could be made of it. */
export async function givePulse(
  context: MeasureContext,
  request: PulseRequest,
): Promise<Trial | null> {
  const { pctMso, purpose } = request;
  const intensity = build.pctMso(pctMso);
  const protocol = build.protocol({
    id: purpose,
    blocks: [
      build.single({
        label: purpose,
        intensity,
        totalPulses: 1,
        interPulseS: [ITI_S[0], ITI_S[1]],
      }),
    ],
  });
  return giveProbe(context, protocol, request);
}

/** One trial that is a protocol of its own, so long after the one before it as a search waits. */
export async function giveProbe(
  context: MeasureContext,
  protocol: Protocol,
  { pctMso, kind, purpose, site }: PulseRequest,
): Promise<Trial | null> {
  const last = lastPulseMs.get(context);
  const itiMs = 1000 * context.random.between(ITI_S[0], ITI_S[1]);
  const run = await runMeasured(context, protocol, {
    kind,
    purpose,
    ...(site === undefined ? {} : { site }),
    ...(last === undefined ? {} : { startAtMs: last + itiMs }),
  });
  const trial = run.trials[0] ?? null;
  lastPulseMs.set(context, trial?.atMs ?? context.clock.now());
  context.learn({ highestPctMso: Math.max(context.known().highestPctMso ?? 0, pctMso) });
  return trial;
}
