/**
 * What is known of a DuoMAG from the statuses it sends, and what of it is news. Pure: no clock, no
 * bytes out. A status has no checksum, so nothing is believed before two in a row say the same.
 */
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import type { StatusFrame } from "../wire/frame.ts";
import { newsOf } from "./news.ts";
import { type DuoState, initialState, type Settled, SILENCE_MS, STEADY_MS } from "./state.ts";
import { troublesOf } from "./trouble.ts";

export type DuoInput =
  | { readonly kind: "opening" }
  | { readonly kind: "probed" }
  | { readonly kind: "status"; readonly frame: StatusFrame; readonly atMs: number }
  | { readonly kind: "ordered"; readonly pct: number }
  /** Nobody waits for the order any more: what shows from here on is not its doing. */
  | { readonly kind: "order-over" }
  | { readonly kind: "armed" }
  | { readonly kind: "disarmed" }
  | { readonly kind: "started" }
  | { readonly kind: "start-over" }
  | { readonly kind: "external"; readonly isOn: boolean }
  | { readonly kind: "look"; readonly nowMs: number }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string }
  | { readonly kind: "closed" };

export interface Stepped {
  readonly state: DuoState;
  readonly events: readonly StimulatorEvent[];
}

export function step(state: DuoState, input: DuoInput): Stepped {
  const quiet = (next: Partial<DuoState>): Stepped => ({
    state: { ...state, ...next },
    events: [],
  });
  switch (input.kind) {
    case "opening":
      return { state: { ...initialState, link: "probing" }, events: [] };
    case "probed":
      return quiet({ link: "open", control: "held" });
    case "status":
      return takeStatus(state, input.frame, input.atMs);
    case "ordered":
      return quiet({
        orderedPct: input.pct,
        isOrderPending: state.settled?.frame.intensity !== input.pct,
        // In a window the pulse that came just before the way down is still to be told.
        steadySinceMs: state.isExternal ? state.steadySinceMs : null,
      });
    case "order-over":
      return quiet({ isOrderPending: false });
    case "armed":
      return quiet({ wanted: "armed" });
    case "disarmed":
      return quiet({ wanted: "standby" });
    case "started":
      return quiet({ awaitsPulse: true });
    case "start-over":
      return quiet({ awaitsPulse: false });
    case "external":
      return quiet({ isExternal: input.isOn });
    case "look":
      return lookAtSilence(state, input.nowMs);
    case "lost":
      return loseLink(state, input.atMs, input.detail);
    case "closed":
      return quiet({ link: "closed", control: "none", wanted: "standby" });
  }
}

function loseLink(state: DuoState, atMs: number, detail: string): Stepped {
  if (state.link === "lost") return { state, events: [] };
  return {
    state: { ...state, link: "lost", control: "lost", wanted: "standby" },
    events: [{ kind: "link-lost", atMs, detail }],
  };
}

function lookAtSilence(state: DuoState, nowMs: number): Stepped {
  const silentMs = state.last === null ? 0 : nowMs - state.last.atMs;
  if (state.control !== "held" || silentMs < SILENCE_MS) return { state, events: [] };
  const detail = `no status for ${Math.round(silentMs)} ms`;
  return {
    state: { ...state, control: "lost" },
    events: [{ kind: "control-lost", atMs: nowMs, detail }],
  };
}

/** Raw converter values flicker; they mean nothing that anybody acts on. */
function saysTheSame(a: StatusFrame, b: StatusFrame): boolean {
  return COMPARED.every((field) => a[field] === b[field]);
}

const COMPARED: readonly (keyof StatusFrame)[] = [
  "demandOnStimTtl",
  "changeIntensity",
  "intensity",
  "omittedPulses",
  "powerOverheat",
  "coilDisconnected",
  "voltageHoldError",
  "voltageRechargeError",
  "powerFanSeized",
  "coilOverheat",
  "resistorOverheat",
  "dischargeOverheat",
  "coilDataOk",
  "charged",
  "triggerOutDelayMs",
  "rechargeDelayMs",
  "coilType",
];

function takeStatus(before: DuoState, frame: StatusFrame, atMs: number): Stepped {
  const { last } = before;
  const state = { ...before, last: { frame, atMs } };
  if (last === null || !saysTheSame(last.frame, frame)) return { state, events: [] };
  return settle(state, { frame, firstMs: last.atMs, atMs });
}

function settle(before: DuoState, settled: Settled): Stepped {
  const { frame } = settled;
  return {
    state: {
      ...before,
      settled,
      troubles: troublesOf(frame),
      isOrderPending: before.isOrderPending && frame.intensity !== before.orderedPct,
      steadySinceMs: steadySince(before, settled),
    },
    events: newsOf(before, settled),
  };
}

/** Null while the intensity changes and until the device is charged at it. */
function steadySince(before: DuoState, { frame, firstMs }: Settled): number | null {
  const level = before.settled?.frame.intensity ?? null;
  const isMoving =
    before.isOrderPending && !before.isExternal && frame.intensity !== before.orderedPct;
  const since = level === frame.intensity ? before.steadySinceMs : null;
  if (isMoving) return null;
  if (frame.charged) return since ?? firstMs;
  return since !== null && firstMs - since >= STEADY_MS ? since : null;
}
