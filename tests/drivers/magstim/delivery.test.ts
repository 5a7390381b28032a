import { describe, expect, it } from "vitest";
import {
  startWatch,
  stepWatch,
  type Watch,
  type WatchInput,
} from "../../../drivers/magstim/device/delivery.ts";
import { decodeAnswer } from "../../../drivers/magstim/wire/answers.ts";
import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { bytesOf } from "./vectors.ts";

function acknowledged(hex: string, atMs = 10): WatchInput {
  const answer = decodeAnswer(bytesOf(hex), { model: "rapid", major: 9, highResolution: false });
  if (!answer.ok) throw new Error(answer.error.why);
  const exchange = { kind: "answer", atMs, answer: answer.value, asOfMs: null } as const;
  return { kind: "acknowledged", exchange };
}

function seen(
  atMs: number,
  state: StimulatorStatus["state"],
  activity: StimulatorStatus["activity"] = "idle",
): WatchInput {
  return { kind: "status", status: { atMs, state, activity } as StimulatorStatus };
}

/** The outcome after a run of inputs, or "open". */
function outcomeOf(first: Watch, inputs: readonly WatchInput[]): string {
  let watch = first;
  for (const input of inputs) {
    const stepped = stepWatch(watch, input);
    if (stepped.settled !== null) return stepped.settled.outcome;
    watch = stepped.watch;
  }
  return "open";
}

const GOOD = acknowledged("458c2e");
const pulse = startWatch(0, null);
/** Two seconds, 50 ms from pulse to pulse. */
const train = startWatch(0, { pulses: 40, frequencyHz: 20 });

describe("the outcome of a pulse", () => {
  it.each([
    ["acknowledged, then recharging", [GOOD, seen(30, "armed")], "delivered"],
    [
      "acknowledged, then ready for a moment, then recharging",
      [GOOD, seen(30, "ready"), seen(80, "armed")],
      "delivered",
    ],
    [
      "acknowledged, then ready for too long",
      [GOOD, seen(30, "ready"), seen(400, "ready")],
      "unknown",
    ],
    ["acknowledged, then in standby", [GOOD, seen(30, "standby")], "unknown"],
    [
      "acknowledged by a device that was in standby",
      [acknowledged("458931"), seen(30, "armed")],
      "unknown",
    ],
    ["refused for its state", [acknowledged("455367")], "refused-by-device"],
    ["refused for its data", [acknowledged("453f7b")], "refused-by-device"],
    ["answered with a lone question mark", [acknowledged("3f")], "unknown"],
    [
      "never answered",
      [{ kind: "acknowledged", exchange: { kind: "silent", atMs: 150, heard: null } }],
      "unknown",
    ],
    [
      "cut off by the end of the link",
      [{ kind: "acknowledged", exchange: { kind: "lost", atMs: 5, detail: "" } }],
      "unknown",
    ],
    ["interrupted", [GOOD, { kind: "interrupted", detail: "" }], "unknown"],
    ["acknowledged and not looked at", [GOOD], "open"],
  ] as const satisfies readonly (readonly [string, readonly WatchInput[], string])[])(
    "%s",
    (_, inputs, outcome) => {
      expect(outcomeOf(pulse, inputs)).toBe(outcome);
    },
  );
});

describe("the outcome of a train", () => {
  const running = [200, 600, 1000, 1400, 1800].map((atMs) => seen(atMs, "armed", "train"));
  it.each([
    [
      "seen running and then waiting in time",
      [GOOD, ...running, seen(2050, "armed", "wait")],
      "delivered",
    ],
    ["seen running and then ready in time", [GOOD, ...running, seen(2050, "ready")], "delivered"],
    [
      "over before its time",
      [GOOD, seen(200, "armed", "train"), seen(400, "armed", "wait")],
      "unknown",
    ],
    [
      "not looked at when it ended",
      [GOOD, seen(200, "armed", "train"), seen(2400, "armed", "wait")],
      "unknown",
    ],
    ["running for too long", [GOOD, ...running, seen(3100, "armed", "train")], "unknown"],
    ["never seen", [GOOD, seen(500, "ready"), seen(1000, "ready")], "unknown"],
    [
      "in standby before its end",
      [GOOD, seen(200, "armed", "train"), seen(400, "standby")],
      "unknown",
    ],
    ["in standby at its end", [GOOD, ...running, seen(2050, "standby")], "unknown"],
    ["still running", [GOOD, ...running], "open"],
  ] as const satisfies readonly (readonly [string, readonly WatchInput[], string])[])(
    "%s",
    (_, inputs, outcome) => {
      expect(outcomeOf(train, inputs)).toBe(outcome);
    },
  );

  it("of a tenth of a second is delivered when only the wait after it was seen", () => {
    const short = startWatch(0, { pulses: 2, frequencyHz: 20 });
    expect(outcomeOf(short, [GOOD, seen(150, "armed", "wait")])).toBe("delivered");
  });
});
