import type { MagProBody } from "./body.ts";
import { temperatureAt } from "./heat.ts";
import { type Effect, inTurn, news, quietly, type Stepped } from "./inputs.ts";
import { cutShot } from "./pulses.ts";
import { tellAmplitude, tellCoil, tellPage } from "./tell.ts";
import type { Unit } from "./unit.ts";

type Role = Extract<Effect, { readonly kind: "tell" }>["role"];

/** By the host or a hand. A coil that is missing or too hot keeps it disabled; message 1 shows that. */
export function enable(unit: Unit, body: MagProBody, role: Role, nowMs: number): Stepped {
  const { coil, isEnabled } = body;
  const isHot = temperatureAt(coil.heat, unit.figures, nowMs) > unit.figures.heatStopC;
  if (isEnabled || !coil.isPlugged || isHot) return tellingAmplitude(unit, body, role);
  const enabled: MagProBody = {
    ...body,
    isEnabled: true,
    quietSinceMs: nowMs,
    rechargedAtMs: Math.max(body.rechargedAtMs, nowMs + unit.figures.chargeAfterEnableMs),
  };
  // Three messages were counted on an X100; these numbers fit what they were called.
  return inTurn(tellingAmplitude(unit, enabled, role), (left) =>
    news(left, tellCoil(unit, left), tellAmplitude(unit, left)),
  );
}

/** By the host or a hand; what runs stops with it. */
export function disable(unit: Unit, body: MagProBody, role: Role): Stepped {
  return inTurn(
    off(unit, body),
    (left) => tellingAmplitude(unit, left, role),
    (left) => (body.sequence === null ? quietly(left) : news(left, tellPage(unit, left))),
  );
}

/** By itself: `first` tells why, and whatever comes next shows it. */
export function selfDisabled(
  unit: Unit,
  body: MagProBody,
  first: (body: MagProBody) => Stepped,
): Stepped {
  return inTurn(
    off(unit, body),
    first,
    (left) => (body.sequence === null ? quietly(left) : news(left, tellPage(unit, left))),
    (left) =>
      body.isEnabled && unit.figures.tellsSelfDisable > 0
        ? news(left, tellAmplitude(unit, left))
        : quietly(left),
  );
}

/** The train or protocol ends; the device stays enabled. */
export function stopSequence(unit: Unit, body: MagProBody): Stepped {
  if (body.sequence === null) return quietly(body);
  return inTurn(cutShot(unit, { ...body, sequence: null }), (left) =>
    news(left, tellPage(unit, left)),
  );
}

/** Nothing runs, waits or is enabled any more. */
export function off(unit: Unit, body: MagProBody): Stepped {
  const { body: left, effects } = cutShot(unit, body);
  return { body: { ...left, isEnabled: false, sequence: null, edgesDueMs: [] }, effects };
}

function tellingAmplitude(unit: Unit, body: MagProBody, role: Role): Stepped {
  return { body, effects: [{ kind: "tell", message: tellAmplitude(unit, body), role }] };
}
