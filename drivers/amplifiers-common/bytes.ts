const NOTHING = new Uint8Array(0);

/** What was held, and what came, in one array; neither is copied when the other is empty. */
export function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  if (first.length === 0) return second;
  if (second.length === 0) return first;
  const both = new Uint8Array(first.length + second.length);
  both.set(first);
  both.set(second, first.length);
  return both;
}

/** The bytes from `at` on, to be held: copied, since a chunk may belong to somebody else. */
export function restOf(bytes: Uint8Array, at: number): Uint8Array {
  return at >= bytes.length ? NOTHING : bytes.slice(at);
}

export const ascii = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, "latin1"));
export const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString("latin1");
