/** From opening the port to closing it. A driver lives once: after its end a new one must probe. */
import type { Subscription } from "rxjs";
import type {
  DeviceIdentity,
  DriverContext,
  Stimulator,
} from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Core } from "./core.ts";
import type { Firing } from "./fire.ts";
import { coilWords } from "./news.ts";
import { type Disarmed, lowerToZero } from "./orders.ts";
import { createSilenceWatch } from "./silence.ts";
import type { Settled } from "./state.ts";

export type Lifecycle = Pick<Stimulator, "connect" | "disarm" | "close">;

/** Two equal statuses must come within this time of opening the port, ms. */
const PRESENT_WITHIN_MS = 1000;

export function createLifecycle(core: Core, context: DriverContext, firing: Firing): Lifecycle {
  const { clock, config, port } = context;
  const silence = createSilenceWatch(core);
  let connecting: Promise<DeviceIdentity> | null = null;
  let closing: Promise<Disarmed> | null = null;
  let portEnd: Subscription | null = null;

  const shut = (detail: string): void => {
    portEnd?.unsubscribe();
    silence.stop();
    firing.interrupt(detail);
    core.end();
  };

  const letGo = async (detail: string): Promise<void> => {
    if (core.state().link !== "lost") core.apply({ kind: "closed" });
    shut(detail);
    if (port.isOpen) await port.close();
  };

  const openAndProbe = async (): Promise<DeviceIdentity> => {
    core.apply({ kind: "opening" });
    try {
      if (!port.isOpen) await port.open();
      portEnd = port.closed$.subscribe(({ detail }) => {
        core.apply({ kind: "lost", atMs: clock.now(), detail });
        shut(detail);
      });
      const found = await firstPair(core);
      await leaveAtZero(core, found);
      core.apply({ kind: "probed" });
      silence.start();
      return identityOf(config.driver, core.options.variant, found);
    } catch (error) {
      // A failed probe leaves no half-open port behind.
      await letGo("connecting failed");
      throw error;
    }
  };

  const disarm = async (why: string): Promise<Disarmed> => {
    if (core.state().link === "lost")
      return { confirmed: false, detail: "the link is lost, the state of the device is unknown" };
    if (!port.isOpen) return { confirmed: false, detail: "not connected" };
    firing.interrupt(`disarmed: ${why}`);
    return lowerToZero(core, why);
  };

  return {
    connect: () => {
      if (core.state().link === "lost" || closing !== null) {
        return Promise.reject(
          new PulsetrainError(
            "PORT_LOST",
            "this driver is at its end; a new one must probe the device",
          ),
        );
      }
      connecting ??= openAndProbe();
      return connecting;
    },
    disarm,
    close: () => {
      closing ??= disarm("closing").then(async (result) => {
        await letGo("closed");
        return result;
      });
      return closing;
    },
  };
}

/** The device speaks unasked, so listening is all that finding it takes. */
function firstPair(core: Core): Promise<Settled> {
  return core.waitFor(
    () => core.state().settled,
    PRESENT_WITHIN_MS,
    () => {
      const { heardBytes } = core;
      throw heardBytes === 0
        ? new PulsetrainError("DEVICE_SILENT", `no byte within ${PRESENT_WITHIN_MS} ms`)
        : new PulsetrainError(
            "DEVICE_WRONG_ANSWER",
            `${heardBytes} bytes within ${PRESENT_WITHIN_MS} ms, but no two equal statuses of one length; 1 000 000 baud, 2 stop bits?`,
          );
    },
  );
}

/** What stands above 0 could be fired by a pedal; nothing is left so. */
async function leaveAtZero(core: Core, { frame }: Settled): Promise<void> {
  if (frame.intensity === 0) {
    core.apply({ kind: "ordered", pct: 0 });
    return;
  }
  const { confirmed, detail } = await lowerToZero(core, "found at connecting");
  if (confirmed) return;
  throw new PulsetrainError(
    "DEVICE_READBACK_DIFFERS",
    `found at ${frame.intensity} %, and it does not go to 0: ${detail}`,
  );
}

function identityOf(model: string, variant: string, { frame }: Settled): DeviceIdentity {
  return {
    model,
    softwareVersion: null,
    detail: {
      variant: `${variant} (from the rig file)`,
      coil: coilWords(frame),
      statusForm: frame.coilType === null ? "older, without coil type" : "with coil type",
      foundAtPctMso: String(frame.intensity),
      foundRechargeDelayMs: String(frame.rechargeDelayMs),
      foundTriggerOutDelayMs: String(frame.triggerOutDelayMs),
    },
  };
}
