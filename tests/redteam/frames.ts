/** A frame with its checksum (`nicolasmcnair/magpy`). */
export function sealed(text: string): Uint8Array {
  const raw = Buffer.from(text, "latin1");
  let sum = 0;
  for (const byte of raw) sum += byte;
  return new Uint8Array([...raw, ~sum & 0xff]);
}
