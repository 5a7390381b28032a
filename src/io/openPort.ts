import type { LabClock } from "../contract/time.ts";
import type { BytePort, SerialLine } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { createSerialPort } from "./serialPort.ts";
import { createTcpPort } from "./tcpPort.ts";

/** Where a port string of a rig file leads. `simulated` is none of these: it has no cable. */
export type PortAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "serial"; readonly path: string };

const TCP_SCHEME = "tcp://";
const HIGHEST_TCP_PORT = 65_535;

/** Throws RIG_FILE_BAD with the reason. */
export function parsePortAddress(text: string): PortAddress {
  if (text === "" || text === "simulated") {
    throw new PulsetrainError("RIG_FILE_BAD", `port: no cable leads to "${text}"`);
  }
  if (!text.startsWith(TCP_SCHEME)) {
    const other = /^[a-z][a-z0-9+.-]*:\/\//i.exec(text);
    if (other === null) return { kind: "serial", path: text };
    throw new PulsetrainError(
      "RIG_FILE_BAD",
      `port: "${text}" is neither a path nor ${TCP_SCHEME}host:port`,
    );
  }
  // The host may be an IPv6 address in brackets.
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@]+)):(\d+)$/i.exec(text.slice(TCP_SCHEME.length));
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  if (host === undefined || port < 1 || port > HIGHEST_TCP_PORT) {
    throw new PulsetrainError("RIG_FILE_BAD", `port: "${text}" is not ${TCP_SCHEME}host:port`);
  }
  return { kind: "tcp", host, port };
}

/**
 * A port of a rig file, not opened. `line` is for serial ports; TCP has none. Real ports keep real
 * time: a virtual clock would run away from the device.
 */
export function createPort(portText: string, line: SerialLine, clock: LabClock): BytePort {
  if (clock.kind !== "real") {
    throw new PulsetrainError("CLI_BUG", `${portText}: a real port needs the real clock`);
  }
  const address = parsePortAddress(portText);
  switch (address.kind) {
    case "tcp":
      return createTcpPort({ host: address.host, port: address.port, clock });
    case "serial":
      return createSerialPort({ path: address.path, line, clock });
  }
}
