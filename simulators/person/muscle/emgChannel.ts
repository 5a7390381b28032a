/** A pair of electrodes over a muscle. */
import type { MuscleResponse, PulseResponse } from "../cortex/response.ts";
import { betweenAt, drawKey, uniformAt } from "../draws.ts";
import { ACTIVITY, ELECTRODE, SILENCE } from "../figures/muscle.ts";
import { createColouredNoise } from "../series/colouredNoise.ts";
import { createMains } from "../series/mains.ts";
import { createRhythm } from "../series/rhythm.ts";
import { addBetween, type Place, spanOfPlace, timeMsAt } from "../series/timeline.ts";
import type { Channel, Happened, World } from "../world.ts";
import { type Twitch, twitchAt } from "./effort.ts";
import type { Muscle } from "./muscles.ts";
import { middleMs, responseShape, SHAPE_WIDTHS } from "./responseShape.ts";

/** Decays are followed for so many time constants, and are nothing from there on. */
const GONE = 7;
export const STEP_GONE_TAUS: number = GONE;
const REBOUND_GONE_MS = SILENCE.returnMs + GONE * SILENCE.reboundMs;

interface Traits {
  readonly spikeUv: number;
  readonly decayUv: number;
  readonly decayMs: number;
  readonly stepUv: number;
  readonly rechargeUv: number;
  readonly nerveUv: number;
}

/** Sizes of artefacts, with their signs. */
function traitsOf(key: number): Traits {
  const sign = uniformAt(key, 0) < 0.5 ? -1 : 1;
  return {
    spikeUv: sign * betweenAt(key, 1, ELECTRODE.spikeUv),
    decayUv: sign * betweenAt(key, 2, ELECTRODE.decayUv),
    decayMs: betweenAt(key, 3, ELECTRODE.decayMs),
    stepUv: sign * betweenAt(key, 4, ELECTRODE.stepUv),
    rechargeUv: sign * betweenAt(key, 5, ELECTRODE.rechargeUv),
    nerveUv: sign * ELECTRODE.nerveUv,
  };
}

/** Up for the first half of the time, down for the second. */
export function addSpike(
  out: Float64Array,
  place: Place,
  atMs: number,
  lastsMs: number,
  uv: number,
): void {
  addBetween(out, place, [atMs, atMs + lastsMs], (t) => (t < atMs + lastsMs / 2 ? uv : -uv));
}

function addArtefact(
  out: Float64Array,
  place: Place,
  { atMs, intensityPctMso, recharges }: PulseResponse,
  traits: Traits,
): void {
  const { spikeMs, rechargeAtMs, rechargeMs, artefactFullPctMso } = ELECTRODE;
  const size = intensityPctMso / artefactFullPctMso;
  addSpike(out, place, atMs, spikeMs, size * traits.spikeUv);
  const decayFrom = atMs + spikeMs;
  addBetween(
    out,
    place,
    [decayFrom, decayFrom + GONE * traits.decayMs],
    (t) => size * traits.decayUv * Math.exp(-(t - decayFrom) / traits.decayMs),
  );
  if (recharges) addSpike(out, place, atMs + rechargeAtMs, rechargeMs, traits.rechargeUv);
}

/** The steps of all pulses so far decay as one, so that a train costs no more than a pulse. */
function addSteps(
  out: Float64Array,
  place: Place,
  happened: readonly Happened[],
  stepUv: number,
  tauMs: number,
): void {
  happened.forEach(({ response: { atMs }, step }, i) => {
    const nextMs = happened[i + 1]?.response.atMs ?? Number.POSITIVE_INFINITY;
    const span = [atMs, Math.min(nextMs, atMs + GONE * tauMs)] as const;
    addBetween(out, place, span, (t) => stepUv * step * Math.exp(-(t - atMs) / tauMs));
  });
}

function addResponse(out: Float64Array, place: Place, response: MuscleResponse): void {
  const { widthMs, peakToPeakUv, hasThirdPhase } = response;
  if (peakToPeakUv === 0) return;
  const middle = middleMs(response);
  const half = SHAPE_WIDTHS * widthMs;
  addBetween(
    out,
    place,
    [middle - half, middle + half],
    (t) => peakToPeakUv * responseShape((t - middle) / widthMs, hasThirdPhase),
  );
}

