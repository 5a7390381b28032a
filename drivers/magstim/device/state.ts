/** What is known of a device, between one answer and the next. */
import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";
import type { GoodAnswer } from "../wire/answers.ts";
import { NO_STARTS, type Starts } from "./starts.ts";
import type { Trouble } from "./troubles.ts";

/** Without a good answer for so long control counts as lost; the device itself waits 1 s when armed. */
const SILENCE_ARMED_MS = 500;
const SILENCE_STANDBY_MS = 6000;

export interface DeviceState {
  readonly link: "closed" | "probing" | "open" | "lost";
  readonly control: "none" | "held" | "lost";
  /** What the host last ordered. */
  readonly wanted: "standby" | "armed";
  /** Somebody else may start pulses. */
  readonly window: "closed" | "open";
  readonly status: StimulatorStatus | null;
  /** The settings that the next status is compared with; null while they change by orders of ours. */
  readonly settled: StimulatorStatus | null;
  readonly isSetting: boolean;
  readonly starts: Starts;
  readonly coilPresent: boolean | null;
  readonly lastGoodMs: number | null;
  /** Three characters of the device, read when its error bit rose. */
  readonly errorCode: string | null;
  readonly coilTemperatureC: number | null;
  readonly coilTemperatureAtMs: number | null;
  /** Rapid: between a start and the recharging after it, as the device told when it was asked last. */
  readonly chargeDelayMs: number;
  /** BiStim: the last answer to `J`, as it stands. */
  readonly pair: NonNullable<GoodAnswer["bistimParam"]> | null;
  /** BiStim: the unit of the interval, from `X` or from an order of ours; null: neither has told. */
  readonly highResolution: boolean | null;
  /** BiStim: the last answer to `X`; null: it was never answered. */
  readonly systemMode: string | null;
  readonly systemModeAtMs: number | null;
  /** Troubles that hold at the moment, so that each is told once. */
  readonly troubles: readonly Trouble[];
}

export const initialState: DeviceState = {
  link: "closed",
  control: "none",
  wanted: "standby",
  window: "closed",
  status: null,
  settled: null,
  isSetting: false,
  starts: NO_STARTS,
  coilPresent: null,
  lastGoodMs: null,
  errorCode: null,
  coilTemperatureC: null,
  coilTemperatureAtMs: null,
  chargeDelayMs: 0,
  pair: null,
  highResolution: null,
  systemMode: null,
  systemModeAtMs: null,
  troubles: [],
};

/** How long the device may be silent before control counts as lost, ms. */
export function silenceLimitMs(state: DeviceState): number {
  return state.wanted === "armed" ? SILENCE_ARMED_MS : SILENCE_STANDBY_MS;
}
