import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { Io } from "../io.ts";
import { listModels, runSimulate, type SimulateOptions } from "../simulate/runSimulate.ts";
import { simulateRig } from "../simulate/simulateRig.ts";

export interface SimulateCliOptions {
  readonly list?: boolean;
  readonly link?: string;
  readonly tcp?: number;
  readonly udp?: string;
  readonly udpListen?: number;
  readonly discharges?: string;
  readonly seed?: number;
  readonly softwareVersion?: string;
  readonly unlockCode?: string;
  readonly mains: "240" | "115";
  readonly fault?: readonly string[];
  readonly option?: readonly string[];
  readonly rig?: string;
  readonly folder?: string;
  readonly subject: string;
  readonly json?: boolean;
}

/** Where a NeurOne listens for hosts that join. */
const JOIN_PORT = 5050;

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
  if (options.rig !== undefined) return rigCommand(model, options.rig, options, io);
  if (model === undefined)
    throw new PulsetrainError("CLI_BAD_CALL", "simulate MODEL, or simulate --list");
  return runSimulate({
    model,
    ...placeOf(options),
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

async function rigCommand(
  model: string | undefined,
  rigFile: string,
  options: SimulateCliOptions,
  io: Io,
): Promise<number> {
  const { discharges, folder, json, seed, subject } = options;
  if (model !== undefined || folder === undefined)
    throw new PulsetrainError("CLI_BAD_CALL", "simulate --rig FILE --folder PATH, without a model");
  return simulateRig({
    rigFile,
    folder,
    subject,
    seed: seed ?? 1,
    dischargesFile: discharges ?? null,
    json: json === true,
    io,
    orders: process.stdin.isTTY === true ? null : process.stdin,
  });
}

/** Where the far end of the cable is. */
function placeOf({
  link,
  tcp,
  udp,
  udpListen,
}: SimulateCliOptions): Pick<SimulateOptions, "link" | "tcpPort" | "udp"> {
  if ([link, tcp, udp].filter((place) => place !== undefined).length > 1) {
    throw new PulsetrainError("CLI_BAD_CALL", "--link, --tcp and --udp exclude each other");
  }
  if (udpListen !== undefined && udp === undefined) {
    throw new PulsetrainError("CLI_BAD_CALL", "--udp-listen needs --udp HOST:PORT");
  }
  return {
    link: link ?? null,
    tcpPort: tcp ?? null,
    udp: udp === undefined ? null : { to: udp, listenPort: udpListen ?? JOIN_PORT },
  };
}
