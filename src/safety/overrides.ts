import type { Override, SessionFacts } from "../contract/session.ts";
import { sinceMs } from "./utc.ts";

const SHORTEST_REASON = 20;

/** What is left of a name without its spelling: blanks, dots, width and case name nobody else. */
function bare(name: string): string {
  return name
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, "");
}

/** Why an override record is worth nothing for this session; null when it is good. */
export function overrideProblem(override: Override, session: SessionFacts): string | null {
  if (override.reason.trim().length < SHORTEST_REASON) {
    return `its reason has fewer than ${SHORTEST_REASON} characters`;
  }
  const approver = bare(override.approvedBy);
  const operator = bare(session.operator ?? "");
  if (approver === "") return "nobody approved it";
  if (operator === "") return "no operator is named";
  if (approver === operator) return "the operator approved it alone";
  if (override.reference.trim() === "") return "it names no protocol or ethics reference";
  const left = sinceMs(session.startedUtc, override.expires);
  if (!(left > 0)) return "it has expired or does not say when it expires";
  return null;
}

export interface OverrideVerdict {
  readonly overridden: boolean;
  /** In words, for the finding. */
  readonly detail: string;
}

/** Looks for a good record for a rule among those of the session. */
export function findOverride(rule: string, session: SessionFacts): OverrideVerdict {
  const records = session.overrides.filter((override) => override.rule === rule);
  const problems: string[] = [];
  for (const record of records) {
    const problem = overrideProblem(record, session);
    if (problem === null) {
      return {
        overridden: true,
        detail: `approved by ${record.approvedBy} (${record.reference}) until ${record.expires}`,
      };
    }
    problems.push(`override not accepted: ${problem}`);
  }
  return {
    overridden: false,
    detail: problems.length > 0 ? problems.join("; ") : "needs an override record",
  };
}
