import { createRandom } from "../../src/base/random.ts";
import type { Board } from "./board/board.ts";
import { type Aux, FOOTER } from "./wire/packet.ts";

type Words = readonly [number, number, number];

/** Pins that digital mode tells, in the order of the aux bytes; 3.3 V. */
export const PINS = ["D11", "D12", "D13", "D17", "D18"] as const;
export type Pin = (typeof PINS)[number];

const PIN_WORDS: Readonly<Record<Pin, Words>> = {
  D11: [0x0100, 0, 0],
  D12: [0x0001, 0, 0],
  D13: [0, 0x0100, 0],
  D17: [0, 0x0001, 0],
  D18: [0, 0, 0x0001],
};

/** Nothing is connected to A5, A6 and A7: the middle of their ten bits. */
const ANALOG: Words = [512, 512, 512];
const ZEROS: Words = [0, 0, 0];

/** 25 values a second of an accelerometer of 0.000125 g a count, for a board that lies on its back. */
const ACCELEROMETER_EVERY = 10;
const GRAVITY_COUNTS: Words = [160, -240, 8000];
const SHAKE_COUNTS = 40;
/** Last digit of the packet number in which a stamped packet has an axis: X 7, Y 8, Z 9. */
const FIRST_AXIS_DIGIT = 7;

export interface AuxMoment {
  readonly board: Board;
  readonly number: number;
  readonly frame: number;
  readonly boardMs: number;
  /** The trigger is seen in this frame. */
  readonly isMarked: boolean;
}

/** The six bytes before the footer, and the footer that says what they are. */
export interface AuxSource {
  of(moment: AuxMoment): { readonly aux: Aux; readonly footer: number };
}

export function createAuxSource(seed: number, triggerPin: Pin): AuxSource {
  const random = createRandom(seed, "cyton-accelerometer");
  let acceleration: Words = GRAVITY_COUNTS;

  const shake = (): void => {
    const shaken = (counts: number): number =>
      Math.round(counts + random.between(-SHAKE_COUNTS, SHAKE_COUNTS));
    const [x, y, z] = GRAVITY_COUNTS;
    acceleration = [shaken(x), shaken(y), shaken(z)];
  };

  const rawWords = ({ board, isMarked }: AuxMoment): Words => {
    if (board.mode === "analog") return ANALOG;
    if (board.mode === "marker") return [board.marker, 0, 0];
    return isMarked ? PIN_WORDS[triggerPin] : ZEROS;
  };

  return {
    of: (moment) => {
      const { board, number, frame, boardMs } = moment;
      const hasNews = frame % ACCELEROMETER_EVERY === 0;
      if (hasNews) shake();
      const isRaw = board.mode === "analog" || board.mode === "digital" || board.mode === "marker";
      if (board.stamps === "off") {
        const words = isRaw ? rawWords(moment) : hasNews ? acceleration : ZEROS;
        return {
          aux: { kind: "words", words },
          footer: isRaw ? FOOTER.rawAux : FOOTER.accelerometer,
        };
      }
      const word = isRaw
        ? rawWords(moment)[0]
        : (acceleration[(number % 10) - FIRST_AXIS_DIGIT] ?? 0);
      return { aux: { kind: "stamped", word, boardMs }, footer: stampedFooter(board, isRaw) };
    },
  };
}

function stampedFooter({ stamps }: Board, isRaw: boolean): number {
  if (stamps === "first")
    return isRaw ? FOOTER.rawAuxStampedFirst : FOOTER.accelerometerStampedFirst;
  return isRaw ? FOOTER.rawAuxStamped : FOOTER.accelerometerStamped;
}
