import { BURST_INTERVALS, PAIR_INTERVALS } from "../scales/intervals.ts";
import type { Query } from "../wire/commands.ts";
import type { AB, Flags, Message } from "../wire/messages.ts";
import { PAGE_MAIN } from "../wire/words.ts";
import { factorPct, presentPct } from "./amplitude.ts";
import type { MagProBody } from "./body.ts";
import { pairByteOf } from "./setup.ts";
import type { Unit } from "./unit.ts";

type Tell = (unit: Unit, body: MagProBody) => Message;

/** Powers of two that the counters of message 12 wrap at. */
const WORD = 0x10000;
const THREE_BYTES = 0x1000000;

export const tellAmplitude: Tell = (unit, body) => ({
  kind: "amplitude",
  amplitudePct: presentPct(unit, body),
  flags: flagsOf(unit, body),
});

export const tellCoil: Tell = (unit, body) => ({
  kind: "coil",
  ...coilOf(body),
  flags: flagsOf(unit, body),
});

export const tellPage: Tell = (unit, body) => ({
  kind: "page",
  page: body.page,
  running: body.sequence !== null,
  flags: flagsOf(unit, body),
});

export const tellOriginal: Tell = (unit, body) => ({
  kind: "original-amplitude",
  originalPct: body.amplitudePct,
  flags: flagsOf(unit, body),
});

export const tellFactor: Tell = (unit, body) => ({
  kind: "amplitude-factor",
  factorPct: factorPct(unit, body),
  flags: flagsOf(unit, body),
});

export function tellPulse(unit: Unit, body: MagProBody, didtAPerUs: AB): Message {
  return { kind: "pulse", didtAPerUs, flags: flagsOf(unit, body) };
}

const tellShortStatus: Tell = (unit, body) => ({ kind: "short-status", ...statusOf(unit, body) });

export const tellLongStatus: Tell = (unit, body) => ({
  kind: "long-status",
  ...statusOf(unit, body),
  originalPct: body.amplitudePct,
  factorPct: factorPct(unit, body),
  page: unit.figures.longStatusPage > 0 ? body.page : PAGE_MAIN,
  running: body.sequence !== null,
});

export const tellSettings: Tell = ({ model }, body) => {
  const { mode, direction, waveform, burstPulses } = body.setup;
  return {
    kind: "settings",
    modelByte: model.settingsByte,
    mode,
    direction,
    waveform,
    burstPulses,
    intervalIndex: intervalIndexOf(body),
    pairByte: pairByteOf(body),
  };
};

const tellDelays: Tell = ({ figures }, { delays }) => ({
  kind: "delays",
  ...delays,
  tail: Array.from({ length: figures.delayTailBytes }, () => 0),
});

const tellTrain: Tell = ({ figures }, { train }) => ({
  kind: "train",
  ...train,
  extendedRates: figures.extendedRates > 0,
});

const tellPageAndCounters: Tell = (_unit, { train, stimuli, page }) => ({
  kind: "page-and-counters",
  trains: train.trains,
  pulsesTimesTrains: (train.pulses * train.trains) % THREE_BYTES,
  stimuli: stimuli % WORD,
  page,
});

/** The answer to each query. */
export const ANSWERS: Readonly<Record<Query, Tell>> = {
  "short-status": tellShortStatus,
  "long-status": tellLongStatus,
  settings: tellSettings,
  delays: tellDelays,
  train: tellTrain,
  "page-and-counters": tellPageAndCounters,
};

function flagsOf({ model }: Unit, { setup, isEnabled }: MagProBody): Flags {
  return {
    mode: setup.mode,
    waveform: setup.waveform,
    enabled: isEnabled,
    modelNumber: model.number,
  };
}

function statusOf(unit: Unit, body: MagProBody) {
  return {
    flags: flagsOf(unit, body),
    serialNumber: unit.serialNumber,
    ...coilOf(body),
    amplitudePct: presentPct(unit, body),
  };
}

/** Without a coil both are 0. */
function coilOf({ coil }: MagProBody) {
  return coil.isPlugged
    ? { temperatureC: Math.min(255, coil.shownC), coilNumber: coil.number }
    : { temperatureC: 0, coilNumber: 0 };
}

/** Outside bursts and pairs it has no meaning; there it is that of the pairs. */
function intervalIndexOf({ setup }: MagProBody): number {
  return setup.waveform === "burst"
    ? BURST_INTERVALS.indexOf(setup.burstIntervalTenthsMs)
    : PAIR_INTERVALS.indexOf(setup.pairIntervalTenthsMs);
}
