import { existsSync, rmSync } from "node:fs";
import type { Protocol } from "../../../protocols/types.ts";
import { hashOf } from "../../base/canonical.ts";
import type { Plan } from "../../contract/dose.ts";
import type { Finding } from "../../contract/events.ts";
import { CODES } from "../../errors/codes.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { defaultJournalFile } from "../../journal/dataFolder.ts";
import { type Journal, openJournal } from "../../journal/journal.ts";
import { utcNow } from "../../time/wallClock.ts";
import { methodOptions } from "../config/methods.ts";
import { portsOf } from "../config/rig.ts";
import { errorWords } from "../errorWords.ts";
import type { Io } from "../io.ts";
import { resolveProtocol } from "../protocolFiles.ts";
import { proveSimulated } from "../rig/proveSimulated.ts";
import { type Conductor, endError, type SessionEnd } from "../run/conductor.ts";
import { type Execution, executeSession, type SessionBody } from "../run/execute.ts";
import { factsFromStore } from "../run/ledgerFacts.ts";
import { isMeasured, measuredFirst, refusalBeforeMeasuring } from "../run/measuredPlan.ts";
import { findingLines, progressWatcher } from "../run/progress.ts";
import { isScript, loadScript, sessionApi } from "../run/script.ts";
import { newSessionId } from "../run/sessionId.ts";
import {
  checkSetup,
  planFor,
  prepareSetup,
  refusalWords,
  type Setup,
  type SetupOptions,
} from "../run/setup.ts";
import { watchStopRequests } from "../run/stopRequests.ts";
import { parseFaults } from "../simulate/faultOption.ts";
import { PACKAGE_VERSION } from "../version.ts";

export interface RunOptions extends SetupOptions {
  readonly speed?: "real" | "max";
  readonly db?: string;
  readonly json?: boolean;
  readonly discharges?: string;
  readonly fault?: readonly string[];
}

/** The protocol or script a session was asked for. */
interface Job {
  readonly id: string;
  /** Null for a script, whose protocols are known only as it goes. */
  readonly protocol: Protocol | null;
  readonly protocolHash: string;
  readonly body: (setup: Setup, journal: Journal) => SessionBody;
}

/** The main job: check, arm, deliver, record. Returns the exit code. */
export async function runCommand(name: string, options: RunOptions, io: Io): Promise<number> {
  watchStopRequests();
  const startedUtc = utcNow();
  const job = await jobFor(name);
  const setup = await prepareSetup(options, startedUtc, job.protocol);
  const speed = options.speed ?? "real";
  requireVirtualCanBe(setup, speed);
  const faults = await parseFaults(setup.rig.stimulator.driver, options.fault ?? []);
  const file = options.db ?? defaultJournalFile();
  const session = newSessionId(startedUtc);
  io.err(
    `session ${session} · journal ${file} · ${setup.rig.simulated ? "SIMULATED" : "REAL"} rig ${setup.rig.name} (${setup.rig.stimulator.driver})`,
  );
  const journal = openJournal(file, startedUtc);
  try {
    tellRecovered(journal, io);
    if (options.discharges !== undefined && existsSync(options.discharges))
      rmSync(options.discharges);
    const watcher = progressWatcher(
      { isTerminal: io.errIsTerminal, write: (text) => process.stderr.write(text) },
      // What a script runs is checked as it goes; a protocol was shown with its check already.
      { showChecks: job.protocol === null },
    );
    const store = factsFromStore(setup, journal);
    const execution: Execution = {
      session,
      setup,
      journal,
      ...store,
      speed,
      watcher,
      runStart: {},
      dischargesFile: options.discharges ?? null,
      simulatorFaults: faults,
      methods: methodOptions(options.method ?? []),
      say: (line) => watcher.say(line),
    };
    const end = await carryOut(job, execution, io);
    watcher.done();
    return await report(end, execution, options.json === true, io);
  } finally {
    journal.close();
  }
}

/** Checks first (exit 3), then proves and opens ports (exit 4). */
async function carryOut(job: Job, execution: Execution, io: Io): Promise<SessionEnd> {
  const { setup, journal } = execution;
  const refusal = job.protocol === null ? null : refusedAtOnce(job, job.protocol, execution, io);
  const proof = refusal === null ? await proveOrRefuse(setup) : { ports: [], refusal };
  const runStart = startBody(job, execution, proof.ports);
  if (proof.refusal !== null) return recordRefusal(execution, runStart, proof.refusal);
  for (const { port, by } of proof.ports) {
    if (by === "PULSETRAIN_SIMULATED_PORT")
      io.err(`WARNING: ${port} is taken for simulated because PULSETRAIN_SIMULATED_PORT names it`);
  }
  return executeSession({ ...execution, runStart }, job.body(setup, journal));
}

