import { describe, expect, it } from "vitest";
import { pctMso, protocol } from "../../protocols/build.ts";
import { eventsOf, runVirtual } from "./harness.ts";

/** Three trains of three pulses at uneven times, which only the host can time. */
const THREE_TRAINS = protocol({
  id: "uneven",
  blocks: [
    {
      label: "uneven",
      intensity: pctMso(50),
      pattern: {
        type: "custom",
        pulseTimesMs: [0, 2000, 4500],
        trains: 3,
        interTrainIntervalS: 6,
      },
    },
  ],
});

describe("trains that the host times", () => {
  it("are written down one train at a time, in good time before its first pulse", async () => {
    const result = await runVirtual({ protocols: [THREE_TRAINS] });
    const intents = eventsOf(result, "intent");
    const outcomes = eventsOf(result, "outcome");
    expect(outcomes).toHaveLength(9);
    expect(new Set(intents.map(({ tMs }) => tMs)).size).toBe(3);
    expect(intents[3]?.tMs).toBeGreaterThan(outcomes[2]?.tMs ?? 0);
    expect(intents[3]?.tMs).toBeLessThan((intents[3]?.plannedMs ?? 0) - 2000);
  });

  it("let a pause act at the next border and not inside", async () => {
    const { events } = await runVirtual({
      protocols: [THREE_TRAINS],
      operator: (clock, conductor) => {
        clock.at(3000, () => conductor.togglePause("test"));
        clock.at(20_000, () => conductor.togglePause("test"));
      },
    });
    const order = events
      .map(({ kind }) => kind)
      .filter((kind) => kind === "outcome" || kind === "pause" || kind === "resume");
    const train = ["outcome", "outcome", "outcome"];
    expect(order).toEqual([...train, "pause", "resume", ...train, ...train]);
  });

  it("lose the rest of the train with a pulse that is skipped, and not the trains after it", async () => {
    const result = await runVirtual({
      protocols: [THREE_TRAINS],
      journalSilentMs: [8000, 13_000],
    });
    const given = ["delivered", "delivered", "delivered"];
    const lost = ["skipped-late", "skipped-late", "skipped-late"];
    expect(eventsOf(result, "outcome").map(({ outcome }) => outcome)).toEqual([
      ...given,
      ...lost,
      ...given,
    ]);
    expect(result.discharges).toHaveLength(6);
  });

  it("go on with the next train after a pulse for which the device was not ready yet", async () => {
    // The second pulse is 2 s after the first, and its status is asked for before that.
    const result = await runVirtual({ protocols: [THREE_TRAINS], body: { refireMs: 1950 } });
    expect(result.status).toBe("completed");
    const train = ["delivered", "skipped-late", "skipped-late"];
    expect(eventsOf(result, "outcome").map(({ outcome }) => outcome)).toEqual([
      ...train,
      ...train,
      ...train,
    ]);
    expect(eventsOf(result, "refused")).toHaveLength(3);
    expect(result.discharges).toHaveLength(3);
  });
});
