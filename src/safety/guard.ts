/**
 * The second check, in the line before each dose. It is kept apart from the whole-plan check: it
 * shares no code with it and knows only a handful of numbers, the time of the last pulse, and what
 * the device says of itself. Pure: state in, state or refusal out.
 */
import { err, ok } from "../base/result.ts";
import type { Dose } from "../contract/dose.ts";
import type { Result } from "../contract/result.ts";
import type { Channel, StimulatorStatus, TrainSettings } from "../contract/stimulator.ts";
import type { ErrorCode } from "../errors/codes.ts";
import type { Refusal } from "./refusal.ts";

/** A dose may be asked for so long before its instant, ms. */
export const ASK_AHEAD_MS = 50;
/** Further behind than this the clock has jumped or the machine has slept, ms. */
const JUMP_MS = 1000;
/** A pause longer than this ends a train, ms. */
const TRAIN_GAP_MS = 1000;
const SLACK_MS = 0.01;

/** The few numbers that are handed over when the gate opens. */
export interface GuardCaps {
  readonly maxPctMso: number;
  readonly minInterPulseMs: number;
  readonly maxPulsesPerTrain: number;
  readonly maxPulses: number;
  readonly minRestAfterTrainMs: number;
  readonly maxIntensityDifferencePctMso: number;
  readonly statusMaxAgeMs: number;
  readonly maxLateMs: number;
  readonly hardC: number;
  readonly staleTemperatureMs: number;
  /** The device can tell its coil's temperature, so that not telling means trouble. */
  readonly reportsTemperature: boolean;
}

export interface GuardState {
  readonly lastNowMs: number;
  /** Scheduled instant of the last permitted pulse; null before the first. */
  readonly lastPulseMs: number | null;
  readonly pulsesInTrain: number;
  readonly pulses: number;
}

export const GUARD_START: GuardState = {
  lastNowMs: Number.NEGATIVE_INFINITY,
  lastPulseMs: null,
  pulsesInTrain: 0,
  pulses: 0,
};

export interface GuardRequest {
  readonly dose: Dose;
  /** Scheduled instant of the first pulse on the run's clock. */
  readonly dueMs: number;
  readonly nowMs: number;
  readonly seen: StimulatorStatus;
  /** What the device must be set to; null: single-pulse mode. */
  readonly train: TrainSettings | null;
  /** The channel that gives a dose with one intensity. */
  readonly channel: Channel;
}

export interface Extent {
  readonly pulses: number;
  /** Shortest distance between two of them, ms. */
  readonly gapMs: number;
  /** From the first pulse of the start to the last, ms. */
  readonly spanMs: number;
}

/** All that a dose brings to the head; `leadMs` is how long before its instant that begins. */
export function extent(dose: Dose): Extent & { readonly leadMs: number } {
  const own = startExtent(dose);
  if (dose.conditioner === undefined) return { ...own, leadMs: 0 };
  const { leadMs } = dose.conditioner;
  return { pulses: own.pulses + 1, gapMs: Math.min(own.gapMs, leadMs), spanMs: own.spanMs, leadMs };
}

/** The pulses of one start of the stimulator itself. */
export function startExtent({ shape }: Dose): Extent {
  if (shape.kind === "pulse") return { pulses: 1, gapMs: Number.POSITIVE_INFINITY, spanMs: 0 };
  if (shape.kind === "pair") return { pulses: 2, gapMs: shape.isiMs, spanMs: shape.isiMs };
  if (shape.kind === "burst-train") {
    const { bursts, burstHz, pulsesPerBurst, isiMs } = shape;
    const burstMs = (pulsesPerBurst - 1) * isiMs;
    const periodMs = 1000 / burstHz;
    return {
      pulses: bursts * pulsesPerBurst,
      gapMs: Math.min(
        pulsesPerBurst > 1 ? isiMs : periodMs,
        bursts > 1 ? periodMs - burstMs : isiMs,
      ),
      spanMs: (bursts - 1) * periodMs + burstMs,
    };
  }
  // Somebody else times these: the whole window may hold the last pulse.
  if (shape.kind === "external") {
    return { pulses: shape.maxPulses, gapMs: shape.minIntervalMs, spanMs: shape.windowMs };
  }
  const gapMs = shape.kind === "burst" ? shape.isiMs : 1000 / shape.frequencyHz;
  return { pulses: shape.pulses, gapMs, spanMs: (shape.pulses - 1) * gapMs };
}

