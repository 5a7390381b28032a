/** Setting the unit, and the way down to 0. What the status shows is the only answer there is. */
import type {
  PermitLike,
  StimulatorSettings,
  StimulatorStatus,
} from "../../../src/contract/stimulator.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Command, DelayName } from "../wire/commands.ts";
import { type Delay, delayUs } from "../wire/delay.ts";
import type { StatusFrame } from "../wire/frame.ts";
import type { Core } from "./core.ts";
import type { Settled } from "./state.ts";
import type { Ticket } from "./tickets.ts";
import { wordsOf } from "./trouble.ts";

/** A setting must show in the status within this time, ms. */
const SHOWN_WITHIN_MS = 1000;
/** The way down is tried so often: 0 is a safe frame. */
const DOWN_TRIES = 3;
/** Longest wait for the status to show 0, ms, in each try. */
const DOWN_WITHIN_MS = 300;

export interface Disarmed {
  readonly confirmed: boolean;
  readonly detail: string;
}

/** Throws for a coil or an error that forbids going on. */
export function requireHealthy({ state }: Core): void {
  const [trouble] = state().troubles;
  if (trouble === undefined) return;
  const { code, detail } = wordsOf(trouble);
  throw new PulsetrainError(code, detail);
}

/**
 * Delays first, the intensity as late as can be: from the moment it is above 0 a pedal or a trigger
 * can fire. Resolves with what the device shows.
 */
export async function prepareUnit(
  core: Core,
  settings: StimulatorSettings,
  permit: PermitLike,
  disarm: (why: string) => Promise<unknown>,
): Promise<StimulatorStatus> {
  core.requireUsable();
  const pct = requirePossible(settings, core);
  const ticket = core.tickets.give();
  const { frame } = await core.freshPair();
  requireTicket(ticket);
  requireHealthy(core);
  if (core.state().wanted !== "standby")
    throw new PulsetrainError("DEVICE_CONFLICT", "settings change in standby only");
  const { rechargeDelay, triggerOutDelay } = core.options;
  const order = { core, ticket, permit };
  await setDelay(order, "recharge delay", rechargeDelay);
  if (triggerOutDelay !== null) await setDelay(order, "trigger-out delay", triggerOutDelay);
  try {
    await setIntensity(order, pct, frame);
  } catch (error) {
    // Nobody knows what it is set to, and nobody waits for it any more.
    await disarm("setting the intensity failed");
    throw error;
  }
  return requireStatus(core);
}

interface Order {
  readonly core: Core;
  readonly ticket: Ticket;
  readonly permit: PermitLike;
}

function requireTicket(ticket: Ticket): void {
  const refusal = ticket();
  if (refusal !== null) throw refusal;
}

/** The intensity, when the unit can take all of the settings. */
function requirePossible(
  { intensityPctMso, train, isiMs, burstPulses = null }: StimulatorSettings,
  { options: { deviceIsiMs } }: Core,
): number {
  const refuse = (detail: string): PulsetrainError =>
    new PulsetrainError("DEVICE_INVALID_DATA", detail);
  const [pct] = intensityPctMso;
  if (train !== null || burstPulses !== null)
    throw refuse("the wire has no command for trains or bursts");
  if (isiMs !== deviceIsiMs)
    throw refuse(
      `one start of this rig is ${startWords(deviceIsiMs)}, asked was ${startWords(isiMs)}`,
    );
  if (pct === undefined || intensityPctMso.some((one) => one !== pct))
    throw refuse("a port carries one intensity");
  if (!Number.isInteger(pct) || pct < 1 || pct > 100)
    throw refuse(`${pct} % is no whole percent from 1 to 100`);
  return pct;
}

function startWords(isiMs: number | null): string {
  return isiMs === null ? "one pulse" : `a pair of ${isiMs} ms`;
}

const SHOWN: Readonly<Record<DelayName, (frame: StatusFrame) => number>> = {
  "recharge delay": (frame) => frame.rechargeDelayMs,
  "trigger-out delay": (frame) => frame.triggerOutDelayMs,
};

async function setDelay(order: Order, command: DelayName, delay: Delay): Promise<void> {
  const ms = delayUs(delay) / 1000;
  const shows = ({ frame }: Settled): boolean => SHOWN[command](frame) === ms;
  const { settled } = order.core.state();
  if (settled !== null && shows(settled)) return;
  await sendAndSee(order, { command, ...delay }, shows, `${command} ${ms} ms`);
}

/** `seen` is the status from before; an intensity that stands already is not sent again. */
async function setIntensity(order: Order, pct: number, seen: StatusFrame): Promise<void> {
  const { core } = order;
  if (seen.intensity === pct && core.state().orderedPct === pct) return;
  const shows = ({ frame }: Settled): boolean => frame.intensity === pct;
  const command: Command = { command: "intensity", percent: pct };
  await sendAndSee(order, command, shows, `intensity ${pct} %`, () =>
    core.apply({ kind: "ordered", pct }),
  );
}

/** Sent once; the status must show it, twice alike, in time. */
async function sendAndSee(
  { core, ticket, permit }: Order,
  command: Command,
  shows: (settled: Settled) => boolean,
  words: string,
  onSent: () => void = () => undefined,
): Promise<void> {
  requireTicket(ticket);
  core.send(command, permit);
  onSent();
  const sentMs = core.clock.now();
  const look = (): true | null => {
    requireTicket(ticket);
    const { settled } = core.state();
    return settled !== null && settled.firstMs > sentMs && shows(settled) ? true : null;
  };
  await core.waitFor(look, SHOWN_WITHIN_MS, () => {
    throw new PulsetrainError(
      "DEVICE_READBACK_DIFFERS",
      `${words} was sent and not shown within ${SHOWN_WITHIN_MS} ms`,
    );
  });
}

export function requireStatus(core: Core): StimulatorStatus {
  const status = core.status();
  if (status === null) throw new PulsetrainError("DEVICE_SILENT", "no status was read yet");
  return status;
}

/** Never rejects. Confirmed by an intensity of 0 that two statuses after the order show. */
export async function lowerToZero(core: Core, why: string): Promise<Disarmed> {
  core.tickets.takeBack(why);
  core.apply({ kind: "disarmed" });
  for (let round = 0; round < DOWN_TRIES; round++) {
    try {
      core.send({ command: "intensity", percent: 0 });
      core.apply({ kind: "ordered", pct: 0 });
      if (await seesZero(core)) return { confirmed: true, detail: "intensity 0" };
    } catch (error) {
      if (!isPulsetrainError(error)) throw error;
      return { confirmed: false, detail: error.message };
    }
  }
  core.apply({ kind: "order-over" });
  const { settled } = core.state();
  const shown = settled === null ? "nothing" : `${settled.frame.intensity} %`;
  return {
    confirmed: false,
    detail: `intensity 0 was sent ${DOWN_TRIES} times; last shown: ${shown}`,
  };
}

function seesZero(core: Core): Promise<boolean> {
  const sentMs = core.clock.now();
  const look = (): boolean | null => {
    const { settled } = core.state();
    return settled !== null && settled.firstMs > sentMs && settled.frame.intensity === 0
      ? true
      : null;
  };
  return core.waitFor(look, DOWN_WITHIN_MS, () => false);
}
