/** What changed between two settled statuses that a run must hear of. Pure. */
import type { StimulatorEvent } from "../../../src/contract/stimulator.ts";
import type { StatusFrame } from "../wire/frame.ts";
import { type DuoState, type Settled, STEADY_MS } from "./state.ts";
import { troublesOf, wordsOf } from "./trouble.ts";

/** Events of a status that has just settled; `before` is what was known until then. */
export function newsOf(before: DuoState, settled: Settled): readonly StimulatorEvent[] {
  return [
    ...pulseNews(before, settled),
    ...panelNews(before, settled),
    ...coilNews(before, settled),
    ...troubleNews(before, settled),
  ];
}

/** `charged` fell at an intensity that stood still, and no start of ours explains it. */
function pulseNews(before: DuoState, { frame, firstMs }: Settled): readonly StimulatorEvent[] {
  const { settled: was, steadySinceMs, awaitsPulse } = before;
  if (was === null || awaitsPulse || steadySinceMs === null) return [];
  const fell = was.frame.charged && !frame.charged;
  const stoodStill =
    firstMs - steadySinceMs >= STEADY_MS && was.frame.intensity === frame.intensity;
  const isHealthy = troublesOf(frame).length === 0;
  if (!fell || !stoodStill || !isHealthy || frame.intensity === 0) return [];
  return [{ kind: "pulse", atMs: firstMs, expected: false, didtAPerUs: null }];
}

/** A knob that turns, an intensity that nobody here ordered, a trigger that was not ours. */
function panelNews(before: DuoState, { frame, firstMs }: Settled): readonly StimulatorEvent[] {
  const was = before.settled?.frame ?? null;
  if (was === null) return [];
  const details: string[] = [];
  if (frame.changeIntensity !== 0 && frame.changeIntensity !== was.changeIntensity)
    details.push(`the intensity knob was turned by ${frame.changeIntensity}`);
  const isOurs = before.isOrderPending || frame.intensity === before.orderedPct;
  if (frame.intensity !== was.intensity && !isOurs)
    details.push(`the intensity went from ${was.intensity} to ${frame.intensity} %`);
  if (frame.omittedPulses !== was.omittedPulses && !before.awaitsPulse && !before.isExternal)
    details.push("the device left out a pulse that this host did not start");
  if (details.length === 0) return [];
  return [{ kind: "panel", atMs: firstMs, detail: details.join("; ") }];
}

function coilNews(before: DuoState, { frame, firstMs }: Settled): readonly StimulatorEvent[] {
  if (before.settled === null) return [];
  const was = coilWords(before.settled.frame);
  const now = coilWords(frame);
  return was === now ? [] : [{ kind: "equipment", atMs: firstMs, what: "coil", was, now }];
}

/** A missing coil is told as equipment that changed; it is a fault only when it was never there. */
function troubleNews(before: DuoState, { frame, firstMs }: Settled): readonly StimulatorEvent[] {
  return troublesOf(frame)
    .filter((trouble) => !before.troubles.includes(trouble))
    .filter((trouble) => trouble !== "coil-disconnected" || before.settled === null)
    .map((trouble) => ({ kind: "fault", atMs: firstMs, ...wordsOf(trouble) }));
}

/** The coil in words. */
export function coilWords({ coilDisconnected, coilName, coilType }: StatusFrame): string {
  if (coilDisconnected) return "disconnected";
  if (coilType === null) return "not told";
  return coilName ?? `type ${coilType}`;
}
