/** A reader of SpikerBox bytes for tests, written apart from the simulator. */
export type SpikerItem =
  | { readonly kind: "frame"; readonly values: readonly number[] }
  | { readonly kind: "message"; readonly parts: readonly string[] };

const BEGIN = "ffff010180ff";
const END = "ffff010181ff";

/** Takes messages out first, then cuts at bytes with bit 7; only frames of the right length count. */
export function readSpiker(bytes: Uint8Array, channels: number): readonly SpikerItem[] {
  const items: SpikerItem[] = [];
  let frame: number[] = [];
  const endFrame = (): void => {
    if (frame.length === 2 * channels) {
      const values = Array.from(
        { length: channels },
        (_, i) => (((frame[2 * i] ?? 0) & 0x7f) << 7) | (frame[2 * i + 1] ?? 0),
      );
      items.push({ kind: "frame", values });
    }
    frame = [];
  };
  const hexAt = (at: number): string => Buffer.from(bytes.subarray(at, at + 6)).toString("hex");
  for (let at = 0; at < bytes.length; ) {
    if (hexAt(at) === BEGIN) {
      let end = at + 6;
      while (end < bytes.length && hexAt(end) !== END) end += 1;
      const text = Buffer.from(bytes.subarray(at + 6, end)).toString("latin1");
      if (frame.length === 2 * channels) endFrame();
      items.push({ kind: "message", parts: text.split(";").filter((part) => part !== "") });
      at = end + 6;
      continue;
    }
    const byte = bytes[at] ?? 0;
    if ((byte & 0x80) !== 0) {
      endFrame();
      frame = [byte];
    } else if (frame.length > 0) frame.push(byte);
    at += 1;
  }
  endFrame();
  return items;
}

export function framesOf(items: readonly SpikerItem[]): readonly (readonly number[])[] {
  return items.flatMap((item) => (item.kind === "frame" ? [item.values] : []));
}

export function messagesOf(items: readonly SpikerItem[]): readonly string[] {
  return items.flatMap((item) => (item.kind === "message" ? item.parts : []));
}
