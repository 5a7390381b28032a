import { createInterface } from "node:readline";
import type { SimulatedDevice } from "../../contract/simulator.ts";
import { isPulsetrainError } from "../../errors/pulsetrainError.ts";
import { isForeground } from "../terminal.ts";
import { parseFault } from "./faultOption.ts";

/**
 * Orders to a running simulator, one a line: `fault KIND[@WHEN]` and `trigger`, a rising edge on the
 * trigger input, which a pseudo-terminal has no line for. Returns how to stop listening.
 */
export function listenForOrders(
  input: NodeJS.ReadStream,
  device: SimulatedDevice,
  complain: (line: string) => void,
): () => void {
  if (input.isTTY && !isForeground()) return () => undefined;
  const lines = createInterface({ input, terminal: false });
  lines.on("line", (line) => {
    const problem = obey(line.trim(), device);
    if (problem !== null) complain(problem);
  });
  return () => {
    lines.close();
    input.destroy();
  };
}

/** Null when the order was carried out or the line is empty; else what is wrong with it. */
export function obey(line: string, device: SimulatedDevice): string | null {
  const [order, argument, ...more] = line.split(/\s+/);
  if (order === "" || order === undefined) return null;
  if (order === "trigger" && argument === undefined) {
    device.trigger();
    return null;
  }
  if (order !== "fault" || argument === undefined || more.length > 0) {
    return `not understood: ${line}; expected \`fault KIND[@WHEN]\` or \`trigger\``;
  }
  try {
    device.fault(parseFault(argument));
    return null;
  } catch (error) {
    if (isPulsetrainError(error)) return error.message;
    throw error;
  }
}
