/**
 * Levels over time on lines that the table takes for itself. What is known comes from
 * `cedrus-opensource/pyxid` (a sample, never run by us): times from the start in ms, an entry of
 * zeros ends the table, its lines go low while it is set up, it cannot be changed while it runs.
 */
export interface PulseTable {
  readonly entries: readonly TableEntry[];
  /** Lines set apart by the host; 0: those that the entries name. */
  readonly reserved: number;
  readonly levels: number;
  readonly run: { readonly startMs: number; readonly at: number } | null;
}

export interface TableEntry {
  readonly timeMs: number;
  readonly mask: number;
}

export const EMPTY_TABLE: PulseTable = { entries: [], reserved: 0, levels: 0, run: null };

export function tableLines(table: PulseTable): number {
  if (table.reserved !== 0) return table.reserved;
  return table.entries.reduce((mask, entry) => mask | entry.mask, 0);
}

export function withEntry(table: PulseTable, entry: TableEntry): PulseTable {
  return table.run === null ? { ...table, entries: [...table.entries, entry] } : table;
}

export function withReserved(table: PulseTable, reserved: number): PulseTable {
  return table.run === null ? { ...table, reserved } : table;
}

export function cleared(table: PulseTable): PulseTable {
  return table.run === null ? EMPTY_TABLE : table;
}

export function started(table: PulseTable, nowMs: number): PulseTable {
  return table.run === null && entryAt(table, 0) !== null
    ? { ...table, run: { startMs: nowMs, at: 0 } }
    : table;
}

/** Stopping is taken to lower the table's lines. */
export function stopped(table: PulseTable): PulseTable {
  return { ...table, run: null, levels: 0 };
}

export function nextEntryMs({ entries, run }: PulseTable): number | null {
  if (run === null) return null;
  return run.startMs + (entries[run.at]?.timeMs ?? 0);
}

/** The entry that is due has happened; after the last one the table rests as it stands. */
export function advanced(table: PulseTable): PulseTable {
  if (table.run === null) return table;
  const at = table.run.at + 1;
  const levels = (table.entries[table.run.at]?.mask ?? 0) & tableLines(table);
  const run = entryAt(table, at) === null ? null : { ...table.run, at };
  return { ...table, levels, run };
}

/** Null at the end: behind the last entry, or at an entry of zeros that is not the first. */
function entryAt({ entries }: PulseTable, at: number): TableEntry | null {
  const entry = entries[at];
  if (entry === undefined) return null;
  return at > 0 && entry.timeMs === 0 && entry.mask === 0 ? null : entry;
}
