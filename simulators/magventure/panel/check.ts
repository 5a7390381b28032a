import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { MagProBody } from "../body/body.ts";
import { askedBy } from "../body/hand.ts";
import type { HandOrder } from "../body/handOrders.ts";
import type { Unit } from "../body/unit.ts";
import { isPossible } from "../body/writing.ts";

/** Throws `CLI_BAD_CALL` for a setting that the knobs of this model do not offer. */
export function requireTurnable(unit: Unit, body: MagProBody, order: HandOrder): void {
  if (order.kind !== "setup") return;
  const asked = askedBy(body, order.change);
  if (isPossible(unit, asked)) return;
  const { mode, waveform, direction } = asked;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `${unit.model.name} has no ${mode} mode with ${waveform} pulses in direction ${direction}`,
  );
}
