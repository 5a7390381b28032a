import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach } from "vitest";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A file name in a new folder that is removed after the test. */
export function tempFile(name = "journal.db"): string {
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-test-"));
  folders.push(folder);
  return join(folder, name);
}
