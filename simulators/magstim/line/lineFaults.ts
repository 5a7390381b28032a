import { createRandom } from "../../../src/base/random.ts";
import type { LineFault } from "./faults.ts";
import type { Outgoing } from "./outgoing.ts";

/** The faults of one unit's cable and of its talking. */
export interface LineFaults {
  raise(fault: LineFault, atMs: number): void;
  /** Is the next change to be refused? */
  readonly refuses: boolean;
  /** That one was. */
  refused(): void;
  /** Does the unit tell a version that is not its own? */
  readonly tellsWrongVersion: boolean;
}

const GARBAGE_LENGTH = 8;

/** `unasked` makes the bytes of an answer that nobody asked for. */
export function createLineFaults(
  outgoing: Outgoing,
  seed: number,
  unasked: (atMs: number) => Uint8Array,
): LineFaults {
  const random = createRandom(seed, "magstim-garbage");
  let refusals = 0;
  let tellsWrongVersion = false;

  const garbage = (): Uint8Array =>
    Uint8Array.from({ length: GARBAGE_LENGTH }, () => Math.floor(random.between(0, 256)));

  const raise = (fault: LineFault, atMs: number): void => {
    switch (fault) {
      case "garbage":
        return outgoing.blurt(garbage());
      case "unsolicited":
        return outgoing.blurt(unasked(atMs));
      case "silent":
        return outgoing.mute();
      case "unplug":
        return outgoing.unplug();
      case "refuse":
        refusals += 1;
        return;
      case "wrong-version":
        tellsWrongVersion = true;
    }
  };

  return {
    raise,
    get refuses() {
      return refusals > 0;
    },
    refused: () => {
      refusals -= 1;
    },
    get tellsWrongVersion() {
      return tellsWrongVersion;
    },
  };
}
