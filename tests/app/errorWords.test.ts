import { describe, expect, test } from "vitest";
import { errorWords } from "../../src/app/errorWords.ts";
import { refusalDetail } from "../../src/engine/refusalDetail.ts";
import { RULES } from "../../src/safety/rules.ts";

describe("the words of a coded error", () => {
  test("hold the citation of a rule that a refusal at run time names", async () => {
    const detail = refusalDetail({ rule: "INT-05", detail: "commanded 41 %MSO, it says 47" });
    const said = await errorWords("GATE_DOSE_REFUSED", detail);
    const rule = RULES.find(({ id }) => id === "INT-05");
    expect(said).toContain("GATE_DOSE_REFUSED: INT-05 commanded 41 %MSO");
    expect(said).toContain(`INT-05: ${rule?.what} [${rule?.source}]`);
    expect(said).toMatch(/cure: .+$/);
  });

  test("do not cite what the detail cites already, nor what no rule says", async () => {
    const rule = RULES.find(({ id }) => id === "DUR-01");
    const cited = await errorWords("GATE_PLAN_REFUSED", `DUR-01 too long [${rule?.source}]`);
    expect(cited.split(rule?.source ?? "none")).toHaveLength(2);
    expect(await errorWords("GATE_STOPPED", "STP-01")).not.toContain("[");
    expect(refusalDetail({ rule: null, detail: "no receipt" })).toBe("no receipt");
  });
});
