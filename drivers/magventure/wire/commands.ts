/**
 * What the host can say, to bytes and back. Field names are those of the vectors under `meaning`.
 * 0 to 9 are documented by the maker (`nigelrogasch/MAGIC` implements exactly these); 10, 11 and 12
 * were found by the author of `xiangruili/MagventureTMS`.
 */
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import { seal, type WireFault } from "./frame.ts";
import {
  DIRECTIONS,
  type Direction,
  MODELS,
  MODES,
  type Mode,
  type ModelName,
  TIMINGS,
  type Timing,
  WAVEFORMS,
  type Waveform,
} from "./names.ts";

export type QueryName =
  | "query short status"
  | "query long status"
  | "query delays"
  | "query train"
  | "query page and counters";

export interface SetSettings {
  readonly what: "set settings";
  readonly model: ModelName;
  readonly mode: Mode;
  readonly currentDirection: Direction;
  readonly waveform: Waveform;
  readonly burstPulses: number;
  readonly ipiMs: number;
  readonly baRatio: number;
}

interface TrainNumbers {
  readonly repRateHz: number;
  readonly pulsesInTrain: number;
  readonly numberOfTrains: number;
  readonly itiS: number;
}

export interface SetTrain extends TrainNumbers {
  readonly what: "set train";
  readonly timingControl: Timing;
  readonly priorWarningSound: boolean;
  /** Level of the first train, from 0 to 1, and the trains until full output: reported as without effect. */
  readonly rampUp?: number;
  readonly rampUpTrains?: number;
}

export interface Delays {
  readonly inputTrigMs: number;
  readonly outputTrigMs: number;
  readonly chargeMs: number;
}

export type Command =
  | { readonly what: QueryName }
  | { readonly what: "query settings"; readonly padded: boolean }
  | { readonly what: "set amplitude"; readonly amplitudeA: number; readonly amplitudeB?: number }
  | { readonly what: "enable"; readonly enabled: true }
  | { readonly what: "disable"; readonly enabled: false }
  | { readonly what: "fire pulse or burst"; readonly trailingByte: boolean }
  | { readonly what: "start train or protocol" }
  | { readonly what: "set page"; readonly page: number; readonly trailingByte: boolean }
  | SetSettings
  | SetTrain
  | ({ readonly what: "set train (documented form)" } & TrainNumbers)
  | ({ readonly what: "set delays" } & Delays)
  | ({ readonly what: "set delays (documented form)" } & Delays);

/** Number of each command: the first byte of its body. */
export const NUMBERS: Readonly<Record<Command["what"], number>> = {
  "query short status": 0,
  "set amplitude": 1,
  enable: 2,
  disable: 2,
  "fire pulse or burst": 3,
  "start train or protocol": 4,
  "query long status": 5,
  "set train (documented form)": 6,
  "set page": 7,
  "set delays (documented form)": 8,
  "query settings": 9,
  "set settings": 9,
  "query delays": 10,
  "set delays": 10,
  "query train": 11,
  "set train": 11,
  "query page and counters": 12,
};

/** Numbers of a body behind the command's own, while it is put together. */
interface Draft {
  readonly bytes: number[];
  /** The first number that its place cannot carry. */
  tooBig: string | null;
}

function put(draft: Draft, name: string, value: number, width: 1 | 2, low = 0): void {
  const whole = Math.round(value);
  const span = width === 1 ? 0x100 : 0x1_0000;
  const fits = Math.abs(value - whole) < 1e-6 && whole >= low && whole < span + Math.min(0, low);
  if (!fits) draft.tooBig ??= `${name} ${value}`;
  if (width === 2) draft.bytes.push((whole >> 8) & 0xff);
  draft.bytes.push(whole & 0xff);
}

function putTrain(draft: Draft, train: TrainNumbers): void {
  put(draft, "rate in tenths of Hz", train.repRateHz * 10, 2);
  put(draft, "pulses", train.pulsesInTrain, 2);
  put(draft, "trains", train.numberOfTrains, 2);
  put(draft, "time between trains in tenths of s", train.itiS * 10, 2);
}

function putDelays(draft: Draft, delays: Delays): void {
  put(draft, "input delay in tenths of ms", delays.inputTrigMs * 10, 2);
  // Signed, so only half of the range upwards.
  const out = delays.outputTrigMs * 10;
  put(draft, "output delay in tenths of ms", out, 2, -0x8000);
  put(draft, "charge delay in ms", delays.chargeMs, 2);
}

function putSettings(draft: Draft, command: SetSettings): void {
  draft.bytes.push(
    1,
    MODELS.indexOf(command.model),
    MODES.indexOf(command.mode),
    DIRECTIONS.indexOf(command.currentDirection),
    WAVEFORMS.indexOf(command.waveform),
  );
  if (command.burstPulses < 2) draft.tooBig ??= `burst of ${command.burstPulses}`;
  put(draft, "5 less the pulses of a burst", 5 - command.burstPulses, 1);
  put(draft, "interval in tenths of ms", command.ipiMs * 10, 2);
  // Rounded: cutting off makes 2.55 x 100 a 254, as one client does.
  put(draft, "ratio in hundredths", Math.round(command.baRatio * 100), 2);
}

function putRamp(draft: Draft, { rampUp, rampUpTrains }: SetTrain): void {
  if (rampUp === undefined || rampUpTrains === undefined) return;
  put(draft, "ramp in percent", Math.round(rampUp * 100), 1);
  put(draft, "trains of the ramp", rampUpTrains, 1);
}

function putFields(draft: Draft, command: Command): void {
  switch (command.what) {
    case "query short status":
    case "query long status":
    case "start train or protocol":
      return;
    case "query settings":
      draft.bytes.push(...Array<number>(command.padded ? 10 : 1).fill(0));
      return;
    case "query delays":
    case "query train":
    case "query page and counters":
      draft.bytes.push(0);
      return;
    case "set amplitude":
      put(draft, "amplitude A", command.amplitudeA, 1);
      if (command.amplitudeB !== undefined) put(draft, "amplitude B", command.amplitudeB, 1);
      return;
    case "enable":
    case "disable":
      draft.bytes.push(command.enabled ? 1 : 0);
      return;
    case "fire pulse or burst":
      if (command.trailingByte) draft.bytes.push(1);
      return;
    case "set page":
      put(draft, "page", command.page, 1);
      if (command.trailingByte) draft.bytes.push(0);
      return;
    case "set settings":
      putSettings(draft, command);
      return;
    case "set train":
      draft.bytes.push(1, TIMINGS.indexOf(command.timingControl));
      putTrain(draft, command);
      draft.bytes.push(command.priorWarningSound ? 1 : 0);
      putRamp(draft, command);
      return;
    case "set train (documented form)":
      putTrain(draft, command);
      return;
    case "set delays":
      draft.bytes.push(1);
      putDelays(draft, command);
      return;
    case "set delays (documented form)":
      putDelays(draft, command);
      draft.bytes.push(0, 0);
      return;
  }
}

/** The whole frame of a command. */
export function encode(command: Command): Result<Uint8Array, WireFault> {
  const draft: Draft = { bytes: [NUMBERS[command.what]], tooBig: null };
  putFields(draft, command);
  if (draft.tooBig !== null)
    return err({ code: "WIRE_OUT_OF_RANGE", why: `${draft.tooBig}: the format cannot carry it` });
  return ok(seal(Uint8Array.from(draft.bytes)));
}
