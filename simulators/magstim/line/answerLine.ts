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

function throughFault(
  { bytes, afterMs }: Sent,
  fault: AnswerFault,
  delayMs: number,
): readonly Sent[] {
  switch (fault) {
    case "drop-answer":
      return [];
    case "delay-answer":
      return [{ bytes, afterMs: afterMs + delayMs }];
    case "cut-answer":
      return bytes.length > 1 ? [{ bytes: bytes.slice(0, -1), afterMs }] : [];
    case "corrupt-answer":
      return [
        {
          bytes: bytes.map((byte, index) => (index === bytes.length - 1 ? byte ^ 0x55 : byte)),
          afterMs,
        },
      ];
    case "duplicate-answer":
      return [
        { bytes, afterMs },
        { bytes, afterMs },
      ];
  }
}
