import { orList } from "../../../src/base/result.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { HandOrder } from "../body/handOrders.ts";
import { DIRECTIONS, MODES, PAGES, TIMING_CONTROLS, WAVEFORMS } from "../wire/words.ts";

type Words = readonly string[];

/** What may stand behind an order's name. */
interface OrderRow {
  readonly form: string;
  /** Null: these words are not understood. */
  readonly parse: (words: Words) => HandOrder | null;
}

const INT32 = 0x7f_ff_ff_ff;

/** Every order of the panel. Numbers are in the units of the display; the device moves them to its steps. */
const ORDERS: Readonly<Record<string, OrderRow>> = {
  amplitude: {
    form: "amplitude PCT",
    parse: one(percent, (pct) => ({ kind: "turn", channel: "a", pct })),
  },
  "amplitude-b": {
    form: "amplitude-b PCT",
    parse: one(percent, (pct) => ({ kind: "turn", channel: "b", pct })),
  },
  enable: bare("enable", { kind: "enable" }),
  disable: bare("disable", { kind: "disable" }),
  pulse: bare("pulse", { kind: "pulse" }),
  start: bare("start", { kind: "start" }),
  stop: bare("stop", { kind: "stop" }),
  page: { form: "page NUMBER|NAME", parse: one(page, (shown) => ({ kind: "page", page: shown })) },
  coil: {
    form: "coil NUMBER|off",
    parse: (words) =>
      words.length === 1 && words[0] === "off"
        ? { kind: "coil-off" }
        : one(whole(0, 255), (number) => ({ kind: "coil", number }))(words),
  },
  mode: {
    form: `mode ${MODES.join("|")}`,
    parse: one(wordOf(MODES), (mode) => ({ kind: "setup", change: { mode } })),
  },
  waveform: {
    form: `waveform ${WAVEFORMS.join("|")}`,
    parse: one(wordOf(WAVEFORMS), (waveform) => ({ kind: "setup", change: { waveform } })),
  },
  direction: {
    form: `direction ${DIRECTIONS.join("|")}`,
    parse: one(wordOf(DIRECTIONS), (direction) => ({ kind: "setup", change: { direction } })),
  },
  "burst-pulses": {
    form: "burst-pulses 2..5",
    parse: one(whole(2, 5), (burstPulses) => ({ kind: "setup", change: { burstPulses } })),
  },
  ipi: {
    form: "ipi MS",
    parse: one(tenths(0, 3000), (intervalTenthsMs) => ({
      kind: "setup",
      change: { intervalTenthsMs },
    })),
  },
  ratio: {
    form: "ratio B/A",
    parse: one(scaled(0, 5, 100), (ratioHundredths) => ({
      kind: "setup",
      change: { ratioHundredths },
    })),
  },
  timing: {
    form: `timing ${TIMING_CONTROLS.join("|")}`,
    parse: one(wordOf(TIMING_CONTROLS), (timingControl) => ({
      kind: "train",
      change: { timingControl },
    })),
  },
  rate: {
    form: "rate HZ",
    parse: one(tenths(0, 100), (rateTenthsHz) => ({ kind: "train", change: { rateTenthsHz } })),
  },
  pulses: {
    form: "pulses N",
    parse: one(whole(1, 2000), (pulses) => ({ kind: "train", change: { pulses } })),
  },
  trains: {
    form: "trains N",
    parse: one(whole(1, 500), (trains) => ({ kind: "train", change: { trains } })),
  },
  iti: {
    form: "iti S",
    parse: one(tenths(0, 300), (itiTenthsS) => ({ kind: "train", change: { itiTenthsS } })),
  },
  "delay-in": {
    form: "delay-in MS",
    parse: one(tenths(0, 6500), (inputTenthsMs) => ({
      kind: "delays",
      change: { inputTenthsMs },
    })),
  },
  "delay-out": {
    form: "delay-out MS",
    parse: one(tenths(-100, 100), (outputTenthsMs) => ({
      kind: "delays",
      change: { outputTenthsMs },
    })),
  },
  "charge-delay": {
    form: "charge-delay MS",
    parse: one(whole(0, 12_000), (chargeMs) => ({ kind: "delays", change: { chargeMs } })),
  },
  mep: { form: "mep MAXIMUM_UV MINIMUM_UV TIME_US", parse: parseMep },
};

/** Throws `CLI_BAD_CALL` for an order that a panel does not have. */
export function parseOrder(text: string): HandOrder {
  const [name = "", ...words] = text.trim().split(/\s+/);
  const row = Object.hasOwn(ORDERS, name) ? ORDERS[name] : undefined;
  if (row === undefined) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `panel ${text}: expected ${orList(Object.keys(ORDERS))}`,
    );
  }
  const order = row.parse(words);
  if (order === null)
    throw new PulsetrainError("CLI_BAD_CALL", `panel ${text}: expected ${row.form}`);
  return order;
}

type Read<T> = (word: string) => T | null;

function bare(form: string, order: HandOrder): OrderRow {
  return { form, parse: (words) => (words.length === 0 ? order : null) };
}

function one<T>(read: Read<T>, make: (value: T) => HandOrder): OrderRow["parse"] {
  return ([word, ...more]) => {
    const value = word === undefined || more.length > 0 ? null : read(word);
    return value === null ? null : make(value);
  };
}

function percent(word: string): number | null {
  return whole(0, 100)(word);
}

function page(word: string): number | null {
  const byName = PAGES.get(word);
  if (byName !== undefined) return byName;
  const number = whole(1, 255)(word);
  return number !== null && [...PAGES.values()].includes(number) ? number : null;
}

function wordOf<T extends string>(words: readonly T[]): Read<T> {
  return (word) => words.find((known) => known === word) ?? null;
}

function whole(lowest: number, highest: number): Read<number> {
  return (word) => {
    const value = /^-?\d+$/.test(word) ? Number(word) : Number.NaN;
    return value >= lowest && value <= highest ? value : null;
  };
}

function tenths(lowest: number, highest: number): Read<number> {
  return scaled(lowest, highest, 10);
}

function scaled(lowest: number, highest: number, factor: number): Read<number> {
  return (word) => {
    const value = /^-?\d+(\.\d+)?$/.test(word) ? Number(word) : Number.NaN;
    return value >= lowest && value <= highest ? Math.round(value * factor) : null;
  };
}

function parseMep(words: Words): HandOrder | null {
  const [maximumUv, minimumUv, timeOfMaximumUs] = words.map(whole(-INT32, INT32));
  if (words.length !== 3 || !isNumber(maximumUv) || !isNumber(minimumUv)) return null;
  return isNumber(timeOfMaximumUs) ? { kind: "mep", maximumUv, minimumUv, timeOfMaximumUs } : null;
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === "number";
}
