/** How a session leaves its stimulators, and who has seen it. */
import type { PauseControl } from "./pauseControl.ts";
import type { RigParts } from "./rigParts.ts";
import type { StopSignal } from "./stopSignal.ts";

interface ClosingParts {
  readonly parts: Pick<RigParts, "stimulator" | "model" | "context">;
  readonly pause: PauseControl;
  readonly stop: StopSignal;
  /** Was the second stimulator in use? */
  readonly usedSecond: boolean;
  hold(text: string): void;
}

interface Closed {
  readonly confirmed: boolean;
  readonly detail: string;
}

const SECOND_LEFT =
  "no trigger leaves any more; the second stimulator cannot be asked, so disarm it at its own panel";

/** The device is disarmed and closed; a device that tells nothing is disarmed when a person has seen it. */
export async function closeStimulators(closing: ClosingParts): Promise<Closed> {
  const { model, stimulator } = closing.parts;
  const closed = await stimulator.close();
  const isSilent = !closed.confirmed && model.capabilities.evidence === "none";
  const own = isSilent ? await seen(closing, closed.detail) : closed;
  if (!closing.usedSecond || !own.confirmed) return own;
  const second = await seen(closing, SECOND_LEFT);
  return { confirmed: second.confirmed, detail: `${own.detail}; ${second.detail}` };
}

/** A person's word for what no device tells. */
async function seen({ parts, pause, stop, hold }: ClosingParts, detail: string): Promise<Closed> {
  if (parts.context.rig.simulated) return { confirmed: true, detail: `simulated rig: ${detail}` };
  // After a stop nobody is asked: whoever stopped is told what is not confirmed.
  if (stop.by !== null) return { confirmed: false, detail };
  const confirmed = pause.resumed(stop);
  hold(detail);
  const by = await confirmed;
  return by === null ? { confirmed: false, detail } : { confirmed: true, detail: `seen by ${by}` };
}
