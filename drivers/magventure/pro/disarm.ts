/**
 * The way down: disable at once, then a look whether it worked. Safe frames, so they may be repeated.
 */
import { isPulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Exchange } from "../link/answers.ts";
import type { Message } from "../wire/messages.ts";
import { type Core, questionOf } from "./core.ts";

export interface Disarmed {
  readonly confirmed: boolean;
  readonly detail: string;
}

const TRIES = 3;
/** Twice what an answer takes as a rule, ms; three rounds end within a second. */
const ANSWER_MS = 170;

const isDisabled = (message: Message): boolean => "enabled" in message && !message.enabled;
const isStatus = ({ message }: Message): boolean => message === 5;

/** Never rejects. `why` goes into the errors of what it interrupts. */
export async function disarmDevice(core: Core, why: string): Promise<Disarmed> {
  core.tickets.takeBack(why);
  core.apply({ kind: "disarm-sent" });
  let seen = "no answer that shows the state after the disarm";
  for (let round = 0; round < TRIES; round += 1) {
    const order = await atOnce(() => {
      core.line.sendNow({ what: "disable", enabled: false });
      return core.line.next({ accept: isDisabled, timeoutMs: ANSWER_MS });
    });
    const refused = endOf(order);
    if (refused !== null) return refused;
    // A device that was disabled already may not say so; what a train does is told by the status alone.
    const isPlain = typeof order !== "string" && order.kind === "answer" && !core.known().running;
    if (isPlain) return { confirmed: true, detail: "disabled" };
    const looked = await atOnce(() => {
      core.line.sendNow(questionOf("query long status"));
      return core.line.next({ accept: isStatus, timeoutMs: ANSWER_MS });
    });
    const ended = endOf(looked);
    if (ended !== null) return ended;
    if (typeof looked === "string" || looked.kind !== "answer") continue;
    const verdict = judge(looked.message);
    if (verdict === null) return { confirmed: true, detail: "disabled" };
    seen = verdict;
  }
  return { confirmed: false, detail: seen };
}

function judge(message: Message): string | null {
  if (!("running" in message) || !("enabled" in message)) return "no status";
  if (message.enabled) return "the device is still enabled after the disarm";
  return message.running ? "the device is disabled, yet shows a running train" : null;
}

/** What ends the attempt: bytes that could not leave, or a link that is gone. */
function endOf(tried: Exchange | string): Disarmed | null {
  if (typeof tried === "string") return { confirmed: false, detail: tried };
  if (tried.kind !== "lost") return null;
  const detail = `the link is lost, the state of the device is unknown: ${tried.detail}`;
  return { confirmed: false, detail };
}

/** The exchange, or the words of what kept the bytes back. */
async function atOnce(send: () => Promise<Exchange>): Promise<Exchange | string> {
  try {
    return await send();
  } catch (error) {
    if (isPulsetrainError(error)) return error.message;
    throw error;
  }
}
