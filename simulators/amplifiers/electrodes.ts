import type { SignalSource } from "../../src/contract/simulator.ts";
import { addSine } from "./ownSignal.ts";

export type SignalFault = "flat" | "clip" | "mains";

/** What is connected to the inputs, with what is wrong at them. */
export interface Electrodes extends SignalSource {
  spoil(fault: SignalFault): void;
}

const HUM_UV = 500;
const HUM_HZ = 50;
/** Beyond the range of every amplifier here. */
const BEYOND_UV = 1e9;
/** The input whose electrode is bad. */
const BAD_CHANNEL = 0;

export function createElectrodes(source: SignalSource): Electrodes {
  let bad: "flat" | "clip" | null = null;
  let hums = false;
  return {
    fill: (channel, firstMs, stepMs, out) => {
      source.fill(channel, firstMs, stepMs, out);
      if (hums) addSine(out, HUM_UV, HUM_HZ, firstMs, stepMs, 0);
      if (bad !== null && channel === BAD_CHANNEL) out.fill(bad === "flat" ? 0 : BEYOND_UV);
    },
    spoil: (fault) => {
      if (fault === "mains") hums = true;
      else bad = fault;
    },
  };
}
