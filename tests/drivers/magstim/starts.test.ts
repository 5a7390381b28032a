import { describe, expect, it } from "vitest";
import {
  fireLeft,
  fireRefused,
  lookAtStarts,
  NO_STARTS,
  type Seen,
  type Starts,
} from "../../../drivers/magstim/device/starts.ts";

type Step =
  | "fire"
  | "refused"
  | readonly [atMs: number, state: Seen["state"], activity?: Seen["activity"]];

/** Foreign starts told after a run of looks; a second of recharging. */
function foreignIn(
  steps: readonly Step[],
  isWindow = false,
  rechargeMs: number | null = 1000,
): number {
  let starts: Starts = NO_STARTS;
  let foreign = 0;
  for (const step of steps) {
    if (step === "fire") {
      starts = fireLeft(starts);
      continue;
    }
    const [atMs, state, activity = "idle"] = step === "refused" ? [0, "ready" as const] : step;
    const looked =
      step === "refused"
        ? fireRefused(starts)
        : lookAtStarts(starts, { atMs, state, activity, rechargeMs, isWindow });
    starts = looked.starts;
    foreign += looked.foreign;
  }
  return foreign;
}

const ARMING: readonly Step[] = [
  [0, "standby"],
  [100, "armed"],
  [1100, "ready"],
];

describe("a start that no fire of ours explains", () => {
  it.each<[string, readonly Step[], number]>([
    ["arming", ARMING, 0],
    ["a recharge without a fire", [...ARMING, [1300, "armed"], [2300, "ready"]], 1],
    ["a recharge after a fire", [...ARMING, "fire", [1300, "armed"], [2300, "ready"]], 0],
    [
      "a recharge that is seen late after a fire",
      [...ARMING, "fire", [1200, "ready"], [1300, "armed"]],
      0,
    ],
    [
      "one more recharge than fires",
      [...ARMING, "fire", [1300, "armed"], [2300, "ready"], [2500, "armed"]],
      1,
    ],
    [
      "a fire that was refused, and then a recharge",
      [...ARMING, "fire", "refused", [1300, "armed"]],
      1,
    ],
    [
      "a fire that was refused after the recharge was seen",
      [...ARMING, "fire", [1300, "armed"], "refused"],
      1,
    ],
    ["a fire that was refused, and nothing", [...ARMING, "fire", "refused", [1300, "ready"]], 0],
    [
      "a train without a fire",
      [...ARMING, [1300, "armed", "train"], [2300, "armed", "wait"], [2900, "ready"]],
      1,
    ],
    ["a train that only its wait shows", [...ARMING, [1300, "armed", "wait"], [2900, "ready"]], 1],
    [
      "a train after a fire",
      [
        ...ARMING,
        "fire",
        [1300, "armed"],
        [1400, "armed", "train"],
        [2300, "armed", "wait"],
        [2900, "ready"],
      ],
      0,
    ],
    [
      "a second train whose ready nobody saw",
      [
        ...ARMING,
        "fire",
        [1300, "armed", "train"],
        [2300, "armed", "wait"],
        [2900, "armed", "train"],
      ],
      1,
    ],
    [
      "a train before the device was seen ready",
      [
        [0, "standby"],
        [100, "armed"],
        [1200, "armed", "train"],
      ],
      1,
    ],
    [
      "a long train, and a recharge after it",
      [
        ...ARMING,
        "fire",
        [1300, "armed", "train"],
        [60_000, "armed", "train"],
        [60_500, "armed"],
        [61_000, "ready"],
      ],
      0,
    ],
    [
      "a device that was disarmed",
      [...ARMING, [1300, "standby"], [1400, "armed"], [2500, "ready"]],
      0,
    ],
    [
      "a recharge of ours that takes far longer",
      [...ARMING, "fire", [1300, "armed"], [3900, "armed"], [4000, "ready"]],
      0,
    ],
    [
      "an arming that takes far longer",
      [
        [0, "standby"],
        [100, "armed"],
        [9000, "armed"],
        [11_000, "ready"],
      ],
      0,
    ],
  ])("%s: %#", (_, steps, foreign) => {
    expect(foreignIn(steps)).toBe(foreign);
  });

  it("is told again in a window when a recharge hides another: triggers faster than the device", () => {
    // One pulse a second for ten seconds, and never seen ready in between.
    const looks = Array.from({ length: 100 }, (_, i): Step => [1300 + 100 * i, "armed"]);
    const seen = foreignIn([...ARMING, ...looks], true);
    expect(seen).toBeGreaterThanOrEqual(9);
    expect(seen).toBeLessThanOrEqual(10);
  });

  it("is not told of a recharge in a window that takes its time and a little more", () => {
    expect(foreignIn([...ARMING, [1300, "armed"], [2550, "armed"], [2600, "ready"]], true)).toBe(1);
  });

  it("is not guessed where nobody knows how long recharging takes", () => {
    expect(foreignIn([...ARMING, "fire", [1300, "armed"], [60_000, "armed"]], true, null)).toBe(0);
  });
});
