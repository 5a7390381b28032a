/** One dose: its start leaves at once, then the look at what came of it. */
import type { Dose } from "../../../src/contract/dose.ts";
import type {
  Delivery,
  PermitLike,
  Stimulator,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import type { WriteStamp } from "../../../src/contract/transport.ts";
import type { TriggerPath } from "../../../src/contract/trigger.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Exchange } from "../link/inFlight.ts";
import type { Core } from "./core.ts";
import { type Settled, startWatch, stepWatch, type Watch, type WatchInput } from "./delivery.ts";

/** Between two looks at a pulse and at a train, ms. */
const LOOK_PULSE_MS = 50;
const LOOK_TRAIN_MS = 200;
/** Nothing is asked so shortly after an edge: the line that carries it may be one of this cable, ms. */
const QUIET_AFTER_EDGE_MS = 20;

export interface Firing {
  deliver: Stimulator["deliver"];
  /** The dose under way can no longer be told: its outcome is unknown. */
  interrupt(detail: string): void;
}

/** `trigger`: where starts leave instead of the wire; null: they are bytes. */
export function createFiring(core: Core, trigger: TriggerPath | null): Firing {
  let current: Tracker | null = null;
  return {
    deliver: (dose, permit) => {
      requireReady(core, dose, current !== null);
      const start = trigger === null ? fireByWire(core, permit) : fireByTrigger(trigger, permit);
      core.apply({ kind: "fire-sent" });
      const tracker = createTracker(dose, start);
      current = tracker;
      const done = follow(core, tracker, start).finally(() => {
        current = null;
      });
      return { writtenMs: start.stamp.writtenMs, writtenHex: start.hex, done };
    },
    interrupt: (detail) => current?.take({ kind: "interrupted", detail }),
  };
}

/** A start that has left. */
interface Start {
  readonly by: Watch["by"];
  readonly stamp: WriteStamp;
  readonly hex: string;
  /** Null: nothing answers. */
  readonly exchange: Promise<Exchange> | null;
}

function fireByWire({ answerTimeoutMs, line }: Core, permit: PermitLike): Start {
  const command = { command: "setMode", mode: "fire" } as const;
  return { by: "wire", ...line.sendNow(command, { timeoutMs: answerTimeoutMs(), permit }) };
}

function fireByTrigger(trigger: TriggerPath, permit: PermitLike): Start {
  const { writtenMs, writtenHex, drained } = trigger.fire(permit);
  drained.catch(() => undefined);
  return { by: "trigger", stamp: { writtenMs, drained }, hex: writtenHex, exchange: null };
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
  if (core.state().window === "open") throw refuse("somebody else starts the pulses at present");
  const problem = misfit(dose, status);
  if (problem !== null) throw refuse(problem);
}

/** Why one start would give something else than the dose; null when it gives it. */
function misfit({ shape }: Dose, { mode, isiMs = null }: StimulatorStatus): string | null {
  const wanted = shape.kind === "train" ? "train" : "single";
  if (mode !== wanted) return `a ${shape.kind} while the device is in ${mode} mode`;
  if (shape.kind === "train") return null;
  if (shape.kind !== "pulse" && shape.kind !== "pair")
    return `no start of this device gives a ${shape.kind}`;
  const askedMs = shape.kind === "pair" ? shape.isiMs : null;
  const isSame =
    askedMs === null || isiMs === null ? askedMs === isiMs : Math.abs(askedMs - isiMs) < 1e-6;
  const words = isiMs === null ? "one pulse a start" : `two pulses ${isiMs} ms apart`;
  return isSame ? null : `a ${shape.kind} while the device is set to ${words}`;
}

/** The watch over one dose, and its verdict once there is one. */
interface Tracker {
  readonly watch: Watch;
  readonly settled: Settled | null;
  take(input: WatchInput): void;
}

function createTracker({ shape }: Dose, { by, stamp }: Start): Tracker {
  const isiMs = shape.kind === "pair" ? shape.isiMs : 0;
  let watch = startWatch(stamp.writtenMs, shape.kind === "train" ? shape : null, { isiMs, by });
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
async function follow(core: Core, tracker: Tracker, start: Start): Promise<Delivery> {
  const { writtenMs, drained } = start.stamp;
  let drainedMs: number | null = null;
  drained.then(
    (atMs) => {
      drainedMs = atMs;
    },
    () => undefined,
  );
  const lookMs = tracker.watch.train === null ? LOOK_PULSE_MS : LOOK_TRAIN_MS;
  if (start.exchange === null) await core.clock.wait(QUIET_AFTER_EDGE_MS);
  else tracker.take({ kind: "acknowledged", exchange: await start.exchange });
  for (;;) {
    if (tracker.settled !== null) break;
    const startMs = core.clock.now();
    for (const input of inputsOf(await look(core), core)) tracker.take(input);
    if (tracker.settled === null) await core.clock.until(startMs + lookMs);
  }
  if (tracker.settled.outcome === "refused-by-device")
    core.apply({ kind: "fire-refused", atMs: core.clock.now() });
  const { acknowledgedMs } = tracker.watch;
  return { ...tracker.settled, writtenMs, writtenHex: start.hex, drainedMs, acknowledgedMs };
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
