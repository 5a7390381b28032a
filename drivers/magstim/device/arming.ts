/** Arming, and waiting until the device says that it is ready. */
import type { Stimulator, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Exchange } from "../link/inFlight.ts";
import { type Core, requireHealthy } from "./core.ts";
import { LOOK_READY_MS } from "./figures.ts";
import type { Ticket } from "./tickets.ts";

export type Arming = Pick<Stimulator, "arm" | "awaitReady">;

/** `readyWithinMs` is the model's own time from arming to ready, worst case. */
export function createArming(
  core: Core,
  readyWithinMs: number,
  disarm: (why: string) => Promise<unknown>,
): Arming {
  return {
    awaitReady: async (timeoutMs) => {
      core.requireUsable();
      return waitForReady(core, core.clock.now() + timeoutMs, core.tickets.give());
    },
    arm: async (permit) => {
      core.requireUsable();
      const ticket = core.tickets.give();
      await core.readTemperature();
      const before = await core.readParameters();
      requireHealthy(core.state());
      if (before.state !== "standby") {
        throw new PulsetrainError(
          "DEVICE_CONFLICT",
          `arming from standby only; the device is ${before.state}`,
        );
      }
      try {
        await core.order({ command: "setMode", mode: "arm" }, "arming", permit, ticket);
        core.apply({ kind: "arm-sent" });
        return await waitForReady(core, core.clock.now() + readyWithinMs, ticket);
      } catch (error) {
        // Nobody knows whether it armed, and nobody waits for it any more.
        await disarm("arming failed");
        throw error;
      }
    },
  };
}

async function waitForReady(
  core: Core,
  deadlineMs: number,
  ticket: Ticket,
): Promise<StimulatorStatus> {
  const { clock } = core;
  for (;;) {
    const startMs = clock.now();
    const seen = await core.pollParameters();
    const refusal = ticket();
    if (refusal !== null) throw refusal;
    requireHealthy(core.state());
    const { status, wanted } = core.state();
    if (isTold(seen) && status?.state === "ready" && status.activity === "idle") return status;
    if (wanted !== "armed")
      throw new PulsetrainError("DEVICE_NOT_READY", "the device is in standby");
    if (clock.now() >= deadlineMs) {
      throw new PulsetrainError(
        "DEVICE_NOT_READY",
        `not ready in time; the device is ${status?.state ?? "unknown"}`,
      );
    }
    await clock.until(startMs + LOOK_READY_MS);
  }
}

/** The status comes from this very question, not from one before it. */
function isTold(seen: Exchange): boolean {
  return seen.kind === "answer" && seen.answer.kind === "good";
}
