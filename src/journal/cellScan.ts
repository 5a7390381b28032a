/**
 * Finds records in the raw pages of a SQLite file, without its trees: for a file that SQLite itself
 * will not open. The layout is that of sqlite.org/fileformat2.html, sections 1.6 (b-tree pages),
 * 2.1 (record format) and 4 (write-ahead log). Nothing found here is trusted: a caller accepts a
 * record only when a hash in it proves the rest.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from "node:fs";
import { PAGE_SIZE_BYTES } from "./schema.ts";

export type Value = string | number | null;

/** A record as it may stand at some place of a page. */
export interface FoundRecord {
  readonly rowid: number;
  readonly values: readonly Value[];
}

/** Pages by their number, from 1; null for one that is not there. */
type PageSource = (page: number) => Buffer | null;

/** Both kinds of row end with, or begin with, a text of 64 characters, whose type code is 2 * 64 + 13. */
const HASH_TEXT = Buffer.from([0x81, 0x0d]);
/** Longest way from the start of a cell to that code: sizes, row id and the codes before it. */
const LONGEST_LEAD = 40;
const WAL_HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;

/** Every record with a hash-sized text that any page of FILE or of its write-ahead log may hold. */
export function* foundRecords(file: string): Generator<FoundRecord> {
  const main = openPages(file);
  const log = existsSync(`${file}-wal`) ? openLog(`${file}-wal`) : null;
  try {
    const newest: PageSource = (page) => log?.newest(page) ?? main.page(page);
    for (let n = 1; n <= main.count; n++) yield* recordsOn(main.page(n), newest, main.page);
    for (let n = 0; n < (log?.count ?? 0); n++) {
      yield* recordsOn(log?.frame(n) ?? null, newest, main.page);
    }
  } finally {
    main.close();
    log?.close();
  }
}

interface Pages {
  readonly count: number;
  readonly page: PageSource;
  close(): void;
}

/** The last page may be cut. */
function openPages(file: string): Pages {
  const fd = openSync(file, "r");
  const count = Math.ceil(fstatSync(fd).size / PAGE_SIZE_BYTES);
  return {
    count,
    page: (n) => (n < 1 || n > count ? null : readAt(fd, (n - 1) * PAGE_SIZE_BYTES)),
    close: () => closeSync(fd),
  };
}

interface Log {
  readonly count: number;
  frame(n: number): Buffer | null;
  newest(page: number): Buffer | null;
  close(): void;
}

function openLog(file: string): Log {
  const fd = openSync(file, "r");
  const frameBytes = FRAME_HEADER_BYTES + PAGE_SIZE_BYTES;
  const count = Math.max(0, Math.ceil((fstatSync(fd).size - WAL_HEADER_BYTES) / frameBytes));
  const offset = (n: number): number => WAL_HEADER_BYTES + n * frameBytes;
  const frame = (n: number): Buffer | null => readAt(fd, offset(n) + FRAME_HEADER_BYTES);
  // A log that started over still holds frames of earlier rounds behind its end: their salt differs.
  const salt = (header: Buffer): string => header.toString("hex", 8, 16);
  const thisRound = salt(readAt(fd, offset(0), FRAME_HEADER_BYTES));
  const newest = new Map<number, number>();
  for (let n = 0; n < count; n++) {
    const header = readAt(fd, offset(n), FRAME_HEADER_BYTES);
    if (salt(header) !== thisRound || header.length < FRAME_HEADER_BYTES) break;
    newest.set(header.readUInt32BE(0), n);
  }
  return {
    count,
    frame,
    newest(page) {
      const n = newest.get(page);
      return n === undefined ? null : frame(n);
    },
    close: () => closeSync(fd),
  };
}

function readAt(fd: number, position: number, length: number = PAGE_SIZE_BYTES): Buffer {
  const buffer = Buffer.alloc(length);
  return buffer.subarray(0, readSync(fd, buffer, 0, length, position));
}

/** Records that start on a page. */
function* recordsOn(
  page: Buffer | null,
  newest: PageSource,
  main: PageSource,
): Generator<FoundRecord> {
  if (page === null) return;
  for (const at of likelyStarts(page)) {
    const cell = cellAt(page, at);
    if (cell === null) continue;
    // The rest of a long record lies on other pages, of which the log may hold newer ones.
    for (const source of cell.overflow === null ? [newest] : [newest, main]) {
      const payload = wholePayload(cell, source);
      const values = payload === null ? null : valuesOf(payload);
      if (values !== null) yield { rowid: cell.rowid, values };
    }
  }
}

