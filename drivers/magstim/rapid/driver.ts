/** A Rapid² behind a guarded port, put together from its parts. */
import type { DriverContext, PermitLike, Stimulator } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { createArming } from "./arming.ts";
import { ARM_DELAY_MS, describe, trainFacts } from "./capabilities.ts";
import { readChargeDelayMs, setChargeDelayMs } from "./chargeDelay.ts";
import { createCore } from "./core.ts";
import { createFiring } from "./fire.ts";
import { createKeepAlive } from "./keepAlive.ts";
import { createLifecycle } from "./lifecycle.ts";
import { prepareDevice } from "./prepare.ts";
import { unlinked } from "./tickets.ts";

/** What a Rapid can do beside the contract. */
export interface RapidStimulator extends Stimulator {
  /** Milliseconds between a trigger and the recharging after it; software version 9 and later. */
  readChargeDelayMs(): Promise<number>;
  /** Resolves with the read-back. */
  setChargeDelayMs(delayMs: number, permit: PermitLike): Promise<number>;
}

/** Throws `RIG_FILE_BAD` for a rig file that lacks something this model needs. */
export function createRapid(context: DriverContext): RapidStimulator {
  const facts = trainFacts(context.config);
  const model = describe(context.config);
  if (!facts.ok) throw new PulsetrainError("RIG_FILE_BAD", facts.error);
  if (!model.ok) throw new PulsetrainError("RIG_FILE_BAD", model.error);

  let wanted = "standby";
  const core = createCore(context, (state) => {
    // Armed and standby have different rhythms, so the next poll is weighed anew.
    if (state.wanted === wanted) return;
    wanted = state.wanted;
    keepAlive.reconsider();
  });
  const keepAlive = createKeepAlive(core);
  const firing = createFiring(core);
  const lifecycle = createLifecycle(core, context, keepAlive, firing);
  const readyWithinMs = model.value.capabilities.worstReadyMs + ARM_DELAY_MS;

  return {
    ...lifecycle,
    ...createArming(core, readyWithinMs, lifecycle.disarm),
    status$: core.status$,
    events$: core.events$,
    lastStatus: () => core.state().status,
    readStatus: async ({ temperature = false } = {}) => {
      const error = unlinked(core.state().link);
      if (error !== null) throw error;
      if (temperature) await core.readTemperature();
      return core.readParameters();
    },
    prepare: (settings, permit) => prepareDevice(core, facts.value, settings, permit),
    quietUntil: (untilMs) => keepAlive.quietUntil(untilMs),
    deliver: firing.deliver,
    readChargeDelayMs: () => readChargeDelayMs(core),
    setChargeDelayMs: (delayMs, permit) => setChargeDelayMs(core, delayMs, permit),
  };
}
