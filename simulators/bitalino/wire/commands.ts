/** Commands are single bytes, whose meaning depends on whether the box streams. */
export type Command =
  | { readonly kind: "version" }
  | { readonly kind: "status" }
  | { readonly kind: "rate"; readonly rateHz: number }
  | {
      readonly kind: "start";
      readonly mode: "live" | "simulated";
      readonly inputs: readonly number[];
    }
  | { readonly kind: "stop" }
  | { readonly kind: "threshold"; readonly value: number }
  | { readonly kind: "outputs"; readonly o1: boolean; readonly o2: boolean }
  /** The next byte is the value. */
  | { readonly kind: "pwm" };

const RATES: ReadonlyMap<number, number> = new Map([
  [0x03, 1],
  [0x43, 10],
  [0x83, 100],
  [0xc3, 1000],
]);

/** Null: it means nothing now. */
export function readCommand(byte: number, isStreaming: boolean): Command | null {
  return anyTime(byte) ?? (isStreaming ? streaming(byte) : idle(byte));
}

function anyTime(byte: number): Command | null {
  if (byte === 0xff) return { kind: "stop" };
  if (byte === 0xa3) return { kind: "pwm" };
  // 1011 O2 O1 11
  if ((byte & 0xf3) === 0xb3) {
    return { kind: "outputs", o1: (byte & 0x04) !== 0, o2: (byte & 0x08) !== 0 };
  }
  return null;
}

function streaming(byte: number): Command | null {
  return byte === 0x00 ? { kind: "stop" } : null;
}

function idle(byte: number): Command | null {
  if (byte === 0x07 || byte === 0x0f) return { kind: "version" };
  if (byte === 0x0b) return { kind: "status" };
  const rateHz = RATES.get(byte);
  if (rateHz !== undefined) return { kind: "rate", rateHz };
  const upper = byte >> 2;
  switch (byte & 0x03) {
    case 0:
      return { kind: "threshold", value: upper };
    case 1:
      return start("live", upper);
    case 2:
      return start("simulated", upper);
    default:
      return null;
  }
}

/** A start without a channel is none: no source says what would come. */
function start(mode: "live" | "simulated", mask: number): Command | null {
  const inputs = [0, 1, 2, 3, 4, 5].filter((input) => (mask & (1 << input)) !== 0);
  return inputs.length === 0 ? null : { kind: "start", mode, inputs };
}
