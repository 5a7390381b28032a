import { homedir } from "node:os";
import { join } from "node:path";

/** What the choice of a folder depends on; a parameter for tests. */
export interface UserPlace {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/**
 * The user's data folder. Linux and the rest: XDG Base Directory Specification, where a relative
 * path counts as unset; macOS: `Application Support`; Windows: `LOCALAPPDATA`.
 */
export function dataFolder(place: UserPlace = thisPlace()): string {
  const { platform, home, env } = place;
  if (platform === "win32") {
    return join(env["LOCALAPPDATA"] ?? join(home, "AppData", "Local"), "pulsetrain");
  }
  if (platform === "darwin") return join(home, "Library", "Application Support", "pulsetrain");
  const xdg = env["XDG_DATA_HOME"];
  return join(xdg?.startsWith("/") ? xdg : join(home, ".local", "share"), "pulsetrain");
}

/** The journal that is used unless `--db` names another. */
export function defaultJournalFile(place?: UserPlace): string {
  return join(dataFolder(place), "pulsetrain.db");
}

/** The dose ledger of real rigs: one per machine and user, whatever `--db` says. */
export function ledgerFile(place?: UserPlace): string {
  return join(dataFolder(place), "ledger.db");
}

function thisPlace(): UserPlace {
  return { platform: process.platform, home: homedir(), env: process.env };
}
