/** What in a status forbids a pulse, as a table. */
import type { StatusFrame } from "../wire/frame.ts";

export interface TroubleWords {
  readonly code: "DEVICE_COIL" | "DEVICE_FAULT";
  readonly detail: string;
}

export type Trouble =
  | "coil-disconnected"
  | "coil-data"
  | "coil-overheat"
  | "power-overheat"
  | "resistor-overheat"
  | "discharge-overheat"
  | "power-fan"
  | "voltage-hold"
  | "voltage-recharge";

const TABLE: readonly (TroubleWords & {
  readonly trouble: Trouble;
  readonly holds: (frame: StatusFrame) => boolean;
})[] = [
  {
    trouble: "coil-disconnected",
    code: "DEVICE_COIL",
    detail: "no coil is connected",
    holds: (frame) => frame.coilDisconnected,
  },
  {
    trouble: "coil-data",
    code: "DEVICE_COIL",
    detail: "the data of the coil cannot be read",
    holds: (frame) => !frame.coilDataOk && !frame.coilDisconnected,
  },
  {
    trouble: "coil-overheat",
    code: "DEVICE_COIL",
    detail: "the coil is too hot",
    holds: (frame) => frame.coilOverheat,
  },
  {
    trouble: "power-overheat",
    code: "DEVICE_FAULT",
    detail: "the power part is too hot",
    holds: (frame) => frame.powerOverheat,
  },
  {
    trouble: "resistor-overheat",
    code: "DEVICE_FAULT",
    detail: "the resistor is too hot",
    holds: (frame) => frame.resistorOverheat,
  },
  {
    trouble: "discharge-overheat",
    code: "DEVICE_FAULT",
    detail: "the discharge part is too hot",
    holds: (frame) => frame.dischargeOverheat,
  },
  {
    trouble: "power-fan",
    code: "DEVICE_FAULT",
    detail: "the fan of the power part stands still",
    holds: (frame) => frame.powerFanSeized,
  },
  {
    trouble: "voltage-hold",
    code: "DEVICE_FAULT",
    detail: "the voltage is not held",
    holds: (frame) => frame.voltageHoldError,
  },
  {
    trouble: "voltage-recharge",
    code: "DEVICE_FAULT",
    detail: "recharging failed",
    holds: (frame) => frame.voltageRechargeError,
  },
];

export function troublesOf(frame: StatusFrame): readonly Trouble[] {
  return TABLE.flatMap(({ trouble, holds }) => (holds(frame) ? [trouble] : []));
}

export function wordsOf(trouble: Trouble): TroubleWords {
  const row = TABLE.find((one) => one.trouble === trouble);
  return { code: row?.code ?? "DEVICE_FAULT", detail: row?.detail ?? trouble };
}

/** All that holds, in one line; null when nothing does. */
export function faultWords(frame: StatusFrame): string | null {
  const words = troublesOf(frame).map((trouble) => wordsOf(trouble).detail);
  return words.length === 0 ? null : words.join("; ");
}
