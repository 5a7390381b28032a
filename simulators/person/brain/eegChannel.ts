/** An electrode on the scalp. */
import type { PulseResponse } from "../cortex/response.ts";
import { betweenAt, drawKey, normalAt, uniformAt } from "../draws.ts";
import { BACKGROUND, EVOKED, SEP } from "../figures/brain.ts";
import { ELECTRODE } from "../figures/muscle.ts";
import { addSpike } from "../muscle/emgChannel.ts";
import { chanceEvents } from "../series/chanceEvents.ts";
import { createColouredNoise } from "../series/colouredNoise.ts";
import { createMains } from "../series/mains.ts";
import { addBetween, type Place, spanOfPlace } from "../series/timeline.ts";
import type { Subject } from "../subjects.ts";
import type { Channel, World } from "../world.ts";
import { type BrainRhythm, type RhythmName, seenAt } from "./rhythms.ts";
import { type Direction, electrodeAt, lateralness, nearness, PLACES } from "./scalp.ts";

/** Gaussians and decays are followed so far. */
const WIDTHS = 4;
const GONE = 5;
/** An electrode far from the coil still sees the pulse. */
const ARTEFACT_EVERYWHERE = 0.3;

interface Traits {
  readonly spikeUv: number;
  readonly spikeMs: number;
  readonly decayUv: number;
  readonly decayMs: number;
  readonly cranialUv: number;
  readonly rechargeUv: number;
  readonly nerveUv: number;
}

function traitsOf(key: number): Traits {
  const sign = uniformAt(key, 0) < 0.5 ? -1 : 1;
  return {
    spikeUv: sign * betweenAt(key, 1, EVOKED.spikeUv),
    spikeMs: betweenAt(key, 2, EVOKED.spikeMs),
    decayUv: sign * betweenAt(key, 3, EVOKED.decayUv),
    decayMs: betweenAt(key, 4, EVOKED.decayMs),
    cranialUv: sign * betweenAt(key, 5, EVOKED.cranialUv),
    rechargeUv: sign * betweenAt(key, 6, ELECTRODE.rechargeUv),
    nerveUv: sign * EVOKED.nerveUv,
  };
}

function addBump(out: Float64Array, place: Place, atMs: number, widthMs: number, uv: number): void {
  if (uv === 0) return;
  const reach = WIDTHS * widthMs;
  addBetween(out, place, [atMs - reach, atMs + reach], (t) => {
    const u = (t - atMs) / widthMs;
    return uv * Math.exp((-u * u) / 2);
  });
}

function addArtefact(
  out: Float64Array,
  place: Place,
  response: PulseResponse,
  traits: Traits,
  nearCoil: number,
  lateral: number,
): void {
  const { atMs, intensityPctMso, recharges } = response;
  const size =
    (intensityPctMso / ELECTRODE.artefactFullPctMso) *
    (ARTEFACT_EVERYWHERE + (1 - ARTEFACT_EVERYWHERE) * nearCoil);
  const { spikeMs, decayMs } = traits;
  addSpike(out, place, atMs, spikeMs, size * traits.spikeUv);
  const decayFrom = atMs + spikeMs;
  addBetween(
    out,
    place,
    [decayFrom, decayFrom + GONE * decayMs],
    (t) => size * traits.decayUv * Math.exp(-(t - decayFrom) / decayMs),
  );
  const { cranialFromMs, cranialToMs } = EVOKED;
  if (lateral > 0) {
    const uv = lateral * size * traits.cranialUv;
    const span = [atMs + cranialFromMs, atMs + cranialToMs] as const;
    const turn = (2 * Math.PI) / (cranialToMs - cranialFromMs);
    addBetween(out, place, span, (t) => uv * Math.sin((t - span[0]) * turn));
  }
  if (recharges) {
    addSpike(out, place, atMs + ELECTRODE.rechargeAtMs, ELECTRODE.rechargeMs, traits.rechargeUv);
  }
}

