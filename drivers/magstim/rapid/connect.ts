/** The probe of a Rapid or a Horizon. Only safe frames. */
import type { DeviceIdentity, StimulatorConfig } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type ControlHints, requireStandby, takeStandby } from "../device/control.ts";
import type { Core } from "../device/core.ts";
import { namePairOrSingle } from "../device/stranger.ts";
import { requireAnswer, requireGood } from "../link/exchanges.ts";
import type { Exchange } from "../link/inFlight.ts";
import { parseVersion, UNLOCK_MAJOR, type WireModel } from "../wire/dialect.ts";

const HINTS_WITHOUT_CODE: ControlHints = {
  unwilling: "from software version 9 on it needs its unlock code",
  silent: "from software version 9 on it needs an unlock code",
};
const HINTS_WITH_CODE: ControlHints = {
  unwilling: "",
  silent: "is the unlock code that of this unit?",
};

/** Rejects with a coded error that names the step which failed. */
export async function probe(
  core: Core,
  wire: WireModel,
  config: StimulatorConfig,
  unlockCode: string | null,
): Promise<DeviceIdentity> {
  await takeStandby(core, unlockCode, unlockCode === null ? HINTS_WITHOUT_CODE : HINTS_WITH_CODE);
  const version = await readVersion(core, wire, config);
  await requireStandby(core);
  await core.readTemperature();
  const detail = {
    ...(await readModules(core, wire)),
    coilTemperatureC: String(core.state().coilTemperatureC),
  };
  return { model: config.driver, softwareVersion: version, detail };
}

async function readVersion(core: Core, wire: WireModel, config: StimulatorConfig): Promise<string> {
  const exchange = await core.question({ command: "getVersion" });
  await requireKnown(core, exchange, config);
  const answer = requireAnswer(exchange, "reading the software version");
  const major = answer.kind === "version" ? answer.version[0] : undefined;
  if (answer.kind !== "version" || major === undefined) {
    throw new PulsetrainError(
      "DEVICE_WRONG_ANSWER",
      "reading the software version: no version in the answer",
    );
  }
  const wanted =
    config.softwareVersion === null ? [] : (parseVersion(config.softwareVersion) ?? []);
  const found = answer.version.join(".");
  if (wanted.some((part, place) => part !== (answer.version[place] ?? 0))) {
    throw new PulsetrainError(
      "DEVICE_WRONG_VERSION",
      `the device has ${found}, the rig file says ${config.softwareVersion}`,
    );
  }
  core.speak(wire, major);
  return found;
}

/** A device that does not know the question for its version is another model: which? */
async function requireKnown(
  core: Core,
  exchange: Exchange,
  { driver }: StimulatorConfig,
): Promise<void> {
  const isUnknown =
    exchange.kind === "answer" &&
    exchange.answer.kind === "refusal" &&
    exchange.answer.error === "unknown command";
  if (!isUnknown) return;
  const found = await namePairOrSingle(core);
  if (found === null) return;
  throw new PulsetrainError(
    "DEVICE_WRONG_ANSWER",
    `the rig file says ${driver}, but ${found} answers on this port`,
  );
}

/**
 * The only hint of the device at its type; no limit depends on it. A charge delay that somebody has
 * set prolongs every recharge, which else would look like one more pulse.
 */
async function readModules(core: Core, wire: WireModel): Promise<Readonly<Record<string, string>>> {
  if (wire === "horizon" || core.major() < UNLOCK_MAJOR) return {};
  const { extInstr } = requireGood(
    await core.question({ command: "getSystemStatus" }),
    "reading the system status",
  );
  if (extInstr === undefined) return {};
  const plus1Module = extInstr.plus1ModuleDetected === 1 ? "detected" : "not detected";
  if (extInstr.chargeDelaySet === 0) return { plus1Module };
  requireGood(await core.question({ command: "getChargeDelay" }), "reading the charge delay");
  return { plus1Module, chargeDelayMs: String(core.state().chargeDelayMs) };
}
