/** Where a response is looked for after the pulse. Customary windows; the measure's parameters hold the one that was used. */
import type { WindowMs } from "../signal/epoch.ts";

export const RESPONSE_WINDOWS: Readonly<Record<"hand" | "leg", WindowMs>> = {
  hand: { fromMs: 15, toMs: 50 },
  leg: { fromMs: 25, toMs: 80 },
};

/** Before the pulse, ending early enough that no artefact reaches into it. */
export const BEFORE_PULSE: WindowMs = { fromMs: -100, toMs: -5 };
