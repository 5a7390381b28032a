import { type Box, type BoxEffect, type BoxInput, type BoxStepped, earliest } from "../box.ts";
import {
  answer,
  EMPTY_STREAM,
  littleEndian,
  numberOf,
  pushXidBytes,
  type XidCommand,
  type XidLetters,
  type XidStream,
} from "./commands.ts";
import {
  advanced,
  cleared,
  EMPTY_TABLE,
  nextEntryMs,
  type PulseTable,
  started,
  stopped,
  tableLines,
  withEntry,
  withReserved,
} from "./pulseTable.ts";

/** What a unit says of itself (`cedrus-opensource/pyxid`): product, model, firmware. */
export interface XidIdentity {
  readonly product: string;
  readonly model: string;
  readonly major: string;
  readonly minor: string;
  /** Digit after `_xid`; a host that finds another than 0 sends `c10`. */
  readonly protocol: string;
}

export interface XidBody {
  readonly stream: XidStream;
  readonly protocol: string;
  /** 0: lines stay until they are changed. */
  readonly pulseMs: number;
  /** What `mh` raised. */
  readonly raised: number;
  readonly fallsAtMs: number | null;
  readonly table: PulseTable;
  readonly clockStartMs: number;
  readonly refusals: number;
}

export function xidBox(identity: XidIdentity): Box<XidBody> {
  const powerOn = (nowMs: number): XidBody => ({
    stream: EMPTY_STREAM,
    protocol: identity.protocol,
    pulseMs: 0,
    raised: 0,
    fallsAtMs: null,
    table: EMPTY_TABLE,
    clockStartMs: nowMs,
    refusals: 0,
  });
  return {
    lines: 16,
    weakByte: -1,
    powerOn,
    step: (body, input, nowMs) => {
      switch (input.kind) {
        case "bytes":
          return hear(identity, body, input.bytes, nowMs);
        case "due":
          return shown(happened(body, nowMs));
        case "silence":
          return { body, effects: [] };
        case "refuse-next":
          return { body: { ...body, refusals: body.refusals + 1 }, effects: [] };
        case "reboot":
          return shown(powerOn(nowMs));
      }
    },
    next: (body) => earliest([due(body.fallsAtMs), due(nextEntryMs(body.table))]),
  };
}

function due(atMs: number | null): { readonly input: BoxInput; readonly atMs: number } | null {
  return atMs === null ? null : { input: { kind: "due" }, atMs };
}

function happened(body: XidBody, nowMs: number): XidBody {
  const fallen =
    body.fallsAtMs !== null && body.fallsAtMs <= nowMs
      ? { ...body, raised: 0, fallsAtMs: null }
      : body;
  const entryMs = nextEntryMs(fallen.table);
  return entryMs !== null && entryMs <= nowMs
    ? { ...fallen, table: advanced(fallen.table) }
    : fallen;
}

function shown(body: XidBody): BoxStepped<XidBody> {
  const ofTable = tableLines(body.table);
  const mask = (body.raised & ~ofTable) | (body.table.levels & ofTable);
  return { body, effects: [{ kind: "lines", mask }] };
}

function hear(
  identity: XidIdentity,
  start: XidBody,
  bytes: Uint8Array,
  nowMs: number,
): BoxStepped<XidBody> {
  const { stream, commands } = pushXidBytes(start.stream, bytes, nowMs);
  const effects: BoxEffect[] = [];
  let body: XidBody = { ...start, stream };
  for (const command of commands) {
    const said = ANSWERS[command.letters]?.(body, identity, nowMs);
    if (said !== undefined) effects.push({ kind: "say", bytes: said });
    const isRefused = body.refusals > 0 && raises(command);
    const change = isRefused ? undefined : CHANGES[command.letters];
    if (isRefused) body = { ...body, refusals: body.refusals - 1 };
    if (change === undefined) continue;
    const changed = shown(change(body, command.data, nowMs));
    body = changed.body;
    effects.push(...changed.effects);
  }
  return { body, effects };
}

function raises({ letters, data }: XidCommand): boolean {
  return letters === "mr" || (letters === "mh" && numberOf(data) !== 0);
}

type Change = (body: XidBody, data: readonly number[], nowMs: number) => XidBody;

/** Commands that do something. Lines that the table has taken are not the host's to raise. */
const CHANGES: Readonly<Partial<Record<XidLetters, Change>>> = {
  c1: (body, [digit = 0]) => ({ ...body, protocol: String.fromCharCode(digit) }),
  mp: (body, data) => ({ ...body, pulseMs: numberOf(data) }),
  mh: (body, data, nowMs) => {
    const raised = numberOf(data);
    const fallsAtMs = raised === 0 || body.pulseMs === 0 ? null : nowMs + body.pulseMs;
    return { ...body, raised, fallsAtMs };
  },
  mz: (body) => ({ ...body, raised: 0, fallsAtMs: null, table: stopped(body.table) }),
  mc: (body) => ({ ...body, table: cleared(body.table) }),
  mk: (body, data) => ({ ...body, table: withReserved(body.table, numberOf(data)) }),
  mt: (body, data) => ({
    ...body,
    table: withEntry(body.table, {
      timeMs: numberOf(data.slice(0, 4)),
      mask: numberOf(data.slice(4)),
    }),
  }),
  mr: (body, _data, nowMs) => ({ ...body, table: started(body.table, nowMs) }),
  ms: (body) => ({ ...body, table: stopped(body.table) }),
  e5: (body, _data, nowMs) => ({ ...body, clockStartMs: nowMs }),
};

type Say = (body: XidBody, identity: XidIdentity, nowMs: number) => Uint8Array;

/** Questions. Those after the product come back bare, the others behind their own letters. */
const ANSWERS: Readonly<Partial<Record<XidLetters, Say>>> = {
  _c1: (body) => answer(`_xid${body.protocol}`),
  _d2: (_body, { product }) => answer(product),
  _d3: (_body, { model }) => answer(model),
  _d4: (_body, { major }) => answer(major),
  _d5: (_body, { minor }) => answer(minor),
  _mp: ({ pulseMs }) => answer("_mp", ...littleEndian(pulseMs, 4)),
  _mk: ({ table }) => answer("_mk", ...littleEndian(table.reserved, 2)),
  _mr: ({ table }) => answer(table.run === null ? "_mr0" : "_mr1"),
  _e5: ({ clockStartMs }, _identity, nowMs) =>
    answer("_e5", ...littleEndian(Math.floor(nowMs - clockStartMs), 4)),
};
