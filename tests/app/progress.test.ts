import { expect, test } from "vitest";
import { progressWatcher } from "../../src/app/run/progress.ts";
import type { Finding, JournalEvent } from "../../src/contract/events.ts";

function check(tier: Finding["tier"], segment: number, detail = "no RMT is known"): JournalEvent {
  const finding: Finding = { rule: "SPP-02", tier, effect: "shown", detail, source: "a page" };
  return { tMs: 0, kind: "check", segment, verdict: "ok", findings: [finding] };
}

function shownBy(events: readonly JournalEvent[]): readonly string[] {
  const lines: string[] = [];
  const sink = { isTerminal: false, write: (text: string) => void lines.push(text) };
  const watcher = progressWatcher(sink, { showChecks: true });
  for (const [i, event] of events.entries()) watcher.stored(event, i + 1);
  return lines;
}

test("a warning that every small plan repeats is said once", () => {
  expect(shownBy([check("warn", 1), check("warn", 2), check("warn", 3)])).toHaveLength(1);
});

test("the same rule with other words is said again", () => {
  expect(shownBy([check("warn", 1), check("warn", 2, "something else")])).toHaveLength(2);
});

test("a limit speaks for every plan that it holds for", () => {
  expect(shownBy([check("soft", 1), check("soft", 2)])).toHaveLength(2);
});
