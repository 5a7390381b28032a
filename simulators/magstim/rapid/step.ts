import type { Discharge } from "../../../src/contract/simulator.ts";
import { type BodyEvent, isReady, powerOn, type RapidBody } from "./body.ts";
import { levelAt, rampTo } from "./capacitor.ts";
import type { BodyFigures } from "./figures.ts";
import { heatedByPulse, temperatureAt } from "./heat.ts";
import type { BodyFault, BodyInput, Stepped } from "./inputs.ts";
import { maxFrequencyHz } from "./limits.ts";
import { jamPoint, startTrain, type Train, waitAfterTrainMs } from "./train.ts";
import type { RapidVariant } from "./variant.ts";

/** What a unit is made of: its variant and the figures of its body. */
export interface Unit {
  readonly variant: RapidVariant;
  readonly figures: BodyFigures;
}

/**
 * The physics of a Rapid unit. Pure: the caller brings the instant, and brings the events of
 * `nextEvent` at theirs.
 */
export function step(unit: Unit, body: RapidBody, input: BodyInput, nowMs: number): Stepped {
  switch (input.kind) {
    case "event":
      return stepEvent(unit, body, input.event, nowMs);
    case "heard":
      return done({ ...body, lastGoodMs: nowMs });
    case "take-control":
      return done({ ...body, remote: true });
    case "give-up-control":
      return done({ ...standby(body), remote: false });
    case "arm":
      return arm(unit, body, nowMs);
    case "disarm":
      return done(standby(body));
    case "fire":
      return fire(unit, body, input.cause, nowMs);
    case "set-power":
      return setPower(unit, body, input.pct, nowMs);
    case "set-frequency":
      if (input.tenthsHz > 10 * maxFrequencyHz(unit.variant, body.powerPct))
        return refused(body, "bad-data");
      return isTrainSettable(body)
        ? done({ ...body, frequencyTenthsHz: input.tenthsHz })
        : refused(body, "conflict");
    case "set-pulses":
      return isTrainSettable(body)
        ? done({ ...body, pulses: input.pulses })
        : refused(body, "conflict");
    case "set-duration":
      return setDuration(unit, body, input.tenthsS, nowMs);
    case "set-charge-delay":
      return done({ ...body, chargeDelayMs: input.delayMs });
    case "enhanced-power":
      return setEnhanced(unit, body, input.on, nowMs);
    case "ignore-switch":
      return done({ ...body, coil: { ...body.coil, switchIgnored: true } });
    case "fault":
      return done(faulty(unit, body, input.fault, nowMs));
  }
}

function done(body: RapidBody, discharge: Discharge | null = null): Stepped {
  return { body, verdict: "done", discharge };
}

function refused(body: RapidBody, verdict: "conflict" | "bad-data"): Stepped {
  return { body, verdict, discharge: null };
}

/** A running train stops with it. */
function standby(body: RapidBody): RapidBody {
  return { ...body, drive: { kind: "standby" } };
}

function arm(unit: Unit, body: RapidBody, nowMs: number): Stepped {
  const isHot = temperatureAt(body.coil.heat, unit.figures, nowMs) > unit.figures.heatStopC;
  // Refusing without a coil or with an error is a choice: the sources only say that both disarm.
  if (body.drive.kind !== "standby" || isHot || !body.coil.present || body.errorCode !== null) {
    return refused(body, "conflict");
  }
  // The charge delay is taken to put off every charging, the first one too.
  const chargedMs = nowMs + unit.figures.armDelayMs + body.chargeDelayMs;
  return done({
    ...body,
    drive: {
      kind: "charged",
      quietSinceMs: nowMs,
      readyAtMs: Math.max(chargedMs, body.refireAtMs),
    },
  });
}

function fire(unit: Unit, body: RapidBody, cause: "serial" | "trigger", nowMs: number): Stepped {
  if (!isReady(body, nowMs)) return refused(body, "conflict");
  if (!body.trainMode) return firePulse(unit, body, cause, nowMs);
  const { frequencyTenthsHz, pulses, durationTenthsS } = body;
  // A mode without a frequency or pulses has nothing to give; no source tells what a unit does then.
  if (frequencyTenthsHz === 0 || pulses === 0) return refused(body, "conflict");
  const train = startTrain({ frequencyTenthsHz, pulses, durationTenthsS }, body.jamOrdered, nowMs);
  return fireInTrain(unit, { ...body, jamOrdered: false }, train, nowMs);
}

function firePulse(
  unit: Unit,
  body: RapidBody,
  cause: "serial" | "trigger",
  nowMs: number,
): Stepped {
  const { figures } = unit;
  const isEnhanced = body.enhancedPower && body.powerPct >= 100;
  const refireAtMs =
    nowMs + (isEnhanced ? figures.enhancedRefireMs : figures.refireMs) + body.chargeDelayMs;
  const drive = { kind: "charged", quietSinceMs: nowMs, readyAtMs: refireAtMs } as const;
  return discharged(unit, { ...body, drive, refireAtMs }, cause, nowMs);
}

function fireInTrain(unit: Unit, body: RapidBody, train: Train, nowMs: number): Stepped {
  const drive = {
    kind: "train",
    quietSinceMs: nowMs,
    train: { ...train, fired: train.fired + 1 },
  } as const;
  return discharged(unit, { ...body, drive }, "train", nowMs);
}

