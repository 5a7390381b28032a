import type { JournalEvent, RunStatus } from "../../contract/events.ts";
import type { LedgerSnapshot } from "../../contract/session.ts";
import type { FaultOrder } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { ErrorCode } from "../../errors/codes.ts";
import { isPulsetrainError } from "../../errors/pulsetrainError.ts";
import type { Journal, SessionWriter } from "../../journal/journal.ts";
import { utcMsOf } from "../../time/calendar.ts";
import { createRealClock, type RealClock } from "../../time/realClock.ts";
import { createVirtualClock } from "../../time/virtualClock.ts";
import { type Measuring, type MeasuringOptions, startMeasuring } from "../measure/start.ts";
import type { RigProcessConfig } from "../rig/rigConfigMessage.ts";
import { offerStop, requireStoppable, stopSocketPath, withdrawStop } from "../rig/stopSocket.ts";
import { type Conductor, createConductor, type SessionEnd, type Watcher } from "./conductor.ts";
import { attachControls } from "./controls.ts";
import { openDoseBook } from "./doseBook.ts";
import { type RigHost, startRigHere, startRigProcess } from "./host.ts";
import { gateContext, type Setup } from "./setup.ts";
import { watchStopRequests } from "./stopRequests.ts";

/** How a session is carried out. */
export interface Execution {
  readonly session: string;
  readonly setup: Setup;
  readonly journal: Journal;
  readonly ledger: LedgerSnapshot;
  readonly limitsAccepted: boolean;
  readonly speed: "real" | "max";
  readonly watcher: Watcher;
  readonly runStart: Readonly<Record<string, unknown>>;
  readonly dischargesFile: string | null;
  readonly simulatorFaults: readonly FaultOrder[];
  readonly simulatorBody?: Readonly<Record<string, number>>;
  /** How values are measured that nobody gave, where the usual way is not wanted. */
  readonly methods?: MeasuringOptions["methods"];
  /** Lines about what is measured, for whoever looks on. */
  readonly say?: (line: string) => void;
}

/** What a session does: one protocol, or a script that runs several. */
export type SessionBody = (
  conductor: Conductor,
  clock: LabClock,
  writer: SessionWriter,
  /** Null: the rig has no amplifier. */
  measuring: Measuring | null,
) => Promise<Ending | undefined>;
export interface Ending {
  readonly status: RunStatus;
  readonly code: ErrorCode | null;
  readonly detail: string;
}

const HEARTBEAT_MS = 100;
/** A signal that came before an error is heard within this time after it. */
const SIGNAL_TURN_MS = 50;
/** Rule WDG-01. */
const PARENT_SILENCE_MS = 500;

export function executeSession(execution: Execution, body: SessionBody): Promise<SessionEnd> {
  return execution.speed === "max" ? executeVirtual(execution, body) : executeReal(execution, body);
}

async function executeReal(execution: Execution, body: SessionBody): Promise<SessionEnd> {
  const clock = createRealClock();
  const stopSocket = stopSocketPath(execution.session);
  const config = { ...rigConfig(execution, clock), parentSilenceMs: PARENT_SILENCE_MS, stopSocket };
  const writer = startSession(execution, clock);
  let host: RigHost;
  try {
    requireStoppable(stopSocket);
    host = await startRigProcess(config);
  } catch (error) {
    // What ended the process beside the port may have been meant for the whole run.
    await clock.wait(SIGNAL_TURN_MS);
    const { stoppedBy } = watchStopRequests();
    return stoppedBy === null
      ? failedBeforeStart(writer, clock, error)
      : stoppedBeforeStart(writer, clock, stoppedBy);
  }
  return conduct(execution, body, {
    clock,
    host,
    writer,
    heartbeatMs: HEARTBEAT_MS,
    watchParent: clock,
  });
}

async function executeVirtual(execution: Execution, body: SessionBody): Promise<SessionEnd> {
  const clock = createVirtualClock({ startUtcMs: utcMsOf(execution.setup.startedUtc) ?? 0 });
  return clock.run(async () => {
    const writer = startSession(execution, clock);
    // Its modules come from the disk, which may take longer than a virtual clock waits for work, and a
    // device that speaks by itself would go on living meanwhile.
    const host = await clock.outside(
      startRigHere({ ...rigConfig(execution, null), parentSilenceMs: null }, clock),
    );
    const path = stopSocketPath(execution.session);
    let stop: () => void = () => undefined;
    const server = offerStop(path, () => stop());
    try {
      return await conduct(execution, body, {
        clock,
        host,
        writer,
        heartbeatMs: null,
        watchParent: null,
        onConductor: (conductor) => {
          stop = () => conductor.stop("pulsetrain stop");
        },
      });
    } finally {
      withdrawStop(server, path);
    }
  });
}

