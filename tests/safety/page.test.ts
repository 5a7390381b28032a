import { describe, expect, it } from "vitest";
import type { DurationTable } from "../../src/safety/limitProfile.ts";
import { loadDefaultProfile } from "../../src/safety/limits.ts";
import { RULES } from "../../src/safety/rules.ts";
import { text } from "./fixtures.ts";

const page = text("docs/safety.md");
const profile = loadDefaultProfile();

function rowOf({ rows }: DurationTable, index: number): string {
  const row = rows[index];
  const cells = row?.maxS.map((maxS, i) => `${row.censored[i] === true ? ">" : ""}${maxS}`) ?? [];
  return `| ${[row?.frequencyHz, ...cells].join(" | ")} |`;
}

describe("the safety page", () => {
  it.each(RULES)("has rule $id as it stands in the table", (rule) => {
    const { id, tier, what, acts, source, onSimulated } = rule;
    expect(page).toContain(`| ${[id, tier, what, acts, source, onSimulated].join(" | ")} |`);
  });

  it.each(Object.entries(profile.sources))(
    "has source %s with its citation",
    (key, { citation, doi }) => {
      expect(page).toContain(`| \`${key}\` | ${citation} | ${doi ?? "-"}`);
    },
  );

  it.each(["hard", "soft", "informative"] as const)("has every cell of the %s table", (name) => {
    const table = profile.trainDuration[name];
    for (const index of table.rows.keys()) expect(page).toContain(rowOf(table, index));
  });

  it("has the published exposures, the temperatures and the sound levels", () => {
    for (const { what, pulses, per } of profile.dose.rows)
      expect(page).toContain(`| ${what} | ${pulses} | ${per} |`);
    for (const { what } of profile.patterns.precedents) expect(page).toContain(`| ${what} |`);
    for (const { what, limitC } of profile.thermal.rows)
      expect(page).toContain(`| ${what} | ${limitC} |`);
    for (const { what, range, unit } of profile.acoustic.rows) {
      expect(page).toContain(`| ${what} | ${range[0]} to ${range[1]} ${unit} |`);
    }
  });

  it("names every screening question", () => {
    for (const key of profile.screening.questions) expect(page).toContain(`\`${key}\``);
  });
});
