import { sha256Hex } from "../base/canonical.ts";

/** What the first event of a file names as the one before it. */
export const NO_EVENT_HASH: string = "0".repeat(64);

/** One row of the `event` table. `t` is seconds since the session's start, `body` canonical JSON. */
export interface EventRow {
  readonly seq: number;
  readonly session: string;
  readonly t: number;
  readonly utc: string;
  readonly kind: string;
  readonly body: string;
  readonly prev: string;
  readonly hash: string;
}

/**
 * Hash of an event: SHA-256 of `prev`, a line feed, and the canonical JSON of
 * `{body, kind, seq, session, t, utc}`. The text of the body goes in as it is stored, so that every
 * changed byte shows, also one that would mean the same JSON.
 */
export function eventHash(row: Omit<EventRow, "hash">): string {
  const head = `${row.prev}\n{"body":${row.body},"kind":${JSON.stringify(row.kind)}`;
  const place = `"seq":${row.seq},"session":${JSON.stringify(row.session)}`;
  const instant = `"t":${JSON.stringify(row.t)},"utc":${JSON.stringify(row.utc)}}`;
  return sha256Hex(`${head},${place},${instant}`);
}
