/**
 * Questions that notice what the device does not tell by itself: a lost link, settings changed at the
 * panel. They run by themselves and stand back only for the deadline of a dose.
 */
import type { Subscription } from "rxjs";
import { isPulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { PAGE } from "../wire/names.ts";
import type { Core, Question } from "./core.ts";
import { silenceLimitMs } from "./machine.ts";

/** Between two status queries, ms. A neuronavigation program asks as often. */
const POLL_ARMED_MS = 500;
const POLL_STANDBY_MS = 2000;
/** A poll waits so long for its answer, ms; a later one is heard all the same. */
const ANSWER_MS = 400;
/**
 * From a question to the end of its answer at the longest that clients saw, and the 10 ms by which the quiet
 * time outlasts the deadline that it is for, ms.
 */
const TAKES_MS = 110;
/** A poll that finds another question on the line comes back after this time, ms. */
const BUSY_MS = 10;
/** A dose leaves at the end of the quiet time or a little later; polls go on after this margin, ms. */
const QUIET_MARGIN_MS = 20;
/** No quiet time keeps polls back for longer than this after the last frame, ms. */
const QUIET_AT_MOST_MS = 900;
/** Between two questions about the panel, ms. */
const PANEL_ARMED_MS = 2000;
const PANEL_STANDBY_MS = 4000;
/** The same while a start would give what the Timing page shows: whoever turns it changes the next train. */
const PANEL_TRAIN_MS = 1000;
/** In turn; nothing is told of these by itself. */
const PANEL: readonly Question[] = [
  "query settings",
  "query train",
  "query settings",
  "query delays",
];
const PANEL_TRAIN: readonly Question[] = [
  "query train",
  "query settings",
  "query train",
  "query delays",
];
/** A question about the panel follows a status, so that who needs one meanwhile has it, ms. */
const FRESH_MS = 100;

export interface Watchman {
  start(): void;
  /** Looks again when the next poll is due. */
  reconsider(): void;
  quietUntil(untilMs: number): void;
  stop(): void;
}

/** When a poll that is due at `dueMs` may begin, so that it neither disturbs a deadline nor lets silence grow. */
export function pollInstantMs(dueMs: number, quietUntilMs: number, lastHeardMs: number): number {
  const isClear = dueMs + TAKES_MS <= quietUntilMs || dueMs >= quietUntilMs + QUIET_MARGIN_MS;
  if (isClear) return dueMs;
  const soonestMs = Math.max(dueMs, lastHeardMs + QUIET_AT_MOST_MS);
  return Math.min(quietUntilMs + QUIET_MARGIN_MS, soonestMs);
}

export function createWatchman(core: Core): Watchman {
  const { clock } = core;
  const silence = createSilenceWatch(core);
  let isRunning = false;
  let isPolling = false;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  let timer: Subscription | null = null;
  let statusAskedMs = 0;
  let panelAskedMs = 0;
  let turn = 0;

  const isArmed = (): boolean => core.state().wanted === "armed";
  /** After a status, however it came. */
  const statusDueMs = (): number => {
    const lastMs = Math.max(core.known().wholeAtMs ?? 0, statusAskedMs);
    return lastMs + (isArmed() ? POLL_ARMED_MS : POLL_STANDBY_MS);
  };
  const hasTrain = (): boolean => isArmed() && core.known().page === PAGE.timing;
  const panelEveryMs = (): number => {
    if (hasTrain()) return PANEL_TRAIN_MS;
    return isArmed() ? PANEL_ARMED_MS : PANEL_STANDBY_MS;
  };
  const panelDueMs = (): number => panelAskedMs + panelEveryMs();
  const dueMs = (): number => {
    const nextMs = Math.max(Math.min(statusDueMs(), panelDueMs()), clock.now());
    return pollInstantMs(nextMs, quietUntilMs, core.state().lastHeardMs ?? 0);
  };

  const schedule = (): void => {
    if (!isRunning || isPolling) return;
    timer?.unsubscribe();
    timer = clock.at(dueMs(), () => void tick());
  };

  const pollStatus = async (): Promise<void> => {
    statusAskedMs = clock.now();
    await core.poll("query long status", ANSWER_MS);
  };

  const pollPanel = async (): Promise<void> => {
    panelAskedMs = clock.now();
    const questions = hasTrain() ? PANEL_TRAIN : PANEL;
    const question = questions[turn % questions.length] ?? "query settings";
    turn += 1;
    const { delays, train } = core.known();
    // What a device never told is not asked for again and again.
    if (question === "query train" && train === null) return;
    if (question === "query delays" && delays === null) return;
    await core.poll(question, ANSWER_MS);
  };

  const poll = async (): Promise<void> => {
    const isPanelDue = panelDueMs() <= clock.now();
    const isFresh = clock.now() - (core.known().wholeAtMs ?? 0) <= FRESH_MS;
    if (!isPanelDue || !isFresh) await pollStatus();
    const nowMs = clock.now();
    const isClear = pollInstantMs(nowMs, quietUntilMs, nowMs) === nowMs && !core.line.isBusy;
    if (isPanelDue && isClear) await pollPanel();
  };

  const tick = async (): Promise<void> => {
    if (dueMs() > clock.now()) return schedule();
    isPolling = true;
    try {
      if (core.line.isBusy) await clock.wait(BUSY_MS);
      else await poll();
    } catch (error) {
      // Bytes that could not leave: the end of the link and the silence tell the rest.
      if (!isPulsetrainError(error)) throw error;
    } finally {
      isPolling = false;
      schedule();
    }
  };

  return {
    start: () => {
      isRunning = true;
      // The probe has just asked all of it.
      panelAskedMs = clock.now();
      schedule();
      silence.restart();
    },
    reconsider: () => {
      if (!isRunning) return;
      schedule();
      silence.restart();
    },
    quietUntil: (untilMs) => {
      quietUntilMs = untilMs;
      schedule();
    },
    stop: () => {
      isRunning = false;
      timer?.unsubscribe();
      silence.stop();
    },
  };
}

interface SilenceWatch {
  /** The limit is another one when arming begins, so the watch starts anew then. */
  restart(): void;
  stop(): void;
}

/** Looks at the very instant at which silence becomes too long, whatever the polls do. */
function createSilenceWatch({ apply, clock, state }: Core): SilenceWatch {
  let isWatching = false;
  let timer: Subscription | null = null;
  const look = (): void => {
    apply({ kind: "look", nowMs: clock.now() });
    // Who heard of the loss may have restarted or stopped the watch in the line above.
    if (!isWatching) return;
    timer?.unsubscribe();
    if (state().control !== "held") return;
    const sinceMs = state().lastHeardMs ?? clock.now();
    timer = clock.at(Math.max(sinceMs + silenceLimitMs(state()), clock.now() + BUSY_MS), look);
  };
  return {
    restart: () => {
      isWatching = true;
      look();
    },
    stop: () => {
      isWatching = false;
      timer?.unsubscribe();
    },
  };
}
