/**
 * Polls that keep control and notice its loss. They run by themselves, so that nothing a caller
 * does or forgets starves them; they stand back only for the deadline of a dose.
 */
import type { Subscription } from "rxjs";
import { isPulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Command } from "../wire/commands.ts";
import type { Core } from "./core.ts";
import { type DeviceState, silenceLimitMs } from "./state.ts";

/** Between two polls while armed, ms: the device disarms after 1 s of silence. */
const POLL_ARMED_MS = 200;
/** The same while somebody else starts pulses: no recharge of any model is over between two polls. */
const POLL_WINDOW_MS = 100;
/** The same in standby; the open clients poll every 0.5 or 5 s. */
const POLL_STANDBY_MS = 2000;
/** The coil is asked for its temperature so often, ms. */
const TEMPERATURE_MS = 8000;
/** A BiStim that answers the question for its mode is asked so often, ms. */
const SYSTEM_MODE_MS = 1000;
/** A poll that finds another question on the line comes back after this time, ms. */
const BUSY_MS = 10;
/** A dose leaves at the end of the quiet time or a little later; polls go on after this margin, ms. */
const QUIET_MARGIN_MS = 20;
/** No quiet time keeps polls back for longer than this after the last good answer, ms. */
const QUIET_AT_MOST_MS = 350;

export interface KeepAlive {
  start(): void;
  /** Looks again when the next poll is due. */
  reconsider(): void;
  quietUntil(untilMs: number): void;
  stop(): void;
}

/** When a poll that is due at `dueMs` may begin, so that it neither disturbs a deadline nor risks the silence rule. */
export function pollInstantMs(
  dueMs: number,
  takesMs: number,
  quietUntilMs: number,
  lastGoodMs: number,
): number {
  if (dueMs + takesMs <= quietUntilMs || dueMs >= quietUntilMs + QUIET_MARGIN_MS) return dueMs;
  return Math.min(quietUntilMs + QUIET_MARGIN_MS, Math.max(dueMs, lastGoodMs + QUIET_AT_MOST_MS));
}

function intervalMs({ wanted, window }: DeviceState): number {
  if (wanted !== "armed") return POLL_STANDBY_MS;
  return window === "open" ? POLL_WINDOW_MS : POLL_ARMED_MS;
}

export function createKeepAlive(core: Core): KeepAlive {
  const { clock } = core;
  const silence = createSilenceWatch(core);
  let isRunning = false;
  let isPolling = false;
  let quietUntilMs = Number.NEGATIVE_INFINITY;
  let timer: Subscription | null = null;

  const dueMs = (): number => {
    const nextMs = Math.max(core.lastReadMs() + intervalMs(core.state()), clock.now());
    return pollInstantMs(
      nextMs,
      core.answerTimeoutMs(),
      quietUntilMs,
      core.state().lastGoodMs ?? 0,
    );
  };

  const schedule = (): void => {
    if (!isRunning || isPolling) return;
    timer?.unsubscribe();
    timer = clock.at(dueMs(), () => void tick());
  };

  const tick = async (): Promise<void> => {
    if (dueMs() > clock.now()) return schedule();
    isPolling = true;
    try {
      if (core.line.isBusy) await clock.wait(BUSY_MS);
      else await poll(core, quietUntilMs);
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

/** What else is due, when there is room for it in front of the parameters; then the parameters. */
async function poll(core: Core, quietUntilMs: number): Promise<void> {
  const nowMs = core.clock.now();
  const timeoutMs = core.answerTimeoutMs();
  const roomMs = quietUntilMs > nowMs ? quietUntilMs - nowMs : Number.POSITIVE_INFINITY;
  const extra = roomMs >= 2 * timeoutMs ? dueExtra(core.state(), nowMs) : null;
  if (extra !== null) await core.line.ask(extra, { timeoutMs });
  await core.pollParameters();
}

/** At most one, so that the parameters never wait for more than one answer. */
function dueExtra(
  { coilTemperatureAtMs, systemModeAtMs }: DeviceState,
  nowMs: number,
): Command | null {
  if (nowMs - (coilTemperatureAtMs ?? Number.NEGATIVE_INFINITY) >= TEMPERATURE_MS)
    return { command: "getTemperature" };
  // Never answered while connecting: this device does not know the question.
  const isModeDue = systemModeAtMs !== null && nowMs - systemModeAtMs >= SYSTEM_MODE_MS;
  return isModeDue ? { command: "getSystemMode" } : null;
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
    const { control, lastGoodMs } = state();
    const sinceMs = control === "held" ? (lastGoodMs ?? clock.now()) : clock.now();
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
