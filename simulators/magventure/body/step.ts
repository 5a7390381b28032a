import type { BodyEvent, Heard, MagProBody } from "./body.ts";
import { execute } from "./execute.ts";
import { faulty } from "./faulty.ts";
import { obeyHand } from "./hand.ts";
import { type BodyInput, quietly, type Stepped } from "./inputs.ts";
import { selfDisabled } from "./standby.ts";
import { nextPulse, startShot } from "./stimulate.ts";
import { cooled } from "./temperature.ts";
import { edgeArrived, edgeDue } from "./trigger.ts";
import type { Unit } from "./unit.ts";

/** Commands that come faster than this many can wait are lost. */
const LONGEST_INBOX = 64;

/**
 * The physics of a MagPro. Pure: the caller brings the instant, and brings the events of
 * `nextEvent` at theirs.
 */
export function step(unit: Unit, body: MagProBody, input: BodyInput, nowMs: number): Stepped {
  switch (input.kind) {
    case "event":
      return stepEvent(unit, body, input.event, nowMs);
    case "heard":
      return quietly(withHeard(body, { command: input.command, dueMs: nowMs + input.delayMs }));
    case "edge":
      return edgeArrived(body, nowMs);
    case "hand":
      return obeyHand(unit, body, input.order, nowMs);
    case "fault":
      return faulty(unit, body, input.fault, nowMs);
  }
}

/** Commands are carried out in the order they came. */
function withHeard(body: MagProBody, heard: Heard): MagProBody {
  if (body.inbox.length >= LONGEST_INBOX) return body;
  const dueMs = Math.max(heard.dueMs, body.inbox.at(-1)?.dueMs ?? 0);
  return { ...body, inbox: [...body.inbox, { ...heard, dueMs }] };
}

function stepEvent(unit: Unit, body: MagProBody, event: BodyEvent, nowMs: number): Stepped {
  switch (event) {
    case "command": {
      const [heard, ...inbox] = body.inbox;
      if (heard === undefined) return quietly(body);
      return execute(unit, { ...body, inbox }, heard.command, nowMs);
    }
    case "edge":
      return edgeDue(unit, body, nowMs);
    case "shot-pulse":
      return nextPulse(unit, body, nowMs);
    case "sequence-start":
      return startShot(unit, body, "train", nowMs);
    case "unused":
      return selfDisabled(unit, body, quietly);
    case "cooled":
      return cooled(unit, body);
  }
}
