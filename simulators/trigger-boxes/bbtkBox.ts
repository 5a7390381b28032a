import type { Box, BoxEffect, BoxInput, BoxStepped } from "./box.ts";

/** The Black Box ToolKit's module: two characters a command, nothing between them, no answer. */
export interface BbtkBody {
  /** A character whose partner has not come; null: none. */
  readonly first: string | null;
  readonly refusals: number;
}

const POWER_ON: BbtkBody = { first: null, refusals: 0 };

export const bbtkBox: Box<BbtkBody> = {
  lines: 8,
  weakByte: -1,
  powerOn: () => POWER_ON,
  step,
  next: () => null,
};

function step(body: BbtkBody, input: BoxInput): BoxStepped<BbtkBody> {
  switch (input.kind) {
    case "bytes":
      return hear(body, input.bytes);
    case "due":
    case "silence":
      return { body, effects: [] };
    case "refuse-next":
      return { body: { ...body, refusals: body.refusals + 1 }, effects: [] };
    case "reboot":
      return { body: POWER_ON, effects: [{ kind: "lines", mask: 0 }] };
  }
}

/**
 * Choices, since the vendor's guide was not available: a character that is no part of a command
 * takes the one before it along; one that does not fit its partner begins anew; nothing grows old.
 */
function hear(start: BbtkBody, bytes: Uint8Array): BoxStepped<BbtkBody> {
  const effects: BoxEffect[] = [];
  let body = start;
  for (const byte of bytes) {
    const char = String.fromCharCode(byte);
    const mask = maskOf((body.first ?? "") + char);
    if (mask === null) {
      body = { ...body, first: /[0-9A-FR]/.test(char) ? char : null };
      continue;
    }
    const isRefused = mask !== 0 && body.refusals > 0;
    body = { first: null, refusals: isRefused ? body.refusals - 1 : body.refusals };
    if (!isRefused) effects.push({ kind: "lines", mask });
  }
  return { body, effects };
}

function maskOf(text: string): number | null {
  if (text === "RR") return 0;
  return /^[0-9A-F]{2}$/.test(text) ? Number.parseInt(text, 16) : null;
}
