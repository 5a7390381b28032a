/**
 * Whose start it is that the device is busy with, told from what it shows. Pure. Only a device that
 * was ready can be started, and it shows every start by recharging or by its train; a start that no
 * fire of ours explains is somebody else's. In doubt it counts.
 */
import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";

export interface Starts {
  /** `off`: not ready since it was armed; `waiting`: ready; `busy`: recharging, a train or its wait. */
  readonly phase: "off" | "waiting" | "busy";
  /** `due`: a fire of ours has left and nothing was seen of it; `seen`: it is what keeps the device busy. */
  readonly ours: "none" | "due" | "seen";
  /** When the last start of this busy stretch was seen, or its train, ms. */
  readonly countedMs: number;
  readonly activity: StimulatorStatus["activity"];
}

export interface Seen {
  readonly atMs: number;
  readonly state: StimulatorStatus["state"];
  readonly activity: StimulatorStatus["activity"];
  /** From a start to ready at the present output, ms; null where nobody tells. */
  readonly rechargeMs: number | null;
  /** Somebody else may start pulses: a recharge that is too long hides another one. */
  readonly isWindow: boolean;
}

export const NO_STARTS: Starts = { phase: "off", ours: "none", countedMs: 0, activity: "idle" };

/** Two polls of a window and a lost answer: so much later than it was may ready be seen, ms. */
const WINDOW_SLACK_MS = 300;

/** What is known after one look, and how many starts of somebody else it shows. */
export function lookAtStarts(
  before: Starts,
  seen: Seen,
): { readonly starts: Starts; readonly foreign: 0 | 1 } {
  const { atMs, state, activity } = seen;
  if (state === "standby") return { starts: { ...NO_STARTS, activity }, foreign: 0 };
  if (state === "ready" && activity === "idle") {
    const ours = before.ours === "due" ? "due" : "none";
    return { starts: { phase: "waiting", ours, countedMs: atMs, activity }, foreign: 0 };
  }
  // Ready again, or a train whose bit an answer without it still lacks: nothing new.
  const busy: Starts = { ...before, phase: "busy", activity };
  const begins = before.phase === "waiting" || (before.phase === "off" && activity === "train");
  if (begins) {
    const isOurs = before.ours === "due";
    const starts: Starts = { ...busy, ours: isOurs ? "seen" : "none", countedMs: atMs };
    return { starts, foreign: isOurs ? 0 : 1 };
  }
  if (before.phase === "off") return { starts: { ...before, activity }, foreign: 0 };
  if (before.activity === "wait" && activity === "train") {
    return { starts: { ...busy, ours: "none", countedMs: atMs }, foreign: 1 };
  }
  if (activity !== "idle") return { starts: { ...busy, countedMs: atMs }, foreign: 0 };
  return lookAtRecharge(busy, seen);
}

/**
 * A trigger that comes the moment the device is ready leaves no ready to be seen, only a long recharge.
 * Guessed in windows alone, where such triggers are at work: elsewhere a slow supply or a coil switch
 * that was let go of must not pass for a pulse.
 */
function lookAtRecharge(
  busy: Starts,
  { atMs, rechargeMs, isWindow }: Seen,
): { readonly starts: Starts; readonly foreign: 0 | 1 } {
  if (rechargeMs === null || !isWindow) return { starts: busy, foreign: 0 };
  if (atMs - busy.countedMs <= rechargeMs + WINDOW_SLACK_MS) return { starts: busy, foreign: 0 };
  const countedMs = busy.countedMs + rechargeMs;
  return { starts: { ...busy, ours: "none", countedMs }, foreign: 1 };
}

/** A fire of ours has left. */
export function fireLeft(before: Starts): Starts {
  return { ...before, ours: "due" };
}

/** The device refused our fire: what was taken for its effect was somebody else's. */
export function fireRefused(before: Starts): {
  readonly starts: Starts;
  readonly foreign: 0 | 1;
} {
  return { starts: { ...before, ours: "none" }, foreign: before.ours === "seen" ? 1 : 0 };
}
