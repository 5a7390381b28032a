import { PulsetrainError } from "../errors/pulsetrainError.ts";

/** An instant that no clock can reach would wait for ever, or drag virtual time to infinity. */
export function requireInstant(dueMs: number): void {
  if (!Number.isFinite(dueMs)) throw new PulsetrainError("CLI_BUG", `no instant: ${dueMs} ms`);
}
