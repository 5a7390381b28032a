import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { pctMso, protocol, single, train } from "../../protocols/build.ts";
import type { Protocol } from "../../protocols/types.ts";
import { createConductor } from "../../src/app/run/conductor.ts";
import { startRigHere } from "../../src/app/run/host.ts";
import { EMPTY_LEDGER } from "../../src/app/run/ledgerFacts.ts";
import { gateContext, planFor, prepareSetup, refusalWords } from "../../src/app/run/setup.ts";
import { hashOf } from "../../src/base/canonical.ts";
import type { SessionWriter } from "../../src/journal/journal.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";
import { heapBytes } from "./growth.ts";
import { ownFolder, runOnce } from "./running.ts";

const MB = 1e6;
/** Above what compiled code and caches add, far below what thirteen sessions would leave. */
const SESSIONS_MB = 4;
/**
 * Doses that were given are kept for the checks of later protocols, well under 1 kB each; a listener
 * or a timer that stays for every wait takes several times as much.
 */
const SESSION_MB = 2;
const STARTED_UTC = "2026-03-02T09:00:00.000Z";

const folder = ownFolder();
afterAll(() => folder.remove());

/** Numbers the events and forgets them: what stays is what the session itself keeps. */
function forgetfulWriter(): SessionWriter {
  let seq = 0;
  return {
    session: "long",
    firstSeq: 1,
    append: (events) =>
      events.map(() => {
        seq += 1;
        return seq;
      }),
    breakOff: ({ why }) => {
      throw new Error(why);
    },
  };
}

/** Heap and agenda of one session, at each of these minutes of it. */
async function sampled(
  long: Protocol,
  minutes: readonly number[],
): Promise<{
  readonly heap: readonly number[];
  readonly pending: readonly number[];
  readonly delivered: number;
}> {
  const setup = await prepareSetup({ threshold: ["RMT=45"], seed: 1 }, STARTED_UTC);
  const clock = createVirtualClock({ startUtcMs: Date.parse(STARTED_UTC) });
  const heap: number[] = [];
  const pending: number[] = [];
  const end = await clock.run(async () => {
    const host = await clock.outside(
      startRigHere(
        {
          session: "long",
          rig: setup.rig,
          context: gateContext(setup, EMPTY_LEDGER, false),
          seed: setup.seed,
          originNs: "0",
          utcAtOriginMs: 0,
          parentSilenceMs: null,
          dischargesFile: null,
          simulatorFaults: [],
          simulatorBody: {},
          stopSocket: null,
        },
        clock,
      ),
    );
    const conductor = createConductor({
      clock,
      line: host.line,
      writer: forgetfulWriter(),
      doseBook: null,
      watcher: { progress: () => undefined, hold: () => undefined, stored: () => undefined },
      heartbeatMs: null,
      killRig: host.kill,
    });
    const planned = planFor(setup, long, hashOf(long), 1);
    if (!planned.ok) throw new Error(refusalWords(planned.refusal));
    for (const [taken, minute] of minutes.entries()) {
      clock.at(minute * 60_000, () => {
        heap.push(heapBytes());
        // The samples to come wait on the same clock.
        pending.push(clock.pending - (minutes.length - taken - 1));
      });
    }
    await conductor.runPlan(planned.plan, {});
    const ended = await conductor.finish();
    host.dispose();
    return ended;
  });
  expect(end.status).toBe("completed");
  return { heap, pending, delivered: end.counts.delivered };
}

function growthMb(from: number | undefined, to: number | undefined): number {
  if (from === undefined || to === undefined) throw new Error("no sample");
  return (to - from) / MB;
}

describe("memory stays flat", () => {
  it("over four virtual hours of sessions in one process", async () => {
    const db = join(folder.path, "memory.db");
    const run = async (seed: number): Promise<void> => {
      const { status } = await runOnce("koch-2022-precuneus-24wk", db, seed);
      expect(status).toBe("completed");
    };
    const listeners = (): readonly (readonly [string, number])[] =>
      process.eventNames().map((name) => [String(name), process.listenerCount(name)]);
    for (let seed = 1; seed <= 3; seed += 1) await run(seed);
    const before = { heap: heapBytes(), listeners: listeners() };
    // 19.5 min each.
    for (let seed = 4; seed <= 16; seed += 1) await run(seed);
    expect(growthMb(before.heap, heapBytes())).toBeLessThan(SESSIONS_MB);
    expect(listeners()).toEqual(before.listeners);
  });

  it.each([
    [
      "single pulses",
      (hours: number) =>
        single({ totalPulses: 500 * hours, interPulseS: [7, 7.4], intensity: pctMso(40) }),
      500,
    ],
    [
      "trains",
      (hours: number) =>
        train({
          frequencyHz: 5,
          pulsesPerTrain: 5,
          trains: 240 * hours,
          interTrainIntervalS: 14,
          intensity: pctMso(40),
        }),
      1200,
    ],
  ])("over four virtual hours of %s in one session", async (_, block, pulsesAnHour) => {
    const minutes = [20, 80, 140, 200, 235];
    const session = (hours: number): Protocol => protocol({ id: "long", blocks: [block(hours)] });
    // The first session compiles and fills caches.
    await sampled(session(1), []);
    const { heap, pending, delivered } = await sampled(session(4), minutes);
    expect(delivered).toBe(4 * pulsesAnHour);
    expect(heap).toHaveLength(minutes.length);
    expect(growthMb(heap.at(0), heap.at(-1))).toBeLessThan(SESSION_MB);
    // A handful of timers, and never one more for every dose.
    expect(Math.max(...pending)).toBeLessThan(20);
  });
});
