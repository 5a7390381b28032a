import type { ErrorCode } from "../errors/codes.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { dialOutTwin } from "./portAddress.ts";

/**
 * Words of the operating system, as the serial bindings of Linux, macOS and Windows and the sockets
 * of Node pass them on. The first line that fits counts.
 */
const KNOWN: readonly (readonly [RegExp, ErrorCode])[] = [
  [/cannot lock port|resource busy|EBUSY|EADDRINUSE|already open/i, "PORT_BUSY"],
  // Windows says so when another program holds the port.
  [/access denied/i, "PORT_BUSY"],
  [/permission denied|EACCES|EPERM|not permitted/i, "PORT_PERMISSION"],
  [
    /no such file|no such device|file not found|ENOENT|ENXIO|ENODEV|ENOTFOUND|EAI_AGAIN|ECONNREFUSED/i,
    "PORT_NOT_FOUND",
  ],
];

/** The coded error for an `open` that failed: what was asked, what the system said, what to try. */
export function explainOpenFailure(
  name: string,
  error: unknown,
  platform: NodeJS.Platform,
): PulsetrainError {
  const words = error instanceof Error ? error.message : String(error);
  const code = KNOWN.find(([pattern]) => pattern.test(words))?.[1] ?? "PORT_OPEN_FAILED";
  const hint = dialInHint(name, platform);
  return new PulsetrainError(code, [`${name}: ${words}`, ...hint].join("; "), { cause: error });
}

/** The tty.* twin of a macOS port waits for carrier detect, which stimulators do not raise. */
function dialInHint(name: string, platform: NodeJS.Platform): readonly string[] {
  if (platform !== "darwin" || !name.startsWith("/dev/tty.")) return [];
  return [`use ${dialOutTwin(name)} instead`];
}
