/** One dose: its start at once, then the reports that tell what came of it. */
import type { Subscription } from "rxjs";
import type { Dose } from "../../../src/contract/dose.ts";
import type {
  Delivery,
  DriverContext,
  PermitLike,
  Stimulator,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import type { WriteStamp } from "../../../src/contract/transport.ts";
import type { TriggerStamp } from "../../../src/contract/trigger.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { isKnown, type Message } from "../wire/messages.ts";
import { PAGE } from "../wire/names.ts";
import type { Core } from "./core.ts";
import { nextLookMs, startWatch, stepWatch, type Watch, type WatchInput } from "./delivery.ts";
import { settingsFor } from "./orders.ts";

export interface Firing
  extends Pick<Stimulator, "deliver">,
    Required<Pick<Stimulator, "beginExternal" | "endExternal">> {
  /** The dose under way can no longer be told: its outcome is unknown. */
  interrupt(detail: string): void;
}

export function createFiring(core: Core, trigger: DriverContext["trigger"]): Firing {
  let current: Tracker | null = null;
  core.claimPulses(({ didtA, didtB }, atMs) => {
    if (current === null) return false;
    return current.take({ kind: "report", report: { atMs, didtA, didtB } });
  });
  core.onMessage((message, atMs) => {
    const running = runningOf(message);
    if (running !== null) current?.take({ kind: "running", running, atMs });
  });
  return {
    deliver: (dose, permit) => {
      requireReady(core, dose);
      if (current?.isOpen === true) throw refuse("the outcome of the dose before is not known yet");
      const { kind } = dose.shape;
      const isTrain = kind === "train" || kind === "burst-train";
      const sent = start(core, isTrain, permit, trigger);
      core.apply({ kind: "may-run", what: isTrain ? "train" : "nothing" });
      const tracker = createTracker(core, dose, sent.stamp.writtenMs);
      current = tracker;
      const done = follow(tracker, sent);
      return { writtenMs: sent.stamp.writtenMs, writtenHex: sent.hex, done };
    },
    beginExternal: (dose, permit) => {
      requireReady(core, dose);
      if (dose.shape.kind !== "external") throw refuse("not a window for somebody else's pulses");
      // Reports of a dose before are over; from here on every pulse is somebody else's.
      current = null;
      if (dose.shape.by === "trigger") return null;
      if (core.known().page !== PAGE.protocol)
        throw refuse("the device does not show its Protocol page");
      const { stamp, hex } = core.line.sendNow({ what: "start train or protocol" }, permit);
      core.apply({ kind: "may-run", what: "protocol" });
      return { writtenMs: stamp.writtenMs, writtenHex: hex };
    },
    endExternal: () => core.apply({ kind: "may-run", what: "nothing" }),
    interrupt: (detail) => current?.take({ kind: "interrupted", detail }),
  };
}

function refuse(why: string): PulsetrainError {
  return new PulsetrainError("DEVICE_CONFLICT", why);
}

interface Started {
  readonly stamp: Pick<WriteStamp, "writtenMs" | "drained">;
  readonly hex: string;
  readonly answer?: TriggerStamp["answer"] | undefined;
}

/** A single start may leave through a trigger; a train is started on the wire alone. */
function start(
  core: Core,
  isTrain: boolean,
  permit: PermitLike,
  trigger: DriverContext["trigger"],
): Started {
  if (isTrain) return core.line.sendNow({ what: "start train or protocol" }, permit);
  if (trigger == null)
    return core.line.sendNow({ what: "fire pulse or burst", trailingByte: false }, permit);
  const stamp = trigger.fire(permit);
  stamp.drained.catch(() => undefined);
  return { stamp, hex: stamp.writtenHex, answer: stamp.answer };
}

/** Only the two messages that tell it at the instant of the change, and the status. */
function runningOf(message: Message): boolean | null {
  return isKnown(message) && (message.message === 8 || message.message === 5)
    ? message.running
    : null;
}

/** Throws before any byte has left when the device cannot be held for ready and set to this dose. */
function requireReady(core: Core, dose: Dose): void {
  core.requireUsable();
  if (core.line.isBusy) throw refuse("a question is on the line; it must be quiet at a deadline");
  const { status, wanted } = core.state();
  if (wanted !== "armed" || status?.state !== "ready")
    throw new PulsetrainError("DEVICE_NOT_READY", `the device is ${status?.state ?? "unknown"}`);
  const why = misfit(dose, status);
  if (why !== null) throw refuse(why);
}

/** Why the device as it is set would give something else than the dose; null when it would not. */
function misfit(dose: Dose, status: StimulatorStatus): string | null {
  const { burstPulses = null, isiMs, train } = settingsFor(dose);
  const { kind } = dose.shape;
  const mode = train === null ? "single" : "train";
  if (status.mode !== mode) return `a ${kind} while the device is set to ${status.mode} starts`;
  if ((status.isiMs ?? null) !== isiMs || (status.burstPulses ?? null) !== burstPulses)
    return `a ${kind} while one start gives ${status.burstPulses ?? "no burst"}, ${status.isiMs ?? "no"} ms apart`;
  const isSame = train?.pulses === status.train?.pulses;
  return isSame ? null : `${train?.pulses} starts while a train has ${status.train?.pulses}`;
}

/** The watch over one dose, its timer and its verdict. */
interface Tracker {
  readonly watch: Watch;
  readonly isOpen: boolean;
  readonly settled: Promise<void>;
  /** True for a report that belongs to the dose. */
  take(input: WatchInput): boolean;
}

function createTracker({ clock }: Core, dose: Dose, writtenMs: number): Tracker {
  let watch = startWatch(dose.shape, dose.intensityPctMso, writtenMs);
  let timer: Subscription | null = null;
  let tell: () => void = () => undefined;
  const settled = new Promise<void>((resolve) => {
    tell = resolve;
  });
  const schedule = (): void => {
    timer?.unsubscribe();
    const lookMs = nextLookMs(watch);
    if (lookMs === null) return tell();
    timer = clock.at(lookMs, () => void take({ kind: "time", nowMs: clock.now() }));
  };
  const take = (input: WatchInput): boolean => {
    const stepped = stepWatch(watch, input);
    watch = stepped.watch;
    schedule();
    return stepped.isOurs;
  };
  schedule();
  return {
    get watch() {
      return watch;
    },
    get isOpen() {
      return watch.settled === null;
    },
    settled,
    take,
  };
}

async function follow(tracker: Tracker, { answer, hex, stamp }: Started): Promise<Delivery> {
  void answer?.then((said) => {
    if (said.kind !== "refused") return;
    tracker.take({ kind: "not-started", detail: `the trigger box raised nothing: ${said.detail}` });
  });
  let drainedMs: number | null = null;
  stamp.drained.then(
    (atMs) => {
      drainedMs = atMs;
    },
    () => undefined,
  );
  await tracker.settled;
  const { runningMs, settled } = tracker.watch;
  if (settled === null) throw new PulsetrainError("CLI_BUG", "a dose ended without a verdict");
  const { writtenMs } = stamp;
  return { ...settled, writtenMs, writtenHex: hex, drainedMs, acknowledgedMs: runningMs };
}
