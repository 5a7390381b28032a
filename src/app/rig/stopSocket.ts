import {
  accessSync,
  chmodSync,
  constants,
  existsSync,
  mkdirSync,
  readdirSync,
  rmSync,
} from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";

const SUFFIX = ".sock";

/** One folder for all users of the machine: stopping needs no rights. */
export function stopFolder(): string {
  return process.env["PULSETRAIN_STOP_DIR"] ?? join(tmpdir(), "pulsetrain-stop");
}

export function stopSocketPath(session: string): string {
  return join(stopFolder(), `${session}${SUFFIX}`);
}

/** Sessions that can be stopped from here. */
export function runningSessions(): readonly string[] {
  if (!existsSync(stopFolder())) return [];
  return readdirSync(stopFolder())
    .filter((name) => name.endsWith(SUFFIX))
    .map((name) => name.slice(0, -SUFFIX.length));
}

/** `sun_path` has 108 bytes on Linux, 104 elsewhere. */
const LONGEST_PATH = 100;

/**
 * A run that `pulsetrain stop` could not reach does not begin (STP-01). Makes the folder; throws
 * CLI_BAD_CALL with the reason.
 */
export function requireStoppable(path: string): void {
  const refuse = (why: string): PulsetrainError =>
    new PulsetrainError(
      "CLI_BAD_CALL",
      `\`pulsetrain stop\` could not reach this run: ${why}; PULSETRAIN_STOP_DIR names another folder`,
    );
  if (Buffer.byteLength(path) > LONGEST_PATH) throw refuse(`the path ${path} is too long`);
  try {
    makeFolder();
    accessSync(stopFolder(), constants.W_OK | constants.X_OK);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
}

function makeFolder(): void {
  mkdirSync(stopFolder(), { recursive: true });
  try {
    chmodSync(stopFolder(), 0o1777);
  } catch {
    // Somebody else made the folder; its mode is theirs.
  }
}

/**
 * Any connection to the socket stops the run; the answer says that the latch has fallen. So does a
 * socket that cannot be offered, with the reason.
 */
export function offerStop(path: string, onStop: (lost?: string) => void): Server {
  makeFolder();
  rmSync(path, { force: true });
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    onStop();
    connection.end("stopped\n");
  });
  server.on("error", (error) =>
    onStop(`nothing could stop this run from outside: ${error.message}`),
  );
  server.listen(path, () => chmodSync(path, 0o777));
  server.unref();
  return server;
}

export function withdrawStop(server: Server | null, path: string | null): void {
  server?.close();
  if (path !== null) rmSync(path, { force: true });
}

/** Resolves true when the run said that it is stopped; false when nobody is there any more. */
export function askToStop(session: string): Promise<boolean> {
  const path = stopSocketPath(session);
  return new Promise((resolve) => {
    const connection = createConnection(path);
    connection.on("data", () => resolve(true));
    connection.on("close", () => resolve(false));
    connection.on("error", () => {
      rmSync(path, { force: true });
      resolve(false);
    });
  });
}
