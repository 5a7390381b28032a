/** Windows in which somebody else starts the pulses: the machine counts what no fire of ours explains. */
import type { Stimulator } from "../../../src/contract/stimulator.ts";
import { PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import type { Core } from "./core.ts";

export type External = Required<Pick<Stimulator, "beginExternal" | "endExternal">>;

/** Nothing is written for a trigger: the device that is armed obeys its input by itself. */
export function createExternal(core: Core): External {
  return {
    beginExternal: ({ shape }) => {
      core.requireUsable();
      const refuse = (why: string): PulsetrainError => new PulsetrainError("DEVICE_CONFLICT", why);
      if (shape.kind !== "external" || shape.by !== "trigger")
        throw refuse("only pulses at the trigger input can be started by somebody else");
      const { status, wanted } = core.state();
      if (wanted !== "armed" || status?.state !== "ready") {
        throw new PulsetrainError(
          "DEVICE_NOT_READY",
          `the device is ${status?.state ?? "unknown"}`,
        );
      }
      core.apply({ kind: "window", window: "open" });
      return null;
    },
    endExternal: () => core.apply({ kind: "window", window: "closed" }),
  };
}
