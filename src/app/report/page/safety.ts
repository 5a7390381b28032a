/** Limits that spoke, what answered them, and what a person confirmed. */
import type { Finding } from "../../../contract/events.ts";
import type { SessionRecord } from "../record.ts";
import { facts, type Html, html, NOTHING, paragraph, section, subtitle, table } from "./html.ts";
import { clockWords, instantWords, plural } from "./words.ts";

const EFFECTS: Readonly<Record<Finding["effect"], string>> = {
  blocks: "blocks",
  shown: "shown: the rig is simulated",
  overridden: "overridden",
  "not-applicable": "not applicable",
};
const TIERS = { hard: 0, soft: 1, warn: 2 } as const;

const MOST_REFUSED = 50;

interface Spoken {
  readonly finding: Finding;
  /** Plans in which it spoke. */
  readonly plans: number;
}

export function limitsSection(record: SessionRecord): Html {
  const { checks, redact, moments } = record;
  const findings = spokenOf(checks.flatMap((check) => check.findings));
  const speaking = findings.filter(({ finding }) => finding.effect !== "not-applicable");
  const silent = [
    ...new Set(
      findings.flatMap(({ finding }) => (finding.effect === "not-applicable" ? finding.rule : [])),
    ),
  ];
  const refused = moments.filter((moment) => moment.kind === "refused");
  return section(
    "Limits that spoke",
    checks.length === 0
      ? paragraph("No plan was checked.")
      : paragraph(
          speaking.length === 0
            ? `${plural(checks.length, "plan")} checked; no rule speaks against any.`
            : `${plural(checks.length, "plan")} checked.`,
        ),
    table(
      [
        { name: "rule" },
        { name: "tier" },
        { name: "what became of it" },
        { name: "detail" },
        { name: "plans", figures: true },
        { name: "source" },
      ],
      speaking.map(({ finding, plans }) => [
        html`<code>${finding.rule}</code>`,
        html`<span class="tier ${finding.tier === "warn" ? "plain" : finding.tier}">${finding.tier}</span>`,
        EFFECTS[finding.effect],
        redact(finding.detail),
        plans,
        finding.source,
      ]),
    ),
    silent.length === 0
      ? NOTHING
      : html`<p class="muted">Not applicable in this session: ${silent.join(", ")}.</p>`,
    refused.length === 0 ? NOTHING : subtitle("Refused by the gate"),
    table(
      [{ name: "at", figures: true }, { name: "code" }, { name: "rule" }, { name: "detail" }],
      refused
        .slice(0, MOST_REFUSED)
        .map(({ t, code, rule, detail }) => [clockWords(t), code, rule, redact(detail)]),
    ),
    paragraph(
      refused.length > MOST_REFUSED ? `${refused.length - MOST_REFUSED} more in the journal.` : "",
    ),
    overridesPart(record),
  );
}

function spokenOf(findings: readonly Finding[]): readonly Spoken[] {
  const known = new Map<string, Spoken>();
  for (const finding of findings) {
    const key = JSON.stringify([finding.rule, finding.effect, finding.detail, finding.source]);
    known.set(key, { finding, plans: (known.get(key)?.plans ?? 0) + 1 });
  }
  return [...known.values()].sort((a, b) => TIERS[a.finding.tier] - TIERS[b.finding.tier]);
}

function overridesPart({ overrides, start, redact }: SessionRecord): Html {
  const used = new Set(overrides.map(({ rule }) => rule));
  const stated = start.facts?.overrides ?? [];
  const rows = [
    ...overrides.map((override) => ({ ...override, state: "used" })),
    ...stated
      .filter(({ rule }) => !used.has(rule))
      .map((override) => ({ ...override, state: "recorded, not used" })),
  ];
  if (rows.length === 0) return NOTHING;
  const columns = [
    { name: "rule" },
    { name: "state" },
    { name: "reason" },
    { name: "reference" },
    { name: "expires" },
    { name: "approved" },
  ];
  return html`${subtitle("Overrides")}${table(
    columns,
    rows.map(({ rule, state, reason, reference, expires, approvedBy }) => [
      html`<code>${rule}</code>`,
      state,
      redact(reason),
      redact(reference),
      instantWords(expires),
      approvedBy.trim() === "" ? "by nobody" : "by a named person, see the journal",
    ]),
  )}`;
}

export function checklistSection({ start }: SessionRecord): Html {
  const { facts: visit } = start;
  if (visit === null) return NOTHING;
  const { checklist, screening, today, operator } = visit;
  if (checklist === null && screening === null && today === null && operator === null)
    return NOTHING;
  const yes = Object.values(screening?.answers ?? {}).filter((answer) => answer).length;
  const answered = Object.keys(screening?.answers ?? {}).length;
  return section(
    "Checklist",
    facts([
      ["Hearing protection", checklist === null ? null : confirmed(checklist.hearingProtection)],
      [
        "Emergency stop tested",
        checklist === null ? null : confirmed(checklist.emergencyStopTested),
      ],
      ["Operator present", checklist === null ? null : confirmed(checklist.operatorPresent)],
      ["Coil", checklist?.coilId ?? null],
      ["Operator", operator === null ? "not named" : "named in the journal"],
      [
        "Screening",
        screening === null ? "none recorded" : `${answered} of 13 answered, ${yes} with yes`,
      ],
      ["Screening reviewed", screening === null ? null : confirmed(screening.reviewedBy !== null)],
      [
        "Decision on the screening",
        screening === null ? null : screening.decision === null ? "none recorded" : "recorded",
      ],
      ["State of the day", today === null ? null : plural(Object.keys(today).length, "answer")],
    ]),
    html`<p class="muted">Names and answers of persons stand in the journal and not in this report.</p>`,
  );
}

function confirmed(value: boolean): Html {
  return value
    ? html`<span class="ok">✓ confirmed</span>`
    : html`<span class="hard">✗ not confirmed</span>`;
}
