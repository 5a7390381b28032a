/** Messages of a Recorder put together here, not by the codec under test. */
const GUID = "8e45584396c9864caf4a98bbf6c91450";

export function messageOf(type: number, body: Uint8Array = new Uint8Array()): Uint8Array {
  const head = Buffer.alloc(24);
  head.write(GUID, "hex");
  head.writeUInt32LE(24 + body.length, 16);
  head.writeUInt32LE(type, 20);
  return new Uint8Array(Buffer.concat([head, body]));
}

export function startOf(
  names: readonly string[],
  intervalUs = 200,
  resolutionUv = 0.5,
): Uint8Array {
  const body = Buffer.alloc(12 + 8 * names.length);
  body.writeUInt32LE(names.length, 0);
  body.writeDoubleLE(intervalUs, 4);
  names.forEach((_, n) => {
    body.writeDoubleLE(resolutionUv, 12 + 8 * n);
  });
  return messageOf(
    1,
    Buffer.concat([body, Buffer.from(names.map((name) => `${name}\0`).join(""))]),
  );
}

export interface MarkerWords {
  readonly position: number;
  readonly text: string;
}

/** `rows`: one a point, one value a channel. */
export function dataOf(
  block: number,
  rows: readonly (readonly number[])[],
  markers: readonly MarkerWords[] = [],
  type: 2 | 4 = 4,
): Uint8Array {
  const head = Buffer.alloc(12);
  head.writeUInt32LE(block, 0);
  head.writeUInt32LE(rows.length, 4);
  head.writeUInt32LE(markers.length, 8);
  const values = rows.flat().map((value) => {
    const bytes = Buffer.alloc(type);
    if (type === 4) bytes.writeFloatLE(value);
    else bytes.writeInt16LE(value);
    return bytes;
  });
  const tail = markers.map(({ position, text }) => {
    const words = Buffer.from(`Response\0${text}\0`);
    const fixed = Buffer.alloc(16);
    fixed.writeUInt32LE(16 + words.length, 0);
    fixed.writeUInt32LE(position, 4);
    fixed.writeUInt32LE(1, 8);
    fixed.writeInt32LE(-1, 12);
    return Buffer.concat([fixed, words]);
  });
  return messageOf(type, new Uint8Array(Buffer.concat([head, ...values, ...tail])));
}
