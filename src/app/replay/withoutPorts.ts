import type { RigConfig } from "../config/rig.ts";

/**
 * No replay opens a port: whatever a rig names is simulated, or its recording answers. What an amplifier
 * heard is in the journal already, and is not listened to again.
 */
export function withoutPorts(rig: RigConfig): RigConfig {
  const port = "simulated";
  const { amplifier: _, markers, nerve, stimulator, ...rest } = rig;
  const { trigger } = stimulator;
  const box = markers?.box;
  return {
    ...rest,
    stimulator: {
      ...stimulator,
      port,
      ...(trigger?.via === "box" ? { trigger: { ...trigger, port } } : {}),
    },
    ...(markers === undefined || box === undefined
      ? {}
      : { markers: { ...markers, box: { ...box, port } } }),
    ...(nerve === undefined ? {} : { nerve: { ...nerve, port } }),
  };
}
