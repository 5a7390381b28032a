import fc from "fast-check";
import type { Subscription } from "rxjs";
import { expect } from "vitest";
import { accountHolds } from "./account.ts";
import { runVirtual, type VirtualResult, type VirtualRun } from "./harness.ts";
import { faults, plans, protocolOf, RMT, stops } from "./randomPlans.ts";

/** What a person does at an instant of the session, ms. */
export interface Act {
  readonly atMs: number;
  readonly does: "stop" | "pause or resume";
}

/** One session that must leave an account that holds, and nothing on the clock. */
export async function accountedRun(
  run: Omit<VirtualRun, "operator">,
  acts: readonly Act[] = [],
): Promise<VirtualResult> {
  const planned: Subscription[] = [];
  const result = await runVirtual({
    ...run,
    operator: (clock, conductor) => {
      for (const { atMs, does } of acts) {
        const act = clock.at(atMs, () => {
          if (does === "stop") conductor.stop("random stop");
          else conductor.togglePause("random pause");
        });
        planned.push(act);
      }
    },
  });
  accountHolds(result);
  expect(result.code, result.detail).not.toBe("CLI_BUG");
  const acting = planned.filter(({ closed }) => !closed).length;
  expect(result.pending, "nothing is left on the clock").toBe(acting);
  return result;
}

/** Random plans without trouble: what the journal says is what the device delivered. */
export async function holdsWithoutFaults(numRuns: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(plans, fc.nat(1000), async (blocks, seed) => {
      const result = await accountedRun({
        protocols: [protocolOf(blocks)],
        threshold: [`RMT=${RMT}`],
        seed,
      });
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
      await accountedRun(
        {
          protocols: [protocolOf(blocks)],
          threshold: [`RMT=${RMT}`],
          seed,
          faults: orders,
        },
        stopMs === null ? [] : [{ atMs: stopMs, does: "stop" }],
      );
    }),
    { numRuns },
  );
}
