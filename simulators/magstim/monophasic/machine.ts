import type { SimulatorOptions } from "../../../src/contract/simulator.ts";
import { choicesOf } from "../core/choices.ts";
import { figuresWith } from "../core/figures.ts";
import { temperatureAt } from "../core/heat.ts";
import type { Machine } from "../core/machine.ts";
import { type PanelTable, wholeNumber } from "../core/panel.ts";
import type { InstrumentBits } from "../wire/status.ts";
import { type MonophasicBody, powerOnMonophasic, systemModeLetter } from "./body.ts";
import { MONOPHASIC_COMMANDS } from "./commands.ts";
import { MONOPHASIC_FIGURES } from "./figures.ts";
import type { MonophasicInput } from "./inputs.ts";
import { goodAnswer, type MonophasicReading } from "./reply.ts";
import { type MonophasicKit, stepMonophasic } from "./step.ts";
import { type MonophasicType, monophasicVariant } from "./variant.ts";

const LETTER_J = 0x4a;

/** A 200² or a BiStim². Neither tells a version nor asks for a code, and neither gives trains. */
export function monophasicMachine(
  type: MonophasicType,
  options: SimulatorOptions,
): Machine<MonophasicBody, MonophasicInput> {
  const choices = choicesOf(options.options);
  const { model } = options;
  const variant = monophasicVariant({ model, type, choices });
  const figures = figuresWith(MONOPHASIC_FIGURES, options.body);
  const powerOn = (nowMs: number): MonophasicBody => powerOnMonophasic(variant, figures, nowMs);
  const kit: MonophasicKit = { variant, figures, choices, powerOn };
  return {
    ...kit,
    model,
    lacksFaults: ["jam-train", "wrong-version"],
    otherVersion: null,
    withoutControl: choices.withoutControl === "silence" ? "silence" : "conflict",
    unchecked: [],
    dataLength: MONOPHASIC_COMMANDS.dataLengthOf(variant),
    statusCommand: LETTER_J,
    panelOrders: type === "bistim" ? BISTIM_ORDERS : {},
    step: (unit, input, nowMs) => stepMonophasic(kit, unit, input, nowMs),
    nextOwn: () => null,
    jam: null,
    decode: (command, data) => MONOPHASIC_COMMANDS.decode(command, data, variant),
    needsControl: MONOPHASIC_COMMANDS.needsControl,
    isCodeRight: () => true,
    reply: (command, instrument, unit, nowMs) =>
      goodAnswer(command, readingOf(kit, unit, instrument, nowMs)),
  };
}

/** `trigger-b` is no hand but a cable: the second trigger input, which nothing else leads to. */
const BISTIM_ORDERS: PanelTable<MonophasicInput> = {
  "power-b": {
    argument: "PERCENT",
    read: (argument) => {
      const pct = wholeNumber(argument);
      return pct === null ? null : { kind: "set-power-b", pct };
    },
  },
  interval: {
    argument: "DIGITS in the unit of the resolution, 0 for both at once",
    read: (argument) => {
      const digits = wholeNumber(argument);
      return digits === null ? null : { kind: "set-interval", digits };
    },
  },
  resolution: {
    argument: "high or low",
    read: (argument) =>
      argument === "high" || argument === "low"
        ? { kind: "set-resolution", high: argument === "high" }
        : null,
  },
  "trigger-b": { argument: null, read: () => ({ kind: "fire-b" }) },
};

function readingOf(
  { variant, figures }: MonophasicKit,
  body: MonophasicBody,
  instrument: InstrumentBits,
  nowMs: number,
): MonophasicReading {
  const temperatureC = temperatureAt(body.coil.heat, figures, nowMs);
  return {
    instrument,
    powerPct: body.a.powerPct,
    powerBPct: body.b?.powerPct ?? 0,
    interval: body.b === null ? 0 : body.interval,
    systemMode: systemModeLetter(variant, body),
    temperaturesC: [temperatureC, temperatureC],
  };
}
