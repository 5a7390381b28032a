/** One dose: the fire bytes at once, then the look at what came of them. */
import type { Dose } from "../../../src/contract/dose.ts";
import type { Delivery, Stimulator, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Exchange } from "../link/inFlight.ts";
import type { Sent } from "../link/line.ts";
import type { Core } from "./core.ts";
import { type Settled, startWatch, stepWatch, type Watch, type WatchInput } from "./delivery.ts";

/** Between two looks at a pulse and at a train, ms. */
const LOOK_PULSE_MS = 50;
const LOOK_TRAIN_MS = 200;

export interface Firing {
  deliver: Stimulator["deliver"];
  /** The dose under way can no longer be told: its outcome is unknown. */
  interrupt(detail: string): void;
}

export function createFiring(core: Core): Firing {
  let current: Tracker | null = null;
  return {
    deliver: (dose, permit) => {
      requireReady(core, dose, current !== null);
      const { answerTimeoutMs, line } = core;
      const command = { command: "setMode", mode: "fire" } as const;
      const sent = line.sendNow(command, { timeoutMs: answerTimeoutMs(), permit });
      const tracker = createTracker(dose, sent.stamp.writtenMs);
      current = tracker;
      const done = follow(core, tracker, sent).finally(() => {
        current = null;
      });
      return { writtenMs: sent.stamp.writtenMs, writtenHex: sent.hex, done };
    },
    interrupt: (detail) => current?.take({ kind: "interrupted", detail }),
  };
}

/** Throws before any byte has left when the device cannot be held for ready and in the right mode. */
function requireReady(core: Core, dose: Dose, isUnderWay: boolean): void {
  core.requireUsable();
  const refuse = (why: string): PulsetrainError => new PulsetrainError("DEVICE_CONFLICT", why);
  if (isUnderWay) throw refuse("the outcome of the dose before is not known yet");
  if (core.line.isBusy) throw refuse("a question is on the line; it must be quiet at a deadline");
  const { status, wanted } = core.state();
  if (wanted !== "armed" || status?.state !== "ready") {
    throw new PulsetrainError("DEVICE_NOT_READY", `the device is ${status?.state ?? "unknown"}`);
  }
  if (status.mode !== modeOf(dose)) {
    throw refuse(`a ${dose.shape.kind} while the device is in ${status.mode} mode`);
  }
}

/** The mode of the device that makes the dose; "none" when no mode does. */
function modeOf({ shape }: Dose): StimulatorStatus["mode"] | "none" {
  if (shape.kind === "train") return "train";
  return shape.kind === "pulse" ? "single" : "none";
}

/** The watch over one dose, and its verdict once there is one. */
interface Tracker {
  readonly watch: Watch;
  readonly settled: Settled | null;
  take(input: WatchInput): void;
}

function createTracker({ shape }: Dose, writtenMs: number): Tracker {
  let watch = startWatch(writtenMs, shape.kind === "train" ? shape : null);
  let settled: Settled | null = null;
  return {
    get watch() {
      return watch;
    },
    get settled() {
      return settled;
    },
    take: (input) => {
      if (settled !== null) return;
      ({ watch, settled } = stepWatch(watch, input));
    },
  };
}

/** Looks at the device until the verdict is there; nothing but an answer or its lack is waited for. */
async function follow(core: Core, tracker: Tracker, sent: Sent): Promise<Delivery> {
  const { writtenMs, drained } = sent.stamp;
  let drainedMs: number | null = null;
  drained.then(
    (atMs) => {
      drainedMs = atMs;
    },
    () => undefined,
  );
  const lookMs = tracker.watch.train === null ? LOOK_PULSE_MS : LOOK_TRAIN_MS;
  tracker.take({ kind: "acknowledged", exchange: await sent.exchange });
  for (;;) {
    if (tracker.settled !== null) break;
    const startMs = core.clock.now();
    for (const input of inputsOf(await look(core), core)) tracker.take(input);
    if (tracker.settled === null) await core.clock.until(startMs + lookMs);
  }
  const { acknowledgedMs } = tracker.watch;
  return { ...tracker.settled, writtenMs, writtenHex: sent.hex, drainedMs, acknowledgedMs };
}

/** One look; bytes that could not leave are a lost link. */
async function look(core: Core): Promise<Exchange> {
  try {
    return await core.pollParameters();
  } catch (error) {
    if (isPulsetrainError(error)) {
      return { kind: "lost", atMs: core.clock.now(), detail: error.message };
    }
    throw error;
  }
}

function inputsOf(seen: Exchange, core: Core): readonly WatchInput[] {
  const { status, control, troubles } = core.state();
  const interrupted = (detail: string): readonly WatchInput[] => [{ kind: "interrupted", detail }];
  if (seen.kind === "lost") return interrupted(`the link ended: ${seen.detail}`);
  if (control !== "held") return interrupted("remote control was lost");
  // Only a good answer to this very look says anything; the status of an earlier one does not.
  if (seen.kind === "silent" || seen.answer.kind !== "good" || status === null) return [];
  if (troubles.length > 0) return interrupted(`trouble after firing: ${troubles.join(", ")}`);
  return [{ kind: "status", status }];
}
