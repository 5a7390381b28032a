/** A 200²: the family's driver with one setting, its power. */
import type {
  DeviceIdentity,
  DriverContext,
  Stimulator,
  StimulatorConfig,
  StimulatorSettings,
} from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { requireStandby, takeStandby } from "../device/control.ts";
import type { Core } from "../device/core.ts";
import { assemble } from "../device/driver.ts";
import { differing, type SettingPlan } from "../device/prepare.ts";
import { CONTROL_HINTS, requireAnswerToJ } from "../device/stranger.ts";
import { describe } from "./capabilities.ts";
import { refireMs } from "./figures.ts";

/** Throws `RIG_FILE_BAD` for a rig file that says something this model cannot be. */
export function createSingle(context: DriverContext): Stimulator {
  const model = describe(context.config);
  if (!model.ok) throw new PulsetrainError("RIG_FILE_BAD", model.error);
  return assemble(context, {
    wire: "200",
    model: model.value,
    rules: { rechargeMs: (powers) => refireMs(Math.max(0, ...powers)) },
    probe: (core) => probe(core, context.config),
    plan: planSettings,
  }).stimulator;
}

async function probe(core: Core, { driver }: StimulatorConfig): Promise<DeviceIdentity> {
  await takeStandby(core, null, CONTROL_HINTS);
  const { magstimParam } = await requireAnswerToJ(core, driver);
  if (magstimParam?.unused !== undefined) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      `the rig file says ${driver}, but a BiStim² (\`magstim-bistim\`) answers on this port: it has a second power and an interval`,
    );
  }
  await requireStandby(core);
  await core.readTemperature();
  const detail = { coilTemperatureC: String(core.state().coilTemperatureC) };
  return { model: driver, softwareVersion: null, detail };
}

function planSettings({ intensityPctMso, train, isiMs }: StimulatorSettings): SettingPlan {
  const [power, ...more] = intensityPctMso;
  const refuse = (detail: string): PulsetrainError =>
    new PulsetrainError("DEVICE_INVALID_DATA", detail);
  if (power === undefined || more.length > 0 || isiMs !== null || train !== null)
    throw refuse("one intensity, no interval and no train, since this device gives single pulses");
  if (!Number.isInteger(power) || power < 0 || power > 100)
    throw refuse(`${power} % is no whole percent from 0 to 100`);
  return {
    steps: () => [
      { command: { command: "setPower", power }, words: `setting the power to ${power} %` },
    ],
    alsoAsk: [],
    differences: (seen) => differing([["power %", power, seen.intensityPctMso?.[0] ?? null]]),
    longestWaitMs: () => 0,
  };
}
