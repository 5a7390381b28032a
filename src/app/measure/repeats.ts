/** Trials that were rejected are given again, as often as a protocol may bear. */
import * as build from "../../../protocols/build.ts";
import type { Protocol } from "../../../protocols/types.ts";
import type { Trial } from "./trialDesk.ts";

/** At most this part of a protocol's trials is repeated, and at most so many. */
const MOST_PART = 0.25;
const MOST = 20;
/** Between trials and between blocks of repeats, s. */
const INTERVAL_S = [5, 6] as const;

const keyOf = ({ intensityPctMso, isiMs, nerveLeadMs, conditioner }: Trial): string =>
  JSON.stringify([intensityPctMso, isiMs, nerveLeadMs, conditioner ?? null]);

export interface Repeats {
  readonly protocol: Protocol;
  readonly trials: number;
  /** Condition of a repeated trial in the words of the protocol that it belongs to. */
  named(trial: Trial): Trial;
}

/** Null when nothing was rejected, or everything was: then something else is wrong. */
export function repeatsOf(trials: readonly Trial[], name: string): Repeats | null {
  const rejected = trials.filter((trial) => trial.rejected);
  const most = Math.min(MOST, Math.ceil(trials.length * MOST_PART));
  if (rejected.length === 0 || rejected.length === trials.length) return null;
  const wanted = rejected.slice(0, most);
  const byKey = new Map<string, Trial[]>();
  for (const trial of wanted) {
    const held = byKey.get(keyOf(trial));
    if (held === undefined) byKey.set(keyOf(trial), [trial]);
    else held.push(trial);
  }
  const blocks = [...byKey.values()].flatMap((group, i) => {
    const block = blockOf(group, i);
    return i === 0 ? [block] : [build.rest(INTERVAL_S[0]), block];
  });
  const conditions = new Map(
    [...byKey].map(([key, [first]]) => [key, first?.condition ?? null] as const),
  );
  return {
    protocol: build.protocol({ id: `${name}-repeats`, blocks }),
    trials: wanted.length,
    named: (trial) => ({ ...trial, condition: conditions.get(keyOf(trial)) ?? trial.condition }),
  };
}

function blockOf(group: readonly Trial[], i: number): build.BlockInput {
  const [first] = group;
  const [a = 0] = first?.intensityPctMso ?? [];
  const label = `repeat ${i + 1}`;
  const interPulseS: readonly [number, number] = [INTERVAL_S[0], INTERVAL_S[1]];
  const stimuli = first === undefined ? null : stimuliOf(first, a);
  if (stimuli === null) {
    const totalPulses = group.length;
    return build.single({ label, intensity: build.pctMso(a), totalPulses, interPulseS });
  }
  const { isiMs, ...levels } = stimuli;
  const trialsPerCondition = group.length;
  return build.paired({ label, isiMs: [isiMs], ...levels, trialsPerCondition, interPulseS });
}

interface Stimuli {
  readonly isiMs: number;
  readonly conditioning: { readonly value: number | null; readonly base: string };
  readonly test: ReturnType<typeof build.pctMso>;
}

/** What came before the pulse, and the pulse; null where nothing did. */
function stimuliOf(
  { conditioner, intensityPctMso, isiMs, nerveLeadMs }: Trial,
  a: number,
): Stimuli | null {
  if (conditioner !== undefined) {
    const conditioning = { value: conditioner.pctMso, base: "%MSO (contralateral)" };
    return { isiMs: conditioner.leadMs, conditioning, test: build.pctMso(a) };
  }
  if (nerveLeadMs !== null) {
    const conditioning = { value: null, base: "median nerve, as in the protocol" };
    return { isiMs: nerveLeadMs, conditioning, test: build.pctMso(a) };
  }
  if (isiMs === null) return null;
  const { [1]: b = a } = intensityPctMso;
  return { isiMs, conditioning: { value: a, base: "%MSO" }, test: build.pctMso(b) };
}
