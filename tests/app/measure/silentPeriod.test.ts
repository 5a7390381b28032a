import { describe, expect, it } from "vitest";
import { measuredSession, measuresNamed } from "./measuredSession.ts";
import { fewPulses } from "./protocols.ts";

describe("a silent period", { timeout: 120_000 }, () => {
  it("is the result of the protocol that measures it, in milliseconds, and comes out again", async () => {
    const session = await measuredSession({
      protocol: fewPulses("csp", 6),
      subject: "healthy-older",
      threshold: ["RMT=57"],
    });
    expect(session).toMatchObject({ status: "completed", counts: { delivered: 6 } });
    const [result] = measuresNamed(session, "result");
    const groups = (result?.["groups"] ?? []) as readonly {
      readonly silentPeriodsMs: readonly number[];
      readonly measure: { readonly measure: string; readonly value: number };
    }[];
    const [group] = groups;
    const periods = group?.silentPeriodsMs ?? [];
    expect(periods).toHaveLength(6);
    expect(group?.measure).toMatchObject({ measure: "silent-period-mean", unit: "ms" });
    const mean = periods.reduce((sum, ms) => sum + ms, 0) / 6;
    expect(group?.measure.value).toBeCloseTo(mean, 9);
    // As long as that of a grown person.
    expect(mean).toBeGreaterThan(80);
    expect(mean).toBeLessThan(300);
    const line = session.lines.find((text) => text.includes("%MSO:"));
    expect(line).toMatch(new RegExp(`^ {2}\\d+ %MSO: ${mean.toFixed(0)} ms `));
    expect(session.lines.join("\n")).not.toContain("uV");
    expect(session.again.differing).toEqual([]);
    expect(session.again.same).toBeGreaterThan(40);
  });
});
