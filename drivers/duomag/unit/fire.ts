/** One start: its bytes at once, then the look at what came of them. Never twice. */

import type { Dose } from "../../../src/contract/dose.ts";
import type {
  Delivery,
  DriverContext,
  PermitLike,
  Stimulator,
} from "../../../src/contract/stimulator.ts";
import type { TriggerStamp } from "../../../src/contract/trigger.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Core } from "./core.ts";
import { isReady } from "./state.ts";
import {
  interrupted,
  judgeStart,
  NO_SIGN,
  type Outcome,
  SIGN_WITHIN_MS,
  type Watch,
} from "./watch.ts";

/** The last status before a start is no older than this, ms. */
const FRESH_MS = 150;

export interface Firing {
  deliver: Stimulator["deliver"];
  beginExternal(dose: Dose, permit: PermitLike): null;
  endExternal(): void;
  /** The start under way can no longer be told: its outcome is unknown. */
  interrupt(detail: string): void;
}

export function createFiring(core: Core, trigger: DriverContext["trigger"]): Firing {
  let settleCurrent: ((outcome: Outcome) => void) | null = null;

  /** Over the wire, or by a trigger box. */
  const send = (permit: PermitLike): TriggerStamp => {
    if (trigger !== null && trigger !== undefined) return trigger.fire(permit);
    return core.send({ command: "fire" }, permit);
  };

  /** Resolves with the first verdict: of a status, of the time, or of an interruption. */
  const outcomeOf = (watch: Watch): Promise<Outcome> =>
    new Promise((resolve) => {
      const statuses = core.settled$.subscribe((settled) => {
        const outcome = judgeStart(watch, settled);
        if (outcome !== null) finish(outcome);
      });
      const timer = core.clock.at(watch.writtenMs + SIGN_WITHIN_MS, () => finish(NO_SIGN));
      const finish = (outcome: Outcome): void => {
        if (settleCurrent !== finish) return;
        settleCurrent = null;
        statuses.unsubscribe();
        timer.unsubscribe();
        core.apply({ kind: "start-over" });
        resolve(outcome);
      };
      settleCurrent = finish;
    });

  return {
    deliver: (dose, permit) => {
      requireReady(core, dose, settleCurrent !== null);
      const sent = send(permit);
      const { writtenMs, writtenHex } = sent;
      core.apply({ kind: "started" });
      const frame = core.state().settled?.frame;
      const outcome = outcomeOf({
        writtenMs,
        omittedBefore: frame?.omittedPulses ?? 0,
        levelPct: frame?.intensity ?? 0,
      });
      return { writtenMs, writtenHex, done: follow(sent, outcome) };
    },
    beginExternal: (dose) => {
      requireReady(core, dose, settleCurrent !== null);
      core.apply({ kind: "external", isOn: true });
      return null;
    },
    endExternal: () => core.apply({ kind: "external", isOn: false }),
    interrupt: (detail) => settleCurrent?.(interrupted(detail)),
  };
}

async function follow(
  { drained, writtenHex, writtenMs }: TriggerStamp,
  outcome: Promise<Outcome>,
): Promise<Delivery> {
  let drainedMs: number | null = null;
  drained.then(
    (atMs) => {
      drainedMs = atMs;
    },
    () => undefined,
  );
  const settled = await outcome;
  // Nothing on this wire acknowledges a start.
  return { ...settled, writtenMs, writtenHex, drainedMs, acknowledgedMs: null };
}

/** Throws before any byte has left unless the newest two statuses say that all is as it must be. */
function requireReady(core: Core, dose: Dose, isUnderWay: boolean): void {
  core.requireUsable();
  const refuse = (why: string): PulsetrainError => new PulsetrainError("DEVICE_NOT_READY", why);
  if (isUnderWay)
    throw new PulsetrainError("DEVICE_CONFLICT", "the outcome of the dose before is not known yet");
  const state = core.state();
  const { settled, last } = state;
  if (state.wanted !== "armed") throw refuse("the device is in standby");
  if (settled === null || last === null) throw refuse("no status was read yet");
  if (settled.frame !== last.frame) throw refuse("the newest status is not confirmed by a second");
  const ageMs = core.clock.now() - settled.firstMs;
  if (ageMs > FRESH_MS) throw refuse(`the last two statuses are ${Math.round(ageMs)} ms old`);
  if (!isReady(state)) throw refuse("the device is not charged, in order and at what was set");
  const problem = startProblem(dose, settled.frame.intensity, core.options.deviceIsiMs);
  if (problem !== null) throw new PulsetrainError("DEVICE_CONFLICT", problem);
}

/** Why this start would be another dose; null when it would not. */
function startProblem(
  { shape, intensityPctMso }: Dose,
  shownPct: number,
  deviceIsiMs: number | null,
): string | null {
  const isiMs = shape.kind === "pair" ? shape.isiMs : null;
  const isPossible =
    shape.kind === "pulse" ||
    shape.kind === "pair" ||
    (shape.kind === "external" && shape.by === "trigger");
  if (!isPossible) return `a ${shape.kind} cannot be started on this device`;
  if (isiMs !== deviceIsiMs) return `a ${shape.kind} while the device gives something else a start`;
  return intensityPctMso.every((pct) => pct === shownPct)
    ? null
    : `the dose has ${intensityPctMso.join(", ")} %, the device shows ${shownPct} %`;
}
