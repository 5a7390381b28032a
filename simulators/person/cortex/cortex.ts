/** From pulses and nerve stimuli to responses: what a pulse does depends on what came before it. */
import { betweenAt, type DrawKey, drawKey, normalAt, uniformAt } from "../draws.ts";
import { EVOKED, type TepPeak } from "../figures/brain.ts";
import { PAIRS } from "../figures/cortex.ts";
import { ACTIVITY, RECRUITMENT, RESPONSE, SILENCE } from "../figures/muscle.ts";
import type { Muscle } from "../muscle/muscles.ts";
import { recruitedUv } from "../recruitment.ts";
import type { Subject } from "../subjects.ts";
import { type AfterEffect, afterEffectOf, shiftAt, stillThere } from "./afterEffects.ts";
import { type Drift, gainAt, nextDrift } from "./excitability.ts";
import {
  acrossFactor,
  clampFactor,
  type FeltPulse,
  type Hemisphere,
  nerveFactor,
  oneVolley,
  pairFactor,
} from "./pairs.ts";
import { NO_PATTERN, type PatternState, stepPattern } from "./patterns.ts";
import type { MuscleResponse, PulseResponse } from "./response.ts";
import { peaksOf, scalpPeaks } from "./scalpResponse.ts";
import { recruitmentAt, type Tract, tractOf } from "./tract.ts";

/** What does not change in a session. */
export interface Cortex {
  readonly subject: Subject;
  readonly tract: Tract | null;
  readonly seed: number;
  readonly muscles: readonly OwnMuscle[];
  readonly peaks: readonly TepPeak[];
  readonly keys: Readonly<
    Record<"drift" | "pair" | "latency" | "shape" | "silence" | "scalp" | "trend", DrawKey>
  >;
}

/** A muscle with what is the person's own about it. */
interface OwnMuscle extends Muscle {
  readonly widthMs: number;
  readonly outputKey: DrawKey;
}

export interface CortexState {
  readonly pulses: number;
  readonly lastMs: number | null;
  readonly drift: Drift | null;
  /** Those that can still condition another. */
  readonly recent: readonly FeltPulse[];
  readonly nervesMs: readonly number[];
  readonly train: { readonly firstMs: number; readonly pulses: number };
  readonly pattern: PatternState;
  readonly effects: readonly AfterEffect[];
  readonly runs: number;
}

export interface Pulse {
  readonly atMs: number;
  readonly intensityPctMso: number;
  readonly waveform: string;
  readonly hemisphere: Hemisphere;
  /** Of the effort at the pulse: by order, and altogether. */
  readonly voluntary: number;
  readonly effort: number;
  /** Part of the response that is left with the coil where it is. */
  readonly coilGain: number;
  readonly muPhaseRad: number;
}

export const AT_REST: CortexState = {
  pulses: 0,
  lastMs: null,
  drift: null,
  recent: [],
  nervesMs: [],
  train: { firstMs: 0, pulses: 0 },
  pattern: NO_PATTERN,
  effects: [],
  runs: 0,
};

export function createCortex(subject: Subject, seed: number, muscles: readonly Muscle[]): Cortex {
  const key = (purpose: string): DrawKey => drawKey(seed, subject.name, purpose);
  return {
    subject,
    tract: tractOf(subject),
    seed,
    muscles: muscles.map((muscle) => ({
      ...muscle,
      widthMs: betweenAt(drawKey(0, subject.name, muscle.name), 0, RESPONSE.widthMs),
      outputKey: key(`output of ${muscle.name}`),
    })),
    peaks: peaksOf(subject),
    keys: {
      drift: key("drift"),
      pair: key("pair"),
      latency: key("latency"),
      shape: key("shape"),
      silence: key("silence"),
      scalp: key("scalp"),
      trend: key("trend"),
    },
  };
}

export function feelNerve(state: CortexState, atMs: number): CortexState {
  return { ...state, nervesMs: [...recentOf(state.nervesMs, atMs), atMs] };
}

function recentOf(instants: readonly number[], nowMs: number): readonly number[] {
  return instants.filter((ms) => nowMs - ms < PAIRS.rememberMs);
}

/** The pulse in units of the monophasic one that thresholds are told for. */
function effectivePctMso({ intensityPctMso, waveform }: Pulse): number {
  const word = waveform.toLowerCase();
  if (word.startsWith("bi")) return intensityPctMso / RECRUITMENT.biphasicThreshold;
  if (word.includes("half")) return intensityPctMso / RECRUITMENT.halfSineThreshold;
  return intensityPctMso;
}

