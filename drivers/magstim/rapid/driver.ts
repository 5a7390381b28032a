/** A Rapid² or a Horizon: the family's driver with trains, versions and unlock codes. */
import type { DriverContext, PermitLike, Stimulator } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { assemble } from "../device/driver.ts";
import { describe, REFIRE_MS, trainFacts } from "./capabilities.ts";
import { readChargeDelayMs, setChargeDelayMs } from "./chargeDelay.ts";
import { probe } from "./connect.ts";
import { planSettings } from "./prepare.ts";

/** What a Rapid can do beside the contract. */
export interface RapidStimulator extends Stimulator {
  /** Milliseconds between a trigger and the recharging after it; software version 9 and later. */
  readChargeDelayMs(): Promise<number>;
  /** Resolves with the read-back. */
  setChargeDelayMs(delayMs: number, permit: PermitLike): Promise<number>;
}

/** Throws `RIG_FILE_BAD` for a rig file that lacks something this model needs. */
export function createRapid(context: DriverContext): RapidStimulator {
  const { config, unlockCode } = context;
  const facts = trainFacts(config);
  const model = describe(config);
  if (!facts.ok) throw new PulsetrainError("RIG_FILE_BAD", facts.error);
  if (!model.ok) throw new PulsetrainError("RIG_FILE_BAD", model.error);
  const wire = facts.value.type === "horizon" ? "horizon" : "rapid";
  const { core, stimulator } = assemble(context, {
    wire,
    model: model.value,
    rules: { rechargeMs: () => REFIRE_MS },
    probe: (own) => probe(own, wire, config, unlockCode),
    plan: (settings, own) => planSettings(settings, { ...facts.value, major: own.major() }),
  });
  return {
    ...stimulator,
    readChargeDelayMs: () => readChargeDelayMs(core),
    setChargeDelayMs: (delayMs, permit) => setChargeDelayMs(core, delayMs, permit),
  };
}
