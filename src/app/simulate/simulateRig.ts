import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { SimulatedPerson } from "../../contract/simulator.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { offerProof } from "../../io/simulatorProof.ts";
import { createRealClock } from "../../time/realClock.ts";
import { loadRig, portsOf, type RigConfig } from "../config/rig.ts";
import type { Io } from "../io.ts";
import { openDischargeLog } from "./dischargeLog.ts";
import { type HostedLine, openLinkedPty, openTcpLine } from "./lines.ts";
import { obey } from "./orders.ts";
import { type PlacedDevice, type RigPlace, type WiredRig, wireRig } from "./rigDevices.ts";
import { plug, untilEnd } from "./runSimulate.ts";

export interface SimulateRigOptions {
  /** A rig file in which every port is `simulated`. */
  readonly rigFile: string;
  /** Where the links go, and the rig file that leads to them. */
  readonly folder: string;
  readonly subject: string;
  readonly seed: number;
  readonly dischargesFile: string | null;
  readonly json: boolean;
  readonly io: Io;
  readonly orders: NodeJS.ReadStream | null;
}

/**
 * Hosts every device of a rig in one process, wired to each other and to one simulated person, in real
 * time until a signal. Another process finds them through the rig file that is written into the folder.
 */
export async function simulateRig(options: SimulateRigOptions): Promise<number> {
  const { folder, io, seed, subject } = options;
  const rig = loadRig(options.rigFile);
  requireSimulated(rig, options.rigFile);
  const clock = createRealClock();
  const ended = untilEnd(undefined);
  const undo: (() => void)[] = [];
  try {
    mkdirSync(folder, { recursive: true });
    const wired = await wireRig({ rig, clock, seed, subject });
    for (const { device } of wired.devices) undo.push(() => device.close());
    undo.push(() => wired.second?.close());
    if (options.dischargesFile !== null) {
      const log = openDischargeLog(options.dischargesFile, clock);
      wired.stimulator.discharges$.subscribe((discharge) => log.append(discharge));
      wired.second?.discharges$.subscribe((discharge) => log.append(discharge, "second"));
      undo.push(() => log.close());
    }
    const addresses = new Map<RigPlace, string>();
    for (const placed of wired.devices) {
      const line = await host(placed, folder, clock.toUtcIso(clock.now()), undo);
      addresses.set(placed.place, line.address);
    }
    const file = join(folder, "rig.yaml");
    // JSON is YAML too.
    writeFileSync(file, `${JSON.stringify(withPorts(rig, addresses), null, 2)}\n`);
    undo.push(() => rmSync(file, { force: true }));
    if (options.orders !== null) undo.push(listen(options.orders, wired, io.err));
    io.out(options.json ? JSON.stringify({ ready: file }) : `ready ${file}`);
    await ended.promise;
    return 0;
  } finally {
    for (const step of undo.reverse()) step();
    ended.stopListening();
  }
}

function requireSimulated(rig: RigConfig, file: string): void {
  const other = portsOf(rig).find((port) => port !== "simulated");
  if (rig.simulated && other === undefined) return;
  throw new PulsetrainError(
    "CLI_BAD_CALL",
    `${file}: ${rig.simulated ? `port ${other}` : "simulated: false"}; a rig is hosted when every port of it is \`simulated\``,
  );
}

async function host(
  { device, isSerial, place }: PlacedDevice,
  folder: string,
  startedUtc: string,
  undo: (() => void)[],
): Promise<HostedLine> {
  const line = isSerial
    ? await openLinkedPty(join(folder, place), device.model)
    : await openTcpLine(0);
  undo.push(() => line.close());
  const proof = await offerProof(line.address, {
    model: device.model,
    ptsPath: line.target,
    startedUtc,
  });
  undo.push(() => proof.close());
  plug(line, device);
  return line;
}

/** The rig as another process sees it. */
function withPorts(rig: RigConfig, addresses: ReadonlyMap<RigPlace, string>): RigConfig {
  const at = (place: RigPlace): string => addresses.get(place) ?? "simulated";
  const { amplifier, markers, nerve, secondStimulator: second, stimulator } = rig;
  const { trigger } = stimulator;
  const box = markers?.box;
  return {
    ...rig,
    stimulator: {
      ...stimulator,
      port: at("stimulator"),
      ...(trigger?.via === "box" ? { trigger: { ...trigger, port: at("trigger") } } : {}),
    },
    ...(amplifier === undefined ? {} : { amplifier: { ...amplifier, port: at("amplifier") } }),
    ...(markers === undefined || box === undefined
      ? {}
      : { markers: { ...markers, box: { ...box, port: at("markers") } } }),
    ...(nerve === undefined ? {} : { nerve: { ...nerve, port: at("nerve") } }),
    ...(second === undefined
      ? {}
      : { secondStimulator: { ...second, trigger: { ...second.trigger, port: at("second") } } }),
  };
}

/** `coil SITE` and `contract PART` for the person, `PLACE ORDER` for one device, all else for the stimulator. */
function listen(
  input: NodeJS.ReadStream,
  { devices, person, stimulator }: WiredRig,
  complain: (line: string) => void,
): () => void {
  const lines = createInterface({ input, terminal: false });
  lines.on("line", (text) => {
    const line = text.trim();
    if (person !== null && obeyPerson(line, person)) return;
    const [place, ...rest] = line.split(/\s+/);
    const named = devices.find((placed) => placed.place === place);
    const problem =
      named === undefined ? obey(line, stimulator) : obey(rest.join(" "), named.device);
    if (problem !== null) complain(problem);
  });
  return () => {
    lines.close();
    input.destroy();
  };
}

function obeyPerson(line: string, person: SimulatedPerson): boolean {
  const [, order, argument = ""] = /^(coil|contract)\s+(.+)$/.exec(line) ?? [];
  if (order === "coil") person.coilAt(argument);
  else if (order === "contract") person.contract(Number(argument));
  else return false;
  return true;
}