/** Effects of what was felt before; `onPrevious` is for the response of the pulse right before. */
function conditioned(
  { subject }: Cortex,
  { recent, nervesMs }: CortexState,
  { atMs }: Pulse,
  strength: number,
): { readonly factor: number; readonly onPrevious: number } {
  const before = recent.filter((pulse) => pulse.atMs <= atMs);
  const same = before.findLast(({ hemisphere }) => hemisphere === "tested");
  const across = before.findLast(({ hemisphere }) => hemisphere === "other");
  const nerves = nervesMs
    .filter((ms) => ms <= atMs)
    .reduce((product, ms) => product * nerveFactor(subject, atMs - ms), 1);
  const others =
    nerves *
    (across === undefined ? 1 : acrossFactor(subject, atMs - across.atMs, across.strength));
  if (same === undefined) return { factor: others, onPrevious: 1 };
  const isiMs = atMs - same.atMs;
  if (isiMs >= PAIRS.oneVolleyMs) {
    return { factor: others * pairFactor(subject, isiMs, same.strength), onPrevious: 1 };
  }
  const { onFirst, onSecond } = oneVolley(subject, isiMs, same.strength, strength);
  return { factor: others * onSecond, onPrevious: onFirst };
}

export interface Felt {
  readonly state: CortexState;
  readonly response: PulseResponse;
  /** On the muscle responses of the last pulse over the tested hemisphere. */
  readonly onPrevious: number;
}

export function feelPulse(cortex: Cortex, state: CortexState, pulse: Pulse): Felt {
  const { atMs, hemisphere } = pulse;
  const { subject, tract, keys } = cortex;
  const number = state.pulses;
  const effective = effectivePctMso(pulse);
  const thresholdPctMso = tract?.rmtPctMso ?? EVOKED.unknownThresholdPctMso;
  const strength = effective / thresholdPctMso;
  const isTested = hemisphere === "tested";
  const learned = isTested ? learn(cortex, state, atMs) : state;
  const drift = isTested ? nextDrift(state.drift, atMs, keys.drift, number) : state.drift;
  const { factor, onPrevious } = isTested
    ? conditioned(cortex, state, pulse, strength)
    : { factor: 1, onPrevious: 1 };
  const train = trainWith(state, atMs);
  const isSpreading = subject.spreads && isTested && isFast(train, atMs);
  const gain =
    factor === 0
      ? 0
      : spreadOf(clampFactor(factor), factor !== 1, keys.pair, number) *
        Math.exp(shiftAt(learned.effects, "muscle", atMs)) *
        gainAt(state.lastMs, atMs, keys.trend) *
        pulse.coilGain;
  const trial: Trial = { number, effective, strength, gain, z: drift?.z ?? 0, isSpreading };
  const scalp = scalpPeaks(cortex.peaks, keys.scalp, {
    atMs,
    number,
    strength,
    intensityPctMso: pulse.intensityPctMso,
    beforeMs: state.lastMs,
    early: shiftAt(learned.effects, "scalp", atMs),
  });
  const felt: FeltPulse = { atMs, strength, hemisphere };
  return {
    state: {
      ...learned,
      pulses: number + 1,
      lastMs: Math.max(atMs, state.lastMs ?? atMs),
      drift,
      recent: [...state.recent.filter((one) => atMs - one.atMs < PAIRS.rememberMs), felt],
      nervesMs: recentOf(state.nervesMs, atMs),
      train,
    },
    response: {
      atMs,
      number,
      hemisphere,
      intensityPctMso: pulse.intensityPctMso,
      recharges: pulse.waveform.toLowerCase().startsWith("mono"),
      muscles: isTested && tract !== null ? muscleResponses(cortex, tract, pulse, trial) : NONE,
      silence: isTested && tract !== null ? silenceOf(cortex, pulse, trial) : null,
      spreadsUntilMs: isSpreading ? atMs + ACTIVITY.spreadMs : null,
      scalp,
    },
    onPrevious,
  };
}

const NONE: PulseResponse["muscles"] = new Map();

/** Conditioning adds a scatter of its own. */
function spreadOf(factor: number, isConditioned: boolean, key: DrawKey, number: number): number {
  return isConditioned ? factor * Math.exp(PAIRS.spread * normalAt(key, number)) : factor;
}

