import { createInterface } from "node:readline";
import type { SimulatedDevice } from "../../contract/simulator.ts";
import { isPulsetrainError } from "../../errors/pulsetrainError.ts";
import { isForeground } from "../terminal.ts";
import { parseFault } from "./faultOption.ts";

/**
 * Orders to a running simulator, one a line: `fault KIND[@WHEN]`, `panel ORDER` for what a hand does
 * at the device, and `trigger`, a rising edge on the trigger input, which a pseudo-terminal has no
 * line for. Returns how to stop listening.
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
  const isPanel = order === "panel" && argument !== undefined && device.panel !== undefined;
  const isFault = order === "fault" && argument !== undefined && more.length === 0;
  if (!isPanel && !isFault) {
    return `not understood: ${line}; expected \`fault KIND[@WHEN]\`, \`trigger\` or \`panel ORDER\``;
  }
  try {
    if (isPanel) device.panel?.([argument, ...more].join(" "));
    else device.fault(parseFault(argument));
    return null;
  } catch (error) {
    if (isPulsetrainError(error)) return error.message;
    throw error;
  }
}
