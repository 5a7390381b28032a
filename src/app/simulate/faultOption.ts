import { orList } from "../../base/result.ts";
import type { FaultOrder } from "../../contract/simulator.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { findSimulator } from "../simulators.ts";

/** `KIND`, `KIND@SECONDS` since the start, or `KIND@pulse:N`. Throws `CLI_BAD_CALL`. */
export function parseFault(text: string): FaultOrder {
  const [kind = "", when, ...more] = text.split("@");
  if (kind === "" || more.length > 0) throw badFault(text);
  if (when === undefined) return { kind, when: { at: "start" } };
  const pulse = /^pulse:([1-9]\d*)$/.exec(when)?.[1];
  if (pulse !== undefined) return { kind, when: { at: "pulse", n: Number(pulse) } };
  if (!/^\d+(\.\d+)?$/.test(when)) throw badFault(text);
  return { kind, when: { at: "time", s: Number(when) } };
}

/** The orders of `--fault`, each of a kind that the model's simulator knows. Throws `SIMULATOR_UNKNOWN_FAULT`. */
export async function parseFaults(
  model: string,
  texts: readonly string[],
): Promise<readonly FaultOrder[]> {
  const orders = texts.map(parseFault);
  if (orders.length === 0) return [];
  const { faultKinds } = await findSimulator(model);
  for (const { kind } of orders) {
    if (!faultKinds.includes(kind)) {
      throw new PulsetrainError(
        "SIMULATOR_UNKNOWN_FAULT",
        `${kind}: expected ${orList(faultKinds)}`,
      );
    }
  }
  return orders;
}

function badFault(text: string): PulsetrainError {
  return new PulsetrainError(
    "CLI_BAD_CALL",
    `fault ${text}: expected KIND, KIND@SECONDS or KIND@pulse:N`,
  );
}
