/** The probe: take control, find out what is there, leave it in standby. Only safe frames. */
import type { DeviceIdentity, StimulatorConfig } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { refusalError, requireAnswer, requireGood } from "../link/exchanges.ts";
import { parseVersion, UNLOCK_MAJOR } from "../wire/dialect.ts";
import { byteHex, checksum, latin1 } from "../wire/frame.ts";
import type { Core } from "./core.ts";
import { disarmDevice } from "./disarm.ts";

const CABLE_CAUSES =
  "is it switched on, is the cable in the socket of the main unit (not of the user interface), is this the right port?";

/** Rejects with a coded error that names the step which failed. */
export async function probe(
  core: Core,
  config: StimulatorConfig,
  unlockCode: string | null,
): Promise<DeviceIdentity> {
  const isStandby = await takeControl(core, unlockCode);
  if (!isStandby) await requireDisarmed(core, "found armed on connecting");
  const version = await readVersion(core, config);
  const status = await core.readParameters();
  if (!status.remote)
    throw new PulsetrainError(
      "DEVICE_CONTROL_LOST",
      "the device took control back during the probe",
    );
  if (status.state !== "standby") await requireDisarmed(core, "found armed on connecting");
  await core.readTemperature();
  const detail = {
    ...(await readPlusModule(core)),
    coilTemperatureC: String(core.state().coilTemperatureC),
  };
  return { model: config.driver, softwareVersion: version, detail };
}

/** True when the device is in standby. */
async function takeControl(core: Core, unlockCode: string | null): Promise<boolean> {
  const command = unlockCode === null ? {} : { unlockCode };
  const exchange = await core.question({ command: "enableRemoteControl", ...command });
  if (exchange.kind === "silent") throw await explainSilence(core, unlockCode);
  if (exchange.kind === "answer" && exchange.answer.kind === "refusal" && unlockCode !== null) {
    const { code } = refusalError(exchange.answer, "taking control");
    throw new PulsetrainError(
      code,
      "taking control: the device refused the frame with the unlock code; software below version 9 has none, then leave it out of the rig file",
    );
  }
  const { instr } = requireGood(exchange, "taking control");
  core.apply({ kind: "control-taken", atMs: core.clock.now() });
  return instr.standby === 1;
}

/** `F` needs no control, so it tells a silent cable from a refused code. */
async function explainSilence(core: Core, unlockCode: string | null): Promise<PulsetrainError> {
  const temperature = await core.question({ command: "getTemperature" });
  const isThere = temperature.kind === "answer";
  if (unlockCode !== null && isThere) {
    return new PulsetrainError(
      "DEVICE_UNLOCK_REFUSED",
      `the device is there, but gives no control for this unlock code${typingHint(unlockCode)}`,
    );
  }
  if (isThere) {
    return new PulsetrainError(
      "DEVICE_SILENT",
      "taking control: the device is there, but gives no control; from software version 9 on it needs its unlock code",
    );
  }
  const code =
    unlockCode === null
      ? "from software version 9 on it needs an unlock code"
      : "is the unlock code that of this unit?";
  return new PulsetrainError(
    "DEVICE_SILENT",
    `taking control: no answer at all; ${CABLE_CAUSES} ${code}`,
  );
}

/**
 * The last two digits of all codes that were published are the checksum of the others. That is an
 * observation, so it hints and never refuses.
 */
function typingHint(unlockCode: string): string {
  const expected = byteHex(checksum(latin1(unlockCode.slice(0, 14))));
  return unlockCode.slice(14).toLowerCase() === expected
    ? ""
    : "; its last two digits do not fit the others, so look for a typing error";
}

async function requireDisarmed(core: Core, why: string): Promise<void> {
  const { confirmed, detail } = await disarmDevice(core, why);
  if (!confirmed)
    throw new PulsetrainError(
      "DEVICE_CONFLICT",
      `the device was ${why} and did not disarm: ${detail}`,
    );
}

async function readVersion(core: Core, config: StimulatorConfig): Promise<string> {
  const answer = requireAnswer(
    await core.question({ command: "getVersion" }),
    "reading the software version",
  );
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
  core.setMajor(major);
  return found;
}

/** The only hint of the device at its type; no limit depends on it. */
async function readPlusModule(core: Core): Promise<Readonly<Record<string, string>>> {
  if (core.major() < UNLOCK_MAJOR) return {};
  const { extInstr } = requireGood(
    await core.question({ command: "getSystemStatus" }),
    "reading the system status",
  );
  return extInstr === undefined
    ? {}
    : { plus1Module: extInstr.plus1ModuleDetected === 1 ? "detected" : "not detected" };
}
