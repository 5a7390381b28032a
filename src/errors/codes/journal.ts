export const JOURNAL_CODES = {
  JOURNAL_LOCKED: {
    meaning: "another process writes this journal",
    exit: 2,
    cure: "wait for it, or name another file with --db",
  },
  JOURNAL_UNREADABLE: {
    meaning: "the file is not a journal or is damaged",
    exit: 2,
    cure: "`pulsetrain journal salvage FILE`",
  },
  JOURNAL_WRITE_FAILED: {
    meaning: "an event could not be made durable (disk full, no permission)",
    exit: 2,
    cure: "make room, then look at the session with `journal show`",
  },
  JOURNAL_BROKEN_CHAIN: {
    meaning: "the hash chain does not hold",
    exit: 2,
    cure: "see `journal verify`; keep the file as it is",
  },
  JOURNAL_NO_SESSION: { meaning: "no session of this id", exit: 2, cure: "see `journal list`" },
  JOURNAL_SCHEMA: {
    meaning: "the journal was written by another version",
    exit: 2,
    cure: "use that version, or salvage",
  },
  JOURNAL_NOT_FOUND: {
    meaning: "there is no journal at this path",
    exit: 2,
    cure: "check --db; the first run makes the file",
  },
  JOURNAL_SESSION_TWICE: { meaning: "a session id was used twice", exit: 1, cure: "report it" },
  JOURNAL_BAD_CALL: {
    meaning: "a journal command lacks something or would overwrite a file",
    exit: 2,
    cure: "see the message",
  },
} as const;