function no(code: ErrorCode, rule: string | null, detail: string): Refusal {
  return { code, rule, detail };
}

/** The device's clockwork: an answer that is fresh and not from the future. */
function judgeAge(seen: StimulatorStatus, nowMs: number, maxAgeMs: number): Refusal | null {
  const ageMs = nowMs - seen.atMs;
  if (!Number.isFinite(ageMs)) return no("GATE_CLOCK_JUMP", null, "an instant is no number");
  if (ageMs < -1)
    return no("GATE_CLOCK_JUMP", null, `the status is ${-ageMs} ms ahead of the clock`);
  if (ageMs <= maxAgeMs) return null;
  return no("GATE_DEVICE_STATE", "WDG-01", `the last status is ${ageMs.toFixed(1)} ms old`);
}

/** What must hold whether the device is about to be armed or to deliver. */
function judgeDevice(request: GuardRequest, caps: GuardCaps): Refusal | null {
  const { seen } = request;
  if (seen.fault !== null)
    return no("GATE_DEVICE_STATE", "FLT-01", `the device says: ${seen.fault}`);
  if (!seen.remote) return no("GATE_DEVICE_STATE", "WDG-01", "remote control is not held");
  if (seen.coilPresent === false) return no("GATE_DEVICE_STATE", "DEV-01", "no coil");
  if (seen.enhancedPower === true) {
    return no("GATE_DEVICE_STATE", "DEV-01", "enhanced power is on");
  }
  if (seen.activity === "train") return no("GATE_DEVICE_STATE", "DEV-01", "a train is running");
  return (
    judgeIntensity(request, caps) ??
    judgeTrain(request) ??
    judgeStart(request) ??
    judgeTemperature(request, caps)
  );
}

/** What each channel must show; null where the dose asks nothing of it, so that it must be at 0. */
function askedOf({ dose: { intensityPctMso }, channel }: GuardRequest): readonly (number | null)[] {
  return channel === "B" && intensityPctMso.length === 1
    ? [null, ...intensityPctMso]
    : intensityPctMso;
}

/** A device that does not tell its intensity leaves this to its own display. */
function judgeIntensity(request: GuardRequest, caps: GuardCaps): Refusal | null {
  const told = request.seen.intensityPctMso;
  if (told === null) return null;
  const asked = askedOf(request);
  for (let at = 0; at < Math.max(asked.length, told.length); at += 1) {
    const refused = judgeChannel(CHANNELS[at] ?? `${at + 1}`, asked[at] ?? null, told[at], caps);
    if (refused !== null) return refused;
  }
  return null;
}

const CHANNELS: readonly string[] = ["A", "B"];

function judgeChannel(
  name: string,
  asked: number | null,
  told: number | undefined,
  caps: GuardCaps,
): Refusal | null {
  const refuse = (detail: string): Refusal => no("GATE_DOSE_REFUSED", "INT-05", detail);
  // Exactly: a pulse of a channel that the dose knows nothing of would be one too many at any output.
  if (asked === null)
    return told === undefined || told === 0
      ? null
      : refuse(`the dose has nothing on channel ${name}, the device says ${told} %MSO`);
  if (told !== undefined && Math.abs(told - asked) <= caps.maxIntensityDifferencePctMso)
    return null;
  return refuse(`commanded ${asked} %MSO on channel ${name}, the device says ${told ?? "nothing"}`);
}

function sameTrain(a: TrainSettings, b: TrainSettings): boolean {
  return (
    a.pulses === b.pulses &&
    Math.abs(a.frequencyHz - b.frequencyHz) < 1e-6 &&
    Math.abs(a.durationS - b.durationS) < 1e-6
  );
}

