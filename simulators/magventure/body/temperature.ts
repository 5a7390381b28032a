import type { MagProBody } from "./body.ts";
import { temperatureAt, warmedDegree } from "./heat.ts";
import { news, quietly, type Stepped } from "./inputs.ts";
import { selfDisabled } from "./standby.ts";
import { tellCoil } from "./tell.ts";
import type { Unit } from "./unit.ts";

/** After a pulse: another degree is told, and a coil that is too hot disables the device. */
export function warmed(unit: Unit, body: MagProBody, nowMs: number): Stepped {
  const temperatureC = temperatureAt(body.coil.heat, unit.figures, nowMs);
  const shownC = warmedDegree(body.coil.shownC, temperatureC);
  const shown = { ...body, coil: { ...body.coil, shownC } };
  if (body.isEnabled && temperatureC > unit.figures.heatStopC) {
    return selfDisabled(unit, shown, (left) => news(left, tellCoil(unit, left)));
  }
  return shownC > body.coil.shownC ? news(shown, tellCoil(unit, shown)) : quietly(shown);
}

/** The shown degree falls by one. */
export function cooled(unit: Unit, body: MagProBody): Stepped {
  const after = { ...body, coil: { ...body.coil, shownC: body.coil.shownC - 1 } };
  return news(after, tellCoil(unit, after));
}
