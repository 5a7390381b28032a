import { randomBytes } from "node:crypto";

/** `20261123-064501-3f9a`: sorts by time, short enough to type. */
export function newSessionId(startedUtc: string): string {
  const digits = startedUtc.replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
  return `${digits}-${randomBytes(2).toString("hex")}`;
}
