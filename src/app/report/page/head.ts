import { countsOf } from "../counts.ts";
import type { SessionRecord } from "../record.ts";
import { facts, type Html, html, NOTHING } from "./html.ts";
import { durationWords, instantWords, portWords } from "./words.ts";

const LOOKS: Readonly<Record<SessionRecord["line"]["status"], string>> = {
  completed: "ok",
  refused: "hard",
  stopped: "soft",
  faulted: "hard",
  interrupted: "hard",
  running: "plain",
};

export function headSection(record: SessionRecord): Html {
  const { line, end, redact } = record;
  const { planned, delivered, unknown, skipped } = countsOf(record);
  const sums = [
    [planned, "pulses planned"],
    [delivered, "delivered"],
    [unknown, "unknown, count as delivered"],
    [skipped, "not delivered"],
  ] as const;
  const detail = end === null || end.detail === "" ? NOTHING : html`<p>${redact(end.detail)}</p>`;
  return html`<header>
<p class="kicker">pulsetrain · report of a session</p>
<h1>${line.protocol ?? line.session}</h1>
<p><span class="badge ${LOOKS[line.status]}">${line.status}</span></p>
${detail}
<div class="sums">${sums.map(([count, words]) => html`<div><b>${count}</b>${words}</div>`)}</div>
${facts([
  ["Session", html`<code>${line.session}</code>`],
  ["Subject (code)", line.subject],
  ["Started", instantWords(line.startedUtc)],
  ["Lasted", durationWords(record.lastT * 1000)],
  ["Rig", record.start.rig?.name ?? null],
  ["Clock", clockWordsOf(record)],
])}</header>
`;
}

function clockWordsOf({ start: { speed } }: SessionRecord): string | null {
  if (speed === "max") return "virtual: its instants are computed";
  return speed === "real" ? "real time" : null;
}

/** Says loudly that nobody was stimulated. */
export function simulatedBanner({ line, start }: SessionRecord): Html {
  if (!line.simulated) return NOTHING;
  const foreign = start.simulatedPorts.filter(({ by }) => by === "PULSETRAIN_SIMULATED_PORT");
  const more =
    foreign.length === 0
      ? NOTHING
      : html` Taken for simulated because PULSETRAIN_SIMULATED_PORT names it: ${foreign.map(({ port }) => portWords(port)).join(", ")}.`;
  return html`<div class="banner" role="note"><strong>SIMULATED</strong> Every device of this session is simulated. No person and no animal received a pulse; no value here was measured on anybody.${more}</div>
`;
}
