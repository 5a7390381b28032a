/** One thing that was looked at. A cure is given with everything that is not well. */
export interface Check {
  readonly step: string;
  readonly verdict: Verdict;
  readonly detail: string;
  readonly cure: string | null;
}

export type Verdict = "ok" | "warn" | "fail" | "skipped";

export function fine(step: string, detail: string): Check {
  return { step, verdict: "ok", detail, cure: null };
}

export function warning(step: string, detail: string, cure: string): Check {
  return { step, verdict: "warn", detail, cure };
}

export function failure(step: string, detail: string, cure: string): Check {
  return { step, verdict: "fail", detail, cure };
}

/** Not looked at, or nothing to see; `cure` is what would make it visible. */
export function skipped(step: string, detail: string, cure: string | null = null): Check {
  return { step, verdict: "skipped", detail, cure };
}
