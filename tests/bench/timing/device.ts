import type { DeviceCount, DeviceReady } from "./deviceProcess.ts";
import { nextMessage, startProcess } from "./processes.ts";

/** The simulated device in its own process. */
export interface Device {
  readonly devicePath: string;
  readonly sinkPath: string;
  /** Ground truth: pulses that left the device so far. */
  discharges(): Promise<number>;
  close(): void;
}

/** `prompt`: it goes before everything else, as a device with a processor of its own does. */
export async function startDevice(kind: "prompt" | "ordinary"): Promise<Device> {
  const child = startProcess("./deviceProcess.ts", [kind]);
  const { devicePath, sinkPath } = await nextMessage<DeviceReady>(child);
  return {
    devicePath,
    sinkPath,
    async discharges() {
      const answer = nextMessage<DeviceCount>(child);
      child.send("count");
      return (await answer).count;
    },
    close: () => child.disconnect(),
  };
}
