/** One dose: the fire bytes at once, then the look at what came of them. */
import type { Dose } from "../../../src/contract/dose.ts";
import type { Delivery, PermitLike, Stimulator, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Exchange } from "../link/line.ts";
import type { Core } from "./core.ts";
import { type Settled, startWatch, stepWatch, type WatchInput } from "./delivery.ts";

/** Between two looks at a pulse and at a train, ms. */
const LOOK_PULSE_MS = 50;
const LOOK_TRAIN_MS = 200;

export interface Firing {
  deliver: Stimulator["deliver"];
  /** The dose under way can no longer be told: its outcome is unknown. */
  interrupt(detail: string): void;
}

export function createFiring(core: Core): Firing {
  let interruptWatch: ((detail: string) => void) | null = null;

  const requireReady = (dose: Dose): void => {
    core.requireUsable();
    const refuse = (detail: string): PulsetrainError => new PulsetrainError("DEVICE_CONFLICT", detail);
    if (interruptWatch !== null) throw refuse("the outcome of the dose before is not known yet");
    if (core.line.isBusy) throw refuse("a question is on the line; keep it quiet before a deadline");
    const status = core.state().status;
    if (core.state().wanted !== "armed" || status?.state !== "ready") {
      throw new PulsetrainError("DEVICE_NOT_READY", `the device is ${status?.state ?? "unknown"}`);
    }
    const mode = modeOf(dose);
    if (mode === null || status.mode !== mode) throw refuse(`a ${dose.shape.kind} while the device is in ${status.mode} mode`);
  };

  const follow = async (dose: Dose, sent: ReturnType<Core["line"]["sendNow"]>): Promise<Delivery> => {
    const { stamp, hex, exchange } = sent;
    let watch = startWatch(stamp.writtenMs, dose.shape.kind === "train" ? dose.shape : null);
    let settled: Settled | null = null;
    let drainedMs: number | null = null;
    stamp.drained.then(
      (atMs) => {
        drainedMs = atMs;
      },
      () => undefined,
    );
    const take = (input: WatchInput): void => {
      if (settled !== null) return;
      ({ watch, settled } = stepWatch(watch, input));
    };
    interruptWatch = (detail) => take({ kind: "interrupted", detail });
    try {
      take({ kind: "acknowledged", exchange: await exchange });
      while (isOpen(settled)) {
        const startMs = core.clock.now();
        for (const input of inputsOf(await look(core), core)) take(input);
        if (isOpen(settled)) await core.clock.until(startMs + (watch.train === null ? LOOK_PULSE_MS : LOOK_TRAIN_MS));
      }
    } finally {
      interruptWatch = null;
    }
    const { outcome, detail, deviceReportedMs } = requireSettled(settled);
    return { outcome, detail, writtenMs: stamp.writtenMs, writtenHex: hex, drainedMs, acknowledgedMs: watch.acknowledgedMs, deviceReportedMs };
  };

  return {
    deliver: (dose: Dose, permit: PermitLike) => {
      requireReady(dose);
      const sent = core.line.sendNow({ command: "setMode", mode: "fire" }, { timeoutMs: core.answerTimeoutMs(), permit });
      return { writtenMs: sent.stamp.writtenMs, writtenHex: sent.hex, done: follow(dose, sent) };
    },
    interrupt: (detail) => interruptWatch?.(detail),
  };
}

/** The mode of the device that makes the dose; null when none does. */
function modeOf({ shape }: Dose): StimulatorStatus["mode"] {
  if (shape.kind === "train") return "train";
  return shape.kind === "pulse" ? "single" : null;
}

// Told apart by functions, since the interruption changes the variable behind the compiler's back.
function isOpen(settled: Settled | null): boolean {
  return settled === null;
}

function requireSettled(settled: Settled | null): Settled {
  return settled ?? { outcome: "unknown", detail: "the watch ended without a verdict", deviceReportedMs: null };
}

/** One look; bytes that could not leave are a lost link. */
async function look(core: Core): Promise<Exchange> {
  try {
    return await core.pollParameters();
  } catch (error) {
    if (isPulsetrainError(error)) return { kind: "lost", atMs: core.clock.now(), detail: error.message };
    throw error;
  }
}

function inputsOf(seen: Exchange, core: Core): readonly WatchInput[] {
  const { status, control, troubles } = core.state();
  if (seen.kind === "lost") return [{ kind: "interrupted", detail: `the link ended: ${seen.detail}` }];
  if (control !== "held") return [{ kind: "interrupted", detail: "remote control was lost" }];
  if (seen.kind === "silent" || status === null) return [];
  if (troubles.length > 0) return [{ kind: "interrupted", detail: `trouble after the fire command: ${troubles.join(", ")}` }];
  return [{ kind: "status", status }];
}
