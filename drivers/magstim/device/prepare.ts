/** Setting a device before it is armed: in standby, in order, each frame once, then reading back. */
import type {
  PermitLike,
  StimulatorSettings,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { requireGood } from "../link/exchanges.ts";
import type { Command } from "../wire/commands.ts";
import type { Core } from "./core.ts";
import { LOOK_WAIT_MS } from "./figures.ts";
import type { Ticket } from "./tickets.ts";

export interface SettingStep {
  readonly command: Command;
  readonly words: string;
  /** Sent instead when the device says that the command conflicts with its state. */
  readonly orElse?: Command;
  /** The device needs so long after it, ms. */
  readonly settleMs?: number;
}

/** How a model is set; made only for settings that it can take. */
export interface SettingPlan {
  /** What is to be sent, in order, to a device that is set as `before` says. */
  steps(before: StimulatorStatus): readonly SettingStep[];
  /** Asked in front of the read-back. */
  readonly alsoAsk: readonly Command[];
  /** What is not as it was asked, in words. */
  differences(seen: StimulatorStatus): readonly string[];
  /** How long the wait after the train that is set may take, ms. */
  longestWaitMs(before: StimulatorStatus): number;
}

/** Resolves with the read-back, once the capacitors can have sunk to what was set. */
export async function prepareDevice(
  core: Core,
  plan: SettingPlan,
  { intensityPctMso }: StimulatorSettings,
  permit: PermitLike,
): Promise<StimulatorStatus> {
  core.requireUsable();
  const ticket = core.tickets.give();
  const before = await restedStatus(core, plan, ticket);
  core.apply({ kind: "settings-begin" });
  let isRead = false;
  try {
    await carryOutAll(core, plan.steps(before), { permit, ticket }, (atMs) =>
      core.sinkFrom(before, intensityPctMso, atMs),
    );
    await waitForSinking(core, ticket);
    for (const question of plan.alsoAsk) requireGood(await core.question(question), "reading back");
    const after = await core.readParameters();
    isRead = true;
    const differences = plan.differences(after);
    if (differences.length > 0)
      throw new PulsetrainError("DEVICE_READBACK_DIFFERS", differences.join("; "));
    return after;
  } finally {
    core.apply({ kind: "settings-end", isRead });
  }
}

/** Tells when the powers were set; an order that failed may have been obeyed, so nobody knows when. */
async function carryOutAll(
  core: Core,
  steps: readonly SettingStep[],
  { permit, ticket }: { readonly permit: PermitLike; readonly ticket: Ticket },
  onPowers: (atMs: number) => void,
): Promise<void> {
  let powersMs: number | null = null;
  try {
    for (const step of steps) {
      await carryOut(core, step, permit, ticket);
      if (SETS_POWER.has(step.command.command)) powersMs = core.clock.now();
    }
  } catch (error) {
    powersMs = null;
    throw error;
  } finally {
    onPowers(powersMs ?? core.clock.now());
  }
}

const SETS_POWER: ReadonlySet<Command["command"]> = new Set(["setPower", "setPowerB"]);

async function carryOut(
  core: Core,
  { command, words, orElse, settleMs }: SettingStep,
  permit: PermitLike,
  ticket: Ticket,
): Promise<void> {
  try {
    await core.order(command, words, permit, ticket);
  } catch (error) {
    if (orElse === undefined || !isRefusedAsConflict(error)) throw error;
    await core.order(orElse, words, permit, ticket);
  }
  if (command.command === "highResolution")
    core.apply({ kind: "resolution-set", highResolution: command.enable });
  if (settleMs !== undefined) await core.clock.wait(settleMs);
}

/** Nothing changed, so another command may follow; a ticket that was taken back keeps that one back too. */
function isRefusedAsConflict(error: unknown): boolean {
  return isPulsetrainError(error) && error.code === "DEVICE_CONFLICT";
}

/** A read-back shows a lower power at once, long before the charge is that low. */
async function waitForSinking({ clock, sunkMs }: Core, ticket: Ticket): Promise<void> {
  while (clock.now() < sunkMs()) {
    await clock.until(Math.min(sunkMs(), clock.now() + LOOK_WAIT_MS));
    const refusal = ticket();
    if (refusal !== null) throw refusal;
  }
}

/** The status in standby; after a train the device takes no settings until its wait is over. */
async function restedStatus(
  core: Core,
  { longestWaitMs }: SettingPlan,
  ticket: Ticket,
): Promise<StimulatorStatus> {
  const startMs = core.clock.now();
  for (;;) {
    const status = await core.readParameters();
    const refusal = ticket();
    if (refusal !== null) throw refusal;
    if (status.state !== "standby") {
      throw new PulsetrainError(
        "DEVICE_CONFLICT",
        `settings change in standby only; the device is ${status.state}`,
      );
    }
    if (status.activity === "idle") return status;
    if (core.clock.now() - startMs > longestWaitMs(status)) {
      throw new PulsetrainError(
        "DEVICE_CONFLICT",
        `the device still shows a ${status.activity} after a train`,
      );
    }
    await core.clock.wait(LOOK_WAIT_MS);
  }
}

/** One line for each pair that differs. */
export function differing(
  pairs: readonly (readonly [name: string, asked: unknown, read: unknown])[],
): readonly string[] {
  return pairs
    .filter(([, asked, read]) => asked !== read)
    .map(([name, asked, read]) => `${name}: asked ${asked}, read back ${read}`);
}
