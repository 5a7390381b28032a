/** From opening the port to closing it. A driver lives once: after its end a new one must probe. */
import type { Subscription } from "rxjs";
import type {
  DeviceIdentity,
  GuardedBytePort,
  Stimulator,
} from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { probe } from "./connect.ts";
import type { Core } from "./core.ts";
import { type Disarmed, disarmDevice } from "./disarm.ts";
import type { Firing } from "./fire.ts";
import type { Watchman } from "./watch.ts";

export type Lifecycle = Pick<Stimulator, "connect" | "disarm" | "close">;

export function createLifecycle(
  core: Core,
  port: GuardedBytePort,
  watchman: Watchman,
  firing: Firing,
): Lifecycle {
  const { clock } = core;
  let connecting: Promise<DeviceIdentity> | null = null;
  let closing: Promise<Disarmed> | null = null;
  let portEnd: Subscription | null = null;

  const shutLine = (detail: string): void => {
    portEnd?.unsubscribe();
    watchman.stop();
    firing.interrupt(detail);
    core.line.end(detail);
  };

  const letGo = async (detail: string): Promise<void> => {
    shutLine(detail);
    if (core.state().link !== "lost") core.apply({ kind: "closed" });
    if (port.isOpen) await port.close();
  };

  const openAndProbe = async (): Promise<DeviceIdentity> => {
    core.apply({ kind: "opening" });
    try {
      if (!port.isOpen) await port.open();
      portEnd = port.closed$.subscribe(({ detail }) => {
        core.apply({ kind: "lost", atMs: clock.now(), detail });
        shutLine(detail);
      });
      const identity = await probe(core);
      core.apply({ kind: "probed" });
      watchman.start();
      return identity;
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
    return disarmDevice(core, why);
  };

  return {
    connect: () => {
      if (core.state().link === "lost" || closing !== null)
        return Promise.reject(
          new PulsetrainError(
            "PORT_LOST",
            "this driver is at its end; a new one must probe the device",
          ),
        );
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