function addSep(
  out: Float64Array,
  place: Place,
  nervesMs: readonly number[],
  at: { readonly parietal: number; readonly frontal: number },
  world: World,
  n20Ms: number,
): void {
  nervesMs.forEach((nerveMs, i) => {
    const before = nervesMs[i - 1];
    const sinceMs = before === undefined ? Number.POSITIVE_INFINITY : nerveMs - before;
    // Keyed by the instant: stimuli have no number that outlives the memory of them.
    const trial = 1 + SEP.sweepSpread * normalAt(world.keys.sep, Math.round(nerveMs * 10));
    const size = trial * (1 - Math.exp(-sinceMs / SEP.recoveryMs));
    const add = (peaks: typeof SEP.parietal | typeof SEP.frontal, part: number): void => {
      for (const { afterN20Ms, uv, widthMs } of peaks) {
        addBump(out, place, nerveMs + n20Ms + afterN20Ms, widthMs, uv * part * size);
      }
    };
    add(SEP.parietal, at.parietal);
    add(SEP.frontal, at.frontal);
  });
}

function addBlinks(out: Float64Array, place: Place, world: World, forehead: number): void {
  const { blinkRate, blinkMs, blinkUv } = BACKGROUND;
  const shape = { perSecond: blinkRate, lastsMs: blinkMs };
  for (const { number, fromMs, toMs } of chanceEvents(
    world.keys.blinks,
    shape,
    spanOfPlace(place),
  )) {
    const uv = (forehead * betweenAt(world.keys.blinks ^ 1, number, blinkUv)) / 2;
    const turn = (2 * Math.PI) / blinkMs;
    addBetween(out, place, [fromMs, toMs], (t) => uv * (1 - Math.cos((t - fromMs) * turn)));
  }
}

/** Blinks fall off faster with the distance from the eyes than anything of the brain. */
const BLINK_POWER = 6;
const SEP_POWER = 6;
const FAINT = 0.01;

export function createEegChannel(
  world: World,
  subject: Subject,
  rhythms: Readonly<Record<RhythmName, BrainRhythm>>,
  name: string,
  number: number,
): Channel {
  const at: Direction | null = electrodeAt(name);
  const key = (purpose: string): number => drawKey(world.seed, "eeg", number, purpose);
  const { polesHz, slope, rmsUv, whiteUv, mainsUv } = BACKGROUND;
  const noise = createColouredNoise(key("noise"), { polesHz, slope, colouredUv: rmsUv, whiteUv });
  const mains = createMains(key("mains"), world.mainsHz, mainsUv);
  const seen = seenAt(at, rhythms);
  const traits = traitsOf(key("artefacts"));
  const near = {
    tested: nearness(at, PLACES.leftHand),
    other: nearness(at, PLACES.rightHand),
  };
  const vertex = nearness(at, PLACES.vertex);
  const forehead = nearness(at, PLACES.forehead, BLINK_POWER);
  const lateral = lateralness(at);
  const sep = {
    parietal: nearness(at, PLACES.parietal, SEP_POWER),
    frontal: nearness(at, PLACES.frontal, SEP_POWER),
  };

  const addPulse = (out: Float64Array, place: Place, response: PulseResponse): void => {
    const nearCoil = near[response.hemisphere];
    addArtefact(out, place, response, traits, nearCoil, lateral);
    for (const { atMs, widthMs, feltUv, heardUv } of response.scalp) {
      addBump(out, place, atMs, widthMs, feltUv * nearCoil + heardUv * vertex);
    }
  };

  return {
    write(out, place) {
      noise.write(out, place);
      mains.addTo(out, place);
      for (const { rhythm, uv } of seen) rhythm.addTo(out, place, uv);
      if (forehead > FAINT) addBlinks(out, place, world, forehead);
      for (const { response } of world.happened()) addPulse(out, place, response);
      const nervesMs = world.nervesMs();
      for (const nerveMs of nervesMs) {
        addSpike(out, place, nerveMs, ELECTRODE.nerveMs, traits.nerveUv);
      }
      addSep(out, place, nervesMs, sep, world, subject.n20Ms);
    },
  };
}
