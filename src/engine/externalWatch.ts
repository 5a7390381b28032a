/**
 * A window in which somebody else starts the pulses, held to its ceilings. The device reports what
 * came; nothing here can keep a pulse back that somebody triggers, so the answer to the first one
 * too many, too soon or too strong is to disarm.
 */
import type { DoseShape } from "../contract/dose.ts";
import type { Capabilities, StimulatorEvent } from "../contract/stimulator.ts";

export type ExternalShape = Extract<DoseShape, { readonly kind: "external" }>;

/** How far the reported instant of a pulse may lie beside the real one, ms, by the evidence given. */
const REPORT_JITTER_MS: Readonly<Record<Capabilities["evidence"], number>> = {
  // An answer on the wire while other frames leave.
  "per-pulse": 50,
  // Found by polling; a poll armed comes every 200 ms, and one may be missed.
  status: 450,
  none: 0,
};

export interface WindowState {
  readonly shape: ExternalShape;
  readonly jitterMs: number;
  readonly pulses: number;
  readonly lastMs: number | null;
}

export type WindowVerdict =
  | { readonly kind: "within" }
  | { readonly kind: "full" }
  | { readonly kind: "over"; readonly detail: string };

export function openWindow(shape: ExternalShape, evidence: Capabilities["evidence"]): WindowState {
  return { shape, jitterMs: REPORT_JITTER_MS[evidence], pulses: 0, lastMs: null };
}

/** One report of `pulses` pulses at `atMs`. Pure. */
export function countPulse(
  state: WindowState,
  atMs: number,
  pulses: number,
): { readonly state: WindowState; readonly verdict: WindowVerdict } {
  const { shape, jitterMs, lastMs } = state;
  const counted: WindowState = { ...state, pulses: state.pulses + pulses, lastMs: atMs };
  const over = (detail: string): ReturnType<typeof countPulse> => ({
    state: counted,
    verdict: { kind: "over", detail },
  });
  if (counted.pulses > shape.maxPulses)
    return over(`${counted.pulses} pulses, at most ${shape.maxPulses} are permitted`);
  const sinceMs = lastMs === null ? Number.POSITIVE_INFINITY : atMs - lastMs;
  if (pulses > 1 || sinceMs < shape.minIntervalMs - jitterMs) {
    const seen =
      pulses > 1 ? `${pulses} pulses at once` : `${Math.round(sinceMs)} ms between pulses`;
    return over(`${seen}, at least ${Math.round(shape.minIntervalMs)} ms are permitted`);
  }
  return {
    state: counted,
    verdict: { kind: counted.pulses === shape.maxPulses ? "full" : "within" },
  };
}

/** Takes the pulse reports of an open window away from the rest of the engine. */
export interface ExternalWatch {
  /** True when the event belongs to the open window. */
  take(event: StimulatorEvent): boolean;
  open(onPulse: (atMs: number, pulses: number) => void): () => void;
}

export function createExternalWatch(): ExternalWatch {
  let listener: ((atMs: number, pulses: number) => void) | null = null;
  return {
    take(event) {
      if (listener === null || event.kind !== "pulse" || event.expected) return false;
      listener(event.atMs, event.pulses ?? 1);
      return true;
    },
    open(onPulse) {
      listener = onPulse;
      return () => {
        listener = null;
      };
    },
  };
}
