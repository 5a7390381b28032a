import { describe, expect, it } from "vitest";
import type { TriggerPath } from "../../src/contract/trigger.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { OTHER_RMT } from "../safety/conditioned.ts";
import { session, threshold } from "../safety/fixtures.ts";
import { type ConditionedResult, runConditioned } from "./conditionedRun.ts";
import { eventsOf } from "./harness.ts";

const REAL = session({ thresholds: [threshold(), OTHER_RMT] });

function measures(result: ConditionedResult, name: string) {
  return eventsOf(result, "measure").filter((event) => event.name === name);
}

function by(result: ConditionedResult, stimulator: "first" | "second") {
  return result.given.filter((one) => one.stimulator === stimulator);
}

/** Every pulse of the ground truth stands in the journal: as many as counted, or fewer where unknown. */
function expectCovered(result: ConditionedResult): void {
  const counted = eventsOf(result, "outcome")
    .filter(({ outcome }) => outcome === "delivered" || outcome === "unknown")
    .reduce((sum, { pulses }) => sum + pulses, 0);
  expect(counted).toBe(result.counts.delivered + result.counts.unknown);
  expect(result.given.length).toBeLessThanOrEqual(counted);
  const intents = eventsOf(result, "outcome").map(({ intent }) => intent);
  expect(new Set(intents).size).toBe(intents.length);
}

/** Breaks the way to the second stimulator at its nth call. */
function atCall(
  n: number,
  what: (
    path: TriggerPath,
    permit: Parameters<TriggerPath["fire"]>[0],
  ) => ReturnType<TriggerPath["fire"]>,
): (path: TriggerPath) => TriggerPath {
  return (path) => {
    let calls = 0;
    return {
      ...path,
      fire: (permit) => {
        calls += 1;
        return calls === n ? what(path, permit) : path.fire(permit);
      },
    };
  };
}

describe("test pulses behind pulses of a second stimulator", () => {
  it("come 8, 10 and 40 ms after them, each as its own device has it, and all are counted", async () => {
    const result = await runConditioned();
    expect(result.status).toBe("completed");
    expect(result.counts).toEqual({ planned: 14, delivered: 14, unknown: 0, skipped: 0 });
    expect(by(result, "first").map(({ pctMso }) => pctMso)).toEqual(Array(8).fill(50));
    expect(by(result, "second").map(({ pctMso }) => pctMso)).toEqual(Array(6).fill(60));
    const gaps = by(result, "second").map(({ atMs }) => {
      const next = by(result, "first").find((pulse) => pulse.atMs > atMs);
      return Math.round(((next?.atMs ?? Number.NaN) - atMs) * 10) / 10;
    });
    expect(gaps.sort((a, b) => a - b)).toEqual([8, 8, 10, 10, 40, 40]);
    expectCovered(result);
  });

  it("have their intent before both pulses, and an outcome for both behind them", async () => {
    const result = await runConditioned();
    const sent = measures(result, "conditioning-pulse");
    const told = measures(result, "conditioning-outcome");
    expect(sent).toHaveLength(6);
    expect(told).toHaveLength(6);
    for (const [i, { seq, body }] of sent.entries()) {
      const intent = eventsOf(result, "intent").find((event) => event.seq === body["intent"]);
      expect(intent?.pulses).toBe(2);
      expect(intent?.dose.conditioner?.leadMs).toBe(body["leadMs"]);
      expect(intent?.seq).toBeLessThan(seq);
      const outcome = eventsOf(result, "outcome").find((event) => event.intent === body["intent"]);
      expect(outcome).toMatchObject({ outcome: "delivered", pulses: 2 });
      expect(told[i]?.body).toMatchObject({ intent: body["intent"], outcome: "unknown" });
    }
  });

  it("come out the same again and again", async () => {
    const [a, b] = [await runConditioned(), await runConditioned()];
    expect(b.events).toEqual(a.events);
    expect(b.given).toEqual(a.given);
  });

  it("are skipped where the box lets no conditioning pulse out, and nothing is tried again", async () => {
    const result = await runConditioned({
      second: atCall(2, () => {
        throw new PulsetrainError("PORT_NOT_OPEN", "the box is gone");
      }),
    });
    expect(result.status).toBe("completed");
    expect(result.counts).toEqual({ planned: 14, delivered: 12, unknown: 0, skipped: 2 });
    expect(by(result, "second")).toHaveLength(5);
    expect(by(result, "first")).toHaveLength(7);
    const [skipped] = eventsOf(result, "outcome").filter(
      ({ outcome }) => outcome === "skipped-late",
    );
    expect(skipped?.detail).toContain("no conditioning pulse");
    expect(skipped?.detail).toContain("the box is gone");
    expectCovered(result);
  });

  it("are skipped where the box says in time that it raised nothing", async () => {
    const result = await runConditioned({
      second: atCall(1, (path) => ({
        writtenMs: 0,
        writtenHex: path.name,
        drained: Promise.resolve(0),
        answer: Promise.resolve({ kind: "refused", atMs: 0, detail: "line busy" }),
      })),
    });
    expect(result.counts).toEqual({ planned: 14, delivered: 12, unknown: 0, skipped: 2 });
    expect(by(result, "first")).toHaveLength(7);
    expect(measures(result, "conditioning-outcome")[0]?.body).toMatchObject({
      outcome: "refused-by-device",
    });
    expectCovered(result);
  });

  it("are skipped behind a write that broke, and the conditioning pulse counts all the same", async () => {
    const result = await runConditioned({
      second: atCall(1, (path, permit) => {
        path.fire(permit);
        throw new PulsetrainError("PORT_LOST", "unplugged in the middle");
      }),
    });
    expect(result.status).toBe("completed");
    expect(result.counts).toEqual({ planned: 14, delivered: 12, unknown: 1, skipped: 1 });
    expect(by(result, "second")).toHaveLength(6);
    expect(by(result, "first")).toHaveLength(7);
    expectCovered(result);
  });

  it("end the run where their own trigger box is gone between the two; the first pulse counts as unknown", async () => {
    let calls = 0;
    const result = await runConditioned({
      first: (deliver) => (dose, permit) => {
        if (dose.conditioner !== undefined) calls += 1;
        if (calls < 2) return deliver(dose, permit);
        throw new PulsetrainError("PORT_LOST", "the trigger box is gone");
      },
    });
    expect(result).toMatchObject({ status: "faulted", code: "PORT_LOST" });
    expect(result.counts.unknown).toBe(1);
    expect(by(result, "second")).toHaveLength(2);
    const last = eventsOf(result, "outcome").find(({ outcome }) => outcome === "unknown");
    expect(last).toMatchObject({ pulses: 1 });
    expect(last?.detail).toContain("only the conditioning pulse was sent");
    expect(last?.detail).toContain("the trigger box is gone");
    expectCovered(result);
  });

  it("are not sent after a stop between the two, which latches both", async () => {
    let stop: (by: string) => void = () => undefined;
    let calls = 0;
    const result = await runConditioned({
      operator: (_, conductor) => {
        stop = (who) => conductor.stop(who);
      },
      second: (path, clock) => ({
        ...path,
        fire: (permit) => {
          calls += 1;
          if (calls === 2) clock.at(clock.now() + 3, () => stop("operator"));
          return path.fire(permit);
        },
      }),
    });
    expect(result.status).toBe("stopped");
    expect(result.counts.unknown).toBe(1);
    expect(by(result, "second")).toHaveLength(2);
    const lastMs = by(result, "second").at(-1)?.atMs ?? Number.NaN;
    expect(result.given.filter(({ atMs }) => atMs > lastMs)).toEqual([]);
    expectCovered(result);
  });

  it("are neither sent after a stop before both", async () => {
    const whole = await runConditioned();
    const [first] = whole.given.filter(({ stimulator }) => stimulator === "second");
    const result = await runConditioned({
      operator: (clock, conductor) =>
        clock.at((first?.atMs ?? 0) - 10, () => conductor.stop("operator")),
    });
    expect(result.status).toBe("stopped");
    expect(result.counts.unknown).toBe(0);
    expect(by(result, "second")).toEqual([]);
    expectCovered(result);
  });
});

