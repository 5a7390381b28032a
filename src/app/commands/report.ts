import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { defaultJournalFile } from "../../journal/dataFolder.ts";
import { readJournal } from "../../journal/read.ts";
import type { Io } from "../io.ts";
import { buildReport, type Report } from "../report/report.ts";

export interface ReportOptions {
  readonly out: string;
  /** Folder for the pictures as files. */
  readonly svg?: string;
  readonly db?: string;
  readonly json?: boolean;
}

/** `report`: one self-contained page of a session, and its pictures as files where they are asked for. */
export function reportCommand(
  session: string,
  options: ReportOptions,
  io: Pick<Io, "out" | "err">,
): number {
  const file = options.db ?? defaultJournalFile();
  if (!existsSync(file)) throw new PulsetrainError("JOURNAL_NOT_FOUND", `there is no file ${file}`);
  requireNoJournal(options.out);
  const journal = readJournal(file);
  let report: Report;
  try {
    report = buildReport(journal, session);
  } finally {
    journal.close();
  }
  writing(`--out ${options.out}`, () => writeFileSync(options.out, report.html));
  const { svg: folder } = options;
  if (folder !== undefined)
    writing(`--svg ${folder}`, () => {
      mkdirSync(folder, { recursive: true });
      for (const { name, svg } of report.pictures) writeFileSync(join(folder, name), svg);
    });
  tell(session, options, report, io);
  return 0;
}

function tell(
  session: string,
  { out, svg, json }: ReportOptions,
  report: Report,
  io: Pick<Io, "out" | "err">,
): void {
  const { status, simulated, events, head } = report;
  const pictures = report.pictures.map(({ name }) => name);
  if (json === true) {
    io.out(
      JSON.stringify({ session, out, status, simulated, events, head, svg: svg ?? null, pictures }),
    );
    return;
  }
  io.out(out);
  io.err(
    `report of session ${session}${simulated ? " (simulated)" : ""}: ${events} events, ${pictures.length} pictures${svg === undefined ? "" : ` in ${svg}`}`,
  );
}

/** How every SQLite file begins (sqlite.org/fileformat.html): a slip of the finger must not cost a record. */
const SQLITE = "SQLite format 3\0";

function requireNoJournal(out: string): void {
  if (!existsSync(out) || !statSync(out).isFile()) return;
  const head = Buffer.alloc(SQLITE.length);
  writing(`--out ${out}`, () => {
    const handle = openSync(out, "r");
    try {
      readSync(handle, head, 0, head.length, 0);
    } finally {
      closeSync(handle);
    }
  });
  if (head.toString("latin1") === SQLITE)
    throw new PulsetrainError("CLI_BAD_CALL", `--out ${out}: is a database, and stays one`);
}

/** The system's own word for what went wrong, with the option that it is about. */
function writing(option: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code = "not writable" } = error as NodeJS.ErrnoException;
    throw new PulsetrainError("CLI_BAD_CALL", `${option}: ${code}`);
  }
}
