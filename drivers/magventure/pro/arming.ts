/** Arming, and waiting until the device says that it is enabled and idle. */
import type { Stimulator, StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Message } from "../wire/messages.ts";
import type { Core } from "./core.ts";
import type { Ticket } from "./tickets.ts";

/** Between two looks while waiting for ready, ms. */
const LOOK_READY_MS = 100;

export type Arming = Pick<Stimulator, "arm" | "awaitReady">;

/** How many messages enabling brings, and in which order, is not known for all models: any will do. */
const isEnabled = (message: Message): boolean => "enabled" in message && message.enabled;

export function createArming(core: Core, disarm: (why: string) => Promise<unknown>): Arming {
  return {
    awaitReady: async (timeoutMs) => {
      core.requireUsable();
      return waitForReady(core, core.clock.now() + timeoutMs, core.tickets.give());
    },
    arm: async (permit) => {
      core.requireUsable();
      const ticket = core.tickets.give();
      requireIdle(await core.readStatus());
      const refusal = ticket();
      if (refusal !== null) throw refusal;
      core.apply({ kind: "arm-sent" });
      try {
        await core.orderAndSee({ what: "enable", enabled: true }, permit, ticket, isEnabled);
        // With or without an answer: what counts is what the status says now.
        return await waitForReady(core, core.clock.now(), ticket);
      } catch (error) {
        // Nobody knows whether it armed, and nobody waits for it any more.
        await disarm("arming failed");
        throw error;
      }
    },
  };
}

function requireIdle({ activity, coil, coilPresent, state }: StimulatorStatus): void {
  if (coilPresent === false)
    throw new PulsetrainError(
      "DEVICE_COIL",
      `the device reports coil ${coil}; if that is the coil of this rig, say \`knownCoil: 0\` in the rig file`,
    );
  if (state === "standby" && activity === "idle") return;
  throw new PulsetrainError(
    "DEVICE_CONFLICT",
    `arming from standby only; the device is ${state}, ${activity}`,
  );
}

/** At least one look. */
async function waitForReady(
  core: Core,
  deadlineMs: number,
  ticket: Ticket,
): Promise<StimulatorStatus> {
  const { clock } = core;
  for (;;) {
    const startMs = clock.now();
    const status = await core.readStatus();
    const refusal = ticket();
    if (refusal !== null) throw refusal;
    if (status.state === "ready" && status.activity === "idle") return status;
    if (core.state().wanted !== "armed")
      throw new PulsetrainError("DEVICE_NOT_READY", "the device is disabled");
    if (clock.now() >= deadlineMs)
      throw new PulsetrainError(
        "DEVICE_NOT_READY",
        `not enabled in time; the device is ${status.state}`,
      );
    await clock.until(startMs + LOOK_READY_MS);
  }
}
