import { isEnabled, isReady } from "../core/body.ts";
import { isCharged, levelAt, type Output, withPower } from "../core/capacitor.ts";
import { roughJoules } from "../core/heat.ts";
import { done, type FamilyInput, refused, type Stepped } from "../core/inputs.ts";
import { discharged, type Kit, stepShared } from "../core/step.ts";
import { FIRST_INTERVAL, intervalMs, type MonophasicBody } from "./body.ts";
import { type MonophasicFigures, refireMs } from "./figures.ts";
import type { MonophasicInput } from "./inputs.ts";
import type { MonophasicVariant } from "./variant.ts";

/** What a 200² or a BiStim² is made of. */
export interface MonophasicKit extends Kit<MonophasicBody> {
  readonly variant: MonophasicVariant;
  readonly figures: MonophasicFigures;
}

type MonophasicStep = Stepped<MonophasicBody>;
type StartCause = "serial" | "trigger";

/** The physics of a 200² or a BiStim². Pure: the caller brings the instant. */
export function stepMonophasic(
  kit: MonophasicKit,
  body: MonophasicBody,
  input: FamilyInput | MonophasicInput,
  nowMs: number,
): MonophasicStep {
  switch (input.kind) {
    case "fire":
      return fire(kit, body, input.cause, nowMs);
    case "fire-b":
      return kit.variant.mode === "external"
        ? fireAlone(kit, body, "b", nowMs)
        : refused(body, "conflict");
    case "set-power":
      return setPower(kit, body, "a", input.pct, nowMs);
    case "set-power-b":
      return setPower(kit, body, "b", input.pct, nowMs);
    case "set-interval":
      return setInterval(kit, body, input.digits);
    case "set-resolution":
      return setResolution(kit, body, input.high);
    default:
      return stepShared(kit, body, input, nowMs);
  }
}

/**
 * No source says what `EH` does where the timing is somebody else's: with a trigger input each, and
 * at a slave. Here it is refused, since one answer cannot speak for two stimulators.
 */
function fire(
  kit: MonophasicKit,
  body: MonophasicBody,
  cause: StartCause,
  nowMs: number,
): MonophasicStep {
  const { mode, role } = kit.variant;
  if (cause === "serial" && (mode === "external" || role === "slave"))
    return refused(body, "conflict");
  if (mode === "external") return fireAlone(kit, body, "a", nowMs);
  if (!isReady(body, nowMs)) return refused(body, "conflict");
  return body.b === null
    ? fireSingle(kit, body, cause, nowMs)
    : firePair(kit, body, body.b, cause, nowMs);
}

function fireSingle(
  kit: MonophasicKit,
  body: MonophasicBody,
  cause: StartCause,
  nowMs: number,
): MonophasicStep {
  const a = recharging(body.a, nowMs + refireMs(kit.figures, body.a.powerPct));
  return onePulse(kit, { ...body, a }, a, cause, nowMs);
}

/** One of two stimulators with a trigger input each: its own charge counts, and its own refire time. */
function fireAlone(
  kit: MonophasicKit,
  body: MonophasicBody,
  side: "a" | "b",
  nowMs: number,
): MonophasicStep {
  const output = body[side];
  if (output === null || !isEnabled(body, nowMs) || !isCharged(output, nowMs))
    return refused(body, "conflict");
  const fired = recharging(output, nowMs + refireMs(kit.figures, output.powerPct));
  return onePulse(kit, { ...body, [side]: fired }, fired, "trigger", nowMs);
}

function onePulse(
  kit: MonophasicKit,
  body: MonophasicBody,
  output: Output,
  cause: StartCause,
  nowMs: number,
): MonophasicStep {
  const levelPct = levelPctOf(output, nowMs);
  const joules = roughJoules(levelPct);
  return discharged(
    kit,
    sincePulse(body, nowMs),
    { intensityPctMso: [levelPct], cause, joules },
    nowMs,
  );
}

/**
 * Both pulses belong to the start: nothing calls the second one back, which is at most 999 ms away.
 * The intensities are the settings. What reaches the coil is 90 % of a 200² at that setting in a
 * pair and 113 % in simultaneous mode (`nicolasmcnair/magpy`).
 */
function firePair(
  kit: MonophasicKit,
  body: MonophasicBody,
  b: Output,
  cause: StartCause,
  nowMs: number,
): MonophasicStep {
  const { figures } = kit;
  const isiMs = intervalMs(body);
  const highestPct = Math.max(body.a.powerPct, b.powerPct);
  const waitMs = isiMs === 0 ? refireMs(figures, highestPct) : figures.pairRefireMs;
  const fired = {
    ...sincePulse(body, nowMs),
    a: recharging(body.a, nowMs + waitMs),
    b: recharging(b, nowMs + waitMs),
  };
  const intensityPctMso = [levelPctOf(body.a, nowMs), levelPctOf(b, nowMs)];
  const joules = intensityPctMso.reduce((sum, pct) => sum + roughJoules(pct), 0);
  return discharged(kit, fired, { intensityPctMso, isiMs, cause, joules }, nowMs);
}

function sincePulse(body: MonophasicBody, nowMs: number): MonophasicBody {
  return { ...body, drive: { kind: "charged", quietSinceMs: nowMs, readyAtMs: nowMs } };
}

function recharging(output: Output, rechargedMs: number): Output {
  return { ...output, rechargedMs };
}

function levelPctOf({ capacitor }: Output, nowMs: number): number {
  return Math.round(levelAt(capacitor, nowMs));
}

function setPower(
  { figures }: MonophasicKit,
  body: MonophasicBody,
  side: "a" | "b",
  pct: number,
  nowMs: number,
): MonophasicStep {
  const output = body[side];
  if (pct > 100) return refused(body, "out-of-range");
  if (output === null) return refused(body, "conflict");
  return done({ ...body, [side]: withPower(output, pct, figures, nowMs) });
}

/** Interval 0 joins both pulses: a change of mode, and so, in and out of it, a matter of standby. */
function setInterval(kit: MonophasicKit, body: MonophasicBody, digits: number): MonophasicStep {
  if (!isTimingSettable(kit, body)) return refused(body, "conflict");
  const set = { ...body, interval: digits };
  const isMode = digits === 0 || body.interval === 0;
  if (isMode && body.drive.kind !== "standby") return refused(body, "conflict");
  if (digits === 0 && kit.choices.simultaneous === "stored-but-conflict")
    return refused(set, "conflict");
  return done(set);
}

/** Each `Y` and `Z` sets the first interval of its resolution, whether it changed anything or not. */
function setResolution(kit: MonophasicKit, body: MonophasicBody, high: boolean): MonophasicStep {
  if (!isTimingSettable(kit, body) || body.drive.kind !== "standby")
    return refused(body, "conflict");
  return done({ ...body, highResolution: high, interval: FIRST_INTERVAL });
}

/** There is an interval only between two, and a slave leaves it to its master. */
function isTimingSettable({ variant }: MonophasicKit, body: MonophasicBody): boolean {
  return body.b !== null && variant.role === "master";
}
