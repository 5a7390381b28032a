/** Electrodes, cortex and memory of one person. */
import type { Discharge, SimulatedPerson } from "../../src/contract/simulator.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { createEegChannel } from "./brain/eegChannel.ts";
import { brainRhythms, type RhythmName } from "./brain/rhythms.ts";
import {
  AT_REST,
  type CortexState,
  createCortex,
  feelNerve,
  feelPulse,
  type Pulse,
} from "./cortex/cortex.ts";
import type { Hemisphere } from "./cortex/pairs.ts";
import { type PulseResponse, withMuscleGain } from "./cortex/response.ts";
import { betweenAt, drawKey } from "./draws.ts";
import { ELECTRODE, RECRUITMENT } from "./figures/muscle.ts";
import { createEffort, twitchAt } from "./muscle/effort.ts";
import { createEmgChannel, STEP_GONE_TAUS } from "./muscle/emgChannel.ts";
import { muscleOf } from "./muscle/muscles.ts";
import { mainsFrequencyHz } from "./series/mains.ts";
import { createTimeline } from "./series/timeline.ts";
import { distanceMm, siteOffset } from "./site.ts";
import type { Subject } from "./subjects.ts";
import type { Happened, World } from "./world.ts";

/** How a pulse reaches the person. */
export interface HowFelt {
  readonly waveform: string;
  /** Side of each pulse of a discharge; absent, or shorter than the discharge: the tested one. */
  readonly hemispheres?: readonly Hemisphere[];
}

/** What only a test may know. */
export interface Truth {
  /** Instantaneous phase of a rhythm, radians; 0 at its positive peaks. */
  phaseRad(rhythm: RhythmName, tMs: number): number;
  /** Of the pulses that can still be seen, in order, without noise: what each made of the person. */
  responses(): readonly PulseResponse[];
}

export interface PersonWithTruth extends SimulatedPerson {
  discharge(discharge: Discharge, how: HowFelt): void;
  readonly truth: Truth;
}

export interface PersonOptions {
  readonly subject: Subject;
  readonly seed: number;
  readonly clock: LabClock;
  readonly channels: readonly string[];
}

/** No sample shows anything of a pulse so long after it. */
const SEEN_FOR_MS = 2500;
/** Samples that are asked for so late have lost pulses; nothing else keeps the memory of an unread channel small. */
const KEPT_UNREAD_MS = 30_000;

export function createPerson({ subject, seed, clock, channels }: PersonOptions): PersonWithTruth {
  const key = (purpose: string): number => drawKey(seed, subject.name, purpose);
  const muscles = channels.map(muscleOf);
  const cortex = createCortex(subject, seed, [
    ...new Map(muscles.flatMap((one) => (one === null ? [] : [[one.name, one]]))).values(),
  ]);
  const rhythms = brainRhythms(subject, seed);
  const effort = createEffort(key("twitches"));
  const stepTauMs = betweenAt(key("step"), 0, ELECTRODE.stepMs);
  let state: CortexState = AT_REST;
  let happened: readonly Happened[] = [];
  let nervesMs: readonly number[] = [];
  let site = subject.hotspot;
  let newestMs = Number.NEGATIVE_INFINITY;

  const world: World = {
    seed,
    happened: () => happened,
    nervesMs: () => nervesMs,
    effort,
    mainsHz: mainsFrequencyHz(key("mains")),
    stepTauMs,
    keys: { blinks: key("blinks"), sep: key("sep") },
  };
  const electrodes = channels.map((name, number) => {
    const muscle = muscles[number] ?? null;
    const channel =
      muscle === null
        ? createEegChannel(world, subject, rhythms, name, number)
        : createEmgChannel(world, muscle, number);
    return { channel, timeline: createTimeline() };
  });

  const forget = (nowMs: number): void => {
    newestMs = Math.max(newestMs, nowMs);
    const unread = electrodes.map(({ timeline }) => timeline.nextMs() ?? Number.NEGATIVE_INFINITY);
    const horizonMs =
      Math.max(Math.min(newestMs, ...unread), newestMs - KEPT_UNREAD_MS) - SEEN_FOR_MS;
    const isOver = (ms: number | undefined): boolean => ms !== undefined && ms < horizonMs;
    if (isOver(happened[0]?.response.atMs)) {
      happened = happened.filter(({ response }) => !isOver(response.atMs));
    }
    if (isOver(nervesMs[0])) nervesMs = nervesMs.filter((ms) => !isOver(ms));
    effort.forgetBefore(horizonMs);
  };

  const pulseOf = (
    { atMs, intensityPctMso }: { readonly atMs: number; readonly intensityPctMso: number },
    waveform: string,
    hemisphere: Hemisphere,
  ): Pulse => {
    const voluntary = effort.voluntaryAt(atMs);
    const twitch = twitchAt(effort.twitches([atMs, atMs]), atMs);
    const offMm = distanceMm(site, subject.hotspot);
    return {
      atMs,
      intensityPctMso,
      waveform,
      hemisphere,
      voluntary,
      effort: Math.max(voluntary, twitch),
      coilGain: Math.exp(-(offMm ** 2) / (2 * RECRUITMENT.hotspotWidthMm ** 2)),
      // A phase far from any other costs a tile of the rhythm.
      muPhaseRad: subject.muPhase === 0 ? 0 : rhythms.mu.rhythm.phaseAt(atMs),
    };
  };

  const feel = (pulse: Pulse): void => {
    const { state: next, response, onPrevious } = feelPulse(cortex, state, pulse);
    state = next;
    if (onPrevious !== 1) happened = withPreviousChanged(happened, pulse.atMs, onPrevious);
    happened = withResponse(happened, response, stepTauMs);
  };

  return {
    subject: subject.name,
    channels,
    fill(channel, firstMs, stepMs, out) {
      const electrode = electrodes[channel];
      if (electrode === undefined || out.length === 0) {
        out.fill(0);
        return;
      }
      const place = electrode.timeline.place(firstMs, stepMs, out.length);
      electrode.channel.write(out, place);
      forget(firstMs);
    },
    discharge(discharge, { waveform, hemispheres }) {
      forget(discharge.atMs);
      for (const { side, ...pulse } of pulsesOf(discharge, hemispheres ?? [])) {
        feel(pulseOf(pulse, waveform, side));
      }
    },
    nerve(atMs) {
      forget(atMs);
      state = feelNerve(state, atMs);
      nervesMs = [...nervesMs, atMs].sort((a, b) => a - b);
    },
    coilAt(words) {
      site = words.trim().toLowerCase() === "hotspot" ? subject.hotspot : siteOffset(words);
    },
    contract(part) {
      effort.contract(clock.now(), Math.min(Math.max(part, 0), 1) || 0);
    },
    truth: {
      phaseRad: (rhythm, tMs) => rhythms[rhythm].rhythm.phaseAt(tMs),
      responses: () => happened.map(({ response }) => response),
    },
  };
}

