/**
 * The charge delay: time between a trigger and the recharging after it, in milliseconds as
 * `nigelrogasch/MAGIC` has it. Software version 9 and later.
 */
import type { PermitLike } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Core } from "../device/core.ts";
import { requireGood } from "../link/exchanges.ts";
import { UNLOCK_MAJOR } from "../wire/dialect.ts";

export async function readChargeDelayMs(core: Core): Promise<number> {
  requireChargeDelay(core);
  const { chargeDelay } = requireGood(
    await core.question({ command: "getChargeDelay" }),
    "reading the charge delay",
  );
  if (chargeDelay === undefined) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      "reading the charge delay: none in the answer",
    );
  }
  return chargeDelay;
}

/** Resolves with the read-back. */
export async function setChargeDelayMs(
  core: Core,
  delayMs: number,
  permit: PermitLike,
): Promise<number> {
  requireChargeDelay(core);
  const words = `setting the charge delay to ${delayMs} ms`;
  await core.order(
    { command: "setChargeDelay", chargeDelay: delayMs },
    words,
    permit,
    core.tickets.give(),
  );
  const seenMs = await readChargeDelayMs(core);
  if (seenMs !== delayMs)
    throw new PulsetrainError(
      "DEVICE_READBACK_DIFFERS",
      `charge delay ms: asked ${delayMs}, read back ${seenMs}`,
    );
  return seenMs;
}

function requireChargeDelay(core: Core): void {
  core.requireUsable();
  if (core.major() >= UNLOCK_MAJOR) return;
  throw new PulsetrainError(
    "DEVICE_INVALID_COMMAND",
    `software version ${core.major()} has no charge delay`,
  );
}
