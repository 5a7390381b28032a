import type { SampleBlock } from "../../contract/amplifier.ts";
import type { Plan } from "../../contract/dose.ts";
import type { JournalEvent, PulseCounts, RunStatus } from "../../contract/events.ts";
import type { Threshold } from "../../contract/session.ts";
import type { LabClock } from "../../contract/time.ts";
import type { FromRig, Line, Progress, SegmentEnd, ToRig } from "../../engine/messages.ts";
import { addCounts } from "../../engine/tally.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { isPulsetrainError, PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { SessionWriter } from "../../journal/journal.ts";
import { deadline, every } from "../../time/operators.ts";
import type { DoseBook } from "./doseBook.ts";
import { createPulseAccount } from "./pulseAccount.ts";

/** How a session ended, before it is put into words. */
export interface SessionEnd {
  readonly status: RunStatus;
  readonly counts: PulseCounts;
  readonly code: ErrorCode | null;
  readonly detail: string;
}

/** News for whoever looks on. */
export interface Watcher {
  progress(progress: Progress): void;
  hold(text: string): void;
  /** Every event that went into the journal. */
  stored(event: JournalEvent, seq: number): void;
}

export interface ConductorParts {
  readonly clock: LabClock;
  readonly line: Line<ToRig, FromRig>;
  readonly writer: SessionWriter;
  readonly watcher: Watcher;
  /** Takes the amplifier's samples; left out: nobody records. */
  readonly samples?: (block: SampleBlock) => void;
  /** Beats to the rig process; null where both are one process. */
  readonly heartbeatMs: number | null;
  /** The machine's dose ledger; null for a simulated rig. */
  readonly doseBook: DoseBook | null;
  /** Ends a rig process that does not answer any more. */
  readonly killRig: () => void;
}

export type NerveTrainEnd = Omit<Extract<FromRig, { readonly type: "nerve-train-end" }>, "type">;

/** The side of a session that owns the journal. It is told what to run; it never touches a port. */
export interface Conductor {
  /**
   * Sends one checked plan to the rig; resolves when the rig is done with it. One at a time: rejects
   * with CLI_BAD_CALL while another one runs.
   */
  runPlan(
    plan: Plan,
    body: Readonly<Record<string, unknown>>,
    /** On the run's clock; left out: as soon as it can start. */
    startAtMs?: number,
  ): Promise<SegmentEnd>;
  /** Stimuli of the nerve alone; resolves with the instants of those that left. */
  nerveTrain(stimuli: number, intervalMs: number): Promise<NerveTrainEnd>;
  /** What an operator does at the chair; a simulated rig does it with its person. */
  atChair(act: Extract<ToRig, { readonly type: "coil-at" | "contract" }>): void;
  /**
   * Waits for a person to say that something is done or right; resolves with who said it. Rejects with
   * CLI_STOPPED when the session is stopped instead. Between two plans only.
   */
  ask(text: string): Promise<string>;
  /** Thresholds that were measured now; the gate judges by them from the next plan on. */
  setThresholds(thresholds: readonly Threshold[]): void;
  stop(by: string): void;
  togglePause(by: string): void;
  resume(by: string): void;
  readonly stoppedBy: string | null;
  /** Disarmed, closed, written down. */
  finish(status?: {
    readonly status: RunStatus;
    readonly code: ErrorCode | null;
    readonly detail: string;
  }): Promise<SessionEnd>;
}

const NO_PULSES: PulseCounts = { planned: 0, delivered: 0, unknown: 0, skipped: 0 };
/** A rig process that says nothing for so long is taken for hung; its device has disarmed by itself. */
const RIG_SILENCE_MS = 3_000;
/** Disarming and giving up control take two exchanges; far more than their time-outs. */
const END_PATIENCE_MS = 5_000;