/** A train that the device times must read back as planned; a device that does not tell is refused. */
function judgeTrain(request: GuardRequest): Refusal | null {
  const { seen, train } = request;
  if (train === null) {
    if (seen.mode !== "train") return null;
    return no(
      "GATE_DOSE_REFUSED",
      "DEV-01",
      "a single start is planned, the device is set to trains",
    );
  }
  if (seen.mode !== "train" || seen.train === null) {
    return no(
      "GATE_DOSE_REFUSED",
      "DEV-01",
      "a train is planned, the device does not say it is set to one",
    );
  }
  if (sameTrain(seen.train, train)) return null;
  return no(
    "GATE_DOSE_REFUSED",
    "DEV-01",
    `planned ${words(train)}, the device is set to ${words(seen.train)}`,
  );
}

/** One start must give what the dose has: a pulse, a pair or a burst, with its interval. */
function judgeStart({ dose: { shape }, seen }: GuardRequest): Refusal | null {
  const isiMs =
    shape.kind === "pair" || shape.kind === "burst" || shape.kind === "burst-train"
      ? shape.isiMs
      : null;
  const burstPulses =
    shape.kind === "burst"
      ? shape.pulses
      : shape.kind === "burst-train"
        ? shape.pulsesPerBurst
        : null;
  const toldIsiMs = seen.isiMs ?? null;
  const toldPulses = seen.burstPulses ?? null;
  const sameIsi =
    isiMs === null || toldIsiMs === null ? isiMs === toldIsiMs : Math.abs(isiMs - toldIsiMs) < 1e-6;
  if (sameIsi && burstPulses === toldPulses) return null;
  return no(
    "GATE_DOSE_REFUSED",
    "DEV-01",
    `planned ${startWords(isiMs, burstPulses)}, the device is set to ${startWords(toldIsiMs, toldPulses)}`,
  );
}

function startWords(isiMs: number | null, burstPulses: number | null): string {
  if (isiMs === null) return "one pulse a start";
  return `${burstPulses ?? 2} pulses ${isiMs} ms apart a start`;
}

function words(train: TrainSettings): string {
  return `${train.pulses} pulses, ${train.frequencyHz} Hz, ${train.durationS} s`;
}

function judgeTemperature(request: GuardRequest, caps: GuardCaps): Refusal | null {
  const { dose, nowMs, seen } = request;
  const hot = seen.coilTemperatureC;
  if (hot !== null && !(hot < caps.hardC)) {
    return no(
      "GATE_DEVICE_STATE",
      "TMP-01",
      `the coil has ${hot} °C, the limit is ${caps.hardC} °C`,
    );
  }
  const inTrain = dose.hostTrain !== null || extent(dose).pulses > 2;
  if (!caps.reportsTemperature || !inTrain) return null;
  if (hot === null || seen.coilTemperatureAtMs === null) {
    return no("GATE_DEVICE_STATE", "TMP-01", "the coil's temperature is not known");
  }
  const ageMs = nowMs - seen.coilTemperatureAtMs;
  if (ageMs <= caps.staleTemperatureMs) return null;
  return no("GATE_DEVICE_STATE", "TMP-01", `the coil's temperature is ${ageMs.toFixed(0)} ms old`);
}

function judgeClock(state: GuardState, request: GuardRequest, caps: GuardCaps): Refusal | null {
  const { dose, dueMs, nowMs } = request;
  const lateMs = nowMs - (dueMs - extent(dose).leadMs);
  if (!Number.isFinite(lateMs)) return no("GATE_CLOCK_JUMP", null, "an instant is no number");
  if (nowMs < state.lastNowMs) return no("GATE_CLOCK_JUMP", null, "the clock went backwards");
  if (lateMs > JUMP_MS)
    return no("GATE_CLOCK_JUMP", null, `the dose was due ${lateMs.toFixed(0)} ms ago`);
  const limitMs = Math.min(dose.lateLimitMs, caps.maxLateMs);
  if (lateMs > limitMs) {
    return no("GATE_DOSE_REFUSED", "WDG-02", `${lateMs.toFixed(3)} ms late, ${limitMs} ms allowed`);
  }
  if (lateMs >= -ASK_AHEAD_MS - SLACK_MS) return null;
  return no("GATE_DOSE_REFUSED", null, `asked for ${(-lateMs).toFixed(1)} ms ahead of its instant`);
}

