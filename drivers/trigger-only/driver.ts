/**
 * A stimulator that is reached by a trigger line alone. It answers nothing, so its state is our own
 * flag, and what comes of a start is unknown. Needs the trigger path and the clock; no port.
 */
import { EMPTY, Subject } from "rxjs";
import type { Dose } from "../../src/contract/dose.ts";
import type {
  Delivery,
  DeviceIdentity,
  DriverContext,
  Stimulator,
  StimulatorSettings,
  StimulatorStatus,
} from "../../src/contract/stimulator.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { TriggerAnswer, TriggerPath, TriggerStamp } from "../../src/contract/trigger.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { deadline } from "../../src/time/operators.ts";
import { intensityProblem, shapeProblem } from "./capabilities.ts";
import { readTypedIn, type TypedIn } from "./options.ts";

/** Bytes to a box have left within this time or nobody knows, ms. */
const LEFT_WITHIN_MS = 100;

type Phase = "unconnected" | "standby" | "prepared" | "armed" | "closed";

/** Throws `RIG_FILE_BAD` without a trigger path or with options that say too little. */
export function createTriggerOnly({ clock, config, trigger }: DriverContext): Stimulator {
  const typed = readTypedIn(config);
  if (!typed.ok) throw new PulsetrainError("RIG_FILE_BAD", typed.error);
  if (trigger === null || trigger === undefined)
    throw new PulsetrainError(
      "RIG_FILE_BAD",
      `${config.driver} has no wire of its own; the rig file needs a trigger box whose \`stimulatorLine\` leads to it`,
    );
  return onTrigger(clock, trigger, config.driver, typed.value);
}

function onTrigger(
  clock: LabClock,
  trigger: TriggerPath,
  model: string,
  typed: TypedIn,
): Stimulator {
  const status$ = new Subject<StimulatorStatus>();
  let phase: Phase = "unconnected";
  let isUnderWay = false;
  let last: StimulatorStatus | null = null;

  const look = (): StimulatorStatus => {
    last = statusAt(clock.now(), phase === "armed");
    status$.next(last);
    return last;
  };
  const requireConnected = (): void => {
    if (phase === "unconnected" || phase === "closed")
      throw new PulsetrainError("PORT_NOT_OPEN", "not connected");
  };
  const requirePhase = (wanted: Phase, why: string): void => {
    requireConnected();
    if (phase !== wanted) throw new PulsetrainError("DEVICE_CONFLICT", why);
  };
  const requireArmed = (): void => {
    requireConnected();
    if (phase !== "armed") throw new PulsetrainError("DEVICE_NOT_READY", "in standby");
  };

  const disarm: Stimulator["disarm"] = async () => {
    if (phase === "unconnected" || phase === "closed")
      return { confirmed: false, detail: "not connected" };
    phase = "standby";
    look();
    // Nothing that the device itself would say, so nothing is confirmed.
    return {
      confirmed: false,
      detail: `no trigger leaves any more; ${typed.modelName} cannot be asked, so disarm it at its own panel`,
    };
  };

  return {
    status$: status$.asObservable(),
    // It never speaks.
    events$: EMPTY,
    connect: async () => {
      if (phase === "closed")
        throw new PulsetrainError("PORT_NOT_OPEN", "this driver is at its end");
      if (phase === "unconnected") phase = "standby";
      look();
      return identityOf(model, typed, trigger.name);
    },
    lastStatus: () => last,
    readStatus: async () => {
      requireConnected();
      return look();
    },
    prepare: async (settings) => {
      requireConnected();
      if (phase === "armed")
        throw new PulsetrainError("DEVICE_CONFLICT", "settings change in standby only");
      requireTyped(settings, typed);
      phase = "prepared";
      return look();
    },
    arm: async () => {
      requirePhase("prepared", "arming comes after setting");
      phase = "armed";
      return look();
    },
    awaitReady: async () => {
      requireArmed();
      return look();
    },
    // There is no line to keep quiet.
    quietUntil: () => undefined,
    deliver: (dose, permit) => {
      requireArmed();
      if (isUnderWay)
        throw new PulsetrainError(
          "DEVICE_CONFLICT",
          "what became of the trigger before is not known yet",
        );
      requirePossible(dose, typed);
      const stamp = trigger.fire(permit);
      isUnderWay = true;
      return {
        writtenMs: stamp.writtenMs,
        writtenHex: stamp.writtenHex,
        done: follow(clock, stamp).finally(() => {
          isUnderWay = false;
        }),
      };
    },
    disarm,
    close: async () => {
      const result = await disarm("closing");
      phase = "closed";
      return result;
    },
  };
}

function statusAt(atMs: number, isArmed: boolean): StimulatorStatus {
  return {
    atMs,
    state: isArmed ? "ready" : "standby",
    remote: true,
    coilPresent: null,
    intensityPctMso: null,
    mode: null,
    train: null,
    activity: "idle",
    isiMs: null,
    burstPulses: null,
    enhancedPower: null,
    waveform: null,
    currentDirection: null,
    coil: null,
    coilTemperatureC: null,
    coilTemperatureAtMs: null,
    fault: null,
  };
}

function identityOf(model: string, typed: TypedIn, path: string): DeviceIdentity {
  const told = Object.entries(typed).map(([name, value]) => [name, `${value} (from the rig file)`]);
  return { model, softwareVersion: null, detail: { ...Object.fromEntries(told), trigger: path } };
}

/** There is nothing to set: it must be set already. */
function requireTyped(
  { burstPulses = null, intensityPctMso, isiMs, train }: StimulatorSettings,
  { intensityPctMso: typedPct }: TypedIn,
): void {
  const isTyped = intensityPctMso.length === 1 && intensityPctMso[0] === typedPct;
  if (isTyped && train === null && isiMs === null && burstPulses === null) return;
  throw new PulsetrainError(
    "DEVICE_INVALID_DATA",
    `asked ${intensityPctMso.join(", ")} %, set by hand ${typedPct} %, single pulses`,
  );
}

function requirePossible(dose: Dose, typed: TypedIn): void {
  const problem = shapeProblem(dose.shape) ?? intensityProblem(dose, typed);
  if (problem !== null) throw new PulsetrainError("DEVICE_CONFLICT", problem);
}

/**
 * A box that confirms its edge says nothing of the pulse, so the best that can be known is `unknown`,
 * which counts as delivered. Only an edge that was never given is a dose that was not.
 */
async function follow(clock: LabClock, stamp: TriggerStamp): Promise<Delivery> {
  const { writtenHex, writtenMs } = stamp;
  const left = deadline<number | null>(
    clock,
    stamp.drained.catch(() => null),
    clock.now() + LEFT_WITHIN_MS,
    () => null,
  );
  const told = stamp.answer === undefined ? null : await stamp.answer;
  const drainedMs = await left;
  return {
    outcome: told?.kind === "refused" ? "refused-by-device" : "unknown",
    detail: wordsOf(told),
    writtenMs,
    writtenHex,
    drainedMs,
    acknowledgedMs: told?.kind === "given" ? told.atMs : null,
    deviceReportedMs: null,
  };
}

function wordsOf(told: TriggerAnswer | null): string {
  if (told === null) return "the trigger left; neither box nor stimulator tells what came of it";
  if (told.kind === "given") return "the box gave the edge; the stimulator does not tell the pulse";
  return told.detail;
}
