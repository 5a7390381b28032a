/**
 * What happens to a link that was lost, as a pure machine: it opens and probes again, with growing
 * pauses and an end, and then stands by. It cannot arm, prepare or deliver, since no such effect
 * exists; a dose that was on its way is never said again. The way from standing by to use is a person's.
 *
 * Pulses are interference: an adapter may drop out in the middle of a train (`serialport/node-serialport`
 * issue 1173), and a link that came back by itself says nothing about the device behind it.
 */
import type { DeviceIdentity } from "../contract/stimulator.ts";

export type ReconnectState =
  | { readonly kind: "up"; readonly identity: DeviceIdentity; readonly losses: number }
  /** Not yet known that what was left of the old connection is closed; `dueMs` ends the wait for it. */
  | ({ readonly kind: "lost"; readonly dueMs: number } & Outage)
  | ({ readonly kind: "waiting"; readonly dueMs: number } & Outage)
  | ({ readonly kind: "opening"; readonly dueMs: number } & Outage)
  | ({ readonly kind: "probing"; readonly dueMs: number } & Outage)
  /** The device answers and is disarmed; a person decides. */
  | { readonly kind: "standing-by"; readonly identity: DeviceIdentity; readonly losses: number }
  | { readonly kind: "gave-up"; readonly why: string };

/** What is known since the link was lost. */
interface Outage {
  /** Who answered before: only the same may answer again. */
  readonly identity: DeviceIdentity;
  readonly sinceMs: number;
  /** Counts attempts of this outage from 0. */
  readonly attempt: number;
  /** Losses without a person's decision between them. */
  readonly losses: number;
}

/** Every instant is on the rig's clock. Attempts carry their number, so that late answers are known. */
export type ReconnectInput =
  | { readonly kind: "link-lost"; readonly atMs: number; readonly detail: string }
  /** What was left of the old connection is closed. */
  | { readonly kind: "shut"; readonly atMs: number }
  /** The instant `dueMs` of the state has come. */
  | { readonly kind: "due"; readonly atMs: number }
  | { readonly kind: "opened"; readonly atMs: number; readonly attempt: number }
  | {
      readonly kind: "probed";
      readonly atMs: number;
      readonly attempt: number;
      readonly identity: DeviceIdentity;
    }
  | {
      readonly kind: "failed";
      readonly atMs: number;
      readonly attempt: number;
      readonly detail: string;
    }
  | { readonly kind: "operator"; readonly decision: "resume" | "give-up" };

export type ReconnectNews =
  | { readonly kind: "link-lost"; readonly atMs: number; readonly detail: string }
  | {
      readonly kind: "attempt-failed";
      readonly atMs: number;
      readonly attempt: number;
      readonly detail: string;
      readonly againInMs: number;
    }
  | { readonly kind: "standing-by"; readonly atMs: number; readonly identity: DeviceIdentity }
  | { readonly kind: "up" }
  | { readonly kind: "gave-up"; readonly why: string };

export type ReconnectEffect =
  | { readonly kind: "open"; readonly attempt: number }
  /** Take control and ask who is there; leaves the device in standby. */
  | { readonly kind: "probe"; readonly attempt: number }
  /** Nothing hazardous passes any more; what is open is closed. Answered with `shut`. */
  | { readonly kind: "disarm" }
  | { readonly kind: "tell"; readonly news: ReconnectNews };

export interface ReconnectStep {
  readonly state: ReconnectState;
  readonly effects: readonly ReconnectEffect[];
}

export interface ReconnectLimits {
  /** Pause before each attempt, ms; the last one stands for all that follow. */
  readonly pausesMs: readonly number[];
  /** Longest outage, ms: no attempt begins after it. */
  readonly patienceMs: number;
  /** Longest open and longest probe, ms. */
  readonly attemptMs: number;
  /** So many losses without a person's decision between them are the end. */
  readonly mostLosses: number;
}

export const RECONNECT_LIMITS: ReconnectLimits = {
  pausesMs: [500, 1000, 2000, 4000, 10_000],
  patienceMs: 120_000,
  attemptMs: 10_000,
  mostLosses: 5,
};

export function connected(identity: DeviceIdentity): ReconnectState {
  return { kind: "up", identity, losses: 0 };
}

export function reconnectStep(
  state: ReconnectState,
  input: ReconnectInput,
  limits: ReconnectLimits = RECONNECT_LIMITS,
): ReconnectStep {
  if (input.kind === "operator" && input.decision === "give-up")
    return state.kind === "gave-up" ? stay(state) : giveUp("given up by a person");
  switch (state.kind) {
    case "up":
    case "standing-by":
      return whileLinked(state, input, limits);
    case "lost":
      return whileLost(state, input, limits);
    case "waiting":
      return whileWaiting(state, input, limits);
    case "opening":
    case "probing":
      return whileTrying(state, input, limits);
    case "gave-up":
      return afterTheEnd(state, input);
  }
}

type Of<K extends ReconnectState["kind"]> = Extract<ReconnectState, { readonly kind: K }>;

function stay(state: ReconnectState): ReconnectStep {
  return { state, effects: [] };
}

function tell(news: ReconnectNews): ReconnectEffect {
  return { kind: "tell", news };
}

function giveUp(why: string): ReconnectStep {
  return {
    state: { kind: "gave-up", why },
    effects: [{ kind: "disarm" }, tell({ kind: "gave-up", why })],
  };
}

