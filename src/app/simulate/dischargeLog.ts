import { closeSync, openSync, writeSync } from "node:fs";
import type { Discharge } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";

export interface DischargeLog {
  /** The line is handed to the system before this returns. */
  append(discharge: Discharge, stimulator?: "second"): void;
  close(): void;
}

/** Appends to a file; it exists from here on. Throws `CLI_BAD_CALL` when it cannot be written. */
export function openDischargeLog(file: string, clock: LabClock): DischargeLog {
  const fd = openForAppend(file);
  return {
    append: (discharge, stimulator) => {
      writeSync(fd, dischargeLine(clock, discharge, stimulator));
    },
    close: () => closeSync(fd),
  };
}

/**
 * One JSON line; `t` is the host's CLOCK_MONOTONIC in seconds, so that other processes can compare. Those
 * of a second stimulator say so.
 */
export function dischargeLine(
  clock: LabClock,
  { atMs, n, intensityPctMso, cause }: Discharge,
  stimulator?: "second",
): string {
  const t = Number(clock.toMonotonicS(atMs).toFixed(6));
  return `${JSON.stringify({ t, n, intensityPctMso, cause, stimulator })}\n`;
}

function openForAppend(file: string): number {
  try {
    return openSync(file, "a");
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new PulsetrainError("CLI_BAD_CALL", `--discharges ${file}: ${words}`, { cause });
  }
}
