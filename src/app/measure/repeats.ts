/** Trials that were rejected are given again, as often as a protocol may bear. */
import * as build from "../../../protocols/build.ts";
import type { Protocol } from "../../../protocols/types.ts";
import type { Trial } from "./trialDesk.ts";

/** At most this part of a protocol's trials is repeated, and at most so many. */
const MOST_PART = 0.25;
const MOST = 20;
/** Between trials and between blocks of repeats, s. */
const INTERVAL_S = [5, 6] as const;

const keyOf = ({ intensityPctMso, isiMs, nerveLeadMs }: Trial): string =>
  JSON.stringify([intensityPctMso, isiMs, nerveLeadMs]);

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
  const [a = 0, b = a] = first?.intensityPctMso ?? [];
  const label = `repeat ${i + 1}`;
  const interPulseS: readonly [number, number] = [INTERVAL_S[0], INTERVAL_S[1]];
  const isiMs = first?.isiMs ?? first?.nerveLeadMs ?? null;
  if (isiMs === null) {
    const totalPulses = group.length;
    return build.single({ label, intensity: build.pctMso(a), totalPulses, interPulseS });
  }
  const conditioning =
    first?.isiMs === null
      ? { value: null, base: "median nerve, as in the protocol" }
      : build.pctMso(a);
  return build.paired({
    label,
    isiMs: [isiMs],
    conditioning,
    test: build.pctMso(first?.isiMs === null ? a : b),
    trialsPerCondition: group.length,
    interPulseS,
  });
}
