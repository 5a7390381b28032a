import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import { defaultJournalFile } from "../../journal/dataFolder.ts";
import { readJournal } from "../../journal/read.ts";
import type { Io } from "../io.ts";
import { type ReplayReport, replaySession } from "../replay/replaySession.ts";

export interface ReplayCliOptions {
  readonly db?: string;
  readonly json?: boolean;
  readonly against: "simulator" | "recording";
  readonly limits: "recorded" | "installed";
  readonly seed?: string;
}

/** Exit 0 when the replay equals its session; else REPLAY_DIFFERS with what differs first. */
export async function replayCommand(
  session: string,
  options: ReplayCliOptions,
  io: Io,
): Promise<number> {
  const seed = seedOf(options.seed);
  const read = readJournal(options.db ?? defaultJournalFile());
  try {
    const report = await replaySession(read, session, {
      against: options.against,
      limits: options.limits,
      seed,
    });
    if (options.json === true) io.out(JSON.stringify({ session, ...report }));
    else for (const line of words(report)) io.out(line);
    if (report.equal) return 0;
    throw new PulsetrainError("REPLAY_DIFFERS", session);
  } finally {
    read.close();
  }
}

function seedOf(text: string | undefined): number | null {
  if (text === undefined) return null;
  if (!/^\d+$/.test(text))
    throw new PulsetrainError("CLI_BAD_CALL", `--seed ${text}: expected a whole number`);
  return Number(text);
}

function words(report: ReplayReport): readonly string[] {
  const how =
    report.strictness === "exact"
      ? "every instant"
      : "order and figures; instants of real time cannot come again";
  if (report.equal) return [`equal: ${report.events} events compared (${how})`];
  const lines = report.inputs.map(
    ({ input, recorded, now }) => `input ${input} differs: recorded ${recorded}, now ${now}`,
  );
  const { firstEvent, firstBytes } = report;
  if (firstEvent !== null) {
    lines.push(
      `first differing event (${firstEvent.position} of ${report.events}):`,
      `  recorded: ${firstEvent.recorded ?? "nothing"}`,
      `  replayed: ${firstEvent.replayed ?? "nothing"}`,
    );
  }
  if (firstBytes !== null) {
    lines.push(
      "first differing bytes:",
      `  recorded: ${firstBytes.recorded ?? "nothing"}`,
      `  replayed: ${firstBytes.replayed ?? "nothing"}`,
    );
  }
  return lines;
}
