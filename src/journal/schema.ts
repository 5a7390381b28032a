/** Version of the tables below; a file with another one is refused. */
export const SCHEMA_VERSION = 1;

/** Fixed, so that a damaged file can be read page by page without its header. */
export const PAGE_SIZE_BYTES = 4096;

/**
 * `event` is the record and `document` what it names by hash; both only grow. `lease` says who
 * writes; it is no part of the record.
 */
export const TABLES = `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE event (
    seq INTEGER PRIMARY KEY,
    session TEXT NOT NULL,
    t REAL NOT NULL,
    utc TEXT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    prev TEXT NOT NULL,
    hash TEXT NOT NULL
  ) STRICT;
  CREATE TABLE document (hash TEXT PRIMARY KEY, json TEXT NOT NULL) STRICT;
  CREATE TABLE lease (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    pid INTEGER NOT NULL,
    started TEXT,
    boot TEXT,
    host TEXT NOT NULL,
    nonce TEXT NOT NULL,
    writes INTEGER NOT NULL DEFAULT 0
  ) STRICT;
  CREATE INDEX event_session ON event (session);
  CREATE INDEX event_landmark ON event (seq) WHERE kind IN ('run.start', 'run.stop');
`;

/**
 * The triggers stop slips, not people: whoever can write the file can drop them, and then the hash
 * chain shows it. The last one also stops INSERT OR REPLACE, which deletes without a delete trigger.
 */
export const TRIGGERS = `
  CREATE TRIGGER event_no_update BEFORE UPDATE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
  CREATE TRIGGER event_no_delete BEFORE DELETE ON event
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
  CREATE TRIGGER document_no_update BEFORE UPDATE ON document
    BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;
  CREATE TRIGGER document_no_delete BEFORE DELETE ON document
    BEGIN SELECT RAISE(ABORT, 'documents are append-only'); END;
  CREATE TRIGGER event_at_the_end BEFORE INSERT ON event
    WHEN NEW.seq <= (SELECT max(seq) FROM event)
    BEGIN SELECT RAISE(ABORT, 'events are appended at the end'); END;
`;
