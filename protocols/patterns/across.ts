/** A conditioning pulse over the other hemisphere, by the rig's second stimulator. */
import { err, ok, type Result } from "../../src/base/result.ts";
import type { Conditioner, Rounding } from "../../src/contract/dose.ts";
import type { SecondStimulator } from "../../src/contract/session.ts";
import type { ExpandProblem } from "../context.ts";
import type { Level } from "../types.ts";
import { needsMore, type PatternContext } from "./shared.ts";

/** `%RMT (contralateral)`: percent of the threshold of the hemisphere under the second coil. */
const ACROSS = /^%(RMT|MSO) \((?:contralateral|other hemisphere)\b.*\)$/i;
const ACROSS_WORDS = /\b(?:contralateral|other hemisphere)\b/i;

/** Later than this after its instant the test pulse is skipped: another interval is another trial. */
export const CONDITIONED_LATE_MS = 1;
/** The dial of a stimulator has whole percents, and a request is rounded onto one. */
const DIAL_SLACK_PCT = 1;

export function isAcross({ base }: Level): boolean {
  return ACROSS_WORDS.test(base);
}

/** What every conditioning pulse of a block is; only its interval differs from trial to trial. */
export interface AcrossLevel {
  readonly pulse: Omit<Conditioner, "leadMs">;
  readonly rounding: Rounding | null;
}

/**
 * The second stimulator is set by hand, so its output is what the rig file says; the protocol must ask for
 * just that. Without the threshold under the second coil nobody can tell, and the gate decides what then.
 */
export function acrossLevel(
  spec: Level,
  context: PatternContext,
): Result<AcrossLevel, ExpandProblem> {
  const { second } = context.expand;
  if (second === undefined) {
    const detail = `the conditioning pulse goes over the other hemisphere (${spec.base}): the rig needs a second stimulator (\`secondStimulator\`) and a trigger path to the first (\`trigger\` under \`stimulator\`), since starts over a serial wire jitter by milliseconds`;
    return err(needsMore(context, detail));
  }
  const field = `${context.at}pattern.conditioning`;
  const base = ACROSS.exec(spec.base)?.[1]?.toUpperCase();
  if (base === undefined) {
    const detail = `a conditioning pulse over the other hemisphere is given in %RMT (contralateral) or %MSO (contralateral), not as "${spec.base}"`;
    return err({ kind: "inconsistent", field: `${field}.base`, detail });
  }
  if (spec.value === null) {
    const detail = `the source does not give the ${spec.base} value`;
    return err({ kind: "missing-figure", field: `${field}.value`, detail });
  }
  const rmtPct = base === "RMT" ? thresholdPct(context) : null;
  const askedPct =
    base === "MSO" ? spec.value : rmtPct === null ? null : (spec.value * rmtPct) / 100;
  return onDial({ value: spec.value, base: spec.base }, askedPct, rmtPct, second, context);
}

/** The lowest that is known: the more is asked of the dial, the less fits it. */
function thresholdPct({ expand }: PatternContext): number | null {
  const known = expand.thresholds.filter(({ kind }) => kind === "RMT-other");
  return known.length === 0 ? null : Math.min(...known.map(({ percentMso }) => percentMso));
}

function onDial(
  { value, base }: { readonly value: number; readonly base: string },
  askedPct: number | null,
  rmtPct: number | null,
  second: SecondStimulator,
  context: PatternContext,
): Result<AcrossLevel, ExpandProblem> {
  const pctMso = second.intensityPctMso;
  const exact = askedPct === null ? null : Math.round(askedPct * 1e6) / 1e6;
  if (exact !== null && Math.abs(exact - pctMso) > DIAL_SLACK_PCT) {
    const detail = `${value} ${base} is ${exact} %MSO here, the rig file says that ${second.model} is set to ${pctMso} % by hand: set the stimulator and \`secondStimulator.settings.intensityPctMso\` to it`;
    return err({ ...needsMore(context, detail), rule: "INT-03" });
  }
  const threshold = rmtPct === null ? null : ({ kind: "RMT-other", percentMso: rmtPct } as const);
  const what = `conditioning intensity ${value} ${base}`;
  return ok({
    pulse: { pctMso, request: { value, base, threshold } },
    rounding:
      exact === null || exact === pctMso
        ? null
        : { what, asked: exact, planned: pctMso, unit: "%MSO" },
  });
}
