import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { Io } from "../io.ts";
import { listModels, runSimulate } from "../simulate/runSimulate.ts";

export interface SimulateCliOptions {
  readonly list?: boolean;
  readonly link?: string;
  readonly tcp?: number;
  readonly discharges?: string;
  readonly seed?: number;
  readonly softwareVersion?: string;
  readonly unlockCode?: string;
  readonly mains: "240" | "115";
  readonly fault?: readonly string[];
  readonly option?: readonly string[];
  readonly json?: boolean;
}

/** Hosts a simulator for other programs, or lists the models. */
export async function simulateCommand(
  model: string | undefined,
  options: SimulateCliOptions,
  io: Io,
): Promise<number> {
  if (options.list === true) {
    const models = await listModels();
    for (const name of models)
      io.out(options.json === true ? JSON.stringify({ model: name }) : name);
    return 0;
  }
  if (model === undefined)
    throw new PulsetrainError("CLI_BAD_CALL", "simulate MODEL, or simulate --list");
  if (options.link !== undefined && options.tcp !== undefined) {
    throw new PulsetrainError("CLI_BAD_CALL", "--link and --tcp exclude each other");
  }
  return runSimulate({
    model,
    link: options.link ?? null,
    tcpPort: options.tcp ?? null,
    dischargesFile: options.discharges ?? null,
    seed: options.seed ?? 1,
    softwareVersion: options.softwareVersion ?? null,
    unlockCode: options.unlockCode ?? null,
    mains: options.mains === "115" ? 115 : 240,
    faults: options.fault ?? [],
    options: options.option ?? [],
    json: options.json === true,
    io,
    orders: process.stdin.isTTY === true ? null : process.stdin,
  });
}
