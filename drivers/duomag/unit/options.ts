/** What the rig file must say of a DuoMAG, because the wire does not. */
import { z } from "zod";
import { readOptions } from "../../../src/base/options.ts";
import { err, ok } from "../../../src/base/result.ts";
import type { Result } from "../../../src/contract/result.ts";
import type { StimulatorConfig } from "../../../src/contract/stimulator.ts";
import { type Delay, delayFor, delayUs } from "../wire/delay.ts";

export const VARIANTS = ["mp", "xt", "mp-dual"] as const;
export type Variant = (typeof VARIANTS)[number];

/** The open clients refuse longer ones (`nigelrogasch/MAGIC`). */
const LONGEST_DELAY_MS = 600;
/**
 * So long after a pulse the device is seen uncharged, which is the evidence of the pulse: two equal
 * statuses at the slowest rate that the driver accepts.
 */
const DEFAULT_RECHARGE_DELAY_MS = 100;

/** From the end of the recharge delay to charged, at full output. Ours: nobody says. */
const DEFAULT_CHARGE_MS = 1500;

const delayMs = z.number().min(0).max(LONGEST_DELAY_MS);
const schema = z.strictObject({
  /** The one that can least. */
  variant: z.enum(VARIANTS).default("mp"),
  rechargeDelayMs: delayMs.default(DEFAULT_RECHARGE_DELAY_MS),
  triggerOutDelayMs: delayMs.optional(),
  deviceIsiMs: z.number().min(1).max(1000).optional(),
  chargeMs: z.number().min(1).max(10_000).default(DEFAULT_CHARGE_MS),
});

export interface DuomagOptions {
  readonly variant: Variant;
  readonly rechargeDelay: Delay;
  /** Null: left as the device has it. */
  readonly triggerOutDelay: Delay | null;
  /** Interval that is set at the device itself and that no wire tells; null: one start is one pulse. */
  readonly deviceIsiMs: number | null;
  /** From the end of the recharge delay to charged at the highest output in use, as seen on this unit, ms. */
  readonly chargeMs: number;
}

export function readDuomagOptions(config: StimulatorConfig): Result<DuomagOptions, string> {
  const read = readOptions(schema, config.options, config.driver);
  if (!read.ok) return read;
  const { chargeMs, variant, rechargeDelayMs, triggerOutDelayMs, deviceIsiMs } = read.value;
  if (deviceIsiMs !== undefined && variant !== "mp-dual")
    return err(`${config.driver}: \`deviceIsiMs\` belongs to \`variant: mp-dual\` alone`);
  if (triggerOutDelayMs !== undefined && variant === "mp-dual") {
    return err(
      `${config.driver}: \`triggerOutDelayMs\` may be the interval between the two pulses of an MP-Dual, so it is not set there; leave it out`,
    );
  }
  const rechargeDelay = onStep("rechargeDelayMs", rechargeDelayMs);
  if (!rechargeDelay.ok) return rechargeDelay;
  const triggerOutDelay =
    triggerOutDelayMs === undefined ? ok(null) : onStep("triggerOutDelayMs", triggerOutDelayMs);
  if (!triggerOutDelay.ok) return triggerOutDelay;
  return ok({
    variant,
    rechargeDelay: rechargeDelay.value,
    triggerOutDelay: triggerOutDelay.value,
    deviceIsiMs: deviceIsiMs ?? null,
    chargeMs,
  });
}

/** A delay that the wire can say; one between two steps is refused with the next lower one. */
function onStep(name: string, ms: number): Result<Delay, string> {
  const us = Math.round(ms * 1000);
  const delay = delayFor(us);
  if (delay === null) return err(`\`${name}\`: ${ms} ms is beyond the wire`);
  const nearestUs = delayUs(delay);
  return nearestUs === us && Math.abs(ms * 1000 - us) < 1e-6
    ? ok(delay)
    : err(`\`${name}\`: ${ms} ms is no step of the device; ${nearestUs / 1000} ms is`);
}
