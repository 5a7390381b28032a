/** What a person must say yes to before a dose, since no device tells it. */
import type { Dose, Plan } from "../contract/dose.ts";
import type { DeviceModel } from "../contract/stimulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { Gate } from "../safety/types.ts";
import type { ConditionerParts } from "./conditioner.ts";
import type { Outbox } from "./outbox.ts";

interface ConfirmationParts {
  readonly clock: LabClock;
  readonly outbox: Outbox;
  readonly gate: Gate;
  readonly model: DeviceModel;
  readonly plan: Plan;
  readonly conditioner: ConditionerParts | null;
  /** True: a person confirms what the devices cannot tell; false: a simulated rig has nobody to. */
  readonly hasOperator: boolean;
}

export interface Confirmations {
  /** All that is asked before a dose, at once with the plan's own hold; null: nothing. */
  before(dose: Dose, hold: string | null): string | null;
  /** Whoever was asked has said yes. */
  said(): void;
}

/** Each text is asked once, and again when another one was asked in between: dials are turned. */
export function createConfirmations(parts: ConfirmationParts): Confirmations {
  const { clock, conditioner, gate, hasOperator, model, outbox, plan } = parts;
  const usesSecond = plan.doses.some((dose) => dose.conditioner !== undefined);
  let confirmed: string | null = null;
  let second: "unasked" | "asked" | "confirmed" = "unasked";

  const ask = (text: string): string | null => {
    if (hasOperator) return text;
    const words = `not applicable on a simulated rig: ${text}`;
    outbox.emit({ tMs: clock.now(), kind: "note", text: words });
    return null;
  };
  const ofDose = (dose: Dose): string | null => {
    const text = model.confirmationFor?.(dose) ?? null;
    if (text === null || text === confirmed) return null;
    confirmed = text;
    return ask(text);
  };
  /** Before the first pulse of a plan that has conditioning pulses, wherever the first of them is. */
  const ofSecond = (): string | null => {
    if (second !== "unasked" || !usesSecond || conditioner === null) return null;
    second = "asked";
    return ask(conditioner.confirmation);
  };
  return {
    before(dose, hold) {
      const texts = [hold, ofDose(dose), ofSecond()].filter((text) => text !== null);
      return texts.length === 0 ? null : texts.join("; ");
    },
    said() {
      if (second !== "asked" || conditioner === null) return;
      second = "confirmed";
      // Only from here on does the gate permit a conditioning pulse.
      gate.confirmConditioner(conditioner.pctMso);
    },
  };
}
