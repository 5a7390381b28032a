/**
 * The way down: `EA` at once, then a look whether it worked; for a device that keeps armed, `R`.
 * Safe frames, so they may be repeated.
 */
import { isPulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Exchange } from "../link/inFlight.ts";
import type { Command } from "../wire/commands.ts";
import type { Core } from "./core.ts";

export interface Disarmed {
  readonly confirmed: boolean;
  readonly detail: string;
}

const TRIES = 3;
/** Short in every state: a repeated `EA` does no harm, and three rounds end within the device's own second. */
const ANSWER_MS = 150;

/** Never rejects. `why` goes into the errors of what it interrupts. */
export async function disarmDevice(core: Core, why: string): Promise<Disarmed> {
  core.tickets.takeBack(why);
  core.apply({ kind: "disarm-sent" });
  let seen = "no answer";
  for (let round = 0; round < TRIES; round++) {
    const sent = await atOnce(core, { command: "setMode", mode: "disarm" });
    if (typeof sent === "string") return { confirmed: false, detail: sent };
    if (sent.kind === "lost")
      return {
        confirmed: false,
        detail: `the link is lost, the state of the device is unknown: ${sent.detail}`,
      };
    // The answer to `EA` shows the status from before it, so only a question after it tells.
    const looked = await atOnce(core, stateQuestion(core));
    if (typeof looked === "string") return { confirmed: false, detail: looked };
    const verdict = judge(looked);
    if (verdict === null) return { confirmed: true, detail: "standby" };
    seen = verdict;
  }
  return giveUpControl(core, seen);
}

/**
 * `R` disarms too. The virtual devices of `nicolasmcnair/magpy` and `neuromti` refuse every `EA`
 * through a slip, and obey this one.
 */
async function giveUpControl(core: Core, seen: string): Promise<Disarmed> {
  const unconfirmed = { confirmed: false, detail: seen };
  core.apply({ kind: "giving-up-control" });
  const sent = await atOnce(core, { command: "disableRemoteControl" });
  if (typeof sent === "string" || sent.kind === "lost") return unconfirmed;
  const looked = await atOnce(core, stateQuestion(core));
  if (typeof looked === "string" || judge(looked) !== null) return unconfirmed;
  return { confirmed: true, detail: `standby by giving up control, since ${seen}` };
}

/** `\` shows a running train too, but its length is known only with the version. */
function stateQuestion(core: Core): Command {
  return { command: core.state().status === null ? "getTemperature" : "getParameters" };
}

/** Null: the device is in standby. */
function judge(exchange: Exchange): string | null {
  if (exchange.kind !== "answer" || exchange.answer.kind !== "good")
    return "no answer that shows the state after the disarm";
  const { instr, rapid } = exchange.answer;
  if (instr.standby === 0) return "the device is not in standby after the disarm";
  return rapid?.train === 1 ? "the device is in standby, yet shows a running train" : null;
}

/** The exchange, or the words of what kept the bytes back. */
async function atOnce(core: Core, command: Command): Promise<Exchange | string> {
  try {
    return await core.line.sendNow(command, { timeoutMs: ANSWER_MS }).exchange;
  } catch (error) {
    if (isPulsetrainError(error)) return error.message;
    throw error;
  }
}
