import type { LineEdge } from "../../src/contract/simulator.ts";

/** The outputs as they really are, which may differ from what the box believes. */
export interface LineBank {
  /** The box sets all its lines. */
  set(mask: number, atMs: number): void;
  /** The next line that rises stays up. */
  stickNext(): void;
  /** No line rises any more. */
  die(): void;
  /** Nothing holds a line up without power; for good, as the cable that comes off carries it. */
  powerOff(atMs: number): void;
}

/** Edges come line by line, from the lowest; `onRise` is called once when at least one line rose. */
export function createLineBank(
  lines: number,
  onEdge: (edge: LineEdge) => void,
  onRise: (atMs: number) => void,
): LineBank {
  let present = 0;
  let stuck = 0;
  let sticksNext = false;
  let isDead = false;

  const become = (mask: number, atMs: number): void => {
    const changed = mask ^ present;
    const risen = mask & changed;
    present = mask;
    for (let line = 1; line <= lines; line += 1) {
      const bit = 1 << (line - 1);
      if ((changed & bit) !== 0) onEdge({ atMs, line, rises: (mask & bit) !== 0 });
    }
    if (risen !== 0) onRise(atMs);
  };

  return {
    set: (mask, atMs) => {
      const within = mask & ((1 << lines) - 1);
      const risen = within & ~present;
      if (sticksNext && risen !== 0 && !isDead) {
        stuck |= risen & -risen;
        sticksNext = false;
      }
      become(isDead ? (within & present) | stuck : within | stuck, atMs);
    },
    stickNext: () => {
      sticksNext = true;
    },
    die: () => {
      isDead = true;
    },
    powerOff: (atMs) => become(0, atMs),
  };
}
