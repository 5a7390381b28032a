/**
 * The shell around every method: the range, the step cap of rule THR-01, rejected trials, ends that no
 * method foresees, and the trace.
 */
import type { Response, ThresholdCore, Wish } from "./core.ts";
import type {
  Bound,
  ThresholdCounts,
  ThresholdMethod,
  ThresholdOutcome,
  ThresholdResult,
  ThresholdSettings,
  ThresholdState,
  ThresholdStep,
  TraceEntry,
  Trial,
} from "./types.ts";

export const SINGLE_TRACK = "single";

/** The method of a core. */
export function machine<Options extends object, Memory>(
  core: ThresholdCore<Options, Memory>,
): ThresholdMethod<Options> {
  // The only two places where the plain data of a state become the core's own types again.
  const optionsOf = (state: ThresholdState): Options => state.options as Options;
  const memoryOf = (state: ThresholdState): Memory => state.memory as Memory;

  const wish = (state: ThresholdState): Wish =>
    core.wish(memoryOf(state), optionsOf(state), state.settings);

  const next = (state: ThresholdState): ThresholdStep => {
    const early = earlyEnd(state);
    if (early !== null) return done(state, early);
    const wanted = wish(state);
    if (wanted.kind === "end") return done(state, supported(state, wanted.outcome));
    return bounded(state, repeated(state) ?? wanted.intensityPctMso);
  };

  return {
    name: core.name,
    version: core.version,
    start: (settings, options = {}) => {
      const all = { ...core.defaults, ...options };
      return {
        method: core.name,
        version: core.version,
        settings,
        options: all,
        memory: core.begin(all, settings),
        highestPctMso: settings.highestBeforePctMso,
        trace: [],
      };
    },
    next,
    answer: (state, trial) => {
      const step = next(state);
      if (step.kind === "done") return state;
      const heard = core.needsAmplitude ? withAmplitude(trial) : trial;
      const response = responseOf(heard, state.settings);
      const entry: TraceEntry = {
        track: step.track,
        wantedPctMso: step.wantedPctMso,
        askedPctMso: step.intensityPctMso,
        bounds: step.bounds,
        trial: heard,
        hit: response?.hit ?? null,
      };
      return {
        ...state,
        memory:
          response === null
            ? state.memory
            : core.learn(memoryOf(state), response, optionsOf(state), state.settings),
        highestPctMso: Math.max(state.highestPctMso ?? 0, trial.intensityPctMso),
        trace: [...state.trace, entry],
      };
    },
  };
}

/** To the dial of the device, halves upwards. */
export function onDial(intensityPctMso: number, settings: ThresholdSettings): number {
  const { resolutionPctMso } = settings;
  return Math.floor(intensityPctMso / resolutionPctMso + 0.5) * resolutionPctMso;
}

/** A rejected trial taught nothing, so its intensity is asked for again, even where the cap would now allow more. */
function repeated(state: ThresholdState): number | null {
  const last = state.trace.at(-1);
  return last?.trial.kind === "rejected" ? last.askedPctMso : null;
}

function bounded(state: ThresholdState, wantedPctMso: number): ThresholdStep {
  const { settings, highestPctMso } = state;
  const { minPctMso, maxPctMso, maxRisePctMso, resolutionPctMso } = settings;
  const bounds: Bound[] = [];
  let intensityPctMso = onDial(wantedPctMso, settings);
  if (intensityPctMso < minPctMso || intensityPctMso > maxPctMso) {
    bounds.push("range");
    intensityPctMso = Math.min(Math.max(intensityPctMso, minPctMso), maxPctMso);
  }
  if (highestPctMso !== null && maxRisePctMso !== null) {
    // Down to the dial: a cap that is rounded up is none.
    const steps = Math.floor((highestPctMso + maxRisePctMso) / resolutionPctMso + 1e-9);
    const capPctMso = steps * resolutionPctMso;
    if (intensityPctMso > capPctMso) {
      bounds.push("THR-01");
      intensityPctMso = capPctMso;
    }
  }
  return { kind: "pulse", track: SINGLE_TRACK, intensityPctMso, wantedPctMso, bounds };
}

function withAmplitude(trial: Trial): Trial {
  if (trial.kind !== "seen") return trial;
  const { intensityPctMso } = trial;
  return { kind: "rejected", intensityPctMso, why: "the method needs an amplitude" };
}

function responseOf(trial: Trial, { target }: ThresholdSettings): Response | null {
  const { intensityPctMso } = trial;
  switch (trial.kind) {
    case "rejected":
      return null;
    case "seen":
      return { intensityPctMso, hit: trial.hit, peakToPeakUv: null };
    case "measured": {
      const { peakToPeakUv } = trial;
      return { intensityPctMso, hit: peakToPeakUv >= target.targetUv, peakToPeakUv };
    }
  }
}

/** Ends that hold for every method. */
function earlyEnd({ settings, trace }: ThresholdState): ThresholdOutcome | null {
  const { maxPctMso, ceilingMisses } = settings;
  const isCeilingMiss = ({ hit, trial }: TraceEntry): boolean =>
    hit === false && trial.intensityPctMso >= maxPctMso;
  const valid = trace.filter(({ hit }) => hit !== null);
  if (ceilingMisses > 0 && valid.length >= ceilingMisses) {
    if (valid.slice(-ceilingMisses).every(isCeilingMiss)) {
      return { kind: "not-obtainable", abovePctMso: maxPctMso, why: "misses-at-the-ceiling" };
    }
  }
  const inRow = trace.length - 1 - trace.findLastIndex(({ hit }) => hit !== null);
  const rejected = trace.length - valid.length;
  if (inRow >= settings.maxRejectedInRow || rejected >= settings.maxRejected) {
    return { kind: "gave-up", why: "too-many-rejected" };
  }
  if (trace.length >= settings.maxPulses) return { kind: "gave-up", why: "too-many-pulses" };
  return null;
}

/** A threshold without any hit, or without any miss, rests on the method's assumptions alone. */
function supported(state: ThresholdState, outcome: ThresholdOutcome): ThresholdOutcome {
  if (outcome.kind !== "found") return outcome;
  const { maxPctMso } = state.settings;
  const { hits, misses } = countsOf(state.trace);
  if (hits === 0) {
    const abovePctMso = Math.max(...state.trace.map(({ trial }) => trial.intensityPctMso), 0);
    return { kind: "not-obtainable", abovePctMso, why: "no-response" };
  }
  if (misses === 0) return { kind: "gave-up", why: "no-miss" };
  if (outcome.thresholdPctMso > maxPctMso) {
    return { kind: "not-obtainable", abovePctMso: maxPctMso, why: "estimate-above-the-ceiling" };
  }
  return outcome;
}

export function countsOf(trace: readonly TraceEntry[]): ThresholdCounts {
  const count = (isCounted: (entry: TraceEntry) => boolean): number =>
    trace.filter(isCounted).length;
  return {
    pulses: trace.length,
    hits: count(({ hit }) => hit === true),
    misses: count(({ hit }) => hit === false),
    rejected: count(({ hit }) => hit === null),
    heldByThr01: count(({ bounds }) => bounds.includes("THR-01")),
    heldByRange: count(({ bounds }) => bounds.includes("range")),
  };
}

function done(state: ThresholdState, outcome: ThresholdOutcome): ThresholdStep {
  const { method, version, settings, options, trace } = state;
  const counts = countsOf(trace);
  const result: ThresholdResult = { method, version, settings, options, outcome, counts, trace };
  return { kind: "done", result };
}
