import type { Discharge } from "../../../src/contract/simulator.ts";
import { type FamilyBody, newCoil } from "./body.ts";
import type { Choices } from "./choices.ts";
import type { FamilyFigures } from "./figures.ts";
import { heatedBy, temperatureAt } from "./heat.ts";
import { done, type FamilyFault, refused, type SharedInput, type Stepped } from "./inputs.ts";

/** What a body is made of, as far as the whole family goes. */
export interface Kit<B extends FamilyBody> {
  readonly figures: FamilyFigures;
  readonly choices: Choices;
  powerOn(nowMs: number): B;
}

/** The physics that all models share. Pure: the caller brings the instant. */
export function stepShared<B extends FamilyBody>(
  kit: Kit<B>,
  body: B,
  input: SharedInput,
  nowMs: number,
): Stepped<B> {
  switch (input.kind) {
    case "unused": {
      const keepsControl = kit.choices.unusedDisarm === "keeps-control";
      return done({ ...standby(body), remote: body.remote && keepsControl });
    }
    case "silence":
    case "give-up-control":
      return done({ ...standby(body), remote: false });
    case "heard":
      return done({ ...body, lastGoodMs: nowMs });
    case "take-control":
      return done({ ...body, remote: true });
    case "arm":
      return arm(kit, body, 0, nowMs);
    case "disarm":
      return done(standby(body));
    case "coil":
      return done(withCoil(kit, body, input.change, nowMs));
    case "coil-switch":
      return done(withSwitch(body, input.pressed));
    case "fault":
      return done(faulty(kit, body, input.fault, nowMs));
  }
}

/** A running train stops with it. */
export function standby<B extends FamilyBody>(body: B): B {
  return { ...body, drive: { kind: "standby" } };
}

export function arm<B extends FamilyBody>(
  { figures }: Kit<B>,
  body: B,
  extraDelayMs: number,
  nowMs: number,
): Stepped<B> {
  const isHot = temperatureAt(body.coil.heat, figures, nowMs) > figures.heatStopC;
  // Refusing without a coil or with an error is a choice: the sources only say that both disarm.
  if (body.drive.kind !== "standby" || isHot || !body.coil.present || body.errorCode !== null) {
    return refused(body, "conflict");
  }
  const readyAtMs = nowMs + figures.armDelayMs + extraDelayMs;
  return done({ ...body, drive: { kind: "charged", quietSinceMs: nowMs, readyAtMs } });
}

/** One start leaves the coil: counted, warm, and in standby again if that was too warm. */
export function discharged<B extends FamilyBody>(
  { figures }: Kit<B>,
  body: B,
  given: Pick<Discharge, "intensityPctMso" | "isiMs" | "cause"> & { readonly joules: number },
  nowMs: number,
): Stepped<B> {
  const { joules, ...shown } = given;
  const heat = heatedBy(body.coil.heat, figures, joules, nowMs);
  const after = { ...body, discharges: body.discharges + 1, coil: { ...body.coil, heat } };
  const discharge = { atMs: nowMs, n: after.discharges, ...shown };
  return done(heat.temperatureC > figures.heatStopC ? standby<B>(after) : after, discharge);
}

/** Coming off disarms; whatever is plugged in again, nothing arms by itself. */
function withCoil<B extends FamilyBody>(
  kit: Kit<B>,
  body: B,
  change: "on" | "off" | "new",
  nowMs: number,
): B {
  switch (change) {
    case "off":
      return standby({ ...body, coil: { ...body.coil, present: false } });
    case "on":
      return { ...body, coil: { ...body.coil, present: true } };
    case "new":
      return standby({ ...body, coil: newCoil(kit.figures, nowMs) });
  }
}

/** Letting go of the handle is taken to end a train; otherwise it only keeps the unit from ready. */
function withSwitch<B extends FamilyBody>(body: B, switchPressed: boolean): B {
  const ended = body.drive.kind === "train" && !switchPressed ? standby(body) : body;
  return { ...ended, coil: { ...body.coil, switchPressed } };
}

function faulty<B extends FamilyBody>(kit: Kit<B>, body: B, fault: FamilyFault, nowMs: number): B {
  const { coil } = body;
  switch (fault) {
    case "reboot":
      // The coil is outside the box: its heat and its wear survive, and so does our count.
      return {
        ...kit.powerOn(nowMs),
        coil: { ...coil, switchIgnored: false },
        discharges: body.discharges,
      };
    case "overheat": {
      const nowC = temperatureAt(coil.heat, kit.figures, nowMs);
      const temperatureC = Math.max(nowC, kit.figures.heatStopC + 2);
      return standby({ ...body, coil: { ...coil, heat: { temperatureC, atMs: nowMs } } });
    }
    case "coil-off":
      return withCoil(kit, body, "off", nowMs);
    case "coil-worn":
      return { ...body, coil: { ...coil, worn: true } };
    case "coil-switch-released":
      return withSwitch(body, false);
    case "error-bit":
      // The manual explains the codes; the clients pass the three characters on unread.
      return standby({ ...body, errorCode: "E01" });
    case "stuck-ready":
      return { ...body, readyStuck: true };
  }
}
