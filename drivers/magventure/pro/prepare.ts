/**
 * Setting the device while it is disabled, and reading back what it is set to. Writes have no
 * acknowledgement: each is followed by the question whose answer shows it.
 */
import type {
  PermitLike,
  StimulatorSettings,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { requireAnswer } from "../link/answers.ts";
import type { Command, Delays, SetSettings, SetTrain } from "../wire/commands.ts";
import { isKnown, type Message } from "../wire/messages.ts";
import { PAGE, pageName } from "../wire/names.ts";
import type { Core, Question } from "./core.ts";
import type { Known } from "./known.ts";
import { type Orders, onePulseTrain, ordersFor } from "./orders.ts";
import type { Ticket } from "./tickets.ts";

/** The device may take so long to apply a write, ms (NeuroSimo waits as long). */
const APPLY_MS = 300;
/** Between two looks meanwhile, ms. */
const LOOK_MS = 50;

/** Resolves with the read-back. `byTrigger`: starts leave through a trigger, not over the wire. */
export async function prepareDevice(
  core: Core,
  settings: StimulatorSettings,
  permit: PermitLike,
  byTrigger: boolean,
): Promise<StimulatorStatus> {
  core.requireUsable();
  const { isiMs } = settings;
  requireCountable(settings);
  const orders = ordersFor(core.facts, settings);
  const work: Work = { core, permit, ticket: core.tickets.give() };
  core.apply({ kind: "may-run", what: "nothing" });
  core.apply({ kind: "setting", isSetting: true });
  try {
    requireStandby(await core.readStatus(), work);
    await setSettings(work, orders.settings);
    const needsTrigger = settings.external === "trigger" || (byTrigger && orders.train === null);
    if (orders.train !== null) await setTrain(work, orders.train);
    else await setTriggerInput(work, needsTrigger);
    // After the timing: a negative delay exists with one timing alone.
    await setDelays(work, orders.delays, needsTrigger);
    await setPage(work, orders.page);
    const status = await setAmplitudes(
      work,
      orders,
      isiMs !== null && settings.burstPulses == null,
    );
    requireStandby(status, work);
    return status;
  } finally {
    core.apply({ kind: "setting", isSetting: false });
  }
}

interface Work {
  readonly core: Core;
  readonly permit: PermitLike;
  readonly ticket: Ticket;
}

function requireCountable({ intensityPctMso }: StimulatorSettings): void {
  const isWhole = intensityPctMso.every((pct) => Number.isInteger(pct) && pct >= 0 && pct <= 100);
  if (isWhole && intensityPctMso.length > 0) return;
  throw new PulsetrainError(
    "DEVICE_INVALID_DATA",
    `${intensityPctMso.join(", ")} %: expected whole percents from 0 to 100`,
  );
}

function requireStandby({ activity, state }: StimulatorStatus, { ticket }: Work): void {
  const refusal = ticket();
  if (refusal !== null) throw refusal;
  if (state === "standby" && activity === "idle") return;
  throw new PulsetrainError(
    "DEVICE_CONFLICT",
    `settings change in standby only; the device is ${state}, ${activity}`,
  );
}

/** What was asked and what the device has, where the two differ. */
type Row = readonly [name: string, asked: unknown, read: unknown];

function same(asked: unknown, read: unknown): boolean {
  return typeof asked === "number" && typeof read === "number"
    ? Math.abs(asked - read) < 1e-6
    : asked === read;
}

function differences(rows: readonly Row[]): readonly string[] {
  return rows
    .filter(([, asked, read]) => !same(asked, read))
    .map(([name, asked, read]) => `${name}: asked ${asked}, read back ${read ?? "nothing"}`);
}

/** One kind of setting: how it is asked for, and what of the answer is not as ordered. */
interface Part {
  readonly question: Question;
  readonly words: string;
  readonly differs: (known: Known) => readonly string[];
}

/** Asks until it is as ordered or the device has had its time. Empty when it is. */
async function readBack({ core, ticket }: Work, part: Part): Promise<readonly string[]> {
  const untilMs = core.clock.now() + APPLY_MS;
  for (;;) {
    const startMs = core.clock.now();
    requireAnswer(await core.ask(part.question), `reading back ${part.words}`);
    const refusal = ticket();
    if (refusal !== null) throw refusal;
    const left = part.differs(core.known());
    if (left.length === 0 || core.clock.now() >= untilMs) return left;
    await core.clock.until(startMs + LOOK_MS);
  }
}

/** Writes nothing when the device is set so already. `orders` are tried one after the other. */
async function set(
  work: Work,
  part: Part,
  orders: readonly (() => Promise<void>)[],
): Promise<void> {
  const { core } = work;
  requireAnswer(await core.ask(part.question), `reading ${part.words}`);
  let left = part.differs(core.known());
  for (const order of orders) {
    if (left.length === 0) return;
    await order();
    left = await readBack(work, part);
  }
  if (left.length > 0) throw new PulsetrainError("DEVICE_READBACK_DIFFERS", left.join("; "));
}

function send({ core, permit, ticket }: Work, command: Command): Promise<void> {
  return core.order(command, permit, ticket);
}

function setSettings(work: Work, order: SetSettings): Promise<void> {
  const isBurst = order.waveform === "Biphasic Burst";
  const isPair = order.mode === "Twin" || order.mode === "Dual";
  const differs = ({ settings }: Known): readonly string[] =>
    differences([
      ["mode", order.mode, settings?.mode],
      ["current direction", order.currentDirection, settings?.currentDirection],
      ["waveform", order.waveform, settings?.waveform],
      // Without meaning in other modes, where the device shows what was chosen last.
      ["burst pulses", isBurst ? order.burstPulses : null, isBurst ? settings?.burstPulses : null],
      [
        "interval ms",
        isBurst || isPair ? order.ipiMs : null,
        isBurst || isPair ? settings?.ipiMs : null,
      ],
      [
        "B/A ratio",
        order.mode === "Twin" ? order.baRatio : null,
        order.mode === "Twin" ? settings?.baRatio : null,
      ],
    ]);
  const part: Part = { question: "query settings", words: "the settings", differs };
  return set(work, part, [() => send(work, order)]);
}

/**
 * Nothing is known of an effect of the delays on starts over the wire, so a device that does not tell
 * them is refused only where its trigger input starts pulses.
 */
async function setDelays(work: Work, delays: Delays, needed: boolean): Promise<void> {
  if (work.core.known().delays === null && !needed) return;
  const part: Part = {
    question: "query delays",
    words: "the delays",
    differs: ({ delays: read }) =>
      differences([
        ["input delay ms", delays.inputTrigMs, read?.inputTrigMs],
        ["output delay ms", delays.outputTrigMs, read?.outputTrigMs],
        ["charge delay ms", delays.chargeMs, read?.chargeMs],
      ]),
  };
  await set(work, part, [
    () => send(work, { what: "set delays", ...delays }),
    () => send(work, { what: "set delays (documented form)", ...delays }),
  ]);
}

function trainDiffers(order: SetTrain): Part["differs"] {
  return ({ train }) =>
    differences([
      ["timing control", order.timingControl, train?.timingControl],
      ["rate Hz", order.repRateHz, train?.repRateHz],
      ["pulses in train", order.pulsesInTrain, train?.pulsesInTrain],
      ["trains", order.numberOfTrains, train?.numberOfTrains],
      ["warning sound", order.priorWarningSound, train?.priorWarningSound],
    ]);
}

/** By the command that can be read back whole; where it has no effect, by the documented one. */
async function setTrain(work: Work, order: SetTrain): Promise<void> {
  if (work.core.known().train === null)
    throw new PulsetrainError(
      "DEVICE_SILENT",
      "the device does not tell its train, so a train cannot be read back; let the host time the pulses",
    );
  const { repRateHz, pulsesInTrain, numberOfTrains, itiS } = order;
  await set(work, trainPart(order), [
    () => send(work, order),
    async () => {
      // Refused on every other page.
      await setPage(work, PAGE.timing);
      const numbers = { repRateHz, pulsesInTrain, numberOfTrains, itiS };
      await send(work, { what: "set train (documented form)", ...numbers });
    },
  ]);
}

function trainPart(order: SetTrain): Part {
  return { question: "query train", words: "the train", differs: trainDiffers(order) };
}

/** Where single starts are planned the trigger input must not start a train of the device's own. */
async function setTriggerInput(work: Work, needsTrigger: boolean): Promise<void> {
  if (work.core.known().train === null) {
    if (!needsTrigger) return;
    throw new PulsetrainError(
      "DEVICE_SILENT",
      "the device does not tell what its trigger input does, so nothing can be left to it",
    );
  }
  const order = onePulseTrain(needsTrigger);
  const differs = ({ train }: Known): readonly string[] =>
    differences([["timing control", order.timingControl, train?.timingControl]]);
  await set(work, { ...trainPart(order), differs }, [() => send(work, order)]);
}

/** The page decides what a start command starts. */
async function setPage({ core, permit, ticket }: Work, page: number): Promise<void> {
  await core.ask("query page and counters");
  if (core.known().page === page) return;
  await core.orderAndSee(
    { what: "set page", page, trailingByte: false },
    permit,
    ticket,
    (message) => message.message === 8 && "page" in message && message.page === page,
  );
  if (core.known().page === page) return;
  await core.ask("query page and counters");
  const shown = core.known().page;
  if (shown === page) return;
  throw new PulsetrainError(
    "DEVICE_READBACK_DIFFERS",
    `page: asked ${pageName(page)}, the device shows ${shown === null ? "none" : pageName(shown)}`,
  );
}

/** On the Protocol page the set amplitude is told by a message of its own. */
function showsAmplitudes(message: Message, a: number, b: number | null): boolean {
  if (!isKnown(message)) return false;
  if (message.message === 6) return message.originalA === a;
  if (message.message !== 1 || message.amplitudeA !== a) return false;
  return b === null || message.amplitudeB === b;
}

/** In Twin the device reckons B from the ratio, and nobody knows how it rounds: one percent is its own. */
function nearlyB({ facts }: Core, asked: number, read: number | null): number | null {
  const isNear = facts.pairMode === "Twin" && read !== null && Math.abs(read - asked) <= 1;
  return isNear ? asked : read;
}

/** Last, since a change of mode may move them. Outside Twin and Dual B is 0. */
async function setAmplitudes(
  { core, permit, ticket }: Work,
  { amplitudeA, amplitudeB, page }: Orders,
  isPair: boolean,
): Promise<StimulatorStatus> {
  await core.orderAndSee(
    { what: "set amplitude", amplitudeA, amplitudeB },
    permit,
    ticket,
    (message) => showsAmplitudes(message, amplitudeA, isPair ? amplitudeB : null),
  );
  const status = await core.readStatus();
  const known = core.known();
  // On the Protocol page a line may have a factor of its own; what was set is told beside it.
  const readA = page === PAGE.protocol ? known.originalA : known.amplitudeA;
  const readB = nearlyB(core, amplitudeB, known.amplitudeB);
  const left = differences([
    ["amplitude A", amplitudeA, readA],
    ["amplitude B", isPair ? amplitudeB : null, isPair ? readB : null],
  ]);
  if (left.length > 0) throw new PulsetrainError("DEVICE_READBACK_DIFFERS", left.join("; "));
  return status;
}
