import fc from "fast-check";
import { expect } from "vitest";
import { accountHolds } from "./account.ts";
import { runVirtual } from "./harness.ts";
import { faults, plans, protocolOf, RMT, stops } from "./randomPlans.ts";

/** Random plans without trouble: what the journal says is what the device delivered. */
export async function holdsWithoutFaults(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(1000), async (blocks, seed) => {
      const result = await runVirtual({
        protocols: [protocolOf(blocks)],
        threshold: [`RMT=${RMT}`],
        seed,
      });
      accountHolds(result);
      expect(["completed", "refused"]).toContain(result.status);
      expect(result.counts.unknown).toBe(0);
      expect(result.discharges.length).toBe(result.counts.delivered);
    }),
    { numRuns },
  );
}

/** Random plans with faults of the device and stops by a person: no pulse is unaccounted for. */
export async function holdsWithFaults(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plans, faults, stops, fc.nat(1000), async (blocks, orders, stopMs, seed) => {
      const result = await runVirtual({
        protocols: [protocolOf(blocks)],
        threshold: [`RMT=${RMT}`],
        seed,
        faults: orders,
        operator: (clock, conductor) => {
          if (stopMs !== null) clock.at(stopMs, () => conductor.stop("random stop"));
        },
      });
      accountHolds(result);
    }),
    { numRuns },
  );
}
