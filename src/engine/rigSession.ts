import type { Dose, Plan } from "../contract/dose.ts";
import type { ErrorCode } from "../errors/codes.ts";
import { isPulsetrainError, type PulsetrainError } from "../errors/pulsetrainError.ts";
import { openGate, openNerveGate } from "../safety/gate.ts";
import { claimReceiptMint, type MintReceipt } from "../safety/receipts.ts";
import type { Gate } from "../safety/types.ts";
import { deadline } from "../time/operators.ts";
import { startAmplifier, stopAmplifier } from "./amplifierFeed.ts";
import { closeStimulators } from "./closing.ts";
import { judgeNews } from "./deviceNews.ts";
import { createExternalWatch } from "./externalWatch.ts";
import { createIntentKeeper } from "./intents.ts";
import type { FromRig, Line, SegmentEnd, ToRig } from "./messages.ts";
import { type NerveParts, nerveTrain } from "./nerve.ts";
import { createOutage, NO_OUTAGE, type Outage } from "./outage.ts";
import { createOutbox } from "./outbox.ts";
import { createPauseControl } from "./pauseControl.ts";
import { watchPhase } from "./phaseWatch.ts";
import type { RigParts } from "./rigParts.ts";
import { type Fault, runSegment, type SegmentResult, START_LEAD_MS } from "./segmentRunner.ts";
import { createStopSignal, type StopSignal } from "./stopSignal.ts";
import { watchParent } from "./watchdog.ts";
import { withWire } from "./wireOutbox.ts";

/** Taken once, when this module loads: receipts are made here and nowhere else. */
const mintReceipt: MintReceipt = claimReceiptMint();

/** A journal that failed answers no more; what is open then is closed as unknown by its next writer. */
const JOURNAL_PATIENCE_MS = 1_000;

/**
 * The process beside the port, seen from its messages: segments are checked, delivered and
 * reported; a stop, a silent parent or a closed line latches and disarms. Resolves when it has
 * said `ended`.
 */
export function startRigSession(
  parts: RigParts,
  line: Line<FromRig, ToRig>,
): {
  readonly ended: Promise<void>;
  stop(by: string): void;
  /** The same for an error of this process itself, which nobody caught. */
  fail(code: ErrorCode, detail: string): void;
} {
  const session = createSession(parts, line);
  line.onMessage((message) => session.receive(message));
  line.onClosed((detail) => session.stop.set(`parent gone: ${detail}`));
  return { ended: session.ended, stop: (by) => session.stop.set(by), fail: session.fail };
}

type Unreached = Omit<SegmentResult, "counts" | "given">;

interface Session {
  readonly stop: StopSignal;
  readonly ended: Promise<void>;
  fail(code: ErrorCode, detail: string): void;
  receive(message: ToRig): void;
}