interface Refused {
  readonly error: PulsetrainError;
  readonly rule: string | null;
  readonly findings: readonly Finding[];
  /** Pulses of the refused plan; 0 where there is no plan. */
  readonly pulses: number;
}

async function proveOrRefuse(setup: Setup): Promise<{
  readonly ports: Awaited<ReturnType<typeof proveSimulated>>;
  readonly refusal: Refused | null;
}> {
  try {
    return { ports: await proveSimulated(setup.rig), refusal: null };
  } catch (error) {
    if (!(error instanceof PulsetrainError)) throw error;
    return { ports: [], refusal: { error, rule: null, findings: [], pulses: 0 } };
  }
}

/** Before any port is touched. What is measured first is checked plan by plan as it goes. */
function refusedAtOnce(job: Job, protocol: Protocol, execution: Execution, io: Io): Refused | null {
  const { setup } = execution;
  if (!isMeasured(setup, protocol)) return refusedBefore(job, protocol, execution, io);
  const first = measuredFirst(setup, protocol, execution.methods ?? {});
  for (const { value, method } of first) io.err(`measured first: ${value} by ${method}`);
  const refusal = refusalBeforeMeasuring(setup, protocol, job.protocolHash);
  if (refusal === null) return null;
  const error = new PulsetrainError(refusal.code, refusalWords(refusal));
  const rule = refusal.problems.find((problem) => problem.rule !== undefined)?.rule ?? null;
  return { error, rule, findings: [], pulses: 0 };
}

/** The whole-plan check, before any port is touched. Null when the run may start. */
function refusedBefore(job: Job, protocol: Protocol, execution: Execution, io: Io): Refused | null {
  const { setup } = execution;
  const planned = planFor(setup, protocol, job.protocolHash, 1);
  if (!planned.ok) {
    const rule =
      planned.refusal.problems.find((problem) => problem.rule !== undefined)?.rule ?? null;
    return {
      error: new PulsetrainError(planned.refusal.code, refusalWords(planned.refusal)),
      rule,
      findings: [],
      pulses: 0,
    };
  }
  const report = checkSetup(setup, planned.plan, execution.ledger, execution.limitsAccepted);
  for (const line of findingLines(report.findings)) io.err(line);
  if (report.starts) return null;
  const blocking = report.findings.filter(({ effect }) => effect === "blocks");
  const words = blocking
    .map(({ rule, detail, source }) => `${rule} ${detail} [${source}]`)
    .join("\n  ");
  return {
    error: new PulsetrainError("GATE_PLAN_REFUSED", words),
    rule: blocking[0]?.rule ?? null,
    findings: report.findings,
    pulses: planned.plan.pulses,
  };
}

/** A refused run is a session of its own in the journal: nothing of a refusal is lost. */
function recordRefusal(
  execution: Execution,
  runStart: Readonly<Record<string, unknown>>,
  refused: Refused,
): SessionEnd {
  const { journal, session, setup } = execution;
  const writer = journal.startSession({
    session,
    tMs: 0,
    toUtcIso: () => setup.startedUtc,
    body: runStart,
  });
  const { code, detail } = refused.error;
  const { pulses } = refused;
  const counts = { planned: pulses, delivered: 0, unknown: 0, skipped: pulses };
  writer.append(
    [
      ...(refused.findings.length > 0
        ? [
            {
              tMs: 0,
              kind: "check" as const,
              segment: 1,
              verdict: "hard" as const,
              findings: refused.findings,
            },
          ]
        : []),
      { tMs: 0, kind: "refused", intent: null, code, rule: refused.rule, detail },
      { tMs: 0, kind: "run.stop", status: "refused", ...counts, detail },
    ],
    { durable: true },
  );
  return { status: "refused", code, detail, counts };
}

