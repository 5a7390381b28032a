import type { DeviceCount, DeviceOrder, DeviceReady } from "./deviceProcess.ts";
import { nextMessage, startProcess } from "./processes.ts";

/** Simulated devices in a process of their own. */
export interface Device extends Omit<DeviceReady, "type"> {
  /** Ground truth: pulses that left the rig's device so far; of a trigger box the edges of its line 1. */
  discharges(): Promise<number>;
  close(): void;
}

export async function startDevice(order: DeviceOrder): Promise<Device> {
  const child = startProcess("./deviceProcess.ts", [JSON.stringify(order)]);
  const { type: _, ...paths } = await nextMessage<DeviceReady>(child);
  return {
    ...paths,
    async discharges() {
      const answer = nextMessage<DeviceCount>(child);
      child.send("count");
      return (await answer).count;
    },
    close: () => child.disconnect(),
  };
}
