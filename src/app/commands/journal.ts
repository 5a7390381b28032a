import { existsSync } from "node:fs";
import { isPulsetrainError, PulsetrainError } from "../../errors/pulsetrainError.ts";
import { defaultJournalFile } from "../../journal/dataFolder.ts";
import { openJournal } from "../../journal/journal.ts";
import { type OpenJournal, readJournal } from "../../journal/read.ts";
import { salvage } from "../../journal/salvage.ts";
import type { Verdict } from "../../journal/verify.ts";
import { createRealClock } from "../../time/realClock.ts";
import { fingerprintOf } from "../fingerprint.ts";
import type { Io } from "../io.ts";
import { recompute } from "../measure/recompute.ts";
import { eventLine, salvageLines, sessionTable } from "./journalFormat.ts";

type Lines = Pick<Io, "out" | "err">;

interface JournalOptions {
  readonly db?: string;
  readonly json?: boolean;
}

/** `journal list`: one session a line, oldest first. Without a journal at the default place: none. */
export function journalList(options: JournalOptions, io: Lines): number {
  const file = options.db ?? defaultJournalFile();
  if (options.db === undefined && !existsSync(file)) {
    io.err(`no journal yet at ${file}`);
    return 0;
  }
  const sessions = reading(options, (journal) => journal.list());
  if (options.json === true) {
    for (const { session, startedUtc, status, protocol, subject, simulated } of sessions) {
      io.out(JSON.stringify({ session, startedUtc, status, protocol, subject, simulated }));
    }
    return 0;
  }
  if (sessions.length === 0) io.err(`no session in ${file}`);
  for (const line of sessionTable(sessions)) io.out(line);
  return 0;
}

/** `journal show`: one event a line, in order. */
export function journalShow(
  options: JournalOptions & { readonly session: string },
  io: Lines,
): number {
  reading(options, (journal) => {
    for (const event of journal.each(options.session)) {
      io.out(options.json === true ? JSON.stringify(event) : eventLine(event));
    }
  });
  return 0;
}

/** `journal verify`: exit 2 when the chain of the file, or of one session, does not hold. */
export function journalVerify(
  options: JournalOptions & { readonly session?: string },
  io: Lines,
): number {
  const verdict = verdictOf(options);
  if (options.json === true) io.out(JSON.stringify(verdict));
  else if (verdict.ok) io.out(`the chain holds: ${verdict.events} events, head ${verdict.head}`);
  else io.out(`the chain does not hold from event ${verdict.firstBad} on: ${verdict.why}`);
  return verdict.ok ? 0 : 2;
}

/** A file that cannot be opened as a journal proves nothing from its first event on. */
function verdictOf(options: JournalOptions & { readonly session?: string }): Verdict {
  try {
    return reading(options, (journal) => journal.verify(options.session));
  } catch (error) {
    if (!isPulsetrainError(error) || error.code !== "JOURNAL_UNREADABLE") throw error;
    return { ok: false, firstBad: 1, why: `${error.message}; see \`pulsetrain journal salvage\`` };
  }
}

/** `journal recompute`: exit 2 when a number of the session does not come out again. */
export function journalRecompute(
  options: JournalOptions & { readonly session: string },
  io: Lines,
): number {
  const { same, differing } = reading(options, (journal) =>
    recompute(journal.each(options.session), (hash) => journal.document(hash)),
  );
  if (options.json === true) {
    io.out(JSON.stringify({ session: options.session, same, differing }));
  } else {
    io.out(`${same} numbers come out as they stand, ${differing.length} do not`);
    for (const { seq, what, why } of differing) io.out(`  event ${seq}, ${what}: ${why}`);
  }
  return differing.length === 0 ? 0 : 2;
}

/** `journal fingerprint`: one hash of all that happened, without wall times, ids and hashes of their own. */
export function journalFingerprint(
  options: JournalOptions & { readonly session: string },
  io: Lines,
): number {
  const fingerprint = reading(options, (journal) => fingerprintOf(journal.each(options.session)));
  io.out(
    options.json === true ? JSON.stringify({ session: options.session, fingerprint }) : fingerprint,
  );
  return 0;
}

interface ResolveOptions extends JournalOptions {
  readonly session: string;
  readonly by: string;
  readonly note: string;
}

/** `journal resolve`: a person acknowledges what an interrupted or faulted session left open. */
export function journalResolve(options: ResolveOptions, io: Lines): number {
  const file = fileOf(options);
  const clock = createRealClock();
  const nowUtc = clock.toUtcIso(clock.now());
  const journal = openJournal(file, nowUtc);
  try {
    const { session, by, note } = options;
    const intents = journal.resolve(session, by, note, nowUtc);
    if (options.json === true)
      io.out(JSON.stringify({ session, resolved: intents !== null, by, intents: intents ?? [] }));
    else if (intents === null) io.out(`nothing is open in session ${session}`);
    else
      io.out(
        `session ${session}: acknowledged by ${by}; ${intents.length} doses of unknown outcome count as delivered`,
      );
    return 0;
  } finally {
    journal.close();
  }
}

/** `journal salvage`: copies what still proves itself out of a damaged file, which is only read. */
export function journalSalvage(
  options: { readonly file: string; readonly json?: boolean },
  io: Lines,
): number {
  const report = salvage(options.file);
  if (options.json === true) io.out(JSON.stringify(report));
  else for (const line of salvageLines(report)) io.out(line);
  return 0;
}

function fileOf(options: JournalOptions): string {
  const file = options.db ?? defaultJournalFile();
  if (existsSync(file)) return file;
  throw new PulsetrainError("JOURNAL_NOT_FOUND", `there is no file ${file}`);
}

function reading<T>(options: JournalOptions, work: (journal: OpenJournal) => T): T {
  const journal = readJournal(fileOf(options));
  try {
    return work(journal);
  } finally {
    journal.close();
  }
}
