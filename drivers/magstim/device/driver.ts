/** A Magstim behind a guarded port, put together from what all models share and the parts of one. */
import type {
  DeviceIdentity,
  DeviceModel,
  DriverContext,
  Stimulator,
  StimulatorSettings,
} from "../../../src/contract/stimulator.ts";
import type { WireModel } from "../wire/dialect.ts";
import { createArming } from "./arming.ts";
import { type Core, createCore } from "./core.ts";
import { createExternal } from "./external.ts";
import { ARM_DELAY_MS } from "./figures.ts";
import { createFiring } from "./fire.ts";
import { createKeepAlive } from "./keepAlive.ts";
import { createLifecycle } from "./lifecycle.ts";
import type { MachineRules } from "./machine.ts";
import { prepareDevice, type SettingPlan } from "./prepare.ts";
import { unlinked } from "./tickets.ts";

/** What makes one model. */
export interface ModelParts {
  readonly wire: WireModel;
  readonly model: DeviceModel;
  readonly rules: MachineRules;
  /** Takes control and finds out what is there; leaves it in standby. Only safe frames. */
  probe(core: Core): Promise<DeviceIdentity>;
  /** Throws for settings that the device cannot take. */
  plan(settings: StimulatorSettings, core: Core): SettingPlan;
}

export interface Assembled {
  readonly core: Core;
  readonly stimulator: Stimulator;
}

export function assemble(context: DriverContext, parts: ModelParts): Assembled {
  const { clock, port } = context;
  let rhythm = "standby closed";
  const core = createCore({
    port,
    clock,
    wire: parts.wire,
    rules: parts.rules,
    onApplied: ({ wanted, window }) => {
      // Standby, armed and a window have different rhythms, so the next poll is weighed anew.
      const next = `${wanted} ${window}`;
      if (next === rhythm) return;
      rhythm = next;
      keepAlive.reconsider();
    },
  });
  const keepAlive = createKeepAlive(core);
  const firing = createFiring(core, context.trigger ?? null);
  const lifecycle = createLifecycle(core, context, () => parts.probe(core), keepAlive, firing);
  const readyWithinMs = parts.model.capabilities.worstReadyMs + ARM_DELAY_MS;

  const stimulator: Stimulator = {
    ...lifecycle,
    ...createArming(core, readyWithinMs, lifecycle.disarm),
    ...createExternal(core),
    status$: core.status$,
    events$: core.events$,
    lastStatus: () => core.state().status,
    readStatus: async ({ temperature = false } = {}) => {
      const error = unlinked(core.state().link);
      if (error !== null) throw error;
      if (temperature) await core.readTemperature();
      return core.readParameters();
    },
    prepare: async (settings, permit) =>
      prepareDevice(core, parts.plan(settings, core), settings, permit),
    quietUntil: (untilMs) => keepAlive.quietUntil(untilMs),
    deliver: firing.deliver,
  };
  return { core, stimulator };
}
