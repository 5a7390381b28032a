import { extendedBits, instrumentBits, type RapidBody, rapidBits } from "./body.ts";
import { temperatureAt } from "./heat.ts";
import type { Reading } from "./reply.ts";
import type { Unit } from "./step.ts";

/** Shown while there is no error; the clients pass the three characters on unread. */
const NO_ERROR = "000";

/** What the unit would tell of itself at an instant. */
export function readBody(unit: Unit, body: RapidBody, nowMs: number): Reading {
  const temperatureC = temperatureAt(body.coil.heat, unit.figures, nowMs);
  return {
    instrument: instrumentBits(body, nowMs),
    rapid: rapidBits(body),
    extended: extendedBits(body, unit.variant),
    parameters: {
      powerPct: body.powerPct,
      frequencyTenthsHz: body.frequencyTenthsHz,
      pulses: body.pulses,
      durationTenthsS: body.durationTenthsS,
      waitTenthsS: body.waitTenthsS,
    },
    temperaturesC: [temperatureC, temperatureC],
    errorCode: body.errorCode ?? NO_ERROR,
    chargeDelayMs: body.chargeDelayMs,
  };
}