function learn({ subject, seed }: Cortex, state: CortexState, atMs: number): CortexState {
  const nerveMs = state.nervesMs.findLast((ms) => ms <= atMs && atMs - ms < 60);
  const relative = nerveMs === undefined ? null : atMs - nerveMs - subject.n20Ms;
  const { state: pattern, ended } = stepPattern(state.pattern, atMs, relative);
  const effects = stillThere(state.effects, atMs);
  return {
    ...state,
    pattern,
    runs: state.runs + ended.length,
    effects: [
      ...effects,
      ...ended.map((run, i) => afterEffectOf(run, subject, seed, state.runs + i)),
    ],
  };
}

function trainWith({ train, lastMs }: CortexState, atMs: number): CortexState["train"] {
  const goesOn = lastMs !== null && atMs - lastMs <= ACTIVITY.spreadGapMs;
  return goesOn ? { ...train, pulses: train.pulses + 1 } : { firstMs: atMs, pulses: 1 };
}

function isFast({ firstMs, pulses }: CortexState["train"], atMs: number): boolean {
  if (pulses <= ACTIVITY.spreadPulse) return false;
  // Rounding of instants must not turn 10 Hz into less.
  return ((pulses - 1) * 1000) / (atMs - firstMs) >= ACTIVITY.spreadHz - 0.01;
}

interface Trial {
  readonly number: number;
  readonly effective: number;
  readonly strength: number;
  readonly gain: number;
  /** Excitability of the trial in standard deviations. */
  readonly z: number;
  readonly isSpreading: boolean;
}

function muscleResponses(
  cortex: Cortex,
  tract: Tract,
  pulse: Pulse,
  trial: Trial,
): PulseResponse["muscles"] {
  return new Map(
    cortex.muscles.map((muscle) => [
      muscle.name,
      muscleResponse(cortex, tract, muscle, pulse, trial),
    ]),
  );
}

/** With activity spreading, every muscle answers as easily as those of the hand. */
const SPREADING = { gain: 0.5, threshold: 1 };

function muscleResponse(
  { subject, keys }: Cortex,
  tract: Tract,
  muscle: OwnMuscle,
  pulse: Pulse,
  { number, effective, strength, gain, z, isSpreading }: Trial,
): MuscleResponse {
  const activity = Math.min(1, (pulse.effort * muscle.effort) / RECRUITMENT.fullyActivePart);
  const recruitment = recruitmentAt(tract, activity);
  const excitability =
    recruitment.excitabilityPctMso * (z - subject.muPhase * Math.cos(pulse.muPhaseRad));
  const { gain: muscleGain, threshold } =
    isSpreading && muscle.gain < SPREADING.gain ? SPREADING : muscle;
  const output = recruitment.outputDecades * normalAt(muscle.outputKey, number);
  const drive = effective / threshold;
  const peakToPeakUv = recruitedUv(recruitment, drive, excitability, output) * muscleGain * gain;
  const isSmall = peakToPeakUv < RESPONSE.smallUv;
  return {
    onsetMs:
      pulse.atMs +
      subject.latencyMs +
      muscle.afterFdiMs +
      RESPONSE.latencyWithinMs * normalAt(keys.latency, number) +
      RESPONSE.latencyActiveMs * activity +
      (isSmall ? RESPONSE.smallLaterMs : 0),
    peakToPeakUv,
    widthMs:
      muscle.widthMs *
      (isSmall ? RESPONSE.smallWiderBy : 1) *
      (strength < RESPONSE.widerBelowRmt ? RESPONSE.widerBy : 1),
    hasThirdPhase: uniformAt(keys.shape, number) < RESPONSE.thirdPhaseShare,
  };
}

function silenceOf(
  { subject, keys }: Cortex,
  { atMs, voluntary }: Pulse,
  { number, strength, z }: Trial,
): PulseResponse["silence"] {
  if (voluntary < SILENCE.fromPart || strength < SILENCE.fromRmt) return null;
  const { basisMs, perRmtMs, shortestMs, longestMs, within, withSizeCorrelation } = SILENCE;
  const own = Math.sqrt(1 - withSizeCorrelation ** 2) * normalAt(keys.silence, number);
  const meanMs = (basisMs + perRmtMs * (strength - 1)) * subject.silence;
  const durationMs = meanMs * (1 + within * (withSizeCorrelation * z + own));
  const lastsMs = Math.min(Math.max(durationMs, shortestMs), longestMs);
  const fromMs = atMs + subject.latencyMs + RESPONSE.latencyActiveMs;
  return { fromMs, toMs: atMs + SILENCE.endsAfterMs + lastsMs };
}
