/** A DuoMAG behind a guarded port, put together from its parts. */
import type { DriverContext, Stimulator } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { createArming } from "./arming.ts";
import { createCore } from "./core.ts";
import { createFiring } from "./fire.ts";
import { createLifecycle } from "./lifecycle.ts";
import { readDuomagOptions } from "./options.ts";
import { prepareUnit, requireStatus } from "./orders.ts";

/** Throws `RIG_FILE_BAD` for a rig file that lacks something this model needs. */
export function createDuomag(context: DriverContext): Stimulator {
  const options = readDuomagOptions(context.config);
  if (!options.ok) throw new PulsetrainError("RIG_FILE_BAD", options.error);
  const core = createCore(context, options.value);
  const firing = createFiring(core, context.trigger);
  const lifecycle = createLifecycle(core, context, firing);
  return {
    ...lifecycle,
    ...createArming(core, lifecycle.disarm),
    status$: core.status$,
    events$: core.events$,
    lastStatus: () => core.status(),
    readStatus: async () => {
      await core.freshPair();
      return requireStatus(core);
    },
    prepare: (settings, permit) => prepareUnit(core, settings, permit, lifecycle.disarm),
    // The device speaks by itself and nothing is ever asked, so the line is quiet anyway.
    quietUntil: () => undefined,
    deliver: firing.deliver,
    beginExternal: firing.beginExternal,
    endExternal: firing.endExternal,
  };
}