/** One pulse leaves the coil: counted, warm, and in standby again if that was too warm. */
function discharged(
  unit: Unit,
  body: RapidBody,
  cause: Discharge["cause"],
  nowMs: number,
): Stepped {
  const levelPct = Math.round(levelAt(body.capacitor, nowMs));
  const heat = heatedByPulse(body.coil.heat, unit.figures, levelPct, nowMs);
  const after = { ...body, discharges: body.discharges + 1, coil: { ...body.coil, heat } };
  const discharge = { atMs: nowMs, n: after.discharges, intensityPctMso: [levelPct], cause };
  return done(heat.temperatureC > unit.figures.heatStopC ? standby(after) : after, discharge);
}

function setPower(unit: Unit, body: RapidBody, pct: number, nowMs: number): Stepped {
  if (pct > (body.enhancedPower ? 110 : 100)) return refused(body, "bad-data");
  return done(withPower(unit, body, pct, nowMs));
}

/** In train mode a higher power can lower the frequency to its new maximum (`nicolasmcnair/magpy`). */
function withPower(unit: Unit, body: RapidBody, pct: number, nowMs: number): RapidBody {
  const capacitor = rampTo(body.capacitor, pct, unit.figures, nowMs);
  return withFrequencyInBounds(unit, { ...body, powerPct: pct, capacitor });
}

function withFrequencyInBounds(unit: Unit, body: RapidBody): RapidBody {
  if (!body.trainMode) return body;
  const highest = 10 * maxFrequencyHz(unit.variant, body.powerPct);
  return { ...body, frequencyTenthsHz: Math.min(body.frequencyTenthsHz, highest) };
}

function isTrainSettable(body: RapidBody): boolean {
  return body.trainMode && body.drive.kind !== "train" && body.drive.kind !== "wait";
}

/** The duration doubles as the mode switch: 0 is single-pulse mode, anything else train mode. */
function setDuration(unit: Unit, body: RapidBody, tenthsS: number, nowMs: number): Stepped {
  const trainMode = tenthsS > 0;
  const isBusy = body.drive.kind === "train" || body.drive.kind === "wait";
  const switchesMode = trainMode !== body.trainMode;
  if (isBusy || (switchesMode && body.drive.kind !== "standby")) return refused(body, "conflict");
  const set = { ...body, trainMode, durationTenthsS: tenthsS };
  if (!switchesMode || !trainMode) return done(set);
  return done(withFrequencyInBounds(unit, withoutEnhanced(unit, set, nowMs)));
}

function setEnhanced(unit: Unit, body: RapidBody, on: boolean, nowMs: number): Stepped {
  if (body.drive.kind !== "standby" || (on && body.trainMode)) return refused(body, "conflict");
  return done(on ? { ...body, enhancedPower: true } : withoutEnhanced(unit, body, nowMs));
}

function withoutEnhanced(unit: Unit, body: RapidBody, nowMs: number): RapidBody {
  const plain = { ...body, enhancedPower: false };
  return body.powerPct > 100 ? withPower(unit, plain, 100, nowMs) : plain;
}

function stepEvent(unit: Unit, body: RapidBody, event: BodyEvent, nowMs: number): Stepped {
  const { drive } = body;
  switch (event) {
    case "unused":
      return done(standby(body));
    case "silence":
      return done({ ...standby(body), remote: false });
    case "train-pulse":
      return drive.kind === "train" ? fireInTrain(unit, body, drive.train, nowMs) : done(body);
    case "train-end": {
      if (drive.kind !== "train") return done(body);
      const waitMs = waitAfterTrainMs(drive.train, body.powerPct, body.waitTenthsS, unit.figures);
      const endMs = nowMs + waitMs;
      return done({
        ...body,
        refireAtMs: endMs,
        drive: { kind: "wait", quietSinceMs: drive.quietSinceMs, endMs },
      });
    }
    case "wait-end":
      if (drive.kind !== "wait") return done(body);
      return done({
        ...body,
        drive: { kind: "charged", quietSinceMs: drive.quietSinceMs, readyAtMs: nowMs },
      });
  }
}

function faulty(unit: Unit, body: RapidBody, fault: BodyFault, nowMs: number): RapidBody {
  const { coil } = body;
  switch (fault) {
    case "reboot":
      // The coil is outside the box: its heat and its wear survive, and so does our count.
      return {
        ...powerOn(unit.figures, nowMs),
        coil: { ...coil, switchIgnored: false },
        discharges: body.discharges,
      };
    case "overheat": {
      const temperatureC = Math.max(
        temperatureAt(coil.heat, unit.figures, nowMs),
        unit.figures.heatStopC + 2,
      );
      return standby({ ...body, coil: { ...coil, heat: { temperatureC, atMs: nowMs } } });
    }
    case "coil-off":
      return standby({ ...body, coil: { ...coil, present: false } });
    case "coil-worn":
      return { ...body, coil: { ...coil, worn: true } };
    case "coil-switch-released":
      // Letting go of the handle is taken to end a train; otherwise it only keeps the unit from ready.
      return {
        ...(body.drive.kind === "train" ? standby(body) : body),
        coil: { ...coil, switchPressed: false },
      };
    case "error-bit":
      // The manual explains the codes; the clients pass the three characters on unread.
      return standby({ ...body, errorCode: "E01" });
    case "jam-train":
      if (body.drive.kind !== "train") return { ...body, jamOrdered: true };
      return {
        ...body,
        drive: {
          ...body.drive,
          train: { ...body.drive.train, jamAfter: jamPoint(body.drive.train.pulses) },
        },
      };
    case "stuck-ready":
      return { ...body, readyStuck: true };
  }
}
