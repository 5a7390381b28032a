import type { SimulatedDevice } from "../../contract/simulator.ts";
import type { LabClock } from "../../contract/time.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { offerProof } from "../../io/simulatorProof.ts";
import { createRealClock } from "../../time/realClock.ts";
import type { Io } from "../io.ts";
import { findSimulator, loadSimulators } from "../simulators.ts";
import { openDischargeLog } from "./dischargeLog.ts";
import { parseFaults } from "./faultOption.ts";
import { type HostedLine, openLinkedPty, openTcpLine } from "./lines.ts";
import { listenForOrders } from "./orders.ts";
import { openUdpLine, type UdpEnds } from "./udpLine.ts";

export interface SimulateOptions {
  readonly model: string;
  /** Where the link to the pseudo-terminal goes; null: a place of its own, which is printed. */
  readonly link: string | null;
  /** A port on the loopback instead of a pseudo-terminal; 0 picks one. */
  readonly tcpPort: number | null;
  /** Datagrams instead, for devices that send such. */
  readonly udp?: UdpEnds | null;
  readonly dischargesFile: string | null;
  readonly seed: number;
  readonly softwareVersion: string | null;
  readonly unlockCode: string | null;
  readonly mains: 240 | 115;
  /** As written: `KIND`, `KIND@SECONDS`, `KIND@pulse:N`. */
  readonly faults: readonly string[];
  /** `KEY=VALUE`: options of the simulator, as a rig file has them. */
  readonly options?: readonly string[];
  readonly json: boolean;
  readonly io: Io;
  /** Where orders come from; null: from nowhere. */
  readonly orders: NodeJS.ReadStream | null;
  /** Ends the simulator like a signal does. */
  readonly until?: AbortSignal;
}

/** Every model that can be simulated, sorted. */
export async function listModels(): Promise<readonly string[]> {
  const simulators = await loadSimulators();
  return simulators.flatMap(({ models }) => models).sort();
}

/**
 * Hosts a simulator in real time until SIGINT, SIGTERM or SIGHUP, and resolves to the exit code.
 * Throws a coded error when it cannot start.
 */
export async function runSimulate(options: SimulateOptions): Promise<number> {
  const module = await findSimulator(options.model);
  const faults = await parseFaults(options.model, options.faults);
  const clock = createRealClock();
  // Signals are caught from here on, so that an early one takes everything away again too.
  const ended = untilEnd(options.until);
  const undo: (() => void)[] = [];
  try {
    const line = await openLine(options);
    undo.push(() => line.close());
    const { model, seed, softwareVersion, unlockCode, mains } = options;
    const device = module.create({
      model,
      clock,
      seed,
      softwareVersion,
      unlockCode,
      mains,
      faults,
      options: simulatorOptions(options.options ?? []),
    });
    undo.push(() => device.close());
    undo.push(...logDischarges(options, device, clock));
    const startedUtc = clock.toUtcIso(clock.now());
    const proof = await offerProof(line.address, { model, ptsPath: line.target, startedUtc });
    undo.push(() => proof.close());
    plug(line, device);
    device.unplugged$.subscribe(() => {
      proof.close();
      line.close();
      options.io.err("the simulated cable was unplugged");
    });
    if (options.orders !== null) undo.push(listenForOrders(options.orders, device, options.io.err));
    options.io.out(
      options.json ? JSON.stringify({ ready: line.address }) : `ready ${line.address}`,
    );
    await ended.promise;
    return 0;
  } finally {
    for (const step of undo.reverse()) step();
    ended.stopListening();
  }
}

/** Numbers and true/false as such, everything else as text. */
function simulatorOptions(texts: readonly string[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(
    texts.map((text) => {
      const [, key, value = ""] = /^([A-Za-z][\w-]*)=(.*)$/.exec(text) ?? [];
      if (key === undefined)
        throw new PulsetrainError("CLI_BAD_CALL", `--option ${text}: expected KEY=VALUE`);
      if (/^(true|false)$/.test(value)) return [key, value === "true"];
      return [key, /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value];
    }),
  );
}

function openLine({ tcpPort, udp, link, model }: SimulateOptions): Promise<HostedLine> {
  if (udp !== undefined && udp !== null) return openUdpLine(udp);
  return tcpPort === null ? openLinkedPty(link, model) : openTcpLine(tcpPort);
}

export function plug(line: HostedLine, device: SimulatedDevice): void {
  line.bytes$.subscribe((bytes) => device.fromHost(bytes));
  device.toHost$.subscribe((bytes) => line.write(bytes));
  line.opened$.subscribe(() => device.hostOpened?.());
}

function logDischarges(
  { dischargesFile }: SimulateOptions,
  device: SimulatedDevice,
  clock: LabClock,
): readonly (() => void)[] {
  if (dischargesFile === null) return [];
  const log = openDischargeLog(dischargesFile, clock);
  const subscription = device.discharges$.subscribe((discharge) => log.append(discharge));
  return [() => log.close(), () => subscription.unsubscribe()];
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** Resolves at the first signal, or when the launcher that started this process is gone. */
export function untilEnd(until: AbortSignal | undefined): {
  readonly promise: Promise<void>;
  stopListening(): void;
} {
  let end: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    end = resolve;
  });
  for (const signal of SIGNALS) process.on(signal, end);
  process.on("disconnect", end);
  until?.addEventListener("abort", end);
  if (until?.aborted === true) end();
  return {
    promise,
    stopListening: () => {
      for (const signal of SIGNALS) process.off(signal, end);
      process.off("disconnect", end);
      until?.removeEventListener("abort", end);
    },
  };
}
