import type { Discharge } from "../../../src/contract/simulator.ts";
import { isReady } from "../core/body.ts";
import { levelAt, withPower } from "../core/capacitor.ts";
import { done, type FamilyInput, refused, type Stepped } from "../core/inputs.ts";
import { arm, discharged, type Kit, stepShared } from "../core/step.ts";
import type { RapidBody } from "./body.ts";
import type { RapidFigures } from "./figures.ts";
import type { RapidInput } from "./inputs.ts";
import { joulesPerPulse } from "./limits.ts";
import { jamPoint, startTrain, type Train, waitAfterTrainMs } from "./train.ts";
import { maxTenthsHz, type RapidVariant } from "./variant.ts";

/** What a unit of the Rapid group is made of. */
export interface RapidKit extends Kit<RapidBody> {
  readonly variant: RapidVariant;
  readonly figures: RapidFigures;
}

type RapidStep = Stepped<RapidBody>;
type StartCause = "serial" | "trigger";

/**
 * The physics of a unit of the Rapid group. Pure: the caller brings the instant, and brings what the
 * body does by itself at its own.
 */
export function stepRapid(
  kit: RapidKit,
  body: RapidBody,
  input: FamilyInput | RapidInput,
  nowMs: number,
): RapidStep {
  switch (input.kind) {
    case "train-pulse":
      return body.drive.kind === "train"
        ? fireInTrain(kit, body, body.drive.train, nowMs)
        : done(body);
    case "train-end":
      return endTrain(kit, body, nowMs);
    case "wait-end":
      return endWait(body, nowMs);
    case "fire":
      return fire(kit, body, input.cause, nowMs);
    case "arm":
      // The charge delay is taken to put off every charging, the first one too.
      return arm(kit, body, body.chargeDelayMs, nowMs);
    case "set-power":
      return setPower(kit, body, input.pct, nowMs);
    case "set-frequency":
      return setFrequency(kit, body, input.tenthsHz);
    case "set-pulses":
      return isTrainSettable(body)
        ? done({ ...body, pulses: input.pulses })
        : refused(body, "conflict");
    case "set-duration":
      return setDuration(kit, body, input.tenthsS, nowMs);
    case "set-charge-delay":
      return done({ ...body, chargeDelayMs: input.delayMs });
    case "enhanced-power":
      return setEnhanced(kit, body, input.on, nowMs);
    case "ignore-switch":
      return done({ ...body, coil: { ...body.coil, switchIgnored: true } });
    case "jam-train":
      return done(jammed(body));
    default:
      return stepShared(kit, body, input, nowMs);
  }
}

function fire(kit: RapidKit, body: RapidBody, cause: StartCause, nowMs: number): RapidStep {
  if (!isReady(body, nowMs)) return refused(body, "conflict");
  if (!body.trainMode) return firePulse(kit, body, cause, nowMs);
  const { frequencyTenthsHz, pulses, durationTenthsS } = body;
  // A mode without a frequency or pulses has nothing to give; no source tells what a unit does then.
  if (frequencyTenthsHz === 0 || pulses === 0) return refused(body, "conflict");
  const train = startTrain({ frequencyTenthsHz, pulses, durationTenthsS }, body.jamOrdered, nowMs);
  return fireInTrain(kit, { ...body, jamOrdered: false }, train, nowMs);
}

function firePulse(kit: RapidKit, body: RapidBody, cause: StartCause, nowMs: number): RapidStep {
  const { figures } = kit;
  const isEnhanced = body.enhancedPower && body.a.powerPct >= 100;
  const rechargedMs =
    nowMs + (isEnhanced ? figures.enhancedRefireMs : figures.refireMs) + body.chargeDelayMs;
  const drive = { kind: "charged", quietSinceMs: nowMs, readyAtMs: rechargedMs } as const;
  return onePulse(kit, { ...body, drive, a: { ...body.a, rechargedMs } }, cause, nowMs);
}

function fireInTrain(kit: RapidKit, body: RapidBody, train: Train, nowMs: number): RapidStep {
  const drive = {
    kind: "train",
    quietSinceMs: nowMs,
    train: { ...train, fired: train.fired + 1 },
  } as const;
  return onePulse(kit, { ...body, drive }, "train", nowMs);
}

