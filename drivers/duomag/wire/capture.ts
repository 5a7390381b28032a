/** Whole captures, decoded for people, in the words of the vectors. */
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/stimulator.ts";
import { type Command, type HostPiece, hostPieceAt } from "./commands.ts";
import { delayUs } from "./delay.ts";
import { decodeStatus } from "./frame.ts";
import { createPieceCutter, type Piece, SYNC } from "./pieces.ts";

/**
 * Statuses are cut at the sync byte and judged one by one: nobody acts on a capture, so a length
 * needs no second piece to be shown, and the first piece is shown when it is a whole status.
 */
export function decodeCapture(
  _model: string,
  bytes: Uint8Array,
  { direction }: DecodeOptions,
): readonly DecodedFrame[] {
  return direction === "host" ? hostFrames(bytes) : deviceFrames(bytes);
}

function hostFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const frames: DecodedFrame[] = [];
  for (let at = 0; at < bytes.length; ) {
    const piece = hostPieceAt(bytes, at);
    frames.push(hostFrame(piece, toHex(bytes.subarray(at, at + piece.length))));
    at += piece.length;
  }
  return frames;
}

function hostFrame(piece: HostPiece, hex: string): DecodedFrame {
  switch (piece.kind) {
    case "command":
      return { ok: true, hex, meaning: meaningOf(piece.command) };
    case "nothing":
      return { ok: true, hex, meaning: { command: null, effect: "ignored (recommended)" } };
    case "bad":
      return { ok: false, hex, ...piece.fault };
  }
}

function meaningOf(command: Command): Readonly<Record<string, unknown>> {
  return "steps" in command ? { ...command, setMs: delayUs(command) / 1000 } : { ...command };
}

function deviceFrames(bytes: Uint8Array): readonly DecodedFrame[] {
  const cutter = createPieceCutter();
  const frames = cutter.push(bytes).flatMap(deviceFrame);
  const rest = cutter.rest();
  if (rest.length === 0) return frames;
  const why = "no sync byte behind it";
  return [...frames, { ok: false, hex: toHex(rest), code: "WIRE_CUT_FRAME", why }];
}

function deviceFrame(piece: Piece): readonly DecodedFrame[] {
  if (piece.kind === "overlong") {
    const why = "a run without a sync byte";
    return [{ ok: false, hex: toHex(piece.bytes), code: "WIRE_UNKNOWN_FRAME", why }];
  }
  if (piece.bytes.length === 0) return [];
  const hex = toHex(Uint8Array.from([...piece.bytes, SYNC]));
  const decoded = decodeStatus(piece.bytes);
  if (decoded.ok) return [{ ok: true, hex, meaning: { ...decoded.value } }];
  if (!piece.isFirst) return [{ ok: false, hex, ...decoded.error }];
  return [{ ok: false, hex, code: "WIRE_CUT_FRAME", why: "its beginning was missed" }];
}
