/** A BiStim²: the family's driver with two powers and the interval between them. */
import type {
  DeviceIdentity,
  DriverContext,
  Stimulator,
  StimulatorConfig,
} from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { requireStandby, takeStandby } from "../device/control.ts";
import type { Core } from "../device/core.ts";
import { assemble } from "../device/driver.ts";
import { CONTROL_HINTS, requireAnswerToJ } from "../device/stranger.ts";
import { FIT_MODES } from "../device/troubles.ts";
import { describe, optionsOf, REFIRE_MS } from "./capabilities.ts";
import { planSettings } from "./prepare.ts";

/** Throws `RIG_FILE_BAD` for a rig file that says something this model cannot be. */
export function createBistim(context: DriverContext): Stimulator {
  const options = optionsOf(context.config);
  const model = describe(context.config);
  if (!options.ok) throw new PulsetrainError("RIG_FILE_BAD", options.error);
  if (!model.ok) throw new PulsetrainError("RIG_FILE_BAD", model.error);
  return assemble(context, {
    wire: "bistim",
    model: model.value,
    rules: { rechargeMs: () => REFIRE_MS },
    probe: (core) => probe(core, context.config),
    plan: (settings, core) => planSettings(settings, options.value, core.state),
  }).stimulator;
}

/** The mode comes first: without it the digits of the interval say milliseconds or tenths of one. */
async function probe(core: Core, { driver }: StimulatorConfig): Promise<DeviceIdentity> {
  await takeStandby(core, null, CONTROL_HINTS);
  await core.question({ command: "getSystemMode" });
  const { bistimParam } = await requireAnswerToJ(core, driver);
  const { systemMode } = core.state();
  const isSingle = bistimParam?.powerB === 0 && bistimParam.ppOffset === 0;
  if (systemMode === null && isSingle) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      `the rig file says ${driver}, but a 200² (\`magstim-200\`) seems to answer on this port: it tells neither a mode, nor a second power, nor an interval; on a BiStim², set an interval at its panel`,
    );
  }
  const unfit = systemMode === null ? null : unfitWords(systemMode);
  if (unfit !== null) throw new PulsetrainError("DEVICE_WRONG_ANSWER", unfit);
  await requireStandby(core);
  await core.readTemperature();
  return { model: driver, softwareVersion: null, detail: detailOf(core) };
}

function detailOf(core: Core): Readonly<Record<string, string>> {
  const { coilTemperatureC, systemMode } = core.state();
  return { coilTemperatureC: String(coilTemperatureC), systemMode: systemMode ?? "not told" };
}

/** Words of the modes are those of `cboulay/magstim_python`. */
function unfitWords(systemMode: string): string | null {
  if (FIT_MODES.has(systemMode)) return null;
  if (systemMode === "0")
    return "the unit says that it runs alone: couple the second unit and switch it on, or name this one `magstim-200` in the rig file";
  if (systemMode === "3" || systemMode === "S")
    return "the two units wait for two independent triggers: one start would give one pulse; change it at the panel";
  return "the unit says that it is the slave: put the cable into the master";
}
