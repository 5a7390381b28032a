/** Datagrams of a NeurOne put together here, not by the codec under test. */
export function startOf(
  sources: readonly number[],
  types: readonly number[] = [],
  rateHz = 5000,
): Uint8Array {
  const bytes = Buffer.alloc(18 + 2 * sources.length + types.length);
  bytes.writeUInt8(1, 0);
  bytes.writeUInt32BE(rateHz, 4);
  bytes.writeUInt32BE(0x80000018, 8);
  bytes.writeUInt16BE(sources.length, 16);
  for (const [n, source] of sources.entries()) bytes.writeUInt16BE(source, 18 + 2 * n);
  for (const [n, type] of types.entries()) bytes.writeUInt8(type, 18 + 2 * sources.length + n);
  return new Uint8Array(bytes);
}

export function samplesPacket(
  sequence: number,
  firstIndex: number,
  rows: readonly (readonly number[])[],
  firstUs: number = firstIndex * 200,
): Uint8Array {
  const channels = rows[0]?.length ?? 0;
  const bytes = Buffer.alloc(28 + 3 * channels * rows.length);
  bytes.writeUInt8(2, 0);
  bytes.writeUInt32BE(sequence, 4);
  bytes.writeUInt16BE(channels, 8);
  bytes.writeUInt16BE(rows.length, 10);
  bytes.writeBigUInt64BE(BigInt(firstIndex), 12);
  bytes.writeBigUInt64BE(BigInt(firstUs), 20);
  for (const [n, count] of rows.flat().entries()) bytes.writeIntBE(count, 28 + 3 * n, 3);
  return new Uint8Array(bytes);
}

export function triggersPacket(
  triggers: readonly { readonly index: number; readonly source: number; readonly code: number }[],
): Uint8Array {
  const bytes = Buffer.alloc(8 + 20 * triggers.length);
  bytes.writeUInt8(3, 0);
  bytes.writeUInt16BE(triggers.length, 2);
  triggers.forEach(({ index, source, code }, n) => {
    bytes.writeBigUInt64BE(BigInt(index * 200), 8 + 20 * n);
    bytes.writeBigUInt64BE(BigInt(index), 16 + 20 * n);
    bytes.writeUInt8((source << 4) | 1, 24 + 20 * n);
    bytes.writeUInt8(code, 25 + 20 * n);
  });
  return new Uint8Array(bytes);
}

export function endOf(samples: number): Uint8Array {
  const bytes = Buffer.alloc(12);
  bytes.writeUInt8(4, 0);
  bytes.writeBigUInt64BE(BigInt(samples), 4);
  return new Uint8Array(bytes);
}