function onePulse(
  kit: RapidKit,
  body: RapidBody,
  cause: Discharge["cause"],
  nowMs: number,
): RapidStep {
  const levelPct = Math.round(levelAt(body.a.capacitor, nowMs));
  const joules = joulesPerPulse(levelPct);
  return discharged(kit, body, { intensityPctMso: [levelPct], cause, joules }, nowMs);
}

function endTrain({ figures }: RapidKit, body: RapidBody, nowMs: number): RapidStep {
  const { drive } = body;
  if (drive.kind !== "train") return done(body);
  const endMs = nowMs + waitAfterTrainMs(drive.train, body.a.powerPct, body.waitTenthsS, figures);
  return done({
    ...body,
    a: { ...body.a, rechargedMs: endMs },
    drive: { kind: "wait", quietSinceMs: drive.quietSinceMs, endMs },
  });
}

function endWait(body: RapidBody, nowMs: number): RapidStep {
  if (body.drive.kind !== "wait") return done(body);
  const { quietSinceMs } = body.drive;
  return done({ ...body, drive: { kind: "charged", quietSinceMs, readyAtMs: nowMs } });
}

function setPower(kit: RapidKit, body: RapidBody, pct: number, nowMs: number): RapidStep {
  if (pct > (body.enhancedPower ? 110 : 100)) return refused(body, "out-of-range");
  return done(atPower(kit, body, pct, nowMs));
}

/** In train mode a higher power can lower the frequency to its new maximum (`nicolasmcnair/magpy`). */
function atPower(kit: RapidKit, body: RapidBody, pct: number, nowMs: number): RapidBody {
  const a = withPower(body.a, pct, kit.figures, nowMs);
  return withFrequencyInBounds(kit, { ...body, a });
}

function withFrequencyInBounds({ variant }: RapidKit, body: RapidBody): RapidBody {
  if (!body.trainMode) return body;
  const highest = maxTenthsHz(variant, body.a.powerPct);
  return { ...body, frequencyTenthsHz: Math.min(body.frequencyTenthsHz, highest) };
}

function setFrequency({ variant }: RapidKit, body: RapidBody, tenthsHz: number): RapidStep {
  if (tenthsHz > maxTenthsHz(variant, body.a.powerPct)) return refused(body, "out-of-range");
  return isTrainSettable(body)
    ? done({ ...body, frequencyTenthsHz: tenthsHz })
    : refused(body, "conflict");
}

function isTrainSettable(body: RapidBody): boolean {
  return body.trainMode && body.drive.kind !== "train" && body.drive.kind !== "wait";
}

/** The duration doubles as the mode switch: 0 is single-pulse mode, anything else train mode. */
function setDuration(kit: RapidKit, body: RapidBody, tenthsS: number, nowMs: number): RapidStep {
  const trainMode = tenthsS > 0;
  const isBusy = body.drive.kind === "train" || body.drive.kind === "wait";
  const switchesMode = trainMode !== body.trainMode;
  if (isBusy || (switchesMode && body.drive.kind !== "standby")) return refused(body, "conflict");
  const set = { ...body, trainMode, durationTenthsS: tenthsS };
  if (!switchesMode || !trainMode) return done(set);
  if (kit.choices.trainEntry === "one-tenth" && tenthsS !== 1) return refused(body, "conflict");
  return done(withFrequencyInBounds(kit, withoutEnhanced(kit, set, nowMs)));
}

function setEnhanced(kit: RapidKit, body: RapidBody, on: boolean, nowMs: number): RapidStep {
  if (body.drive.kind !== "standby" || (on && body.trainMode)) return refused(body, "conflict");
  return done(on ? { ...body, enhancedPower: true } : withoutEnhanced(kit, body, nowMs));
}

function withoutEnhanced(kit: RapidKit, body: RapidBody, nowMs: number): RapidBody {
  const plain = { ...body, enhancedPower: false };
  return body.a.powerPct > 100 ? atPower(kit, plain, 100, nowMs) : plain;
}

function jammed(body: RapidBody): RapidBody {
  const { drive } = body;
  if (drive.kind !== "train") return { ...body, jamOrdered: true };
  const train = { ...drive.train, jamAfter: jamPoint(drive.train.pulses) };
  return { ...body, drive: { ...drive, train } };
}
