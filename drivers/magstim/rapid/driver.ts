/** A Rapid² behind a guarded port. */
import type { Subscription } from "rxjs";
import type {
  DeviceIdentity,
  DriverContext,
  PermitLike,
  Stimulator,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { requireGood } from "../link/exchanges.ts";
import { UNLOCK_MAJOR } from "../wire/dialect.ts";
import { ARM_DELAY_MS, describe, trainFacts } from "./capabilities.ts";
import { probe } from "./connect.ts";
import { createCore, requireHealthy, type Ticket } from "./core.ts";
import { disarmDevice, type Disarmed } from "./disarm.ts";
import { createFiring } from "./fire.ts";
import { createKeepAlive } from "./keepAlive.ts";
import { prepareDevice } from "./prepare.ts";

/** What a Rapid can do beside the contract. */
export interface RapidStimulator extends Stimulator {
  /** Milliseconds between a trigger and the recharging after it; software version 9 and later. */
  readChargeDelayMs(): Promise<number>;
  /** Resolves with the read-back, in milliseconds as `nigelrogasch/MAGIC` has it. */
  setChargeDelayMs(delayMs: number, permit: PermitLike): Promise<number>;
}

/** Between two looks while waiting for ready, ms. */
const LOOK_READY_MS = 50;

/** Throws `RIG_FILE_BAD` for a rig file that lacks something this model needs. */
export function createRapid({ config, clock, port, unlockCode }: DriverContext): RapidStimulator {
  const facts = trainFacts(config);
  const model = describe(config);
  if (!facts.ok) throw new PulsetrainError("RIG_FILE_BAD", facts.error);
  if (!model.ok) throw new PulsetrainError("RIG_FILE_BAD", model.error);
  const readyWithinMs = model.value.capabilities.worstReadyMs + ARM_DELAY_MS;

  let wanted = "standby";
  const core = createCore({ port, clock }, (state) => {
    if (state.wanted === wanted) return;
    wanted = state.wanted;
    keepAlive.reconsider();
  });
  const keepAlive = createKeepAlive(core);
  const firing = createFiring(core);
  let identity: Promise<DeviceIdentity> | null = null;
  let closing: Promise<Disarmed> | null = null;
  let portEnd: Subscription | null = null;

  const shutLine = (detail: string): void => {
    portEnd?.unsubscribe();
    keepAlive.stop();
    firing.interrupt(detail);
    core.end(detail);
  };

  const openAndProbe = async (): Promise<DeviceIdentity> => {
    core.apply({ kind: "opening" });
    portEnd = port.closed$.subscribe(({ detail }) => {
      core.apply({ kind: "lost", atMs: clock.now(), detail });
      shutLine(detail);
    });
    try {
      if (!port.isOpen) await port.open();
      const found = await probe(core, config, unlockCode);
      core.apply({ kind: "probed" });
      keepAlive.start();
      return found;
    } catch (error) {
      await letGo("connecting failed");
      throw error;
    }
  };

  /** Gives up control and closes the port; the device is disarmed by `R` too. */
  const letGo = async (detail: string): Promise<void> => {
    if (core.state().control === "held" && port.isOpen) await giveUpControl();
    shutLine(detail);
    if (core.state().link !== "lost") core.apply({ kind: "closed" });
    if (port.isOpen) await port.close();
  };

  const giveUpControl = async (): Promise<void> => {
    try {
      await core.line.sendNow({ command: "disableRemoteControl" }, { timeoutMs: core.answerTimeoutMs() }).exchange;
    } catch (error) {
      if (!isPulsetrainError(error)) throw error;
    }
  };

  const disarm = async (why: string): Promise<Disarmed> => {
    const { link } = core.state();
    if (link === "lost") return { confirmed: false, detail: "the link is lost, the state of the device is unknown" };
    if (!port.isOpen) return { confirmed: false, detail: "not connected" };
    firing.interrupt(`disarmed: ${why}`);
    return disarmDevice(core, why);
  };

  const waitForReady = async (deadlineMs: number, ticket: Ticket): Promise<StimulatorStatus> => {
    for (;;) {
      const startMs = clock.now();
      await core.pollParameters();
      const refusal = ticket();
      if (refusal !== null) throw refusal;
      requireHealthy(core.state());
      const { status, wanted: order } = core.state();
      if (status !== null && status.atMs >= startMs && status.state === "ready" && status.activity === "idle") return status;
      if (order !== "armed") throw new PulsetrainError("DEVICE_NOT_READY", "the device is in standby");
      if (clock.now() >= deadlineMs) {
        throw new PulsetrainError("DEVICE_NOT_READY", `not ready in time; the device is ${status?.state ?? "unknown"}`);
      }
      await clock.until(startMs + LOOK_READY_MS);
    }
  };

  const arm = async (permit: PermitLike): Promise<StimulatorStatus> => {
    core.requireUsable();
    const ticket = core.ticket();
    await core.readTemperature();
    const before = await core.readParameters();
    requireHealthy(core.state());
    if (before.state !== "standby") throw new PulsetrainError("DEVICE_CONFLICT", `arming from standby only; the device is ${before.state}`);
    try {
      await core.order({ command: "setMode", mode: "arm" }, "arming", permit, ticket);
      core.apply({ kind: "arm-sent" });
      return await waitForReady(clock.now() + readyWithinMs, ticket);
    } catch (error) {
      // Nobody knows whether it armed, and nobody waits for it any more.
      await disarm("arming failed");
      throw error;
    }
  };

  const readChargeDelayMs = async (): Promise<number> => {
    core.requireUsable();
    requireChargeDelay(core.major());
    const { chargeDelay } = requireGood(await core.question({ command: "getChargeDelay" }), "reading the charge delay");
    if (chargeDelay === undefined) throw new PulsetrainError("DEVICE_WRONG_ANSWER", "reading the charge delay: none in the answer");
    return chargeDelay;
  };

  return {
    status$: core.status$,
    events$: core.events$,
    lastStatus: () => core.state().status,
    connect: () => {
      const { link } = core.state();
      if (link === "lost" || closing !== null) {
        return Promise.reject(new PulsetrainError("PORT_LOST", "this driver is at its end; a new one must probe the device"));
      }
      if (identity !== null) return identity;
      identity = openAndProbe();
      return identity;
    },
    readStatus: async ({ temperature = false } = {}) => {
      requireLink(core.state().link);
      if (temperature) await core.readTemperature();
      return core.readParameters();
    },
    prepare: (settings, permit) => prepareDevice(core, facts.value, settings, permit),
    arm,
    awaitReady: async (timeoutMs) => {
      core.requireUsable();
      return waitForReady(clock.now() + timeoutMs, core.ticket());
    },
    quietUntil: (untilMs) => keepAlive.quietUntil(untilMs),
    deliver: firing.deliver,
    disarm,
    close: () => {
      closing ??= disarm("closing").then(async (result) => {
        await letGo("closed");
        return result;
      });
      return closing;
    },
    readChargeDelayMs,
    setChargeDelayMs: async (delayMs, permit) => {
      core.requireUsable();
      requireChargeDelay(core.major());
      await core.order({ command: "setChargeDelay", chargeDelay: delayMs }, `setting the charge delay to ${delayMs} ms`, permit, core.ticket());
      return readChargeDelayMs();
    },
  };
}

function requireLink(link: string): void {
  if (link === "lost") throw new PulsetrainError("PORT_LOST", "the link was lost; a new driver must probe the device");
  if (link === "closed") throw new PulsetrainError("PORT_NOT_OPEN", "not connected");
}

function requireChargeDelay(major: number): void {
  if (major < UNLOCK_MAJOR) throw new PulsetrainError("DEVICE_INVALID_COMMAND", `software version ${major} has no charge delay`);
}
