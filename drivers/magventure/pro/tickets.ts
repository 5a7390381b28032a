import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { ProState } from "./machine.ts";

/** Leave of a sequence of hazardous frames to go on: null, or why not. */
export type Ticket = () => PulsetrainError | null;

/** Hands out tickets; a disarm takes back all that were given, so nothing it interrupts goes on. */
export interface Tickets {
  give(): Ticket;
  takeBack(why: string): void;
}

export function createTickets(state: () => ProState): Tickets {
  let generation = 0;
  let reason = "";
  return {
    give: () => {
      const mine = generation;
      return () =>
        mine === generation
          ? unusable(state())
          : new PulsetrainError("DEVICE_CONFLICT", `disarmed meanwhile: ${reason}`);
    },
    takeBack: (why) => {
      generation += 1;
      reason = why;
    },
  };
}

/** Why no hazardous frame may leave; null when it may. */
export function unusable(state: ProState): PulsetrainError | null {
  const lost = unlinked(state.link);
  if (lost !== null) return lost;
  if (state.link !== "open") return new PulsetrainError("PORT_NOT_OPEN", "not connected yet");
  if (state.control === "held") return null;
  return new PulsetrainError("DEVICE_CONTROL_LOST", "the device does not answer any more");
}

/** Why nothing can be asked; null when it can. */
export function unlinked(link: ProState["link"]): PulsetrainError | null {
  if (link === "lost")
    return new PulsetrainError(
      "PORT_LOST",
      "the link was lost; a new driver must probe the device",
    );
  return link === "closed" ? new PulsetrainError("PORT_NOT_OPEN", "not connected") : null;
}
