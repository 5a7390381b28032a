import type { Finding, JournalEvent } from "../../contract/events.ts";
import type { Progress } from "../../engine/messages.ts";
import type { Watcher } from "./conductor.ts";

export interface ProgressSink {
  readonly isTerminal: boolean;
  write(text: string): void;
}

function clockWords(ms: number): string {
  const s = Math.ceil(ms / 1000);
  return `${Math.floor(s / 60)}:${String(s % 60).padStart(2, "0")}`;
}

export function progressWords(progress: Progress): string {
  const { state, train, trains, pulses, plannedPulses, leftMs, intensityPctMso, condition } =
    progress;
  const words = [
    `train ${train}/${trains}`,
    `pulse ${pulses}/${plannedPulses}`,
    `${intensityPctMso} %MSO`,
    `${clockWords(leftMs)} left`,
    state,
  ];
  if (condition !== null) words.splice(1, 0, condition);
  return words.join(" · ");
}

/** On a terminal one line that is drawn over; elsewhere a line a train, so that a log stays readable. */
export function progressWatcher(
  sink: ProgressSink,
  options: { readonly showChecks: boolean },
): Watcher & { done(): void; say(line: string): void } {
  let drawn = false;
  let lastTrain = -1;
  const warned = new Set<string>();
  const clear = (): void => {
    if (drawn) sink.write("\r\x1b[K");
    drawn = false;
  };
  const say = (text: string): void => {
    clear();
    sink.write(`${text}\n`);
  };
  return {
    progress(progress) {
      if (sink.isTerminal) {
        sink.write(`\r\x1b[K${progressWords(progress)}`);
        drawn = true;
        return;
      }
      if (progress.state !== "armed" || progress.train === lastTrain) return;
      lastTrain = progress.train;
      sink.write(`${progressWords(progress)}\n`);
    },
    hold: (text) => say(`waiting for you: ${text} (press p or send SIGUSR1 to go on)`),
    stored(event) {
      if (event.kind === "check" && options.showChecks)
        findingLines(event.findings.filter((finding) => isNews(finding, warned))).forEach(say);
      const words = newsOf(event);
      if (words !== null) say(words);
    },
    done: clear,
    say,
  };
}

/** A session of many small plans says the same warning for each of them: once is enough. Limits always speak. */
function isNews({ tier, rule, detail }: Finding, warned: Set<string>): boolean {
  if (tier !== "warn") return true;
  const words = `${rule} ${detail}`;
  const isNew = !warned.has(words);
  warned.add(words);
  return isNew;
}

/** What the whole-plan check has to say, a line a rule; what does not apply here is left out. */
export function findingLines(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ effect }) => effect !== "not-applicable")
    .map(
      ({ tier, rule, effect, detail, source }) =>
        `${tier} ${rule} (${effect}): ${detail} [${source}]`,
    );
}

/** What a person at the rig must see at once. */
function newsOf(event: JournalEvent): string | null {
  switch (event.kind) {
    case "fault":
      return `fault ${event.code}: ${event.detail}`;
    case "stop":
      return `stopped: ${event.by}`;
    case "disarm":
      return event.confirmed ? null : `disarm not confirmed: ${event.detail}`;
    case "pause":
      return `paused: ${event.by}`;
    case "resume":
      return `resumed: ${event.by}`;
    case "outcome":
      return event.outcome === "delivered" ? null : `${event.outcome}: ${event.detail}`;
    case "refused":
      return `refused${event.rule === null ? "" : ` by ${event.rule}`}: ${event.detail}`;
    default:
      return null;
  }
}