describe("a rig with a person at it", () => {
  it("asks what the second stimulator is set to before the first pulse, and at the end that it is left disarmed", async () => {
    const texts: string[] = [];
    const result = await runConditioned({
      real: REAL,
      onHold: (text, conductor) => {
        texts.push(text);
        conductor.resume("op-1");
      },
    });
    expect(result.status).toBe("completed");
    expect(texts).toHaveLength(2);
    expect(texts[0]).toContain("Magstim 200 is set to 60 % of its output");
    expect(texts[0]).toContain("coil C-2 over the right hemisphere");
    expect(texts[1]).toContain("disarm it at its own panel");
    const resumed = eventsOf(result, "resume")[0]?.tMs ?? Number.NaN;
    expect(Math.min(...result.given.map(({ atMs }) => atMs))).toBeGreaterThan(resumed);
    expect(result.given).toHaveLength(14);
  });

  it("gives nothing while nobody answers, and nothing when the answer is a stop", async () => {
    const result = await runConditioned({
      real: REAL,
      onHold: (_, conductor) => conductor.stop("op-1"),
    });
    expect(result.given).toEqual([]);
    expect(result.counts).toMatchObject({ delivered: 0, unknown: 0 });
  });

  it("says after a stop that nobody confirmed the second stimulator disarmed", async () => {
    let holds = 0;
    const result = await runConditioned({
      real: REAL,
      onHold: (_, conductor) => {
        holds += 1;
        conductor.resume("op-1");
      },
      operator: (clock, conductor) => clock.at(15_000, () => conductor.stop("op-1")),
    });
    expect(holds).toBe(1);
    expect(result).toMatchObject({ status: "faulted", code: "DEVICE_DISARM_UNCONFIRMED" });
  });

  it("refuses without the threshold under the second coil (INT-01)", async () => {
    const result = await runConditioned({ real: session({ thresholds: [threshold()] }) });
    expect(result).toMatchObject({ status: "refused", code: "GATE_PLAN_REFUSED" });
    expect(result.detail).toContain("RMT-other");
    expect(result.given).toEqual([]);
  });
});
