import { checksumOf } from "./checksum.ts";

/** What the bytes from the host turned out to be. */
export type HostItem =
  | {
      readonly kind: "frame";
      readonly command: number;
      readonly data: readonly number[];
      readonly checksumOk: boolean;
    }
  | { readonly kind: "unknown-command"; readonly dropped: readonly number[] };

export interface HostStream {
  readonly pending: readonly number[];
  readonly lastByteMs: number;
}

export const EMPTY_STREAM: HostStream = { pending: [], lastByteMs: 0 };

/**
 * Number of data bytes of a command. `firstData` is null until that byte has arrived; the answer
 * `wait` asks for it. `unknown`: no command of this model and version.
 */
export type DataLength = (command: number, firstData: number | null) => number | "wait" | "unknown";

export interface Pushed {
  readonly stream: HostStream;
  readonly items: readonly HostItem[];
}

/**
 * Splits by the length of each command, since nothing marks the end of a frame. A frame that stays
 * incomplete for `gapMs` without a byte is dropped when the next byte comes. After an unknown
 * command byte nothing tells the length, so everything that has arrived is dropped with it.
 */
export function pushHostBytes(
  stream: HostStream,
  bytes: Uint8Array,
  nowMs: number,
  options: { readonly dataLength: DataLength; readonly gapMs: number },
): Pushed {
  const isStale = stream.pending.length > 0 && nowMs - stream.lastByteMs >= options.gapMs;
  let pending = isStale ? [...bytes] : [...stream.pending, ...bytes];
  const items: HostItem[] = [];
  for (;;) {
    const [command, firstData] = pending;
    if (command === undefined) break;
    const length = options.dataLength(command, firstData ?? null);
    if (length === "unknown") {
      items.push({ kind: "unknown-command", dropped: pending });
      pending = [];
      break;
    }
    if (length === "wait" || pending.length < length + 2) break;
    items.push(frameOf(pending.slice(0, length + 2)));
    pending = pending.slice(length + 2);
  }
  return { stream: { pending, lastByteMs: nowMs }, items };
}

function frameOf(bytes: readonly number[]): HostItem {
  const body = bytes.slice(0, -1);
  const [command = 0, ...data] = body;
  return { kind: "frame", command, data, checksumOk: bytes.at(-1) === checksumOf(body) };
}
