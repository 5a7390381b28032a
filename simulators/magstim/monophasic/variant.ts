import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Choices } from "../core/choices.ts";

export type MonophasicType = "200" | "bistim";

/** What differs between the 200² and the BiStim², which is two of them behind one serial line. */
export interface MonophasicVariant {
  readonly model: string;
  readonly type: MonophasicType;
  /**
   * `paired`: one start, two pulses, the second by the interval. `single`: the second stimulator is
   * not connected. `external`: each stimulator has a trigger input of its own and no interval counts.
   */
  readonly mode: "paired" | "single" | "external";
  readonly role: "master" | "slave";
  readonly knowsSystemMode: boolean;
  readonly choices: Choices;
}

/** Throws `CLI_BAD_CALL` for a slave that has no letter. */
export function monophasicVariant(options: {
  readonly model: string;
  readonly type: MonophasicType;
  readonly choices: Choices;
}): MonophasicVariant {
  const { model, type, choices } = options;
  if (type === "200") {
    const knowsSystemMode = choices.systemModeOf200 === "told";
    return { model, type, mode: "single", role: "master", knowsSystemMode, choices };
  }
  const { systemMode: mode, role } = choices;
  if (mode === "single" && role === "slave") {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `option role: slave: a ${model} in system mode single has no master`,
    );
  }
  return { model, type, mode, role, knowsSystemMode: true, choices };
}