function createSession(parts: RigParts, line: Line<FromRig, ToRig>): Session {
  const { clock, stimulator } = parts;
  const stop = createStopSignal();
  const pause = createPauseControl();
  const outbox = withWire(
    createOutbox((message) => line.send(message)),
    parts.takeWire,
  );
  const nerve = nerveParts(parts, stop);
  const phase = watchPhase(parts.amplifier, parts.eeg, parts.model.capabilities);
  let gate: Gate | null = null;
  let fault: Fault | null = null;
  let connected = false;
  let usedSecond = false;
  let isOver = false;
  let work: Promise<void> = Promise.resolve();
  let stopping: Promise<void> = Promise.resolve();
  const earlier: Dose[] = [];
  const external = createExternalWatch();
  const outage = outageOf(parts, (text) => outbox.emit({ tMs: clock.now(), kind: "note", text }));
  let voidThresholds: string | null = null;
  let facts = parts.context.session;

  const disarm = async (why: string): Promise<void> => {
    const { confirmed, detail } = await stimulator.disarm(why);
    outbox.emit({ tMs: clock.now(), kind: "disarm", why, confirmed, detail });
    outbox.flush();
  };
  // First in every queue: latch the gate, latch the port, disarm; only then is it written down.
  stop.onStop((by) => {
    gate?.stop(by);
    nerve?.gate.stop(by);
    parts.latchPort(by);
    stopping = connected ? disarm(by) : Promise.resolve();
    outbox.emit({ tMs: clock.now(), kind: "stop", by, detail: fault?.detail ?? "" });
    outbox.flush();
  });
  const fail = (code: ErrorCode, detail: string): void => {
    if (fault !== null || stop.by !== null) return;
    fault = { code, detail };
    outbox.emit({ tMs: clock.now(), kind: "fault", code, detail });
    stop.set(`fault: ${code}`);
  };
  const heard = watchParent(clock, parts.parentSilenceMs, (silentMs) =>
    stop.set(`parent silent for ${silentMs.toFixed(0)} ms`),
  );
  const deviceNews = stimulator.events$.subscribe((event) => {
    if (external.take(event)) return;
    const armed = stimulator.lastStatus()?.state !== "standby";
    const { record, fault: news, voidsThresholds } = judgeNews(event, armed);
    if (voidsThresholds !== undefined) {
      voidThresholds = voidsThresholds;
      gate?.voidThresholds(voidsThresholds);
    }
    if (record !== null) outbox.emit(record);
    // The reconnecting machine hears of the same loss and decides.
    if (news === null || (event.kind === "link-lost" && parts.reconnect != null)) return;
    fail(news.code, news.detail);
  });

  const markerNews = parts.markers$?.subscribe(({ atMs, code, sent }) =>
    outbox.emit({ tMs: atMs, kind: "measure", name: "marker", body: { code, sent } }),
  );

  const connect = async (): Promise<void> => {
    const boxes = await parts.accessories?.open();
    const listening = await startAmplifier(parts.amplifier ?? null, line, outbox, fail);
    const identity = await stimulator.connect();
    connected = true;
    outage.watch(identity);
    await parts.accessories?.ready();
    const detail = { ...identity.detail, ...boxes, ...listening };
    outbox.emit({ tMs: clock.now(), kind: "device", ...identity, detail });
    outbox.flush();
  };

  const deliver = async (
    segment: number,
    plan: Plan,
    opened: Gate,
    notBeforeMs: number,
  ): Promise<SegmentResult> => {
    const intents = createIntentKeeper({ clock, outbox, segment, mintReceipt, fail });
    const result = await runSegment({
      clock,
      stimulator,
      gate: opened,
      outbox,
      intents,
      stop,
      model: parts.model,
      external,
      outage,
      hasOperator: !parts.context.rig.simulated,
      hasEvidence: parts.model.capabilities.evidence !== "none",
      mark: parts.mark ?? null,
      nerve,
      phase,
      conditioner: parts.conditioner ?? null,
      pause,
      plan,
      segment,
      notBeforeMs,
      progress: (progress) => line.send(progress),
      hold: (text) => line.send({ type: "hold", text }),
      disarm,
      fail,
      fault: () => fault,
    });
    await stopping;
    await deadline(clock, intents.idle(), clock.now() + JOURNAL_PATIENCE_MS, () => undefined);
    return result;
  };

  /**
   * A device that was armed before is ready again by then, so the check knows when a plan begins. A
   * plan that is asked for at an instant is weighed as starting there; if the device needs longer it
   * starts later, which only widens its distance to what was given before.
   */
  const earliestStartMs = (startAtMs: number | null): number => {
    if (startAtMs !== null) return Math.max(startAtMs, clock.now());
    return earlier.length === 0
      ? clock.now()
      : clock.now() + parts.model.capabilities.worstReadyMs + START_LEAD_MS;
  };

  /** How a run ends whose device could not be probed. */
  const unreachedEnd = async ({ code, detail }: PulsetrainError): Promise<Unreached> => {
    // A stop that came first is how it ended, unless the device itself gives reason to look.
    const unreached = code === "DEVICE_SILENT" || code.startsWith("PORT_");
    if (stop.by !== null && fault === null && unreached)
      return { status: "stopped", code: "CLI_STOPPED", detail: stop.by };
    fail(code, detail);
    await stopping;
    // What ended the run first may be news of the device, of which this is a consequence.
    return { status: "faulted", ...(fault ?? { code, detail }) };
  };

  const runOne = async (
    segment: number,
    plan: Plan,
    startAtMs: number | null,
  ): Promise<SegmentEnd> => {
    const nothing = { planned: plan.pulses, delivered: 0, unknown: 0, skipped: plan.pulses };
    const ending = (rest: Omit<SegmentResult, "counts" | "given">): SegmentEnd => ({
      type: "segment-end",
      segment,
      counts: nothing,
      ...rest,
    });
    const over = stop.by ?? (isOver ? "the session is over" : null);
    if (over !== null) return ending({ status: "stopped", code: "CLI_STOPPED", detail: over });
    const notBeforeMs = earliestStartMs(startAtMs);
    const opened = openGate(
      {
        ...parts.context,
        session: facts,
        plan,
        device: parts.model,
        earlier: earlierAt(earlier, notBeforeMs),
      },
      parts.deviceId,
    );
    const report = opened.ok ? opened.value.report : opened.error;
    outbox.emit({
      tMs: clock.now(),
      kind: "check",
      segment,
      verdict: report.verdict,
      findings: report.findings,
    });
    if (!opened.ok) {
      const blocking = report.findings.filter(({ effect }) => effect === "blocks");
      const detail = blocking.map(({ rule, detail: words }) => `${rule}: ${words}`).join("; ");
      outbox.emit({
        tMs: clock.now(),
        kind: "refused",
        intent: null,
        code: "GATE_PLAN_REFUSED",
        rule: blocking[0]?.rule ?? null,
        detail,
      });
      return ending({ status: "refused", code: "GATE_PLAN_REFUSED", detail });
    }
    gate = opened.value;
    if (voidThresholds !== null) gate.voidThresholds(voidThresholds);
    try {
      if (!connected) await connect();
    } catch (error) {
      if (!isPulsetrainError(error)) throw error;
      return ending(await unreachedEnd(error));
    }
    usedSecond ||= plan.doses.some(({ conditioner }) => conditioner !== undefined);
    const result = await deliver(segment, plan, opened.value, notBeforeMs);
    // What is left of its permits is worth nothing to the next plan.
    opened.value.stop("its plan is over");
    const { given, ...reported } = result;
    earlier.push(...given);
    return { type: "segment-end", segment, ...reported };
  };

  /** The stimulator is probed first and stays in standby: its amplifier and boxes are opened with it. */
  const runNerveTrain = async (stimuli: number, intervalMs: number): Promise<void> => {
    const beganMs = clock.now();
    const end = (writtenMs: readonly number[], refused: string | null): void => {
      const body = { stimuli, intervalMs, beganMs, given: writtenMs.length, refused };
      outbox.emit({ tMs: clock.now(), kind: "measure", name: "nerve-train", body });
      outbox.flush();
      line.send({ type: "nerve-train-end", writtenMs, refused });
    };
    if (nerve === null) return end([], "the rig has no nerve stimulator");
    if (stop.by !== null) return end([], `stopped by ${stop.by}`);
    try {
      if (!connected) await connect();
    } catch (error) {
      if (!isPulsetrainError(error)) throw error;
      fail(error.code, error.detail);
      return end([], error.message);
    }
    const given = await nerveTrain(nerve, stimuli, intervalMs);
    end(given.writtenMs, given.refused);
  };

  let finish: () => void = () => undefined;
  const ended = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const end = async (): Promise<void> => {
    isOver = true;
    outage.end();
    await stopping;
    const hold = (text: string): void => line.send({ type: "hold", text });
    const closed = connected
      ? await closeStimulators({ parts, pause, stop, usedSecond, hold })
      : { confirmed: true, detail: "never connected" };
    await parts.accessories?.close();
    await stopAmplifier(parts.amplifier ?? null);
    deviceNews.unsubscribe();
    markerNews?.unsubscribe();
    heard.close();
    outbox.flush();
    line.send({ type: "ended", disarmConfirmed: closed.confirmed, detail: closed.detail });
    finish();
  };

  const queue = (job: () => Promise<void>): void => {
    work = work.then(job).catch((error: unknown) => {
      const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
      fail("CLI_BUG", detail);
      line.send({
        type: "segment-end",
        segment: -1,
        status: "faulted",
        counts: { planned: 0, delivered: 0, unknown: 0, skipped: 0 },
        code: "CLI_BUG",
        detail,
      });
    });
  };

  return {
    stop,
    ended,
    fail,
    receive(message) {
      heard.heard();
      switch (message.type) {
        case "heartbeat":
          line.send({ type: "alive" });
          return;
        case "stored":
          outbox.stored(message.batch, message.seqs);
          return;
        case "stop":
          stop.set(message.by);
          return;
        case "pause":
          pause.pause(message.by);
          return;
        case "resume":
          pause.resume(message.by);
          return;
        case "segment":
          queue(async () => {
            const segmentEnd = await runOne(message.segment, message.plan, message.startAtMs);
            outbox.flush();
            line.send(segmentEnd);
          });
          return;
        case "thresholds":
          facts = { ...facts, thresholds: message.thresholds };
          voidThresholds = null;
          return;
        case "nerve-train": {
          const { stimuli, intervalMs } = message;
          queue(() => runNerveTrain(stimuli, intervalMs));
          return;
        }
        case "coil-at":
          parts.chair?.coilAt(message.site);
          return;
        case "contract":
          parts.chair?.contract(message.part);
          return;
        case "end":
          queue(end);
          return;
      }
    },
  };
}

function outageOf({ clock, reconnect }: RigParts, note: (text: string) => void): Outage {
  return reconnect == null ? NO_OUTAGE : createOutage({ clock, ...reconnect, note });
}

function nerveParts({ clock, nervePath }: RigParts, stop: StopSignal): NerveParts | null {
  if (nervePath == null) return null;
  return { clock, stop, path: nervePath.path, gate: openNerveGate(nervePath.deviceId) };
}

/** Earlier doses on the axis of a plan that starts no sooner than `startMs`. */
function earlierAt(earlier: readonly Dose[], startMs: number): readonly Dose[] {
  return earlier.map((dose) => ({ ...dose, dueMs: dose.dueMs - startMs }));
}
