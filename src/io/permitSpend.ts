import { err, ok } from "../base/result.ts";
import type { PermitLike } from "../contract/guarded.ts";
import type { Hazard } from "../contract/hazard.ts";
import type { Result } from "../contract/result.ts";
import type { LabClock } from "../contract/time.ts";
import { redeem, windowOf } from "../safety/permit.ts";
import type { Refusal } from "../safety/refusal.ts";
import { canHold, holdUntil } from "../time/hold.ts";

/**
 * Spends a permit for something that leaves in the next line of the caller. Comes it a little before
 * the permit's window, it is held until that opens: every check is over by then, and the instant of a
 * dose owes nothing to the code in front of it. A permit is spent before what it permits, so it can
 * never be spent twice nor be carried over a failed check.
 */
export function spendPermit(
  clock: LabClock,
  deviceId: string,
  permit: PermitLike,
  hazard: Hazard,
): Result<void, Pick<Refusal, "code" | "detail">> {
  const leavesMs = leavingAt(clock, permit);
  const redeemed = redeem(permit, deviceId, leavesMs, hazard);
  if (!redeemed.ok) return redeemed;
  holdUntil(clock, leavesMs);
  const closesMs = windowOf(permit)?.notAfterMs ?? Number.NEGATIVE_INFINITY;
  const nowMs = clock.now();
  if (nowMs <= closesMs) return ok(undefined);
  // The system took the processor away during the hold.
  const detail = `held for ${leavesMs} ms and let go at ${nowMs} ms, allowed to ${closesMs} ms`;
  return err({ code: "GATE_PERMIT_EXPIRED", detail });
}

/** The present, or the opening of the permit's window when that is so near that bytes can be held. */
function leavingAt(clock: LabClock, permit: PermitLike): number {
  const nowMs = clock.now();
  const opensMs = windowOf(permit)?.notBeforeMs ?? nowMs;
  return opensMs > nowMs && canHold(clock, opensMs) ? opensMs : nowMs;
}
