/** The beginning of every probe: take control and leave the device in standby. Only safe frames. */
import type { StimulatorStatus } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { refusalError, requireGood } from "../link/exchanges.ts";
import { byteHex, checksum, latin1 } from "../wire/frame.ts";
import type { Core } from "./core.ts";
import { disarmDevice } from "./disarm.ts";

const CABLE_CAUSES =
  "is it switched on, is the cable in the socket of the main unit (not of the user interface), is this the right port?";

/** What a silent or unwilling device may be, by whether this model has unlock codes. */
export interface ControlHints {
  /** The device is there, but gives no control. */
  readonly unwilling: string;
  /** Nothing answers at all. */
  readonly silent: string;
}

/** Takes control, and disarms what is found armed. */
export async function takeStandby(
  core: Core,
  unlockCode: string | null,
  hints: ControlHints,
): Promise<void> {
  const isStandby = await takeControl(core, unlockCode, hints);
  if (!isStandby) await requireDisarmed(core);
}

/** The end of a probe: control is still held and the device in standby, as its own status says. */
export async function requireStandby(core: Core): Promise<StimulatorStatus> {
  const status = await core.readParameters();
  if (!status.remote)
    throw new PulsetrainError(
      "DEVICE_CONTROL_LOST",
      "the device took control back during the probe",
    );
  if (status.state !== "standby") await requireDisarmed(core);
  return status;
}

/** True when the device is in standby. */
async function takeControl(
  core: Core,
  unlockCode: string | null,
  hints: ControlHints,
): Promise<boolean> {
  const command = unlockCode === null ? {} : { unlockCode };
  const exchange = await core.question({ command: "enableRemoteControl", ...command });
  if (exchange.kind === "silent") throw await explainSilence(core, unlockCode, hints);
  if (exchange.kind === "answer" && exchange.answer.kind === "refusal" && unlockCode !== null) {
    const { code } = refusalError(exchange.answer, "taking control");
    throw new PulsetrainError(
      code,
      "taking control: the device refused the frame with the unlock code; software below version 9, a 200² and a BiStim² have none, then leave it out of the rig file and check the model",
    );
  }
  const { instr } = requireGood(exchange, "taking control");
  core.apply({ kind: "control-taken", atMs: core.clock.now() });
  return instr.standby === 1;
}

/** `F` needs no control, so it tells a silent cable from a refused code. */
async function explainSilence(
  core: Core,
  unlockCode: string | null,
  hints: ControlHints,
): Promise<PulsetrainError> {
  const temperature = await core.question({ command: "getTemperature" });
  const isThere = temperature.kind === "answer";
  if (unlockCode !== null && isThere) {
    return new PulsetrainError(
      "DEVICE_UNLOCK_REFUSED",
      `the device is there, but gives no control for this unlock code${typingHint(unlockCode)}`,
    );
  }
  const words = isThere
    ? `the device is there, but gives no control; ${hints.unwilling}`
    : `no answer at all; ${CABLE_CAUSES} ${hints.silent}`;
  return new PulsetrainError("DEVICE_SILENT", `taking control: ${words}`);
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

async function requireDisarmed(core: Core): Promise<void> {
  const why = "found armed on connecting";
  const { confirmed, detail } = await disarmDevice(core, why);
  if (!confirmed)
    throw new PulsetrainError(
      "DEVICE_CONFLICT",
      `the device was ${why} and did not disarm: ${detail}`,
    );
}
