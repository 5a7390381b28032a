import { chmodSync, existsSync, mkdirSync, readdirSync, rmSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

/** Any connection to the socket stops the run; the answer says that the latch has fallen. */
export function offerStop(path: string, onStop: () => void): Server {
  mkdirSync(stopFolder(), { recursive: true });
  try {
    chmodSync(stopFolder(), 0o1777);
  } catch {
    // Somebody else made the folder; its mode is theirs.
  }
  rmSync(path, { force: true });
  const server = createServer((connection) => {
    connection.on("error", () => undefined);
    onStop();
    connection.end("stopped\n");
  });
  server.on("error", () => undefined);
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
