/**
 * What a frame can do to the person at the end of the cable. A driver folder classifies the bytes
 * themselves (`hazard.ts`); the guarded port refuses every hazard that no permit grants.
 */
export type Hazard =
  /** Queries, keep-alive, disarm, giving up control, intensity 0. */
  | { readonly kind: "safe" }
  | { readonly kind: "intensity"; readonly channel: "A" | "B"; readonly pctMso: number }
  | { readonly kind: "setting"; readonly setting: string; readonly value: number }
  | { readonly kind: "arm" }
  | { readonly kind: "fire" }
  /** One frame that does several of these at once; each of them needs its own grant. */
  | { readonly kind: "several"; readonly hazards: readonly Hazard[] }
  /** Anything that is not known to be safe, several frames glued together, or cut frames. */
  | { readonly kind: "unknown"; readonly why: string };

/** `bytes` is what one write call hands over. Pure; never throws. */
export type HazardClassifier = (bytes: Uint8Array) => Hazard;
