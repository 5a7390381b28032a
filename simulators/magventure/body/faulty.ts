import { type MagProBody, powerOn } from "./body.ts";
import { unplugged } from "./hand.ts";
import { temperatureAt, warmedDegree } from "./heat.ts";
import { type BodyFault, inTurn, news, quietly, type Stepped } from "./inputs.ts";
import { jamPoint } from "./sequence.ts";
import { off, selfDisabled } from "./standby.ts";
import { tellCoil } from "./tell.ts";
import type { Unit } from "./unit.ts";

/** How far above its limit the coil is after the fault. */
const TOO_HOT_K = 2;

export function faulty(unit: Unit, body: MagProBody, fault: BodyFault, nowMs: number): Stepped {
  switch (fault) {
    case "refuse":
      return quietly({ ...body, refusals: body.refusals + 1 });
    case "reboot":
      return rebooted(unit, body, nowMs);
    case "overheat":
      return overheated(unit, body, nowMs);
    case "coil-off":
      return unplugged(unit, body);
    case "jam-train":
      return quietly(jammed(body));
  }
}

function rebooted(unit: Unit, body: MagProBody, nowMs: number): Stepped {
  return inTurn({ ...off(unit, body) }, (left) =>
    news(
      // The coil is outside the box: it stays plugged in or not, and as warm as it is.
      { ...powerOn(unit, nowMs), coil: left.coil, discharges: left.discharges },
      // Messages that nobody has explained were met at power-on (`L2K2/TMSEMG_toolbox`).
      { kind: "unexplained", body: [241, 0, 0, 0] },
    ),
  );
}

function overheated(unit: Unit, body: MagProBody, nowMs: number): Stepped {
  const temperatureC = Math.max(
    temperatureAt(body.coil.heat, unit.figures, nowMs),
    unit.figures.heatStopC + TOO_HOT_K,
  );
  const coil = {
    ...body.coil,
    heat: { temperatureC, atMs: nowMs },
    shownC: warmedDegree(body.coil.shownC, temperatureC),
  };
  return selfDisabled(unit, { ...body, coil }, (left) => news(left, tellCoil(unit, left)));
}

function jammed(body: MagProBody): MagProBody {
  if (body.sequence === null) return { ...body, isJamOrdered: true };
  const { segments } = body.sequence;
  return { ...body, sequence: { ...body.sequence, jamAfter: jamPoint(segments) } };
}
