import { sha256Hex } from "../base/canonical.ts";
import { isPulsetrainError } from "../errors/pulsetrainError.ts";
import type { EventRow } from "./chain.ts";
import { eventRows } from "./eventRows.ts";
import { type Sqlite, translated } from "./sqlite.ts";
import { type Bad, startWalk, type Verdict, type Walk, walkRow } from "./verify.ts";

/**
 * Proves the whole file: every event by its hash, consecutive numbers, each session hung on the
 * last event before it, outcomes and intents in order, the documents that events name, and the
 * file's own structure. What it cannot see by itself is a tail that was cut off the last session:
 * for that, compare the head with one noted elsewhere.
 */
export function verifyFile(db: Sqlite, file: string): Verdict {
  const walk = startWalk();
  return prove(walk, () => {
    for (const row of eventRows(db, file)) {
      const bad = walkRow(walk, row);
      if (bad !== null) return bad;
    }
    return badDocument(db, file, walk) ?? badStructure(db, file, walk);
  });
}

/** Proves one session: its own chain, its anchor, and that no number inside it is missing. */
export function verifySession(db: Sqlite, file: string, session: string): Verdict {
  const walk = startWalk();
  const between = db.prepare("SELECT count(*) FROM event WHERE seq > ? AND seq < ?").pluck();
  const anchor = db.prepare("SELECT seq, hash FROM event WHERE seq < ? ORDER BY seq DESC LIMIT 1");
  return prove(walk, () => {
    for (const row of eventRows(db, file, session)) {
      if (walk.events === 0) {
        const before = translated(file, "read", () => anchor.get(row.seq)) as
          | Pick<EventRow, "seq" | "hash">
          | undefined;
        walk.lastSeq = before?.seq ?? 0;
        walk.head = before?.hash ?? walk.head;
      }
      const others = translated(file, "read", () => between.get(walk.lastSeq, row.seq));
      if (others === row.seq - walk.lastSeq - 1) walk.lastSeq = row.seq - 1;
      const bad = walkRow(walk, row);
      if (bad !== null) return bad;
    }
    return badDocument(db, file, walk);
  });
}

/** A file that cannot be read any further is bad from the next event on. */
function prove(walk: Walk, work: () => Bad | null): Verdict {
  let bad: Bad | null;
  try {
    bad = work();
  } catch (error) {
    if (!isPulsetrainError(error) || error.code !== "JOURNAL_UNREADABLE") throw error;
    bad = { firstBad: walk.lastSeq + 1, why: `it cannot be read: ${error.detail}` };
  }
  return bad === null ? { ok: true, events: walk.events, head: walk.head } : { ok: false, ...bad };
}

/** The first event that names a document which is missing or is not what its hash says. */
function badDocument(db: Sqlite, file: string, walk: Walk): Bad | null {
  const json = db.prepare("SELECT json FROM document WHERE hash = ?").pluck();
  for (const [hash, seq] of walk.documents) {
    const text = translated(file, "read", () => json.get(hash));
    if (text === undefined)
      return { firstBad: seq, why: `document ${hash}, which it names, is missing` };
    if (sha256Hex(String(text)) !== hash) {
      return { firstBad: seq, why: `document ${hash}, which it names, is not what was written` };
    }
  }
  return null;
}

/** Damage that no event shows, such as in an index: reported as bad after the last event. */
function badStructure(db: Sqlite, file: string, walk: Walk): Bad | null {
  const found = translated(file, "read", () => db.pragma("integrity_check(1)", { simple: true }));
  if (found === "ok") return null;
  return {
    firstBad: walk.lastSeq + 1,
    why: `every event holds, but the file is damaged: ${String(found)}`,
  };
}