type Silence = NonNullable<PulseResponse["silence"]>;

/** Part of the voluntary activity that is there around one silence. */
function partLeft({ fromMs, toMs }: Silence, tMs: number): number {
  const { residue, returnMs, rebound, reboundMs } = SILENCE;
  if (tMs < fromMs) return 1;
  if (tMs < toMs) return residue;
  const sinceMs = tMs - toMs;
  if (sinceMs < returnMs) return residue + ((1 + rebound - residue) * sinceMs) / returnMs;
  if (sinceMs > REBOUND_GONE_MS) return 1;
  return 1 + rebound * Math.exp(-(sinceMs - returnMs) / reboundMs);
}

function silencesIn(
  happened: readonly Happened[],
  [fromMs, toMs]: readonly [number, number],
): readonly Silence[] {
  return happened.flatMap(({ response: { silence } }) =>
    silence !== null && silence.fromMs <= toMs && silence.toMs + REBOUND_GONE_MS >= fromMs
      ? [silence]
      : [],
  );
}

/** After-discharges are stretches of activity like twitches. */
function spreadsIn(
  happened: readonly Happened[],
  [fromMs, toMs]: readonly [number, number],
): readonly Twitch[] {
  return happened.flatMap(({ response: { atMs, spreadsUntilMs } }) =>
    spreadsUntilMs !== null && atMs <= toMs && spreadsUntilMs >= fromMs
      ? [{ fromMs: atMs, toMs: spreadsUntilMs, part: ACTIVITY.spreadPart }]
      : [],
  );
}

function leftOf(silences: readonly Silence[], tMs: number): number {
  let left = 1;
  // The latest silence counts: a pulse inside another's silence begins its own.
  for (const silence of silences) if (tMs >= silence.fromMs) left = partLeft(silence, tMs);
  return left;
}

export function createEmgChannel(world: World, muscle: Muscle, number: number): Channel {
  const key = (purpose: string): number => drawKey(world.seed, "emg", number, purpose);
  const { whiteUv, slowUv, slowPolesHz, slowSlope, mainsUv } = ELECTRODE;
  const noise = createColouredNoise(key("noise"), {
    polesHz: slowPolesHz,
    slope: slowSlope,
    colouredUv: slowUv,
    whiteUv,
  });
  const mains = createMains(key("mains"), world.mainsHz, mainsUv);
  const { centreHz, quality, uvPerPart } = ACTIVITY;
  const units = createRhythm(key("units"), { hz: centreHz, quality, gridMs: 0.5 });
  const traits = traitsOf(key("artefacts"));
  // Real parts of a rhythm have half of its power.
  const uvPerEffort = uvPerPart * Math.SQRT2;

  const addActivity = (out: Float64Array, place: Place, happened: readonly Happened[]): void => {
    const span = spanOfPlace(place);
    const twitches = world.effort.twitches(span);
    const spreads = spreadsIn(happened, span);
    const isOrdered = world.effort.isActive(span);
    if (!isOrdered && twitches.length === 0 && spreads.length === 0) return;
    const silences = silencesIn(happened, span);
    for (let i = 0; i < out.length; i += 1) {
      const t = timeMsAt(place, i);
      const ordered = isOrdered ? world.effort.voluntaryAt(t) * leftOf(silences, t) : 0;
      const level = Math.max(
        muscle.effort * Math.max(ordered, twitchAt(twitches, t)),
        twitchAt(spreads, t),
      );
      if (level > 0) out[i] = (out[i] ?? 0) + uvPerEffort * level * units.valueAt(t);
    }
  };

  return {
    write(out, place) {
      const happened = world.happened();
      noise.write(out, place);
      mains.addTo(out, place);
      addActivity(out, place, happened);
      addSteps(out, place, happened, traits.stepUv, world.stepTauMs);
      for (const { response } of happened) {
        addArtefact(out, place, response, traits);
        const own = response.muscles.get(muscle.name);
        if (own !== undefined) addResponse(out, place, own);
      }
      for (const nerveMs of world.nervesMs()) {
        addSpike(out, place, nerveMs, ELECTRODE.nerveMs, traits.nerveUv);
      }
    },
  };
}
