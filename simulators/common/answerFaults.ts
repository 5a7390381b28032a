/** Faults of the next answer alone. */
export type AnswerFault =
  | "drop-answer"
  | "delay-answer"
  | "cut-answer"
  | "corrupt-answer"
  | "duplicate-answer";

/** How a device's answers break: each device has a place where it hurts. */
export interface Breakage {
  cut(answer: Uint8Array): Uint8Array;
  corrupt(answer: Uint8Array): Uint8Array;
  readonly delayMs: number;
}

/** Bytes on their way to the host, so long after the device made them. */
export interface Sent {
  readonly bytes: Uint8Array;
  readonly afterMs: number;
}

/** What becomes of one answer under the faults that wait for it, applied in their order. */
export function throughFaults(
  answer: Uint8Array,
  faults: readonly AnswerFault[],
  breakage: Breakage,
): readonly Sent[] {
  const whole: readonly Sent[] = [{ bytes: answer, afterMs: 0 }];
  return faults.reduce(
    (sent, fault) => sent.flatMap((one) => throughFault(one, fault, breakage)),
    whole,
  );
}

function throughFault(sent: Sent, fault: AnswerFault, breakage: Breakage): readonly Sent[] {
  switch (fault) {
    case "drop-answer":
      return [];
    case "delay-answer":
      return [{ ...sent, afterMs: sent.afterMs + breakage.delayMs }];
    case "cut-answer":
      return [{ ...sent, bytes: breakage.cut(sent.bytes) }];
    case "corrupt-answer":
      return [{ ...sent, bytes: breakage.corrupt(sent.bytes) }];
    case "duplicate-answer":
      return [sent, sent];
  }
}

/** The bytes without the one at `index`, which counts from the end when negative. */
export function withoutByte(bytes: Uint8Array, index: number): Uint8Array {
  const place = index < 0 ? bytes.length + index : index;
  return bytes.filter((_, i) => i !== place);
}

/** The bytes with some bits of the one at `index` turned over. */
export function withFlippedBits(bytes: Uint8Array, index: number, mask: number): Uint8Array {
  const place = index < 0 ? bytes.length + index : index;
  return bytes.map((byte, i) => (i === place ? byte ^ mask : byte));
}
