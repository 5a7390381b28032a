import type { AnswerFault } from "./faults.ts";

/** Bytes on their way to the host, so long after the device made them. */
export interface Sent {
  readonly bytes: Uint8Array;
  readonly afterMs: number;
}

/** What becomes of one answer under the faults that wait for it, applied in their order. */
export function throughFaults(
  answer: Uint8Array,
  faults: readonly AnswerFault[],
  delayMs: number,
): readonly Sent[] {
  const whole: readonly Sent[] = [{ bytes: answer, afterMs: 0 }];
  return faults.reduce(
    (sent, fault) => sent.flatMap((one) => throughFault(one, fault, delayMs)),
    whole,
  );
}

function throughFault(sent: Sent, fault: AnswerFault, delayMs: number): readonly Sent[] {
  const { bytes, afterMs } = sent;
  switch (fault) {
    case "drop-answer":
      return [];
    case "delay-answer":
      return [{ bytes, afterMs: afterMs + delayMs }];
    case "cut-answer":
      return [{ bytes: bytes.slice(0, Math.floor(bytes.length / 2)), afterMs }];
    case "corrupt-answer":
      return [{ bytes: withByte(bytes, bytes.length - 2, (byte) => byte ^ 0x55), afterMs }];
    case "missing-end-flag":
      return [{ bytes: withByte(bytes, bytes.length - 1, () => 0), afterMs }];
    case "duplicate-answer":
      return [sent, sent];
  }
}

function withByte(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  return bytes.map((byte, index) => (index === at ? change(byte) : byte));
}
