import { describe, expect, it } from "vitest";
import { pctRmt, protocol, single, train } from "../../protocols/build.ts";
import { eventsOf, runVirtual, type VirtualRun } from "./harness.ts";

const SINGLES = protocol({
  id: "singles",
  blocks: [single({ intensity: pctRmt(100), totalPulses: 6, interPulseS: [5, 5] })],
});
const TRAINS = protocol({
  id: "trains",
  blocks: [
    train({
      intensity: pctRmt(100),
      frequencyHz: 10,
      pulsesPerTrain: 20,
      trains: 5,
      interTrainIntervalS: 20,
    }),
  ],
});

const reconnecting: NonNullable<VirtualRun["rig"]> = (rig) => ({
  ...rig,
  stimulator: { ...rig.stimulator, reconnect: true },
});

const goOn: NonNullable<VirtualRun["onHold"]> = (_text, clock, conductor) => {
  clock.at(clock.now() + 4000, () => conductor.resume("the operator"));
};

describe("a link that is lost in a run and comes back", () => {
  it("leaves the dose unknown, waits disarmed for a person, and goes on with what is left", async () => {
    const run = await runVirtual({
      protocols: [TRAINS],
      rig: reconnecting,
      faults: [{ kind: "unplug", when: { at: "pulse", n: 50 } }],
      replugAfterMs: 3000,
      onHold: goOn,
    });
    expect(run.status).toBe("completed");
    expect(run.counts.unknown).toBeGreaterThan(0);
    expect(run.counts.delivered + run.counts.unknown + run.counts.skipped).toBe(run.counts.planned);
    const kinds = run.events.map(({ kind }) => kind);
    const paused = kinds.indexOf("pause");
    const resumed = kinds.indexOf("resume");
    expect(paused).toBeGreaterThan(0);
    expect(resumed).toBeGreaterThan(paused);
    // Between the loss and the word of a person nothing is set, armed, permitted or written.
    const between = kinds.slice(paused, resumed);
    expect(between.filter((kind) => ["set", "arm", "permit", "written"].includes(kind))).toEqual(
      [],
    );
    expect(eventsOf(run, "device")).toHaveLength(2);
    // No dose was given twice.
    const written = eventsOf(run, "written").map(({ intent }) => intent);
    expect(new Set(written).size).toBe(written.length);
    const outcomes = eventsOf(run, "outcome").map(({ intent }) => intent);
    expect(new Set(outcomes).size).toBe(outcomes.length);
  });

  it("gives no pulse while it waits, however long nobody answers", async () => {
    const run = await runVirtual({
      protocols: [SINGLES],
      rig: reconnecting,
      faults: [{ kind: "unplug", when: { at: "pulse", n: 2 } }],
      replugAfterMs: 1000,
      onHold: (_text, clock, conductor) => {
        clock.at(clock.now() + 60_000, () => conductor.stop("the operator"));
      },
    });
    expect(run.status).toBe("stopped");
    expect(run.discharges).toHaveLength(2);
  });

  it("ends the run when the device stays away", async () => {
    const run = await runVirtual({
      protocols: [SINGLES],
      rig: reconnecting,
      faults: [{ kind: "unplug", when: { at: "pulse", n: 2 } }],
    });
    expect(run).toMatchObject({ status: "faulted", code: "PORT_LOST" });
    expect(run.discharges).toHaveLength(2);
    expect(run.pending).toBe(0);
  });

  it("ends the run at once where the rig does not ask for it", async () => {
    const run = await runVirtual({
      protocols: [SINGLES],
      faults: [{ kind: "unplug", when: { at: "pulse", n: 2 } }],
      replugAfterMs: 500,
    });
    expect(run).toMatchObject({ status: "faulted", code: "PORT_LOST" });
    expect(eventsOf(run, "pause")).toEqual([]);
  });
});
