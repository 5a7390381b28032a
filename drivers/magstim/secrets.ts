/**
 * Unlock codes are secrets: they leave in the bytes of one `Q` frame and appear nowhere else.
 */

const Q = 0x51;
const STAR = 0x2a;
/** `hhhh-hhhhhhhh-hh` behind its `Q`, anywhere in a chunk: an echoing cable brings it back. */
const CODE = /Q[0-9A-Fa-f-]{16}/g;

/**
 * Bytes of one write or one chunk as they may be recorded, length kept. The code becomes sixteen
 * `*`, and the byte behind it the checksum of the stars, since the true one says something of the code.
 * Of anything else that begins like a `Q` frame and is not `Q@` all but the `Q` is blanked.
 */
export function redact(bytes: Uint8Array): Uint8Array {
  // Nearly every frame: no code without its letter.
  if (!bytes.includes(Q)) return bytes;
  const out = Uint8Array.from(bytes);
  const text = Buffer.from(out).toString("latin1");
  for (const match of text.matchAll(CODE)) {
    out.fill(STAR, match.index + 1, match.index + 17);
    if (match.index + 17 < out.length) out[match.index + 17] = starChecksum();
  }
  const isWhole = out.length === 18 && out[1] === STAR;
  if (out[0] === Q && out.length > 3 && !isWhole) out.fill(STAR, 1);
  return out;
}

function starChecksum(): number {
  return ~(Q + 16 * STAR) & 0xff;
}
