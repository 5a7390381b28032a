/** Setting the device in standby, and reading back what it is set to. */
import type {
  PermitLike,
  StimulatorSettings,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Command } from "../wire/commands.ts";
import { ENTER_RTMS_LEAST_TENTHS, ENTER_RTMS_TENTHS } from "./capabilities.ts";
import type { Core } from "./core.ts";
import { MIN_WAIT_S, minWaitS } from "./limits.ts";
import type { Ticket } from "./tickets.ts";
import { judgeTrain, type TrainFacts } from "./trains.ts";

/** Resolves with the read-back. Nothing is sent that this device, with its own version, cannot take. */
export async function prepareDevice(
  core: Core,
  facts: TrainFacts,
  settings: StimulatorSettings,
  permit: PermitLike,
): Promise<StimulatorStatus> {
  core.requireUsable();
  const ticket = core.tickets.give();
  const power = requirePossible(settings, { ...facts, major: core.major() });
  const before = await restedStatus(core, ticket);
  for (const { command, words, orElse } of settingSteps(power, settings, before)) {
    try {
      await core.order(command, words, permit, ticket);
    } catch (error) {
      if (orElse === undefined || !isRefusedAsConflict(error)) throw error;
      await core.order(orElse, words, permit, ticket);
    }
  }
  const after = await core.readParameters();
  const differences = differencesOf(power, settings, after);
  if (differences.length > 0)
    throw new PulsetrainError("DEVICE_READBACK_DIFFERS", differences.join("; "));
  return after;
}

/** Between two looks at a device that still waits after a train, ms. */
const LOOK_WAIT_MS = 100;
/** What the wait may take beyond the energy rule, ms. */
const WAIT_SLACK_MS = 1000;

/** The status in standby; after a train the device takes no settings until its wait is over. */
async function restedStatus(core: Core, ticket: Ticket): Promise<StimulatorStatus> {
  const startMs = core.clock.now();
  for (;;) {
    const status = await core.readParameters();
    const refusal = ticket();
    if (refusal !== null) throw refusal;
    if (status.state !== "standby") {
      throw new PulsetrainError(
        "DEVICE_CONFLICT",
        `settings change in standby only; the device is ${status.state}`,
      );
    }
    if (status.activity === "idle") return status;
    if (core.clock.now() - startMs > longestWaitMs(status)) {
      throw new PulsetrainError(
        "DEVICE_CONFLICT",
        `the device still shows a ${status.activity} after a train`,
      );
    }
    await core.clock.wait(LOOK_WAIT_MS);
  }
}

function longestWaitMs({ intensityPctMso, train }: StimulatorStatus): number {
  const waitS =
    train === null
      ? MIN_WAIT_S
      : minWaitS(intensityPctMso?.[0] ?? 0, train.frequencyHz, train.pulses);
  return WAIT_SLACK_MS + 1000 * (Number.isFinite(waitS) ? waitS : MIN_WAIT_S);
}

/** The power, when the device can take all of the settings. */
function requirePossible(
  { intensityPctMso, train, isiMs }: StimulatorSettings,
  facts: TrainFacts,
): number {
  const [power, ...more] = intensityPctMso;
  const refuse = (detail: string): PulsetrainError =>
    new PulsetrainError("DEVICE_INVALID_DATA", detail);
  if (power === undefined || more.length > 0 || isiMs !== null)
    throw refuse("one intensity and no interval, since this device makes no pairs");
  if (!Number.isInteger(power) || power < 0 || power > 100)
    throw refuse(`${power} % is no whole percent from 0 to 100`);
  const problems = train === null ? [] : judgeTrain(train, power, facts);
  if (problems.length > 0) throw refuse(problems.map(({ detail }) => detail).join("; "));
  return power;
}

interface SettingStep {
  readonly command: Command;
  readonly words: string;
  /** Sent instead when the device says that the command conflicts with its state. */
  readonly orElse?: Command;
}

/** Nothing changed, so another command may follow; a ticket that was taken back keeps that one back too. */
function isRefusedAsConflict(error: unknown): boolean {
  return isPulsetrainError(error) && error.code === "DEVICE_CONFLICT";
}

/**
 * What is to be sent, in the order of `nigelrogasch/MAGIC`: mode, power, frequency, duration,
 * pulses. The duration is the mode switch too; frequency, duration and pulses of a train are sent
 * even when they seem to be right, since a new power can lower the frequency.
 */
export function settingSteps(
  power: number,
  { train }: Pick<StimulatorSettings, "train">,
  before: Pick<StimulatorStatus, "mode" | "enhancedPower">,
): readonly SettingStep[] {
  const steps: SettingStep[] = [];
  const add = (command: Command, words: string, orElse?: Command): void => {
    steps.push({ command, words, ...(orElse === undefined ? {} : { orElse }) });
  };
  if (before.enhancedPower === true)
    add({ command: "enhancedPower", enable: false }, "leaving enhanced power");
  if (train === null && before.mode === "train")
    add({ command: "setDuration", durationS: 0 }, "leaving rTMS mode");
  if (train !== null && before.mode !== "train") {
    add(enterRtms(ENTER_RTMS_TENTHS), "entering rTMS mode", enterRtms(ENTER_RTMS_LEAST_TENTHS));
  }
  add({ command: "setPower", power }, `setting the power to ${power} %`);
  if (train === null) return steps;
  add(
    { command: "setFrequency", frequencyHz: train.frequencyHz },
    `setting the frequency to ${train.frequencyHz} Hz`,
  );
  add(
    { command: "setDuration", durationS: train.durationS },
    `setting the duration to ${train.durationS} s`,
  );
  add({ command: "setPulses", pulses: train.pulses }, `setting ${train.pulses} pulses`);
  return steps;
}

const enterRtms = (tenths: number): Command => ({
  command: "setDuration",
  durationS: tenths / 10,
});

/** What is not as it was asked, in words; a change by less than a step of the device cannot be. */
export function differencesOf(
  power: number,
  { train }: Pick<StimulatorSettings, "train">,
  seen: StimulatorStatus,
): readonly string[] {
  const pairs: readonly (readonly [string, unknown, unknown])[] = [
    ["power %", power, seen.intensityPctMso?.[0] ?? null],
    ["enhanced power", false, seen.enhancedPower],
    ["mode", train === null ? "single" : "train", seen.mode],
    ["frequency Hz", train?.frequencyHz ?? null, seen.train?.frequencyHz ?? null],
    ["duration s", train?.durationS ?? null, seen.train?.durationS ?? null],
    ["pulses", train?.pulses ?? null, seen.train?.pulses ?? null],
  ];
  return pairs
    .filter(([, asked, read]) => asked !== read)
    .map(([name, asked, read]) => `${name}: asked ${asked}, read back ${read}`);
}