function judgeCaps(state: GuardState, request: GuardRequest, caps: GuardCaps): Refusal | null {
  const { dose, dueMs } = request;
  const { pulses, gapMs, leadMs } = extent(dose);
  const sinceMs =
    state.lastPulseMs === null ? Number.POSITIVE_INFINITY : dueMs - leadMs - state.lastPulseMs;
  const refuse = (rule: string, detail: string): Refusal => no("GATE_DOSE_REFUSED", rule, detail);

  if (dose.intensityPctMso.some((pct) => !(pct >= 0 && pct <= caps.maxPctMso))) {
    return refuse("INT-03", `above ${caps.maxPctMso} %MSO, the highest of the plan`);
  }
  const shortestMs = Math.min(sinceMs, gapMs);
  if (!(shortestMs >= caps.minInterPulseMs - SLACK_MS)) {
    return refuse(
      "WDG-02",
      `${shortestMs.toFixed(3)} ms between pulses, the plan has ${caps.minInterPulseMs.toFixed(3)} ms`,
    );
  }
  const joins = sinceMs <= TRAIN_GAP_MS + SLACK_MS;
  const inTrain = (joins ? state.pulsesInTrain : 0) + pulses;
  if (!(inTrain <= caps.maxPulsesPerTrain)) {
    return refuse(
      "DUR-01",
      `${inTrain} pulses in a train, the plan has at most ${caps.maxPulsesPerTrain}`,
    );
  }
  if (!joins && state.pulsesInTrain > 1 && !(sinceMs >= caps.minRestAfterTrainMs - SLACK_MS)) {
    return refuse(
      "ITI-03",
      `${sinceMs.toFixed(1)} ms after a train, the plan has ${caps.minRestAfterTrainMs.toFixed(1)} ms`,
    );
  }
  if (state.pulses + pulses <= caps.maxPulses) return null;
  return refuse("CUM-02", `${state.pulses + pulses} pulses, at most ${caps.maxPulses}`);
}

/** Is the device fit to be armed for this dose? Its status may be as old as `maxAgeMs`. */
export function guardArm(
  request: GuardRequest,
  caps: GuardCaps,
  maxAgeMs: number,
): Result<void, Refusal> {
  const { seen, nowMs } = request;
  const standby =
    seen.state === "standby"
      ? null
      : no("GATE_DEVICE_STATE", "DEV-01", `the device is ${seen.state}`);
  const refused = judgeAge(seen, nowMs, maxAgeMs) ?? standby ?? judgeDevice(request, caps);
  return refused === null ? ok(undefined) : err(refused);
}

/** One dose; on success the state that counts it as delivered. */
export function guardDose(
  state: GuardState,
  request: GuardRequest,
  caps: GuardCaps,
): Result<GuardState, Refusal> {
  const { dose, dueMs, nowMs, seen } = request;
  const ready =
    seen.state === "ready" && seen.activity === "idle"
      ? null
      : no("GATE_DEVICE_STATE", "DEV-01", `the device is ${seen.state}, ${seen.activity}`);
  const refused =
    judgeClock(state, request, caps) ??
    judgeAge(seen, nowMs, caps.statusMaxAgeMs) ??
    ready ??
    judgeDevice(request, caps) ??
    judgeCaps(state, request, caps);
  if (refused !== null) return err(refused);
  const { pulses, spanMs, leadMs } = extent(dose);
  const joins =
    state.lastPulseMs !== null && dueMs - leadMs - state.lastPulseMs <= TRAIN_GAP_MS + SLACK_MS;
  return ok({
    lastNowMs: nowMs,
    lastPulseMs: dueMs + spanMs,
    pulsesInTrain: (joins ? state.pulsesInTrain : 0) + pulses,
    pulses: state.pulses + pulses,
  });
}

/**
 * While somebody else may start pulses: recharging and a running train are what one expects then;
 * everything else must stay what it was when the window opened.
 */
export function guardWindow(request: GuardRequest, caps: GuardCaps): Refusal | null {
  const { seen } = request;
  if (seen.state === "standby")
    return no("GATE_DEVICE_STATE", "DEV-01", "the device is in standby inside a window");
  return judgeDevice({ ...request, seen: { ...seen, activity: "idle" } }, caps);
}
