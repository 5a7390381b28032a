import { coilFigures, type DuomagBody, innerFigures, type Lasting, type Unit } from "./body.ts";
import type { BodyFault } from "./faults.ts";
import { type Heat, type HeatFigures, temperatureAt, warmedTo } from "./heat.ts";

/** The body with a fault in it. */
export function faulty(
  unit: Unit,
  body: DuomagBody,
  fault: Exclude<BodyFault, "reboot">,
  nowMs: number,
): DuomagBody {
  const { coil, resistor, discharge } = body;
  const inner = innerFigures(unit.figures);
  switch (fault) {
    case "overheat":
      return {
        ...body,
        coil: { ...coil, heat: tooHot(coil.heat, coilFigures(unit.figures), nowMs) },
      };
    case "resistor-overheat":
      return { ...body, resistor: tooHot(resistor, inner, nowMs) };
    case "discharge-overheat":
      return { ...body, discharge: tooHot(discharge, inner, nowMs) };
    case "power-overheat":
    case "fan-seized":
    case "hold-error":
    case "recharge-error":
      return { ...body, lasting: new Set<Lasting>([...body.lasting, fault]) };
    case "coil-off":
      return { ...body, coil: { ...coil, connected: false, dataOk: false } };
    case "coil-data-bad":
      return { ...body, coil: { ...coil, dataOk: false } };
    case "stuck-charged":
      return { ...body, chargedStuck: true };
    case "lost-start":
      return { ...body, startsToLose: body.startsToLose + 1 };
  }
}

function tooHot(heat: Heat, figures: HeatFigures, nowMs: number): Heat {
  return warmedTo(
    Math.max(temperatureAt(heat, figures, nowMs), figures.limitC + 2),
    figures,
    nowMs,
  );
}
