import type { WrittenTrain } from "../wire/commands.ts";
import { coolCoil, isBusy, isReady, type MagProBody } from "./body.ts";
import { hasSequence } from "./execute.ts";
import type { HandOrder, SetupChange, TrainChange } from "./handOrders.ts";
import { inTurn, news, quietly, type Stepped } from "./inputs.ts";
import { setAmplitude, showPage } from "./panelState.ts";
import { disable, enable, selfDisabled, stopSequence } from "./standby.ts";
import { startSequence, startShot } from "./stimulate.ts";
import { tellCoil, tellPage } from "./tell.ts";
import type { Unit } from "./unit.ts";
import { type AskedSettings, isPossible, withDelays, withSettings, withTrain } from "./writing.ts";

/** Somebody at the panel. Settings are changed without a word on the wire. */
export function obeyHand(unit: Unit, body: MagProBody, order: HandOrder, nowMs: number): Stepped {
  switch (order.kind) {
    case "turn":
      return setAmplitude(unit, body, { ...body.amplitudePct, [order.channel]: order.pct }, "news");
    case "enable":
      return enable(unit, body, "news", nowMs);
    case "disable":
      return disable(unit, body, "news");
    case "pulse":
      // The contract knows no hand among the causes; what it starts did not come over the line.
      return isReady(body, nowMs) ? startShot(unit, body, "trigger", nowMs) : quietly(body);
    case "start":
      return start(unit, body, nowMs);
    case "stop":
      return stopSequence(unit, body);
    case "page":
      return showPage(unit, body, order.page, "news");
    case "coil":
      return plugged(unit, body, order.number, nowMs);
    case "coil-off":
      return unplugged(unit, body);
    case "setup":
      return quietly(turned(unit, body, order.change));
    case "train":
      return quietly(trained(unit, body, order.change));
    case "delays":
      return quietly(withDelays(unit, body, { ...body.delays, ...order.change }));
    case "mep": {
      const { maximumUv, minimumUv, timeOfMaximumUs } = order;
      return news(body, { kind: "mep", maximumUv, minimumUv, timeOfMaximumUs });
    }
  }
}

/** The coil comes off: message 3 without one, disabled. */
export function unplugged(unit: Unit, body: MagProBody): Stepped {
  const without = { ...body, coil: { ...body.coil, isPlugged: false } };
  return selfDisabled(unit, without, (left) => news(left, tellCoil(unit, left)));
}

/** What a change at the panel would make of the settings; the model may not have it. */
export function askedBy(body: MagProBody, change: SetupChange): AskedSettings {
  const { setup } = body;
  const waveform = change.waveform ?? setup.waveform;
  const intervalTenthsMs =
    waveform === "burst" ? setup.burstIntervalTenthsMs : setup.pairIntervalTenthsMs;
  return {
    mode: setup.mode,
    direction: setup.direction,
    burstPulses: setup.burstPulses,
    ratioHundredths: setup.ratioHundredths,
    intervalTenthsMs,
    ...change,
    waveform,
  };
}

function start(unit: Unit, body: MagProBody, nowMs: number): Stepped {
  if (!isReady(body, nowMs) || !hasSequence(body)) return quietly(body);
  const started = startSequence(unit, body, false, nowMs);
  return news(started, tellPage(unit, started));
}

/** Another coil, as cool as the room: the one before comes off first. */
function plugged(unit: Unit, body: MagProBody, number: number, nowMs: number): Stepped {
  const first = body.coil.isPlugged ? unplugged(unit, body) : quietly(body);
  return inTurn(first, (left) => {
    const after = { ...left, coil: coolCoil(unit, number, nowMs) };
    return news(after, tellCoil(unit, after));
  });
}

function turned(unit: Unit, body: MagProBody, change: SetupChange): MagProBody {
  const asked = askedBy(body, change);
  return isBusy(body) || !isPossible(unit, asked) ? body : withSettings(unit, body, asked);
}

function trained(unit: Unit, body: MagProBody, change: TrainChange): MagProBody {
  const { timingControl, ...numbers } = change;
  const written: WrittenTrain = { ...body.train, ...numbers };
  return withTrain(unit, body, written, {
    timingControl: timingControl ?? body.train.timingControl,
    warningSound: body.train.warningSound,
    ramp: null,
  });
}
