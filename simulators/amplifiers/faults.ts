import type { FaultTable } from "../common/faultSchedule.ts";

/** What can go wrong with every amplifier; some kinds are unknown to some. */
export const FAULTS = {
  drop: "the next packet is lost; its number is used up",
  repeat: "the next packet comes twice",
  cut: "the next packet lacks its second half",
  corrupt: "a bit in the middle of the next packet is turned over",
  garbage: "eight random bytes arrive at once",
  delay: "nothing arrives for half a second, then all of it at once",
  silent: "no byte any more, until it starts anew",
  unplug: "the cable comes off",
  "wrong-device": "another device is plugged in: OpenEEG packets, and no answer to anything",
  wrap: "the counter of packets stands shortly before its end",
  "counter-jump": "the counter leaves numbers out although nothing is lost",
  flat: "the first channel sees nothing",
  clip: "the first channel is driven beyond its range",
  mains: "hum of 50 Hz on every channel",
  drift: "from now on its clock runs 500 ppm fast",
  "wrong-rate": "it samples at half of its rate; only what tells a rate says so",
  reboot: "power-on state: settings gone, counters at their beginning",
  "missing-trigger": "the next trigger is not seen",
  "double-trigger": "the next trigger is seen twice",
} as const;

export type AmplifierFault = keyof typeof FAULTS;

/** Faults of a family: all but those that it lacks, and some of its own. */
export function faultsOf(
  lacks: readonly AmplifierFault[],
  own: FaultTable<string>,
): FaultTable<string> {
  const common = Object.entries(FAULTS).filter(([kind]) => !lacks.some((lack) => lack === kind));
  return { ...Object.fromEntries(common), ...own };
}
