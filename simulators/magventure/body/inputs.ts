import type { Discharge } from "../../../src/contract/simulator.ts";
import type { HostCommand } from "../wire/commands.ts";
import type { Message } from "../wire/messages.ts";
import type { BodyEvent, MagProBody } from "./body.ts";
import type { HandOrder } from "./handOrders.ts";

/** A fault of the body itself, not of the line. */
export type BodyFault = "refuse" | "reboot" | "overheat" | "coil-off" | "jam-train";

/** Everything that can happen to a MagPro. */
export type BodyInput =
  | { readonly kind: "event"; readonly event: BodyEvent }
  /** A command came; it takes effect `delayMs` later, and not before those that came before it. */
  | { readonly kind: "heard"; readonly command: HostCommand; readonly delayMs: number }
  /** A rising edge on the trigger input. */
  | { readonly kind: "edge" }
  /** Somebody at the panel. */
  | { readonly kind: "hand"; readonly order: HandOrder }
  | { readonly kind: "fault"; readonly fault: BodyFault };

/** What leaves the body: in this order. `answer`: because of a command, and the first for it. */
export type Effect =
  | { readonly kind: "tell"; readonly message: Message; readonly role: "answer" | "news" }
  | { readonly kind: "discharge"; readonly discharge: Discharge };

export interface Stepped {
  readonly body: MagProBody;
  readonly effects: readonly Effect[];
}

export function quietly(body: MagProBody): Stepped {
  return { body, effects: [] };
}

export function answering(body: MagProBody, message: Message): Stepped {
  return { body, effects: [{ kind: "tell", message, role: "answer" }] };
}

export function news(body: MagProBody, ...messages: readonly Message[]): Stepped {
  return { body, effects: messages.map((message) => ({ kind: "tell", message, role: "news" })) };
}

/** One thing after another, each on the body that the one before left. */
export function inTurn(
  first: Stepped,
  ...others: readonly ((body: MagProBody) => Stepped)[]
): Stepped {
  return others.reduce(({ body, effects }, then) => {
    const next = then(body);
    return { body: next.body, effects: [...effects, ...next.effects] };
  }, first);
}
