/** The number that a device gives its packets, and that a host finds losses by. */
export interface Counter {
  /** The number of the next packet, which it moves on from. */
  next(): number;
  /** A stream begins: at 0, unless a fault has put the counter elsewhere since the last packet. */
  restart(): void;
  /** Leaves numbers out although no packet was lost. */
  jump(): void;
  /** Stands a few packets before it begins again at 0. */
  standBeforeWrap(): void;
}

const PACKETS_BEFORE_WRAP = 3;

export function createCounter(modulus: number, jumpBy: number): Counter {
  let upcoming = 0;
  let isPut = false;

  const put = (number: number): void => {
    upcoming = number % modulus;
    isPut = true;
  };

  return {
    next: () => {
      const number = upcoming;
      upcoming = (upcoming + 1) % modulus;
      isPut = false;
      return number;
    },
    restart: () => {
      if (!isPut) upcoming = 0;
    },
    jump: () => put(upcoming + jumpBy),
    standBeforeWrap: () => put(modulus - PACKETS_BEFORE_WRAP),
  };
}