interface Conduct {
  readonly clock: LabClock;
  readonly host: RigHost;
  readonly writer: SessionWriter;
  readonly heartbeatMs: number | null;
  readonly watchParent: LabClock | null;
  readonly onConductor?: (conductor: Conductor) => void;
}

async function conduct(
  execution: Execution,
  body: SessionBody,
  parts: Conduct,
): Promise<SessionEnd> {
  const { clock, host, writer } = parts;
  const doseBook = openDoseBook(execution.setup, execution.session, clock);
  const measuring = measuringOf(execution, clock, writer, () => conductor);
  const conductor: Conductor = createConductor({
    clock,
    line: host.line,
    writer,
    doseBook,
    watcher: watchedBy(execution.watcher, measuring),
    ...(measuring === null ? {} : { samples: measuring.take }),
    heartbeatMs: parts.heartbeatMs,
    killRig: host.kill,
  });
  parts.onConductor?.(conductor);
  const detach = attachControls(conductor, parts.watchParent);
  try {
    let ending: Ending | undefined;
    try {
      ending = await body(conductor, clock, writer, measuring);
    } catch (error) {
      ending = endingOf(error);
    }
    return await conductor.finish(ending);
  } finally {
    detach();
    measuring?.close();
    host.dispose();
    doseBook?.close();
  }
}

function measuringOf(
  execution: Execution,
  clock: LabClock,
  writer: SessionWriter,
  conductor: () => Conductor,
): Measuring | null {
  const { journal, methods = {}, say = () => undefined, session, setup } = execution;
  if (setup.amplifier === null) return null;
  const options = { session, setup, journal, writer, clock, conductor, methods, say };
  return startMeasuring(options, setup.amplifier);
}

/** Whoever looks on hears of every event; what is measured hears of it too. */
function watchedBy(watcher: Watcher, measuring: Measuring | null): Watcher {
  if (measuring === null) return watcher;
  return {
    progress: (progress) => watcher.progress(progress),
    hold: (text) => watcher.hold(text),
    stored: (event, seq) => {
      watcher.stored(event, seq);
      measuring.stored(event, seq);
    },
  };
}

/** An error of a session script or of the planning inside it ends the session by its code. */
function endingOf(error: unknown): Ending {
  if (!isPulsetrainError(error)) {
    return {
      status: "faulted",
      code: "CLI_BUG",
      detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
    };
  }
  const status: RunStatus = error.exit === 3 ? "refused" : error.exit === 5 ? "stopped" : "faulted";
  return { status, code: error.code, detail: error.detail };
}

function startSession(execution: Execution, clock: LabClock): SessionWriter {
  const tMs = clock.now();
  return execution.journal.startSession({
    session: execution.session,
    tMs,
    toUtcIso: (atMs) => clock.toUtcIso(atMs),
    // CLOCK_MONOTONIC of `t` 0, and what the clock of all `...Ms` instants shows then, so that
    // discharge lines of another process can be compared.
    body: { ...execution.runStart, monotonicStartS: clock.toMonotonicS(tMs), clockStartMs: tMs },
  });
}

function failedBeforeStart(writer: SessionWriter, clock: LabClock, error: unknown): SessionEnd {
  const ending = endingOf(error);
  const code = ending.code ?? "CLI_BUG";
  return endBeforeStart(writer, ending, {
    tMs: clock.now(),
    kind: "fault",
    code,
    detail: ending.detail,
  });
}

function stoppedBeforeStart(writer: SessionWriter, clock: LabClock, by: string): SessionEnd {
  const ending: Ending = { status: "stopped", code: "CLI_STOPPED", detail: by };
  return endBeforeStart(writer, ending, { tMs: clock.now(), kind: "stop", by, detail: "" });
}

/** Nothing was opened: no pulse can have come. */
function endBeforeStart(writer: SessionWriter, ending: Ending, why: JournalEvent): SessionEnd {
  const counts = { planned: 0, delivered: 0, unknown: 0, skipped: 0 };
  const { status, detail } = ending;
  writer.append([why, { tMs: why.tMs, kind: "run.stop", status, ...counts, detail }], {
    durable: true,
  });
  return { ...ending, counts };
}

function rigConfig(
  execution: Execution,
  clock: RealClock | null,
): Omit<RigProcessConfig, "parentSilenceMs"> {
  const { setup } = execution;
  return {
    session: execution.session,
    rig: setup.rig,
    context: gateContext(setup, execution.ledger, execution.limitsAccepted),
    seed: setup.seed,
    originNs: String(clock?.originNs ?? 0n),
    utcAtOriginMs: clock?.utcAtOriginMs ?? utcMsOf(setup.startedUtc) ?? 0,
    dischargesFile: execution.dischargesFile,
    simulatorFaults: execution.simulatorFaults,
    simulatorBody: execution.simulatorBody ?? {},
    stopSocket: null,
  };
}
