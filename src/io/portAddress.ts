import { PulsetrainError } from "../errors/pulsetrainError.ts";

/** How an adapter is told from the others whatever number the system gives it; lower-case hex. */
export interface UsbIdentity {
  readonly vendorId: string | null;
  readonly productId: string | null;
  readonly serialNumber: string | null;
}

/** Where a port string of a rig file leads. `simulated` is none of these: it has no cable. */
export type PortAddress =
  | { readonly kind: "tcp"; readonly host: string; readonly port: number }
  | { readonly kind: "rfc2217"; readonly host: string; readonly port: number }
  | {
      readonly kind: "udp";
      readonly host: string;
      readonly port: number;
      /** Port of this machine; the same number where the rig file names none. */
      readonly listenPort: number;
    }
  | { readonly kind: "usb"; readonly identity: UsbIdentity }
  | { readonly kind: "serial"; readonly path: string };

const HIGHEST_PORT = 65_535;
const EXPECTED =
  "a path, usb:SERIAL, usb:VID:PID, usb:VID:PID:SERIAL, tcp://host:port, rfc2217://host:port or udp://host:port";

/** Throws RIG_FILE_BAD with the reason. */
export function parsePortAddress(
  text: string,
  platform: NodeJS.Platform = process.platform,
): PortAddress {
  const trimmed = text.trim();
  if (trimmed === "" || trimmed === "simulated") throw bad(`no cable leads to "${trimmed}"`);
  const [, scheme, rest] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/is.exec(trimmed) ?? [];
  if (scheme !== undefined) return networkAddress(trimmed, scheme.toLowerCase(), rest ?? "");
  if (/^usb:/i.test(trimmed)) return { kind: "usb", identity: usbIdentity(trimmed) };
  refuseDialIn(trimmed, platform);
  return { kind: "serial", path: trimmed };
}

function networkAddress(text: string, scheme: string, rest: string): PortAddress {
  if (scheme !== "tcp" && scheme !== "rfc2217" && scheme !== "udp")
    throw bad(`"${text}" is not ${EXPECTED}`);
  const form = scheme === "udp" ? "udp://host:port or udp://host:port?listen=port" : null;
  // The host may be an IPv6 address in brackets.
  const parts = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@]+)):(\d+)(?:\?listen=(\d+))?$/i.exec(rest);
  const host = parts?.[1] ?? parts?.[2];
  const port = Number(parts?.[3]);
  const listenPort = Number(parts?.[4] ?? port);
  const isAsked = scheme === "udp" || parts?.[4] === undefined;
  if (host === undefined || !isAsked || !isPort(port) || !isPort(listenPort))
    throw bad(`"${text}" is not ${form ?? `${scheme}://host:port`}`);
  return scheme === "udp" ? { kind: scheme, host, port, listenPort } : { kind: scheme, host, port };
}

const isPort = (port: number): boolean => port >= 1 && port <= HIGHEST_PORT;

/** Serial numbers may hold colons, but then vendor and product must stand before them. */
function usbIdentity(text: string): UsbIdentity {
  const [, ids, behind] = /^usb:([0-9a-f]{4}:[0-9a-f]{4})(?::(\S+))?$/i.exec(text) ?? [];
  if (ids !== undefined) {
    const [vendorId = null, productId = null] = ids.toLowerCase().split(":");
    return { vendorId, productId, serialNumber: behind ?? null };
  }
  const serialNumber = /^usb:([^\s:]+)$/i.exec(text)?.[1];
  if (serialNumber === undefined)
    throw bad(
      `"${text}" is not usb:SERIAL, usb:VID:PID or usb:VID:PID:SERIAL (hex, four digits each)`,
    );
  return { vendorId: null, productId: null, serialNumber };
}

/**
 * The dial-in twin of a macOS port waits for a carrier that stimulators do not raise: it opens and
 * then misbehaves (`nicolasmcnair/magpy`, README).
 */
function refuseDialIn(path: string, platform: NodeJS.Platform): void {
  if (platform !== "darwin" || !path.startsWith("/dev/tty.")) return;
  throw bad(`${path} waits for a carrier; use ${dialOutTwin(path)} instead`);
}

export function dialOutTwin(path: string): string {
  return path.replace("/dev/tty.", "/dev/cu.");
}

function bad(why: string): PulsetrainError {
  return new PulsetrainError("RIG_FILE_BAD", `port: ${why}`);
}
