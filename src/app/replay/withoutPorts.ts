import type { RigConfig } from "../config/rig.ts";

/**
 * No replay opens a port: whatever a rig names is simulated, or its recording answers. What a real amplifier
 * heard is in the journal already, and is not listened to again; a simulated one comes along, since its start
 * takes its time on the virtual clock.
 */
export function withoutPorts(rig: RigConfig): RigConfig {
  const port = "simulated";
  const { amplifier, markers, nerve, secondStimulator: second, stimulator, ...rest } = rig;
  const { trigger } = stimulator;
  const box = markers?.box;
  return {
    ...rest,
    ...(amplifier?.port === port ? { amplifier } : {}),
    stimulator: {
      ...stimulator,
      port,
      ...(trigger?.via === "box" ? { trigger: { ...trigger, port } } : {}),
    },
    ...(markers === undefined
      ? {}
      : { markers: { ...markers, ...(box === undefined ? {} : { box: { ...box, port } }) } }),
    ...(nerve === undefined ? {} : { nerve: { ...nerve, port } }),
    ...(second === undefined
      ? {}
      : { secondStimulator: { ...second, trigger: { ...second.trigger, port } } }),
  };
}
