import { lstatSync, readlinkSync, renameSync, rmSync, symlinkSync } from "node:fs";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { checkProof } from "../../io/simulatorProof.ts";

/**
 * Points the link at the pseudo-terminal, in one step. Throws `CLI_BAD_CALL` when something else
 * than a link is there, and `PORT_BUSY` when another running simulator holds it.
 */
export async function placeLink(linkPath: string, ptsPath: string): Promise<void> {
  const present = lstatSync(linkPath, { throwIfNoEntry: false });
  if (present !== undefined && !present.isSymbolicLink()) {
    throw new PulsetrainError(
      "CLI_BAD_CALL",
      `--link ${linkPath}: something else than a link is there; it stays untouched`,
    );
  }
  const holder = await checkProof(linkPath);
  if (holder.ok) {
    throw new PulsetrainError(
      "PORT_BUSY",
      `--link ${linkPath}: held by another running simulator, process ${holder.value.pid}`,
    );
  }
  const draft = `${linkPath}.${process.pid}`;
  try {
    rmSync(draft, { force: true });
    symlinkSync(ptsPath, draft);
    renameSync(draft, linkPath);
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause);
    throw new PulsetrainError("CLI_BAD_CALL", `--link ${linkPath}: ${words}`, { cause });
  }
}

/** Takes the link away unless it leads somewhere else meanwhile. */
export function removeLink(linkPath: string, ptsPath: string): void {
  try {
    if (readlinkSync(linkPath) === ptsPath) rmSync(linkPath, { force: true });
  } catch {
    // Somebody else took it away.
  }
}