function whileLinked(
  state: Of<"up" | "standing-by">,
  input: ReconnectInput,
  limits: ReconnectLimits,
): ReconnectStep {
  if (input.kind === "operator" && state.kind === "standing-by") {
    const { identity } = state;
    return { state: connected(identity), effects: [tell({ kind: "up" })] };
  }
  if (input.kind !== "link-lost") return stay(state);
  const losses = state.losses + 1;
  if (losses > limits.mostLosses) return giveUp(`lost ${losses} times: ${input.detail}`);
  const { identity } = state;
  const sinceMs = input.atMs;
  const dueMs = sinceMs + limits.attemptMs;
  return {
    state: { kind: "lost", identity, losses, sinceMs, attempt: 0, dueMs },
    effects: [
      { kind: "disarm" },
      tell({ kind: "link-lost", atMs: input.atMs, detail: input.detail }),
    ],
  };
}

function pauseMs({ pausesMs }: ReconnectLimits, attempt: number): number {
  return pausesMs[attempt] ?? pausesMs.at(-1) ?? RECONNECT_LIMITS.patienceMs;
}

/** Waits for the next attempt, or gives up where it would begin too late. */
function pause(
  { identity, sinceMs, attempt, losses }: Outage,
  nowMs: number,
  limits: ReconnectLimits,
  effects: readonly ReconnectEffect[],
): ReconnectStep {
  const dueMs = nowMs + pauseMs(limits, attempt);
  if (dueMs - sinceMs > limits.patienceMs) {
    const ended = giveUp(`no link for ${Math.round((nowMs - sinceMs) / 1000)} s`);
    return { ...ended, effects: [...effects, ...ended.effects] };
  }
  return { state: { kind: "waiting", identity, sinceMs, attempt, losses, dueMs }, effects };
}

/** Nothing is opened beside an old connection that still ends; one that never ends keeps nobody waiting. */
function whileLost(
  state: Of<"lost">,
  input: ReconnectInput,
  limits: ReconnectLimits,
): ReconnectStep {
  const isOver = input.kind === "shut" || (input.kind === "due" && input.atMs >= state.dueMs);
  return isOver ? pause(state, input.atMs, limits, []) : stay(state);
}

function whileWaiting(
  state: Of<"waiting">,
  input: ReconnectInput,
  limits: ReconnectLimits,
): ReconnectStep {
  // An attempt that was written off came to its end after all: nobody waits for its port.
  if (input.kind === "opened" || input.kind === "probed")
    return { state, effects: [{ kind: "disarm" }] };
  if (input.kind !== "due" || input.atMs < state.dueMs) return stay(state);
  const attempt = state.attempt + 1;
  const { identity, sinceMs, losses } = state;
  const dueMs = input.atMs + limits.attemptMs;
  return {
    state: { kind: "opening", identity, sinceMs, losses, attempt, dueMs },
    effects: [{ kind: "open", attempt }],
  };
}

function whileTrying(
  state: Of<"opening" | "probing">,
  input: ReconnectInput,
  limits: ReconnectLimits,
): ReconnectStep {
  switch (input.kind) {
    case "opened":
      if (state.kind !== "opening" || input.attempt !== state.attempt) return stay(state);
      return {
        state: { ...state, kind: "probing", dueMs: input.atMs + limits.attemptMs },
        effects: [{ kind: "probe", attempt: state.attempt }],
      };
    case "probed":
      if (state.kind !== "probing" || input.attempt !== state.attempt) return stay(state);
      return answered(state, input.identity, input.atMs);
    case "failed":
      return input.attempt === state.attempt
        ? tryAgain(state, input.atMs, input.detail, limits)
        : stay(state);
    case "link-lost":
      return tryAgain(state, input.atMs, input.detail, limits);
    case "due":
      return input.atMs < state.dueMs
        ? stay(state)
        : tryAgain(
            state,
            input.atMs,
            `${state.kind} took longer than ${limits.attemptMs} ms`,
            limits,
          );
    case "shut":
    case "operator":
      return stay(state);
  }
}

/** Behind the same name there may be another device now; nobody may go on with that one by mistake. */
function answered(
  { identity: before, losses }: Of<"probing">,
  identity: DeviceIdentity,
  atMs: number,
): ReconnectStep {
  if (!isSameDevice(before, identity))
    return giveUp(`another device answers: ${wordsOf(identity)} instead of ${wordsOf(before)}`);
  return {
    state: { kind: "standing-by", identity, losses },
    effects: [tell({ kind: "standing-by", atMs, identity })],
  };
}

function isSameDevice(before: DeviceIdentity, now: DeviceIdentity): boolean {
  return before.model === now.model && before.softwareVersion === now.softwareVersion;
}

function wordsOf({ model, softwareVersion }: DeviceIdentity): string {
  return softwareVersion === null ? model : `${model} ${softwareVersion}`;
}

function tryAgain(
  state: Of<"opening" | "probing">,
  atMs: number,
  detail: string,
  limits: ReconnectLimits,
): ReconnectStep {
  const { attempt } = state;
  const againInMs = pauseMs(limits, attempt);
  return pause(state, atMs, limits, [
    { kind: "disarm" },
    tell({ kind: "attempt-failed", atMs, attempt, detail, againInMs }),
  ]);
}

/** What comes to its end after the end is closed. */
function afterTheEnd(state: Of<"gave-up">, input: ReconnectInput): ReconnectStep {
  const isLate = input.kind === "opened" || input.kind === "probed";
  return { state, effects: isLate ? [{ kind: "disarm" }] : [] };
}
