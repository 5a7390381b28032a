/** Whole captures, decoded for people: every frame in the words of the vectors, junk with its reason. */
import { toHex } from "../../../src/base/hex.ts";
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/stimulator.ts";
import { NUMBERS } from "./commands.ts";
import { readMessage } from "./messages.ts";
import { readCommand } from "./readCommand.ts";
import { createSplitter, type Piece } from "./splitter.ts";

export function decodeCapture(
  _model: string,
  bytes: Uint8Array,
  { direction }: DecodeOptions,
): readonly DecodedFrame[] {
  const splitter = createSplitter();
  const pieces = [...splitter.push(bytes), ...splitter.flush()];
  return pieces.map((piece) => decodePiece(piece, direction));
}

function decodePiece(piece: Piece, direction: DecodeOptions["direction"]): DecodedFrame {
  const hex = toHex(piece.bytes);
  if (piece.kind === "junk") return { ok: false, hex, code: piece.code, why: piece.why };
  if (direction === "device") {
    const message = readMessage(piece.body);
    return message.ok
      ? { ok: true, hex, meaning: { ...message.value } }
      : { ok: false, hex, ...message.error };
  }
  const command = readCommand(piece.body);
  if (!command.ok) return { ok: false, hex, ...command.error };
  const { what } = command.value;
  return { ok: true, hex, meaning: { command: NUMBERS[what], ...command.value } };
}
