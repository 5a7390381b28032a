import type { SimulatorOptions } from "../../../src/contract/simulator.ts";
import { choicesOf } from "../core/choices.ts";
import { figuresWith } from "../core/figures.ts";
import { temperatureAt } from "../core/heat.ts";
import type { Machine } from "../core/machine.ts";
import type { InstrumentBits } from "../wire/status.ts";
import { extendedBits, nextOwnRapid, powerOnRapid, type RapidBody, rapidBits } from "./body.ts";
import { dataLengthOf, decodeCommand, needsControl } from "./commands.ts";
import { RAPID_FIGURES } from "./figures.ts";
import type { RapidInput } from "./inputs.ts";
import type { RapidType } from "./limits.ts";
import { goodAnswer, type Reading } from "./reply.ts";
import { type RapidKit, stepRapid } from "./step.ts";
import { type RapidVariant, rapidVariant } from "./variant.ts";

const LETTER_BACKSLASH = 0x5c;
/** Shown while there is no error; the clients pass the three characters on unread. */
const NO_ERROR = "000";

/** A unit of the Rapid group, the Horizon among them. */
export function rapidMachine(
  type: RapidType,
  options: SimulatorOptions,
): Machine<RapidBody, RapidInput> {
  const choices = choicesOf(options.options);
  const { model, mains, softwareVersion, unlockCode, body } = options;
  const variant = rapidVariant({ model, type, mains, softwareVersion, unlockCode, choices });
  const figures = figuresWith(RAPID_FIGURES, body);
  const powerOn = (nowMs: number): RapidBody => powerOnRapid(figures, nowMs);
  const kit: RapidKit = { variant, figures, choices, powerOn };
  return {
    ...kit,
    model,
    lacksFaults: [],
    otherVersion: otherVersion(variant),
    withoutControl: withoutControl(variant),
    unchecked: uncheckedCommands(variant),
    dataLength: dataLengthOf(variant),
    statusCommand: LETTER_BACKSLASH,
    panelOrders: {},
    step: (unit, input, nowMs) => stepRapid(kit, unit, input, nowMs),
    nextOwn: nextOwnRapid,
    jam: { kind: "jam-train" },
    decode: (command, data) => decodeCommand(command, data, variant),
    needsControl,
    isCodeRight: (code) => variant.unlockCode === null || code === variant.unlockCode,
    reply: (command, instrument, unit, nowMs) =>
      goodAnswer(command, readingOf(kit, unit, instrument, nowMs), variant),
  };
}

/** From the other side of the border at which lengths change. */
function otherVersion({ major }: RapidVariant): string {
  return major >= 9 ? "V7.1" : "V9.0";
}

/** Without control the clients see silence on version 9 and later, and `S` before. */
function withoutControl({ choices, major }: RapidVariant): "silence" | "conflict" {
  if (choices.withoutControl !== "by-model") return choices.withoutControl;
  return major >= 9 ? "silence" : "conflict";
}

function uncheckedCommands({ choices }: RapidVariant): readonly number[] {
  return choices.checksum === "checked" ? [] : [..."@Q"].map((letter) => letter.charCodeAt(0));
}

/** What the unit would tell of itself at an instant. */
function readingOf(
  { variant, figures }: RapidKit,
  body: RapidBody,
  instrument: InstrumentBits,
  nowMs: number,
): Reading {
  const temperatureC = temperatureAt(body.coil.heat, figures, nowMs);
  return {
    instrument,
    rapid: rapidBits(body),
    extended: extendedBits(body, variant),
    parameters: {
      powerPct: body.a.powerPct,
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
