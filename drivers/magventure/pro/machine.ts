/** What of the device's messages is news, and what state the link to it is in. Pure: no clock, no bytes out. */
import type { StimulatorEvent, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { isKnown, type Message } from "../wire/messages.ts";
import { coilName } from "../wire/names.ts";
import { type Known, learn, NOTHING_KNOWN, statusOf } from "./known.ts";
import { type Baseline, compare, type Watching } from "./panel.ts";

/**
 * Without a frame for so long control counts as lost. Our choice: an armed device is asked every 500 ms, so
 * three questions went unanswered then; nothing is known of a silence that the device itself acts on.
 */
const SILENCE_ARMED_MS = 1500;
const SILENCE_STANDBY_MS = 6000;

export interface ProState {
  readonly link: "closed" | "probing" | "open" | "lost";
  readonly control: "none" | "held" | "lost";
  /** What the host last ordered. */
  readonly wanted: "standby" | "armed";
  readonly known: Known;
  readonly status: StimulatorStatus | null;
  readonly lastHeardMs: number | null;
  /** The driver itself is changing settings. */
  readonly isSetting: boolean;
  /** A train of ours is under way, or a stored protocol that was started. */
  readonly mayRun: "nothing" | "train" | "protocol";
  readonly baseline: Baseline;
}

export type ProInput =
  | { readonly kind: "opening" }
  | { readonly kind: "probed" }
  | {
      readonly kind: "message";
      readonly message: Message;
      readonly atMs: number;
      /** An earlier question got no answer in time and this may be it: it tells of that instant. */
      readonly asOfMs: number | null;
    }
  | { readonly kind: "arm-sent" }
  | { readonly kind: "disarm-sent" }
  | { readonly kind: "setting"; readonly isSetting: boolean }
  | { readonly kind: "may-run"; readonly what: ProState["mayRun"] }
  | { readonly kind: "look"; readonly nowMs: number }
  | { readonly kind: "lost"; readonly atMs: number; readonly detail: string }
  | { readonly kind: "closed" };

export type ProEffect =
  | { readonly kind: "status"; readonly status: StimulatorStatus }
  | { readonly kind: "event"; readonly event: StimulatorEvent };

export interface Stepped {
  readonly state: ProState;
  readonly effects: readonly ProEffect[];
}

export const INITIAL_STATE: ProState = {
  link: "closed",
  control: "none",
  wanted: "standby",
  known: NOTHING_KNOWN,
  status: null,
  lastHeardMs: null,
  isSetting: false,
  mayRun: "nothing",
  baseline: {},
};

/** How long the device may be silent before control counts as lost, ms. */
export function silenceLimitMs({ wanted }: ProState): number {
  return wanted === "armed" ? SILENCE_ARMED_MS : SILENCE_STANDBY_MS;
}

const quiet = (state: ProState): Stepped => ({ state, effects: [] });
const news = (event: StimulatorEvent): ProEffect => ({ kind: "event", event });

/** `knownCoil`: the number that the rig file names; see `statusOf`. */
export function step(state: ProState, input: ProInput, knownCoil: number | null): Stepped {
  switch (input.kind) {
    case "opening":
      return quiet({ ...INITIAL_STATE, link: "probing" });
    case "probed":
      return quiet({ ...state, link: "open", control: "held" });
    case "arm-sent":
      return quiet({ ...state, wanted: "armed" });
    case "disarm-sent":
      // Its train may still show itself running until the order has arrived.
      return quiet({ ...state, wanted: "standby" });
    case "setting":
      return quiet({ ...state, isSetting: input.isSetting });
    case "may-run":
      return quiet({ ...state, mayRun: input.what });
    case "message":
      return takeMessage(state, input, knownCoil);
    case "look":
      return lookAtSilence(state, input.nowMs);
    case "lost":
      return loseLink(state, input.atMs, input.detail);
    case "closed":
      return quiet({ ...state, link: "closed", control: "none", wanted: "standby" });
  }
}

function loseLink(state: ProState, atMs: number, detail: string): Stepped {
  if (state.link === "lost") return quiet(state);
  const lost: ProState = { ...state, link: "lost", control: "lost", status: unheld(state.status) };
  return { state: lost, effects: [news({ kind: "link-lost", atMs, detail })] };
}

function unheld(status: StimulatorStatus | null): StimulatorStatus | null {
  return status === null ? null : { ...status, remote: false };
}

function lookAtSilence(state: ProState, nowMs: number): Stepped {
  const silentMs = state.lastHeardMs === null ? 0 : nowMs - state.lastHeardMs;
  if (state.control !== "held" || silentMs < silenceLimitMs(state)) return quiet(state);
  const detail = `not a frame for ${Math.round(silentMs)} ms`;
  return {
    state: { ...state, control: "lost", status: unheld(state.status) },
    effects: [news({ kind: "control-lost", atMs: nowMs, detail })],
  };
}

type Heard = Extract<ProInput, { readonly kind: "message" }>;

function takeMessage(before: ProState, heard: Heard, knownCoil: number | null): Stepped {
  const { atMs, message } = heard;
  if (!isKnown(message)) return quiet({ ...before, lastHeardMs: atMs });
  const known = learnNow(before.known, message, heard);
  const status = statusOf(known, before.control !== "lost", knownCoil);
  const { baseline, events } = compare(before.baseline, known, watchingOf(before), atMs);
  const enabling = judgeEnabled(before, known, atMs);
  const running = judgeRunning(before, known, atMs);
  const isOver = before.mayRun === "train" && before.known.running && !known.running;
  const state: ProState = {
    ...before,
    mayRun: isOver ? "nothing" : before.mayRun,
    known,
    status,
    baseline,
    lastHeardMs: atMs,
    wanted: enabling?.wanted ?? before.wanted,
  };
  const told = [...events, ...(enabling?.events ?? []), ...running];
  return {
    state,
    effects: [
      ...(status === null ? [] : [{ kind: "status", status } as const]),
      // While probing, the device is as it is found.
      ...(before.link === "open" ? told.map(news) : []),
    ],
  };
}

/**
 * An answer that may be an old question's can show a train that has ended since: whether one runs is left
 * to messages that are certainly of now.
 */
function learnNow(before: Known, message: Message, { asOfMs, atMs }: Heard): Known {
  const known = learn(before, message, asOfMs ?? atMs);
  return asOfMs === null ? known : { ...known, running: before.running };
}

function watchingOf({ isSetting, mayRun }: ProState): Watching {
  if (isSetting) return "setting";
  return mayRun === "protocol" ? "protocol" : "all";
}

/** Only changes of the bit count: a message that crossed an order of ours shows the bit from before it. */
function judgeEnabled(
  { known: { flags: was }, link, wanted }: ProState,
  { coil, flags: now, temperatureC }: Known,
  atMs: number,
): { readonly wanted: ProState["wanted"]; readonly events: readonly StimulatorEvent[] } | null {
  if (was === null || now === null || was.enabled === now.enabled || link !== "open") return null;
  if (wanted === "armed" && !now.enabled) {
    const seen = coil === null ? "no coil told" : `coil ${coilName(coil)}, ${temperatureC} °C`;
    const detail = `disabled without an order of ours; ${seen}`;
    return { wanted: "standby", events: [{ kind: "disarmed-itself", atMs, detail }] };
  }
  if (wanted === "standby" && now.enabled)
    return { wanted, events: [{ kind: "panel", atMs, detail: "enabled at the device" }] };
  return null;
}

function judgeRunning(
  { known: was, mayRun }: ProState,
  now: Known,
  atMs: number,
): readonly StimulatorEvent[] {
  if (was.running || !now.running || mayRun !== "nothing") return [];
  return [{ kind: "panel", atMs, detail: "a train or protocol was started at the device" }];
}