interface SidedPulse {
  readonly atMs: number;
  readonly intensityPctMso: number;
  readonly side: Hemisphere;
}

/** The pulses of a discharge; nobody feels one of no output. */
function pulsesOf(
  { atMs, intensityPctMso, isiMs }: Discharge,
  hemispheres: readonly Hemisphere[],
): readonly SidedPulse[] {
  const sideOf = (i: number): Hemisphere => hemispheres[i] ?? "tested";
  const all =
    isiMs === 0 && intensityPctMso.length > 1
      ? [{ atMs, intensityPctMso: together(intensityPctMso), side: sideOf(0) }]
      : intensityPctMso.map((pct, i) => ({
          atMs: atMs + i * (isiMs ?? 0),
          intensityPctMso: pct,
          side: sideOf(i),
        }));
  return all.filter(({ intensityPctMso: pct }) => pct > 0 && Number.isFinite(pct));
}

/** Units that discharge at once into one coil. */
function together(intensities: readonly number[]): number {
  return RECRUITMENT.bothAtOncePart * intensities.reduce((sum, pct) => sum + pct, 0);
}

function withPreviousChanged(
  happened: readonly Happened[],
  beforeMs: number,
  gain: number,
): readonly Happened[] {
  const last = happened.findLastIndex(
    ({ response }) => response.hemisphere === "tested" && response.atMs <= beforeMs,
  );
  return happened.map((one, i) =>
    i === last ? { ...one, response: withMuscleGain(one.response, gain) } : one,
  );
}

/** In order of time, with the electrodes' steps carried on from each pulse to the next. */
function withResponse(
  happened: readonly Happened[],
  response: PulseResponse,
  tauMs: number,
): readonly Happened[] {
  const own = response.intensityPctMso / ELECTRODE.artefactFullPctMso;
  const before = happened.filter((one) => one.response.atMs <= response.atMs);
  const after = happened.slice(before.length);
  const last = before.at(-1);
  // What can be forgotten must be nothing, or forgetting it early would show.
  const left = (sinceMs: number): number =>
    sinceMs > STEP_GONE_TAUS * tauMs ? 0 : Math.exp(-sinceMs / tauMs);
  const step =
    own + (last === undefined ? 0 : last.step * left(response.atMs - last.response.atMs));
  return [
    ...before,
    { response, step },
    ...after.map((one) => ({
      ...one,
      step: one.step + own * left(one.response.atMs - response.atMs),
    })),
  ];
}