export function createConductor(parts: ConductorParts): Conductor {
  const { clock, line, writer, watcher } = parts;
  const account = createPulseAccount();
  let counts = NO_PULSES;
  let segment = 0;
  let waiting: ((end: SegmentEnd) => void) | null = null;
  let asked: { answer(by: string): void; refuse(error: PulsetrainError): void } | null = null;
  let nerveWaiting: ((end: NerveTrainEnd) => void) | null = null;
  let ended: (() => void) | null = null;
  let heldAtEnd: (() => void) | null = null;
  let last: SegmentEnd | null = null;
  let stoppedBy: string | null = null;
  let paused = false;
  let broken: { readonly code: ErrorCode; readonly detail: string } | null = null;
  let lastAliveMs = clock.now();
  let rigGone = false;
  let finished = false;
  let faultTold = false;
  let disarm: Disarm = { confirmed: true, detail: "" };

  /** The rig or the journal is gone: everything that waits is released with the reason. */
  const breakDown = (code: ErrorCode, detail: string): void => {
    if (broken !== null) return;
    broken = { code, detail };
    line.send({ type: "stop", by: code });
    const end: SegmentEnd = {
      type: "segment-end",
      segment,
      status: "faulted",
      counts: NO_PULSES,
      code,
      detail,
    };
    waiting?.(end);
    nerveWaiting?.({ writtenMs: [], refused: detail });
    asked?.refuse(new PulsetrainError(code, detail));
    if (rigGone) ended?.();
  };

  const store = (message: Extract<FromRig, { type: "events" }>): void => {
    if (broken !== null && broken.code !== "RIG_PROCESS_DIED") {
      account.saw(message.events, null);
      return;
    }
    let seqs: readonly number[] | null = null;
    // A disk may be slow to sync: the silence that the rig counts begins with it and not before.
    if (parts.heartbeatMs !== null) line.send({ type: "heartbeat" });
    try {
      seqs = writer.append(message.events, { durable: message.durable });
      parts.doseBook?.enter(message.events, seqs);
      for (const [i, event] of message.events.entries()) watcher.stored(event, seqs[i] ?? -1);
      faultTold ||= message.events.some(({ kind }) => kind === "fault");
      line.send({ type: "stored", batch: message.batch, seqs });
    } catch (error) {
      if (!isPulsetrainError(error)) throw error;
      breakDown(error.code, error.detail);
    } finally {
      account.saw(message.events, seqs);
    }
  };

  line.onMessage((message) => {
    lastAliveMs = clock.now();
    switch (message.type) {
      case "events":
        return store(message);
      case "progress":
        return watcher.progress(message);
      case "hold":
        // The rig waits: the next press of the pause key answers it.
        paused = true;
        heldAtEnd?.();
        return watcher.hold(message.text);
      case "segment-end":
        return waiting?.(message);
      case "ended":
        finished = true;
        disarm = { confirmed: message.disarmConfirmed, detail: message.detail };
        return ended?.();
      case "nerve-train-end":
        return nerveWaiting?.(message);
      case "samples":
        return parts.samples?.(message.block);
      case "alive":
        return;
    }
  });
  line.onClosed((detail) => {
    rigGone = true;
    if (!finished) breakDown("RIG_PROCESS_DIED", detail);
    ended?.();
  });
  const beats =
    parts.heartbeatMs === null
      ? null
      : every(clock, parts.heartbeatMs).subscribe(() => {
          line.send({ type: "heartbeat" });
          // A stall of this process is no silence of the other: its answers wait in the channel.
          if (clock.now() - lastAliveMs > RIG_SILENCE_MS) parts.killRig();
        });

  const stop = (by: string): void => {
    // When the rig has ended its device is disarmed, and the session's account is closed.
    if (stoppedBy !== null || finished) return;
    stoppedBy = by;
    line.send({ type: "stop", by });
    asked?.refuse(new PulsetrainError("CLI_STOPPED", by));
  };

  const runPlan: Conductor["runPlan"] = async (plan, body, startAtMs) => {
    if (waiting !== null) {
      throw new PulsetrainError(
        "CLI_BAD_CALL",
        "a protocol is running: a session runs one after the other, so await each",
      );
    }
    segment += 1;
    account.planned(plan.pulses);
    writer.append([{ tMs: clock.now(), kind: "segment", segment, body }], { durable: false });
    const end = await new Promise<SegmentEnd>((resolve) => {
      waiting = resolve;
      if (broken !== null) return breakDown(broken.code, broken.detail);
      lastAliveMs = clock.now();
      line.send({ type: "segment", segment, plan, startAtMs: startAtMs ?? null });
    });
    waiting = null;
    last = end;
    counts = addCounts(counts, end.counts);
    return end;
  };

  const noted = (text: string): void => {
    writer.append([{ tMs: clock.now(), kind: "note", text }], { durable: true });
  };

  const ask: Conductor["ask"] = async (text) => {
    if (stoppedBy !== null) throw new PulsetrainError("CLI_STOPPED", stoppedBy);
    if (broken !== null) throw new PulsetrainError(broken.code, broken.detail);
    noted(`asked: ${text}`);
    watcher.hold(text);
    try {
      const by = await new Promise<string>((answer, refuse) => {
        asked = { answer, refuse };
      });
      noted(`${by} confirmed: ${text}`);
      return by;
    } finally {
      asked = null;
    }
  };

  const endRig = async (): Promise<void> => {
    if (rigGone) return;
    const held = new Promise<void>((resolve) => {
      heldAtEnd = resolve;
    });
    const said = new Promise<void>((resolve) => {
      ended = resolve;
      line.send({ type: "end" });
    });
    // A rig that asks a person before it ends is not hung.
    const heard = Promise.race([said, held]);
    let asks = false;
    void held.then(() => {
      asks = true;
    });
    await deadline(clock, heard, clock.now() + END_PATIENCE_MS, parts.killRig);
    if (asks) await said;
  };

  return {
    runPlan,
    async nerveTrain(stimuli, intervalMs) {
      const end = await new Promise<NerveTrainEnd>((resolve) => {
        nerveWaiting = resolve;
        if (broken !== null) return resolve({ writtenMs: [], refused: broken.detail });
        line.send({ type: "nerve-train", stimuli, intervalMs });
      });
      nerveWaiting = null;
      return end;
    },
    atChair: (act) => line.send(act),
    ask,
    setThresholds: (thresholds) => line.send({ type: "thresholds", thresholds }),
    get stoppedBy() {
      return stoppedBy;
    },
    stop,
    togglePause(by) {
      if (asked !== null) return asked.answer(by);
      paused = !paused;
      line.send({ type: paused ? "pause" : "resume", by });
    },
    resume(by) {
      if (asked !== null) return asked.answer(by);
      paused = false;
      line.send({ type: "resume", by });
    },
    async finish(status) {
      // Nobody waits for it any more, so nobody would notice what becomes of it.
      if (waiting !== null) stop("the session ended before its protocol");
      await endRig();
      beats?.unsubscribe();
      const end: SessionEnd = {
        ...withDisarm(endingOf(last, broken, stoppedBy, status), disarm),
        counts: broken === null ? counts : account.counts(),
      };
      return close(writer, clock, end, { broken: broken !== null, faultTold });
    },
  };
}

