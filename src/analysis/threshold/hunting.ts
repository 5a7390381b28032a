/**
 * Adaptive threshold hunting (SICI, SAI; Nielsen 2021, 10.1523/ENEURO.0103-21.2021): the pulse alone and each condition have
 * a track of their own towards one amplitude, interleaved at random. What is measured is how far a condition shifts it.
 */
import { createRandom } from "../../base/random.ts";
import { THRESHOLD_METHODS } from "./methods.ts";
import type {
  ThresholdMethod,
  ThresholdResult,
  ThresholdSettings,
  ThresholdState,
  ThresholdStep,
  TraceEntry,
  Trial,
} from "./types.ts";

/** How a track moves. */
export const HUNTING_RULES = {
  serial: "serial-tracking",
  pest: "ml-pest",
  proportional: "stochastic-analog",
} as const;

export interface HuntTrack {
  readonly name: string;
  readonly startPctMso: number;
}

export interface HuntOptions {
  readonly rule: keyof typeof HUNTING_RULES;
  /** Options of the rule's own method; the start is each track's. */
  readonly ruleOptions: object;
  /** The test pulse alone. */
  readonly test: HuntTrack;
  readonly conditions: readonly HuntTrack[];
  readonly pulsesPerTrack: number;
  /** Of the random order. */
  readonly seed: number;
}

export interface HuntState {
  readonly settings: ThresholdSettings;
  readonly options: HuntOptions;
  /** The test first, then the conditions. */
  readonly tracks: readonly ThresholdState[];
  readonly trace: readonly TraceEntry[];
}

export interface HuntShift {
  readonly condition: string;
  /** 100 (Tc - Tt) / Tt: inhibition is positive. Null where one of the two was not found. */
  readonly shiftPct: number | null;
}

export interface HuntResult {
  readonly method: "threshold-hunting";
  readonly version: number;
  readonly settings: ThresholdSettings;
  readonly options: HuntOptions;
  readonly tracks: readonly { readonly name: string; readonly result: ThresholdResult }[];
  readonly shifts: readonly HuntShift[];
  readonly trace: readonly TraceEntry[];
}

export type HuntStep =
  | Extract<ThresholdStep, { readonly kind: "pulse" }>
  | { readonly kind: "done"; readonly result: HuntResult };

const VERSION = 1;

export function startHunt(settings: ThresholdSettings, options: HuntOptions): HuntState {
  const method = methodOf(options);
  const tracks = tracksOf(options).map(({ startPctMso }) =>
    method.start(settings, {
      ...options.ruleOptions,
      pulses: options.pulsesPerTrack,
      startPctMso,
    }),
  );
  return { settings, options, tracks, trace: [] };
}

export function nextInHunt(state: HuntState): HuntStep {
  const turn = turnOf(state);
  return turn === null ? { kind: "done", result: resultOf(state) } : turn.step;
}

export function answerInHunt(state: HuntState, trial: Trial): HuntState {
  const turn = turnOf(state);
  if (turn === null) return state;
  const answered = methodOf(state.options).answer(turn.track, trial);
  const entry = answered.trace.at(-1);
  const highestPctMso = Math.max(turn.track.highestPctMso ?? 0, trial.intensityPctMso);
  return {
    ...state,
    tracks: state.tracks.map((track) => ({
      ...(track === turn.track ? answered : track),
      // The head is the same one for all tracks: what one has delivered the others may follow.
      highestPctMso,
    })),
    trace:
      entry === undefined ? state.trace : [...state.trace, { ...entry, track: turn.step.track }],
  };
}

interface Turn {
  readonly track: ThresholdState;
  readonly step: Extract<ThresholdStep, { readonly kind: "pulse" }>;
}

/**
 * Round by round every unfinished track has one turn, in an order drawn for the round. A rejected trial keeps its
 * turn.
 */
function turnOf(state: HuntState): Turn | null {
  const { options, tracks } = state;
  const method = methodOf(options);
  const names = tracksOf(options).map(({ name }) => name);
  const open = tracks.flatMap((track, index) => {
    const step = method.next(track);
    return step.kind === "done" ? [] : [{ index, track, step, round: validTrials(track) }];
  });
  const round = Math.min(...open.map((turn) => turn.round));
  const order = createRandom(options.seed, `hunt/${round}`).shuffle(names.map((_, i) => i));
  const index = order.find((i) => open.some((turn) => turn.index === i && turn.round === round));
  const turn = open.find((candidate) => candidate.index === index);
  if (turn === undefined) return null;
  const { track, step } = turn;
  return { track, step: { ...step, track: names[turn.index] ?? step.track } };
}

const validTrials = ({ trace }: ThresholdState): number =>
  trace.filter(({ hit }) => hit !== null).length;

const tracksOf = ({ test, conditions }: HuntOptions): readonly HuntTrack[] => [test, ...conditions];

function methodOf({ rule }: HuntOptions): ThresholdMethod {
  const method = THRESHOLD_METHODS[HUNTING_RULES[rule]];
  if (method === undefined) throw new Error(`no method ${HUNTING_RULES[rule]}`);
  return method;
}

function resultOf({ settings, options, tracks, trace }: HuntState): HuntResult {
  const method = methodOf(options);
  const results = tracksOf(options).flatMap(({ name }, index) => {
    const track = tracks[index];
    const step = track === undefined ? undefined : method.next(track);
    return step?.kind === "done" ? [{ name, result: step.result }] : [];
  });
  const thresholdOf = (name: string): number | null => {
    const outcome = results.find((track) => track.name === name)?.result.outcome;
    return outcome?.kind === "found" ? outcome.thresholdPctMso : null;
  };
  const alone = thresholdOf(options.test.name);
  const shifts = options.conditions.map(({ name }) => {
    const conditioned = thresholdOf(name);
    const isKnown = alone !== null && conditioned !== null;
    return { condition: name, shiftPct: isKnown ? (100 * (conditioned - alone)) / alone : null };
  });
  return {
    method: "threshold-hunting",
    version: VERSION,
    settings,
    options,
    tracks: results,
    shifts,
    trace,
  };
}
