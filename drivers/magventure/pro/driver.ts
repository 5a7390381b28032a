/** A MagPro behind a guarded port, put together from its parts. */
import type { DriverContext, Stimulator } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { createArming } from "./arming.ts";
import { createCore } from "./core.ts";
import { createFiring } from "./fire.ts";
import { createLifecycle } from "./lifecycle.ts";
import type { ProState } from "./machine.ts";
import { proFacts } from "./options.ts";
import { prepareDevice } from "./prepare.ts";
import { unlinked } from "./tickets.ts";
import { createWatchman } from "./watch.ts";

/** Throws `RIG_FILE_BAD` for a rig file that says something this model cannot be. */
export function createPro(context: DriverContext): Stimulator {
  const facts = proFacts(context.config);
  if (!facts.ok) throw new PulsetrainError("RIG_FILE_BAD", facts.error);
  const trigger = context.trigger ?? null;

  let before: Pick<ProState, "control" | "wanted"> = { control: "none", wanted: "standby" };
  const core = createCore(context, facts.value, (state) => {
    const { control, link, wanted } = state;
    if (control === before.control && wanted === before.wanted) return;
    const last = before;
    before = { control, wanted };
    // Nobody can say any more what becomes of a dose under way.
    if (control === "lost" && link === "open")
      firing.interrupt("the device does not answer any more");
    if (last.wanted === "armed" && wanted === "standby")
      firing.interrupt("the device was disabled");
    // Armed and standby have different rhythms, so the next poll is weighed anew.
    if (last.wanted !== wanted) watchman.reconsider();
  });
  const watchman = createWatchman(core);
  const firing = createFiring(core, trigger);
  const lifecycle = createLifecycle(core, context.port, watchman, firing);

  return {
    ...lifecycle,
    ...createArming(core, lifecycle.disarm),
    status$: core.status$,
    events$: core.events$,
    lastStatus: () => core.state().status,
    readStatus: async () => {
      const error = unlinked(core.state().link);
      if (error !== null) throw error;
      return core.readStatus();
    },
    prepare: (settings, permit) => prepareDevice(core, settings, permit, trigger !== null),
    quietUntil: (untilMs) => watchman.quietUntil(untilMs),
    deliver: firing.deliver,
    beginExternal: firing.beginExternal,
    endExternal: firing.endExternal,
  };
}
