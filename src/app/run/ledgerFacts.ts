import { existsSync } from "node:fs";
import type { LedgerSnapshot } from "../../contract/session.ts";
import { defaultJournalFile, ledgerFile } from "../../journal/dataFolder.ts";
import type { Journal } from "../../journal/journal.ts";
import { readLedger } from "../../journal/ledger.ts";
import { type JournalReader, readJournal } from "../../journal/read.ts";
import { snapshotOf } from "../../safety/ledger.ts";
import type { Setup } from "./setup.ts";

/** A simulated session weighs on nothing but itself. */
export const EMPTY_LEDGER: LedgerSnapshot = {
  pulses24h: 0,
  pulses7d: 0,
  lastSessionEndUtc: null,
  sessions24h: 0,
  unresolved: [],
};

export interface StoredFacts {
  readonly ledger: LedgerSnapshot;
  readonly limitsAccepted: boolean;
}

/** Name under which an acceptance of the limit profile stands in the journal. */
export const ACCEPTANCE = "limits.accept";

/** Has a named person accepted exactly this profile in this journal? */
export function isAccepted(read: JournalReader, limitsHash: string): boolean {
  return read
    .list()
    .filter(({ protocol }) => protocol === ACCEPTANCE)
    .some(({ session }) =>
      read
        .events(session)
        .some((event) => event.kind === "limits.accepted" && event.limitsHash === limitsHash),
    );
}

function factsFrom(setup: Setup, read: JournalReader | null): StoredFacts {
  if (setup.rig.simulated)
    return {
      ledger: EMPTY_LEDGER,
      limitsAccepted: read !== null && isAccepted(read, setup.limitsHash),
    };
  const { subject } = setup.facts;
  const unresolved =
    read === null
      ? []
      : read.unresolved(subject).map((matter) => `${matter.session}: ${matter.what}`);
  return {
    ledger: { ...snapshotOf(readLedger(ledgerFile(), subject), setup.startedUtc), unresolved },
    limitsAccepted: read !== null && isAccepted(read, setup.limitsHash),
  };
}

/** For a run, which holds the journal open for writing. */
export function factsFromStore(setup: Setup, journal: Journal): StoredFacts {
  return factsFrom(setup, journal.read);
}

/** For a check, which writes nothing and needs no journal to exist. */
export function checkFacts(setup: Setup, db: string | undefined): StoredFacts {
  const file = db ?? defaultJournalFile();
  if (!existsSync(file)) return factsFrom(setup, null);
  const read = readJournal(file);
  try {
    return factsFrom(setup, read);
  } finally {
    read.close();
  }
}