type Ending = Omit<SessionEnd, "counts">;

function endingOf(
  last: SegmentEnd | null,
  broken: { readonly code: ErrorCode; readonly detail: string } | null,
  stoppedBy: string | null,
  status: Ending | undefined,
): Ending {
  if (broken !== null) return { status: "faulted", ...broken };
  if (last !== null && last.status !== "completed")
    return { status: last.status, code: last.code, detail: last.detail };
  if (stoppedBy !== null) return { status: "stopped", code: "CLI_STOPPED", detail: stoppedBy };
  return status ?? { status: "completed", code: null, detail: "" };
}

/** What the rig said of the device's last state. */
interface Disarm {
  readonly confirmed: boolean;
  readonly detail: string;
}

/** Whoever reads "completed" or "stopped" relies on a disarmed device; an earlier fault says more. */
function withDisarm(ending: Ending, { confirmed, detail }: Disarm): Ending {
  if (confirmed || (ending.status !== "completed" && ending.status !== "stopped")) return ending;
  return { status: "faulted", code: "DEVICE_DISARM_UNCONFIRMED", detail };
}

/**
 * `run.stop`, durable, behind the fault that the rig could not tell itself. A session whose rig died
 * gets unknown outcomes for its open intents first.
 */
function close(
  writer: SessionWriter,
  clock: LabClock,
  end: SessionEnd,
  { broken, faultTold }: { readonly broken: boolean; readonly faultTold: boolean },
): SessionEnd {
  try {
    if (end.status === "faulted" && !faultTold) {
      const { code, detail } = end;
      const fault: JournalEvent = {
        tMs: clock.now(),
        kind: "fault",
        code: code ?? "CLI_BUG",
        detail,
      };
      writer.append([fault], { durable: false });
    }
    if (broken) {
      const counts = writer.breakOff({
        tMs: clock.now(),
        status: end.status,
        why: `${end.code}: ${end.detail}`,
      });
      return { ...end, counts };
    }
    writer.append(
      [
        {
          tMs: clock.now(),
          kind: "run.stop",
          status: end.status,
          ...end.counts,
          detail: end.detail,
        },
      ],
      { durable: true },
    );
    return end;
  } catch (error) {
    if (!isPulsetrainError(error)) throw error;
    // The next writer of this journal closes the session as interrupted.
    return { ...end, status: "faulted", code: error.code, detail: error.detail };
  }
}

/** For scripts and commands: an end that is not `completed`, as an error with its exit code. */
export function endError(end: {
  readonly status: RunStatus;
  readonly code: ErrorCode | null;
  readonly detail: string;
}): PulsetrainError {
  return new PulsetrainError(end.code ?? "CLI_BUG", end.detail);
}
