import type { RigConfig } from "../config/rig.ts";

/** No replay opens a port: whatever a rig names is simulated, or its recording answers. */
export function withoutPorts(rig: RigConfig): RigConfig {
  const port = "simulated";
  const { amplifier, markers, nerve, stimulator } = rig;
  const { trigger } = stimulator;
  const box = markers?.box;
  return {
    ...rig,
    stimulator: {
      ...stimulator,
      port,
      ...(trigger?.via === "box" ? { trigger: { ...trigger, port } } : {}),
    },
    ...(amplifier === undefined ? {} : { amplifier: { ...amplifier, port } }),
    ...(markers === undefined || box === undefined
      ? {}
      : { markers: { ...markers, box: { ...box, port } } }),
    ...(nerve === undefined ? {} : { nerve: { ...nerve, port } }),
  };
}
