import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { RigConfig } from "../../../src/app/config/rig.ts";
import { childLine } from "../../../src/app/rig/lines.ts";
import type { RigProcessConfig } from "../../../src/app/rig/rigConfigMessage.ts";
import { createConductor, type SessionEnd } from "../../../src/app/run/conductor.ts";
import { RIG_FORK } from "../../../src/app/run/host.ts";
import { EMPTY_LEDGER } from "../../../src/app/run/ledgerFacts.ts";
import type { JournalEvent } from "../../../src/contract/events.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { Journal, SessionWriter } from "../../../src/journal/journal.ts";
import { loadDefaultProfile } from "../../../src/safety/limits.ts";
import { createRealClock, type RealClock } from "../../../src/time/realClock.ts";
import { benchPlan, type PlanShape } from "./benchModel.ts";
import { nextMessage } from "./processes.ts";
import type { BenchRigMessage } from "./rigForBench.ts";

const RIG_PROCESS = fileURLToPath(new URL("./rigForBench.ts", import.meta.url));
/** As in a real run. */
const HEARTBEAT_MS = 100;
export const PARENT_SILENCE_MS = 500;

export interface BenchSession {
  readonly journal: Journal;
  readonly session: string;
  readonly stimulator: RigConfig["stimulator"];
  readonly plan: PlanShape;
  /** Of the process beside the port; left out: the driver's own model, nothing noted, no RTS. */
  readonly beside?: Partial<Omit<BenchRigMessage, "type" | "config">>;
  /** Every event, when it is in the journal. */
  readonly onEvent: (event: JournalEvent, clock: RealClock) => void;
  /** Waited for when the rig process is there, before the plan is sent. */
  readonly onceReady?: () => Promise<void>;
  /** Work beside the session in the process that owns the journal; ends what it started. */
  readonly load: (clock: RealClock, writer: SessionWriter) => () => void;
}

function configOf({ session, stimulator }: BenchSession, clock: RealClock): RigProcessConfig {
  const species = "rodent";
  return {
    session,
    rig: {
      name: "bench",
      simulated: true,
      species,
      stimulator,
    },
    context: {
      limits: loadDefaultProfile(),
      session: {
        operator: null,
        subject: "bench",
        species,
        thresholds: [],
        screening: null,
        today: null,
        checklist: null,
        overrides: [],
        firstSession: null,
        startedUtc: clock.toUtcIso(0),
      },
      rig: {
        name: "bench",
        simulated: true,
        stimulator: stimulator.driver,
        coilSerial: null,
        species,
      },
      ledger: EMPTY_LEDGER,
      limitsAccepted: false,
    },
    seed: 1,
    originNs: String(clock.originNs),
    utcAtOriginMs: clock.utcAtOriginMs,
    parentSilenceMs: PARENT_SILENCE_MS,
    dischargesFile: null,
    simulatorFaults: [],
    simulatorBody: {},
    stopSocket: null,
  };
}

function quiet(
  clock: LabClock,
  onEvent: BenchSession["onEvent"],
): Parameters<typeof createConductor>[0]["watcher"] {
  return {
    progress: () => undefined,
    hold: () => undefined,
    stored: (event) => onEvent(event, clock as RealClock),
  };
}

/** One session on a rig process of its own, with the conductor and the journal of a real run. */
export async function runBenchSession(bench: BenchSession): Promise<SessionEnd> {
  const clock = createRealClock();
  const writer = bench.journal.startSession({
    session: bench.session,
    tMs: clock.now(),
    toUtcIso: (atMs) => clock.toUtcIso(atMs),
    body: { protocol: "bench", subject: "bench", simulated: true },
  });
  const child = fork(RIG_PROCESS, [], RIG_FORK);
  const configured = nextMessage(child);
  const message: BenchRigMessage = {
    type: "configure",
    config: configOf(bench, clock),
    minIntervalMs: null,
    handedFile: null,
    edgePath: null,
    ...bench.beside,
  };
  child.send(message);
  await configured;
  const conductor = createConductor({
    clock,
    line: childLine(child),
    writer,
    watcher: quiet(clock, bench.onEvent),
    heartbeatMs: HEARTBEAT_MS,
    doseBook: null,
    killRig: () => child.kill("SIGKILL"),
  });
  await bench.onceReady?.();
  const endLoad = bench.load(clock, writer);
  try {
    const plan = benchPlan(bench.plan);
    await conductor.runPlan(plan, { protocol: plan.protocol.id, pulses: plan.pulses });
    return await conductor.finish();
  } finally {
    endLoad();
    if (child.connected) child.disconnect();
  }
}
