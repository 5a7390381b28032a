import fc from "fast-check";
import { describe, it } from "vitest";
import { simulator } from "../../simulators/magstim/index.ts";
import type { RigConfig } from "../../src/app/config/rig.ts";
import {
  type Act,
  accountedRun,
  holdsWithFaults,
  holdsWithoutFaults,
} from "../integration/properties.ts";
import { faults, plans, protocolOf, RMT } from "../integration/randomPlans.ts";

/** Sessions of each property; set higher for a soak over night. */
const RUNS = Number(process.env["PULSETRAIN_PROPERTY_RUNS"] ?? 2000);

type Stimulator = Pick<RigConfig["stimulator"], "driver" | "mains" | "softwareVersion">;
const RAPID_GROUP = simulator.models.filter((model) => model.includes("rapid2"));
const stimulators: fc.Arbitrary<Stimulator> = fc.record({
  driver: fc.constantFrom(...RAPID_GROUP),
  mains: fc.constantFrom(240 as const, 115 as const),
  softwareVersion: fc.constantFrom(undefined, "5.0", "8.0", "9.0", "11.0"),
});

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.record({
    atMs: fc.integer({ min: 0, max: 900 }).map((n) => n * 100),
    does: fc.oneof(
      { weight: 5, arbitrary: fc.constant("pause or resume" as const) },
      { weight: 1, arbitrary: fc.constant("stop" as const) },
    ),
  }),
  { maxLength: 3 },
);

/** An operator who pauses comes back: nobody waits for ever, and pauses cost no virtual hours. */
function endedPauses(asked: readonly Act[]): readonly Act[] {
  const pauses = asked.filter(({ does }) => does === "pause or resume");
  if (pauses.length % 2 === 0) return asked;
  return [...asked, { atMs: 120_000, does: "pause or resume" }];
}

/** From and until when the journal does not answer, ms. */
const silences: fc.Arbitrary<[number, number] | null> = fc.option(
  fc
    .tuple(fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 8_000 }))
    .map(([fromMs, lengthMs]): [number, number] => [fromMs, fromMs + lengthMs]),
  { freq: 2 },
);

describe("thousands of random sessions", () => {
  it("deliver exactly what the journal says while nothing goes wrong", async () => {
    await holdsWithoutFaults(RUNS);
  });

  it("with faults and stops never deliver a pulse that is not accounted for", async () => {
    await holdsWithFaults(RUNS * 2);
  });

  it("of several protocols on every model, with faults, pauses, stops and a journal that stalls, account for every pulse", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(plans, { minLength: 1, maxLength: 3 }),
        stimulators,
        faults,
        acts,
        silences,
        fc.nat(1000),
        async (visit, stimulator, orders, asked, silentMs, seed) => {
          await accountedRun(
            {
              protocols: visit.map(protocolOf),
              threshold: [`RMT=${RMT}`],
              seed,
              faults: orders,
              rig: (rig) => ({ ...rig, stimulator: { ...rig.stimulator, ...stimulator } }),
              ...(silentMs === null ? {} : { journalSilentMs: silentMs }),
            },
            endedPauses(asked),
          );
        },
      ),
      { numRuns: RUNS },
    );
  });
});
