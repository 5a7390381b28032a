import { createRandom } from "../../../src/base/random.ts";
import { framed } from "../wire/frame.ts";
import { bodyOf, type Flags, type Message } from "../wire/messages.ts";
import type { LineFault } from "./faults.ts";
import type { Outgoing } from "./outgoing.ts";

/** The unit's messages on their way to the line, and the faults of both. */
export interface Talking {
  tell(message: Message, role: "answer" | "news"): void;
  raise(fault: LineFault): void;
}

const GARBAGE_LENGTH = 8;

/** Bytes of an unexplained message in `tests/vectors`. */
const UNEXPLAINED: Message = { kind: "unexplained", body: [240, 1, 2, 3, 4, 5, 6, 7] };

export function createTalking(
  outgoing: Outgoing,
  seed: number,
  parts: {
    readonly modelCount: number;
    /** Messages that nobody asked for, as they would be true now. */
    readonly longStatus: () => Message;
    readonly pulseReport: () => Message;
  },
): Talking {
  const random = createRandom(seed, "magventure-garbage");
  let lostReports = 0;
  let isModelWrong = false;

  const garbage = (): Uint8Array =>
    Uint8Array.from({ length: GARBAGE_LENGTH }, () => Math.floor(random.between(0, 256)));

  const frameOf = (message: Message): Uint8Array =>
    framed(bodyOf(isModelWrong ? asAnotherModel(message, parts.modelCount) : message));

  const tell = (message: Message, role: "answer" | "news"): void => {
    if (message.kind === "pulse" && lostReports > 0) {
      lostReports -= 1;
      return;
    }
    if (role === "answer") outgoing.answer(frameOf(message));
    else outgoing.blurt(frameOf(message));
  };

  const raise = (fault: LineFault): void => {
    switch (fault) {
      case "garbage":
        return outgoing.blurt(garbage());
      case "unsolicited":
        return outgoing.blurt(frameOf(parts.longStatus()));
      case "unknown-message":
        return outgoing.blurt(frameOf(UNEXPLAINED));
      case "split-frames":
        return outgoing.splitFrames();
      case "silent":
        return outgoing.mute();
      case "unplug":
        return outgoing.unplug();
      case "phantom-report":
        return outgoing.blurt(frameOf(parts.pulseReport()));
      case "lost-report":
        lostReports += 1;
        return;
      case "wrong-model":
        isModelWrong = true;
    }
  };

  return { tell, raise };
}

function asAnotherModel(message: Message, modelCount: number): Message {
  if (!("flags" in message)) return message;
  const flags: Flags = {
    ...message.flags,
    modelNumber: (message.flags.modelNumber + 1) % modelCount,
  };
  return { ...message, flags };
}
