/** The probe: find out what is there and leave it disabled. Only questions and the order to disable. */
import type { DeviceIdentity } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type Exchange, type Heard, requireAnswer } from "../link/answers.ts";
import { coilName, pageName } from "../wire/names.ts";
import { ANSWER_MS, type Core, questionOf } from "./core.ts";
import { disarmDevice } from "./disarm.ts";
import type { Known } from "./known.ts";
import { MAGPROS } from "./models.ts";

const CABLE_CAUSES =
  "is it switched on, is the cable in the socket COM2 (not in the trigger socket) and crossed, is this the right port?";

/** Rejects with a coded error that names what was found. */
export async function probe(core: Core): Promise<DeviceIdentity> {
  const first = await core.ask("query short status");
  if (first.kind === "silent") throw explain(first.heard);
  requireAnswer(first, "looking for the device");
  requireModel(core);
  if (core.known().flags?.enabled === true) await requireDisarmed(core);
  requireAnswer(await core.ask("query long status"), "reading the status");
  if (core.known().running) await requireDisarmed(core);
  requireAnswer(await core.ask("query settings"), "reading the settings");
  for (const question of UNDOCUMENTED)
    await core.line.ask(questionOf(question), ANSWER_MS).then(requireLink);
  requireCoil(core);
  return { model: core.facts.model, softwareVersion: null, detail: detailOf(core.known()) };
}

/** Questions that are not in the maker's document; a device may leave them unanswered. */
const UNDOCUMENTED = ["query delays", "query train", "query page and counters"] as const;

function requireLink(exchange: Exchange): void {
  if (exchange.kind === "lost") throw new PulsetrainError("PORT_LOST", exchange.detail);
}

/** Bytes that are no frame: another device, another speed, or an echo of our own question. */
function explain(heard: Heard | null): PulsetrainError {
  if (heard === null)
    return new PulsetrainError(
      "DEVICE_SILENT",
      `looking for the device: no answer at all; ${CABLE_CAUSES}`,
    );
  const { bytes, why } = heard;
  // A Magstim answers what it does not know with a lone question mark.
  const isMagstim = bytes.length > 0 && bytes.every((byte) => byte === 0x3f);
  const what = isMagstim
    ? "question marks came, as a Magstim answers; the rig file says a MagPro"
    : `${bytes.length} bytes came, but no frame of a MagPro (${why}); another device, or another speed`;
  return new PulsetrainError("DEVICE_WRONG_ANSWER", `looking for the device: ${what}`);
}

/** The model stands in the status byte; settings of one model are never tried on another. */
function requireModel({ facts, known }: Core): void {
  const found = known().flags?.model ?? "no model";
  if (found === facts.name) return;
  const driver = MAGPROS.find(({ name }) => name === found)?.model;
  const advice = driver === undefined ? "no driver knows it" : `write \`driver: ${driver}\``;
  throw new PulsetrainError(
    "DEVICE_WRONG_ANSWER",
    `the rig file says ${facts.model}, the device at this port is a MagPro ${found}: ${advice}`,
  );
}

async function requireDisarmed(core: Core): Promise<void> {
  const { confirmed, detail } = await disarmDevice(core, "found enabled on connecting");
  if (!confirmed)
    throw new PulsetrainError(
      "DEVICE_CONFLICT",
      `the device was found enabled or running and did not disarm: ${detail}`,
    );
}

function requireCoil({ facts, known }: Core): void {
  const { coil } = known();
  if (facts.knownCoil === null || coil === facts.knownCoil) return;
  throw new PulsetrainError(
    "DEVICE_COIL",
    `the rig file says coil ${coilName(facts.knownCoil)}, the device reports ${coil === null ? "none" : coilName(coil)}`,
  );
}

function detailOf(known: Known): Readonly<Record<string, string>> {
  const { coil, delays, flags, page, serialNumber, settings, stimCount, temperatureC, train } =
    known;
  return {
    serialNumber: String(serialNumber),
    coil: coil === null ? "not told" : coilName(coil),
    coilTemperatureC: String(temperatureC),
    mode: String(flags?.mode),
    waveform: String(flags?.waveform),
    currentDirection: String(settings?.currentDirection),
    page: page === null ? "not told" : pageName(page),
    stimulusCount: stimCount === null ? "not told" : String(stimCount),
    extendedRates: train === null ? "not told" : String(train.extendedRepRate),
    delays:
      delays === null
        ? "not told"
        : `in ${delays.inputTrigMs} ms, out ${delays.outputTrigMs} ms, charge ${delays.chargeMs} ms`,
  };
}