/** Every place shortly before a hash-sized text, each once: a cell with one starts at one of them. */
function* likelyStarts(page: Buffer): Generator<number> {
  let next = 0;
  for (let mark = page.indexOf(HASH_TEXT); mark !== -1; mark = page.indexOf(HASH_TEXT, mark + 1)) {
    for (next = Math.max(next, mark - LONGEST_LEAD); next < mark; next++) yield next;
  }
}

interface Cell {
  readonly rowid: number;
  readonly bytes: number;
  readonly local: Buffer;
  /** First page of the rest. */
  readonly overflow: number | null;
}

function cellAt(page: Buffer, at: number): Cell | null {
  const bytes = varint(page, at);
  if (bytes === null || bytes.value < 64) return null;
  const rowid = varint(page, bytes.end);
  if (rowid === null) return null;
  const localBytes = localPart(bytes.value);
  const end = rowid.end + localBytes;
  const overflows = localBytes < bytes.value;
  if (end + (overflows ? 4 : 0) > page.length) return null;
  return {
    rowid: rowid.value,
    bytes: bytes.value,
    local: page.subarray(rowid.end, end),
    overflow: overflows ? page.readUInt32BE(end) : null,
  };
}

/** How much of a payload stands on the leaf itself: section 1.6, "Cell payload overflow pages". */
function localPart(bytes: number): number {
  const most = PAGE_SIZE_BYTES - 35;
  if (bytes <= most) return bytes;
  const least = Math.floor(((PAGE_SIZE_BYTES - 12) * 32) / 255) - 23;
  const wanted = least + ((bytes - least) % (PAGE_SIZE_BYTES - 4));
  return wanted <= most ? wanted : least;
}

function wholePayload(cell: Cell, source: PageSource): Buffer | null {
  const parts = [cell.local];
  let left = cell.bytes - cell.local.length;
  for (let next = cell.overflow ?? 0; left > 0; ) {
    const page = source(next);
    if (page === null || page.length < 4) return null;
    const part = page.subarray(4, 4 + Math.min(left, PAGE_SIZE_BYTES - 4));
    if (part.length === 0) return null;
    parts.push(part);
    left -= part.length;
    next = page.readUInt32BE(0);
  }
  return parts.length === 1 ? cell.local : Buffer.concat(parts);
}

/** Values of a record; null when it is none, or holds anything but texts and numbers. */
function valuesOf(payload: Buffer): readonly Value[] | null {
  const header = varint(payload, 0);
  if (header === null || header.value > payload.length || header.value > LONGEST_LEAD) return null;
  const values: Value[] = [];
  let body = header.value;
  for (let at = header.end; at < header.value; ) {
    const type = varint(payload, at);
    if (type === null) return null;
    at = type.end;
    const size = sizeOf(type.value);
    if (size === null || body + size > payload.length) return null;
    values.push(valueAt(payload, body, type.value, size));
    body += size;
  }
  return body === payload.length ? values : null;
}

const INTEGER_BYTES: readonly number[] = [0, 1, 2, 3, 4, 6, 8];

/** Bytes of a value by its type code; null for blobs and reserved codes, which no table here holds. */
function sizeOf(type: number): number | null {
  if (type <= 6) return INTEGER_BYTES[type] ?? null;
  if (type === 7) return 8;
  if (type === 8 || type === 9) return 0;
  return type >= 13 && type % 2 === 1 ? (type - 13) / 2 : null;
}

function valueAt(payload: Buffer, at: number, type: number, size: number): Value {
  if (type === 0) return null;
  if (type === 6) return Number(payload.readBigInt64BE(at));
  if (type < 6) return payload.readIntBE(at, size);
  if (type === 7) return payload.readDoubleBE(at);
  if (type === 8 || type === 9) return type - 8;
  return payload.toString("utf8", at, at + size);
}

/** A variable-length integer of up to 8 bytes; longer ones are negative or beyond any file here. */
function varint(
  bytes: Buffer,
  at: number,
): { readonly value: number; readonly end: number } | null {
  let value = 0;
  for (let n = 0; n < 8; n++) {
    const byte = bytes[at + n];
    if (byte === undefined) return null;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return Number.isSafeInteger(value) ? { value, end: at + n + 1 } : null;
  }
  return null;
}
