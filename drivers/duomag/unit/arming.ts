/**
 * Arming is a state of ours: the device has no command for it, so nothing is written and the port
 * has nothing to spend the permit's grant on. It opens the way for `deliver` and no other.
 */
import type { Stimulator, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { worstReadyMs } from "./capabilities.ts";
import type { Core } from "./core.ts";
import { requireHealthy, requireStatus } from "./orders.ts";
import { isReady } from "./state.ts";
import type { Ticket } from "./tickets.ts";

export type Arming = Pick<Stimulator, "arm" | "awaitReady">;

export function createArming(core: Core, disarm: (why: string) => Promise<unknown>): Arming {
  return {
    awaitReady: async (timeoutMs) => {
      core.requireUsable();
      return waitForReady(core, timeoutMs, core.tickets.give());
    },
    arm: async () => {
      core.requireUsable();
      const ticket = core.tickets.give();
      await core.freshPair();
      const refusal = ticket();
      if (refusal !== null) throw refusal;
      requireHealthy(core);
      requireStandby(core);
      requireSet(core);
      core.apply({ kind: "armed" });
      try {
        return await waitForReady(core, worstReadyMs, ticket);
      } catch (error) {
        await disarm("arming failed");
        throw error;
      }
    },
  };
}

function requireStandby({ state }: Core): void {
  if (state().wanted === "standby") return;
  throw new PulsetrainError("DEVICE_CONFLICT", "arming from standby only; it is armed already");
}

/** What the device shows is what was set here, and not 0. */
function requireSet({ state }: Core): void {
  const { settled, orderedPct } = state();
  const shown = settled?.frame.intensity ?? null;
  if (orderedPct === null || orderedPct === 0)
    throw new PulsetrainError("DEVICE_CONFLICT", "no intensity was set since the last disarm");
  if (shown === orderedPct) return;
  throw new PulsetrainError(
    "DEVICE_READBACK_DIFFERS",
    `set to ${orderedPct} %, the device shows ${shown ?? "nothing"} %`,
  );
}

function waitForReady(core: Core, withinMs: number, ticket: Ticket): Promise<StimulatorStatus> {
  const look = (): StimulatorStatus | null => {
    const refusal = ticket();
    if (refusal !== null) throw refusal;
    requireHealthy(core);
    const state = core.state();
    if (state.wanted !== "armed")
      throw new PulsetrainError("DEVICE_NOT_READY", "the device is in standby");
    return isReady(state) ? requireStatus(core) : null;
  };
  return core.waitFor(look, withinMs, () => {
    const charged = core.state().settled?.frame.charged === true;
    throw new PulsetrainError(
      "DEVICE_NOT_READY",
      `not ready within ${withinMs} ms; ${charged ? "its intensity does not stand still" : "not charged"}`,
    );
  });
}
