import { coilFigures, type DuomagBody, innerFigures, isCharged, type Unit } from "./body.ts";
import { adcOf, isHot } from "./heat.ts";
import type { StatusFields } from "./statusFrame.ts";

/** Converter values at rest, as the vectors have them. */
const REST_ADC = { coil: 80, resistor: 81, discharge: 82 } as const;

/** What the unit tells of itself at this instant. */
export function readBody(unit: Unit, body: DuomagBody, nowMs: number): StatusFields {
  const { coil, lasting } = body;
  const inner = innerFigures(unit.figures);
  const charged = body.chargedStuck || isCharged(body, nowMs);
  return {
    demandOnStimTtl: body.demandOnStimTtl,
    changeIntensity: Math.min(15, Math.max(-16, body.untoldTurn)),
    intensityPct: body.intensityPct,
    coilAdc: adcOf(coil.heat, coilFigures(unit.figures), REST_ADC.coil, nowMs),
    resistorAdc: adcOf(body.resistor, inner, REST_ADC.resistor, nowMs),
    dischargeAdc: adcOf(body.discharge, inner, REST_ADC.discharge, nowMs),
    omittedPulses: body.omittedPulses,
    powerOverheat: lasting.has("power-overheat"),
    coilDisconnected: !coil.connected,
    voltageHoldError: lasting.has("hold-error"),
    voltageRechargeError: lasting.has("recharge-error"),
    powerFanSeized: lasting.has("fan-seized"),
    coilOverheat: isHot(coil.heat, nowMs),
    resistorOverheat: isHot(body.resistor, nowMs),
    dischargeOverheat: isHot(body.discharge, nowMs),
    coilDataOk: coil.dataOk,
    receivingUsb: nowMs < body.usbUntilMs,
    // Nobody explains this bit; every known frame has it together with `charged`.
    idleTime: charged,
    charged,
    triggerOutDelay: body.triggerOutDelay,
    rechargeDelay: body.rechargeDelay,
    coilType: coil.type,
  };
}
