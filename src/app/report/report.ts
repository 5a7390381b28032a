/** A session as one page that needs nothing else: no script, no network, no second file. */

import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { JournalReader } from "../../journal/read.ts";
import { PACKAGE_VERSION } from "../version.ts";
import { plannedSection, timingSection } from "./page/course.ts";
import { devicesSection } from "./page/devices.ts";
import { headSection, simulatedBanner } from "./page/head.ts";
import { html, NOTHING, section } from "./page/html.ts";
import { measuresSection, thresholdsSection } from "./page/measures.ts";
import { momentsSection, recordSection } from "./page/moments.ts";
import { checklistSection, limitsSection } from "./page/safety.ts";
import { STYLE } from "./page/style.ts";
import { pictureFiles, picturesOf } from "./plots/all.ts";
import type { NamedPicture } from "./plots/named.ts";
import { readRecord } from "./record.ts";

export interface Report {
  readonly html: string;
  /** Under the names of their files. */
  readonly pictures: readonly NamedPicture[];
  readonly status: string;
  readonly simulated: boolean;
  readonly events: number;
  readonly head: string;
}

/** The part of a journal that a report reads. */
export type ReportSource = Pick<JournalReader, "each" | "list" | "verify" | "document">;

/**
 * Throws JOURNAL_NO_SESSION, and JOURNAL_BROKEN_CHAIN for a session that does not prove itself: a page that looks like a
 * record must be one.
 */
export function buildReport(journal: ReportSource, session: string): Report {
  const verdict = journal.verify(session);
  if (!verdict.ok) {
    throw new PulsetrainError(
      "JOURNAL_BROKEN_CHAIN",
      `session ${session}, event ${verdict.firstBad}: ${verdict.why}`,
    );
  }
  const record = readRecord(journal, session);
  const pictures = picturesOf(record, journal);
  const { line } = record;
  const title = `${line.protocol ?? "Session"} · ${line.session}${line.simulated ? " · simulated" : ""}`;
  const quiet =
    record.trials.length > 0 || record.results.length > 0
      ? NOTHING
      : section("Responses", html`<p>No response was measured in this session.</p>`);
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="generator" content="pulsetrain ${PACKAGE_VERSION}">
<title>${title}</title>
<style>${{ markup: STYLE }}</style>
</head>
<body>
<main>
${simulatedBanner(record)}${headSection(record)}${[
  plannedSection(record, pictures),
  timingSection(record, pictures),
  thresholdsSection(record, pictures),
  quiet,
  measuresSection(record, pictures),
  limitsSection(record),
  checklistSection(record),
  devicesSection(record),
  momentsSection(record),
  recordSection(record, verdict),
]}<footer>Made by pulsetrain ${PACKAGE_VERSION} from the journal alone. Research software, not a medical device.</footer>
</main>
</body>
</html>
`;
  return {
    html: page.markup,
    pictures: pictureFiles(pictures),
    status: line.status,
    simulated: line.simulated,
    events: verdict.events,
    head: verdict.head,
  };
}
