import type { Finding } from "../../contract/events.ts";
import type { CheckReport } from "../../safety/types.ts";
import { badge, COLOUR, text, wrap } from "./svg.ts";

const TIER_COLOUR = { hard: COLOUR.hard, soft: COLOUR.soft, warn: COLOUR.muted } as const;
const TIER_ORDER = { hard: 0, soft: 1, warn: 2 } as const;
const EFFECT_WORDS = {
  blocks: "blocks",
  shown: "shown: the rig is simulated",
  overridden: "overridden",
  "not-applicable": "not applicable",
} as const;

/** The verdict in one word and its colour. */
export function verdictBadge(report: CheckReport): {
  readonly words: string;
  readonly fill: string;
  readonly more: string;
} {
  const more = report.starts ? "a run would start" : "a run would not start";
  if (report.verdict === "ok") return { words: "WITHIN LIMITS", fill: COLOUR.ok, more };
  if (report.verdict === "soft") return { words: "SOFT LIMIT", fill: COLOUR.soft, more };
  return { words: "HARD LIMIT", fill: COLOUR.hard, more };
}

/** Every rule that speaks, worst first; those that do not apply here share the last line. */
export function findingList(
  report: CheckReport,
  left: number,
  top: number,
  width: number,
): { readonly svg: string; readonly bottom: number } {
  const speaking = report.findings.filter((finding) => finding.effect !== "not-applicable");
  const silent = [
    ...new Set(
      report.findings.filter(({ effect }) => effect === "not-applicable").map(({ rule }) => rule),
    ),
  ];
  const sorted = [...speaking].sort((a, b) => TIER_ORDER[a.tier] - TIER_ORDER[b.tier]);
  const parts = [text(left, top, "Rules that speak", { size: 13, weight: 600 })];
  let y = top + 12;
  if (sorted.length === 0) {
    y += 16;
    parts.push(text(left, y, "No rule speaks against this plan.", { fill: COLOUR.muted }));
  }
  for (const finding of sorted) {
    const row = findingRow(finding, left, y, width);
    parts.push(row.svg);
    y = row.bottom;
  }
  if (silent.length > 0) {
    for (const words of wrap(`Not applicable here: ${silent.join(", ")}`, width / 6.3)) {
      y += 18;
      parts.push(text(left, y, words, { size: 12, fill: COLOUR.muted }));
    }
  }
  return { svg: parts.join(""), bottom: y };
}

function findingRow(
  finding: Finding,
  left: number,
  top: number,
  width: number,
): { readonly svg: string; readonly bottom: number } {
  const label = badge(left, top + 4, finding.rule, TIER_COLOUR[finding.tier]);
  const indent = left + 92;
  const details = wrap(finding.detail, (width - 92) / 7);
  const sources = wrap(`${EFFECT_WORDS[finding.effect]}; ${finding.source}`, (width - 92) / 6.3);
  const rows = [
    ...details.map((words, i) => text(indent, top + 20 + 16 * i, words)),
    ...sources.map((words, i) =>
      text(indent, top + 19 + 16 * details.length + 15 * i, words, {
        size: 12,
        fill: COLOUR.muted,
      }),
    ),
  ];
  const y = top + 4 + 16 * details.length + 15 * sources.length;
  return { svg: label.svg + rows.join(""), bottom: Math.max(y, top + 26) + 6 };
}
