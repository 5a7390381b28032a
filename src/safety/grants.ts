import type { Dose } from "../contract/dose.ts";
import type { Hazard } from "../contract/hazard.ts";
import type { Channel, DeviceModel } from "../contract/stimulator.ts";

/** Settings that take a protection of the device away; no plan can ask for them. */
const FORBIDDEN: readonly string[] = ["enhancedPower", "ignoreCoilSwitch"];

/** The most that a train setting of this name may be for a dose; null: the name says nothing. */
function most(setting: string, dose: Dose): number | null {
  const { shape } = dose;
  const frequencyHz =
    shape.kind === "train"
      ? shape.frequencyHz
      : shape.kind === "burst-train"
        ? shape.burstHz
        : null;
  switch (setting) {
    case "pulses":
      return "pulses" in shape ? shape.pulses : shape.kind === "burst-train" ? shape.bursts : 1;
    case "frequencyHz":
      return frequencyHz;
    case "frequencyTenthsHz":
      return frequencyHz === null ? null : frequencyHz * 10;
    default:
      return null;
  }
}

/**
 * The most that each channel may be set to for a dose: a single intensity stands on the channel that
 * gives it, and the one in front of that is at 0.
 */
function ceilings({ intensityPctMso }: Dose, channel: Channel): readonly number[] {
  return channel === "B" && intensityPctMso.length === 1
    ? [0, ...intensityPctMso]
    : intensityPctMso;
}

function grantProblem(grant: Hazard, dose: Dose, channel: Channel): string | null {
  switch (grant.kind) {
    case "intensity": {
      const asked = ceilings(dose, channel)[grant.channel === "A" ? 0 : 1];
      if (asked !== undefined && grant.pctMso <= asked) return null;
      return `channel ${grant.channel} would be set to ${grant.pctMso} %MSO, the dose has ${asked ?? "none"}`;
    }
    case "setting": {
      if (FORBIDDEN.includes(grant.setting)) return `${grant.setting} is never set`;
      const cap = most(grant.setting, dose);
      if (cap === null || grant.value <= cap + 1e-6) return null;
      return `${grant.setting} would be set to ${grant.value}, the dose has ${cap}`;
    }
    case "safe":
      return null;
    case "several":
    case "arm":
    case "fire":
    case "unknown":
      return `setting a device does not take a frame of kind ${grant.kind}`;
  }
}

/** Why what the device model would be set to goes beyond a dose; null when it does not. */
export function settingsProblem(device: DeviceModel, dose: Dose): string | null {
  const { intensityPctMso, train } = device.settingsFor(dose);
  const channel = device.channelOf?.(dose) ?? "A";
  const highest = ceilings(dose, channel);
  if (intensityPctMso.some((pct, i) => !(pct <= (highest[i] ?? -1)))) {
    return `it would be set to ${intensityPctMso.join(", ")} %MSO, the dose has ${dose.intensityPctMso.join(", ")}`;
  }
  if (train !== null) {
    const { shape } = dose;
    const told =
      shape.kind === "train"
        ? { starts: shape.pulses, hz: shape.frequencyHz }
        : shape.kind === "burst-train"
          ? { starts: shape.bursts, hz: shape.burstHz }
          : null;
    const same =
      told !== null && train.pulses === told.starts && Math.abs(train.frequencyHz - told.hz) < 1e-6;
    if (!same) return "it would be set to another train than the dose";
  }
  for (const grant of device.grantsFor(dose)) {
    const problem = grantProblem(grant, dose, channel);
    if (problem !== null) return problem;
  }
  return null;
}
