/** Rhythms of the brain, each with a place where it is largest. Every electrode sees the same ones. */
import { drawKey } from "../draws.ts";
import { BACKGROUND } from "../figures/brain.ts";
import { createRhythm, type Rhythm } from "../series/rhythm.ts";
import type { Subject } from "../subjects.ts";
import { type Direction, nearness, PLACES } from "./scalp.ts";

export type RhythmName = "alpha" | "mu" | "beta" | "theta";

export interface BrainRhythm {
  readonly rhythm: Rhythm;
  readonly uv: number;
  readonly place: Direction;
  /** How fast it falls with the distance. */
  readonly power: number;
}

const GRID_MS = 2;

export function brainRhythms(
  subject: Subject,
  seed: number,
): Readonly<Record<RhythmName, BrainRhythm>> {
  const { quality, muHz, muUv, alphaUv, betaHz, betaUv, thetaHz, thetaUv } = BACKGROUND;
  const rhythm = (name: RhythmName, hz: number): Rhythm =>
    createRhythm(drawKey(seed, subject.name, name), { hz, quality, gridMs: GRID_MS });
  const theta = subject.dementia ? thetaUv * BACKGROUND.thetaInDementia : thetaUv;
  return {
    alpha: {
      rhythm: rhythm("alpha", subject.alphaHz),
      uv: alphaUv,
      place: PLACES.occipital,
      power: 2,
    },
    mu: { rhythm: rhythm("mu", muHz), uv: muUv, place: PLACES.leftHand, power: 6 },
    beta: { rhythm: rhythm("beta", betaHz), uv: betaUv, place: PLACES.vertex, power: 2 },
    theta: { rhythm: rhythm("theta", thetaHz), uv: theta, place: PLACES.frontal, power: 1 },
  };
}

/** Less than this part of a rhythm is not worth its samples. */
const FAINT = 0.02;

/** What an electrode sees of them. */
export function seenAt(
  place: Direction | null,
  rhythms: Readonly<Record<RhythmName, BrainRhythm>>,
): readonly { readonly rhythm: Rhythm; readonly uv: number }[] {
  return Object.values(rhythms).flatMap(({ rhythm, uv, place: at, power }) => {
    const part = nearness(place, at, power);
    return part < FAINT ? [] : [{ rhythm, uv: uv * part }];
  });
}
