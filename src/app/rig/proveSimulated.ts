import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { checkProof } from "../../io/simulatorProof.ts";
import { portsOf, type RigConfig } from "../config/rig.ts";

/** How one port of a simulated rig was proven; journalled with the session. */
export interface SimulatedPort {
  readonly port: string;
  readonly by: "in process" | "running simulator" | "PULSETRAIN_SIMULATED_PORT";
}

/**
 * A rig that says it is simulated must prove it for every port, since a pseudo-terminal or a
 * socket can lead to a real device. Throws RIG_NOT_PROVEN_SIMULATED.
 */
export async function proveSimulated(rig: RigConfig): Promise<readonly SimulatedPort[]> {
  if (!rig.simulated) return [];
  return Promise.all(portsOf(rig).map(provePort));
}

async function provePort(port: string): Promise<SimulatedPort> {
  if (port === "simulated") return { port, by: "in process" };
  if (process.env["PULSETRAIN_SIMULATED_PORT"] === port)
    return { port, by: "PULSETRAIN_SIMULATED_PORT" };
  const proof = await checkProof(port);
  if (proof.ok) return { port, by: "running simulator" };
  throw new PulsetrainError("RIG_NOT_PROVEN_SIMULATED", `${port}: ${proof.error}`);
}
