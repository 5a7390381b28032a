import { err, ok, type Result } from "../src/base/result.ts";
import type { IntensityRequest, Rounding } from "../src/contract/dose.ts";
import type { ThresholdKind } from "../src/contract/session.ts";
import type { ExpandContext, ExpandProblem } from "./context.ts";
import type { Intensity, Level } from "./types.ts";

/** A level turned into output, with the request it came from. */
export interface ResolvedLevel {
  readonly pctMso: number;
  readonly request: IntensityRequest;
  readonly rounding: Rounding | null;
}

/** A base may carry the remark of its source in brackets: `%RMT (second pulse)`. */
const PERCENT_BASE = /^%(RMT|AMT|MSO)(?: \(.*\))?$/;
const ONE_MILLIVOLT = /^1 ?mV(?: \(.*\))?$/;

/**
 * Percent of output of one level: round half up of percent x threshold / 100, on the device's
 * step. Nothing is clipped: what lies above the device's output is refused by the gate (INT-03).
 */
export function resolveLevel(
  level: Level,
  hemisphere: "left" | "right" | null,
  field: string,
  context: ExpandContext,
): Result<ResolvedLevel, ExpandProblem> {
  const base = PERCENT_BASE.exec(level.base)?.[1];
  if (base === undefined && ONE_MILLIVOLT.test(level.base)) {
    return resolveOneMillivolt(level, hemisphere, field, context);
  }
  if (base === undefined) {
    const detail = `the intensity is given as "${level.base}": it must be measured in this subject first, and nothing here measures it yet`;
    return err({ kind: "to-be-measured", field: `${field}.base`, detail });
  }
  if (level.value === null) {
    return err({
      kind: "missing-figure",
      field: `${field}.value`,
      detail: `the source does not give the ${level.base} value`,
    });
  }
  const stepPctMso = context.capabilities.intensityStepPctMso;
  if (base === "MSO") {
    const pctMso = roundHalfUp(level.value, stepPctMso);
    return ok(resolved(level, null, level.value, pctMso));
  }
  const threshold = findThreshold(base === "RMT" ? "RMT" : "AMT", hemisphere, field, context);
  if (!threshold.ok) return threshold;
  const exact = (level.value * threshold.value.percentMso) / 100;
  return ok(resolved(level, threshold.value, exact, roundHalfUp(exact, stepPctMso)));
}

/** The output that gives MEPs of 1 mV, as it was measured; a value is a percentage of it. */
function resolveOneMillivolt(
  level: Level,
  hemisphere: "left" | "right" | null,
  field: string,
  context: ExpandContext,
): Result<ResolvedLevel, ExpandProblem> {
  if (!context.thresholds.some(({ kind }) => kind === "1mV")) {
    const detail = `the intensity is given as "${level.base}": it must be measured in this subject first; give it as --threshold 1mV=PERCENT_MSO or as a threshold of kind 1mV in the session file`;
    return err({ kind: "to-be-measured", field: `${field}.base`, detail });
  }
  const found = findThreshold("1mV", hemisphere, field, context);
  if (!found.ok) return found;
  const exact = ((level.value ?? 100) * found.value.percentMso) / 100;
  const pctMso = roundHalfUp(exact, context.capabilities.intensityStepPctMso);
  return ok(resolved(level, found.value, exact, pctMso));
}

/** The intensity of a block's stimuli; `scalePct` is where a ramp stands. */
export function resolveIntensity(
  intensity: Intensity,
  scalePct: number,
  field: string,
  context: ExpandContext,
): Result<ResolvedLevel, ExpandProblem> {
  if (intensity.toBeMeasured) {
    const detail = "the procedure itself finds the intensity from the responses, pulse by pulse";
    return err({ kind: "to-be-measured", field: `${field}.value`, detail });
  }
  // Sources give an output of 1 mV without a value: the whole of it, of which a ramp takes its part.
  const whole = intensity.value ?? (ONE_MILLIVOLT.test(intensity.base) ? 100 : null);
  const value = whole === null ? null : (whole * scalePct) / 100;
  return resolveLevel({ value, base: intensity.base }, intensity.hemisphere, field, context);
}

function findThreshold(
  kind: ThresholdKind,
  hemisphere: "left" | "right" | null,
  field: string,
  context: ExpandContext,
): Result<{ readonly kind: ThresholdKind; readonly percentMso: number }, ExpandProblem> {
  const known = context.thresholds.filter(
    (threshold) =>
      threshold.kind === kind && (hemisphere === null || threshold.hemisphere === hemisphere),
  );
  const [first] = known;
  const refuse = (detail: string): Result<never, ExpandProblem> =>
    err({ kind: "missing-threshold", field: `${field}.base`, detail, rule: "INT-01" });
  if (first === undefined) {
    const side = hemisphere === null ? "" : ` of the ${hemisphere} hemisphere`;
    return refuse(
      `%${kind} needs the subject's measured ${kind}${side}: give --threshold ${kind}=PERCENT_MSO (as in --threshold ${kind}=45), or a threshold of kind ${kind} in the session file`,
    );
  }
  if (known.some((threshold) => threshold.percentMso !== first.percentMso)) {
    const list = known.map(
      (threshold) => `${threshold.percentMso} (${threshold.hemisphere ?? "no hemisphere"})`,
    );
    return refuse(
      `several ${kind} are known, ${list.join(" and ")} %MSO: name the side with hemisphere in the intensity`,
    );
  }
  return ok({ kind, percentMso: first.percentMso });
}

function resolved(
  level: Level,
  threshold: IntensityRequest["threshold"],
  exactPct: number,
  pctMso: number,
): ResolvedLevel {
  const asked = round6(exactPct);
  const of =
    threshold === null
      ? level.base
      : `${level.base}, ${threshold.kind} ${threshold.percentMso} %MSO`;
  return {
    pctMso,
    request: {
      value: level.value === null ? null : round6(level.value),
      base: level.base,
      threshold,
    },
    rounding:
      asked === pctMso
        ? null
        : {
            what: `intensity ${round6(level.value ?? 0)} ${of}`,
            asked,
            planned: pctMso,
            unit: "%MSO",
          },
  };
}

/** Half goes up; the small term keeps 49.5 from reading as 49.49999 after a multiplication. */
function roundHalfUp(value: number, step: number): number {
  return round6(Math.floor(value / step + 0.5 + 1e-9) * step);
}

function round6(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
