import type { AmplifierEvent } from "../contract/amplifier.ts";
import type { NewsVerdict } from "./deviceNews.ts";

/**
 * What news of an amplifier means for a run. Samples are evidence, never a protection: what is lost
 * is written down and the run goes on; measures that need the lost samples do not exist.
 */
export function judgeAmplifierNews(event: AmplifierEvent): Omit<NewsVerdict, "voidsThresholds"> {
  const measure = (name: string, body: Readonly<Record<string, unknown>>): typeof verdict => ({
    record: { tMs: event.atMs, kind: "measure", name, body },
    fault: null,
  });
  const verdict: Omit<NewsVerdict, "voidsThresholds"> = { record: null, fault: null };
  switch (event.kind) {
    case "loss":
      return measure("amplifier-loss", { frames: event.frames, atLeast: event.atLeast });
    case "repeat":
      return measure("amplifier-repeat", { frames: event.frames });
    case "resync":
      return measure("amplifier-resync", { bytes: event.bytes, hex: event.hex });
    case "stall":
      return measure("amplifier-stall", { silentMs: event.silentMs });
    case "resumed":
      return measure("amplifier-resumed", {});
    case "message":
      return measure("amplifier-message", { text: event.text });
    case "fault":
      return measure("amplifier-fault", { code: event.code, detail: event.detail });
    case "link-lost":
      return measure("amplifier-lost", { detail: event.detail });
  }
}