/** All that a replay needs; secrets stay pointers. */
function startBody(
  job: Job,
  execution: Execution,
  ports: Awaited<ReturnType<typeof proveSimulated>>,
): Readonly<Record<string, unknown>> {
  const { setup, journal, ledger, limitsAccepted, speed } = execution;
  const documents = {
    limits: journal.putDocument(setup.limits),
    ...(job.protocol === null ? {} : { protocol: journal.putDocument(job.protocol) }),
  };
  return {
    protocol: job.id,
    subject: setup.facts.subject,
    simulated: setup.rig.simulated,
    documents,
    protocolHash: job.protocolHash,
    limitsHash: setup.limitsHash,
    rig: setup.rig,
    simulatedPorts: ports,
    facts: setup.facts,
    latenciesMs: setup.latenciesMs,
    ledger,
    limitsAccepted,
    seed: setup.seed,
    speed,
    simulatorFaults: execution.simulatorFaults,
    versions: { pulsetrain: PACKAGE_VERSION, node: process.versions.node },
  };
}

async function jobFor(name: string): Promise<Job> {
  if (isScript(name)) {
    const script = await loadScript(name);
    const run: Job["body"] = (setup, journal) => async (conductor, clock, writer, measuring) => {
      let segment = 0;
      await script(
        sessionApi({
          clock,
          seed: setup.seed,
          subject: setup.facts.subject,
          stoppedBy: () => conductor.stoppedBy,
          note: (text) =>
            writer.append([{ tMs: clock.now(), kind: "note", text }], { durable: false }),
          run: async (wanted) => {
            segment += 1;
            const protocol = typeof wanted === "string" ? resolveProtocol(wanted).protocol : wanted;
            return measuring === null
              ? runProtocol(conductor, setup, journal, protocol, segment)
              : measuring.carryOut(protocol);
          },
        }),
      );
      return undefined;
    };
    return { id: name, protocol: null, protocolHash: "", body: run };
  }
  const { protocol } = resolveProtocol(name);
  return {
    id: protocol.id,
    protocol,
    protocolHash: hashOf(protocol),
    body: (setup, journal) => async (conductor, _clock, _writer, measuring) => {
      if (measuring === null) await runProtocol(conductor, setup, journal, protocol, 1);
      else await measuring.carryOut(protocol);
      return undefined;
    },
  };
}

async function runProtocol(
  conductor: Conductor,
  setup: Setup,
  journal: Journal,
  protocol: Protocol,
  segment: number,
): Promise<SessionEnd["counts"]> {
  const hash = hashOf(protocol);
  const planned = planFor(setup, protocol, hash, segment);
  if (!planned.ok) throw new PulsetrainError(planned.refusal.code, refusalWords(planned.refusal));
  const end = await conductor.runPlan(
    planned.plan,
    segmentBody(planned.plan, planned.planHash, journal.putDocument(protocol)),
  );
  if (end.status !== "completed") throw endError(end);
  return end.counts;
}

function segmentBody(
  plan: Plan,
  planHash: string,
  document: string,
): Readonly<Record<string, unknown>> {
  return {
    protocol: plan.protocol.id,
    documents: { protocol: document },
    planHash,
    pulses: plan.pulses,
    durationS: plan.durationMs / 1000,
    roundings: plan.roundings,
  };
}

function requireVirtualCanBe(setup: Setup, speed: "real" | "max"): void {
  if (speed === "max" && portsOf(setup.rig).some((port) => port !== "simulated")) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      "--speed max runs on the virtual clock: every port must be `simulated`",
    );
  }
}

function tellRecovered(journal: Journal, io: Io): void {
  for (const session of journal.recovered) {
    io.err(
      `session ${session} was interrupted; its open doses count as delivered (pulsetrain journal resolve ${session} --by NAME --note TEXT)`,
    );
  }
}

async function report(
  end: SessionEnd,
  execution: Execution,
  json: boolean,
  io: Io,
): Promise<number> {
  const { session, setup, journal } = execution;
  const { planned, delivered, unknown, skipped } = end.counts;
  if (end.code !== null && end.status !== "stopped")
    io.err(`${end.status} ${await errorWords(end.code, end.detail)}`);
  const simulated = setup.rig.simulated;
  io.err(
    `${end.status}: ${delivered} of ${planned} pulses delivered, ${unknown} unknown, ${skipped} skipped${simulated ? " (simulated)" : ""} · session ${session}`,
  );
  if (json) {
    io.out(
      JSON.stringify({
        session,
        status: end.status,
        planned,
        delivered,
        unknown,
        skipped,
        simulated,
        journal: journal.file,
      }),
    );
  } else {
    io.out(session);
  }
  if (end.status === "completed") return 0;
  if (end.status === "stopped") return 5;
  return end.code === null ? 1 : CODES[end.code].exit;
}
