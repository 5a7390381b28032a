import { describe, expect, it } from "vitest";
import type { Override } from "../../src/contract/session.ts";
import { checkPlan } from "../../src/safety/envelope.ts";
import { AT_REST, real } from "./brokenPlans.ts";
import { conventional, device, input, REAL, session, speaking } from "./fixtures.ts";

describe("simulated and real rigs", () => {
  it("a complete session on a real rig starts with nothing to say", () => {
    expect(checkPlan(real())).toEqual({ verdict: "ok", starts: true, findings: [] });
  });

  it("a real rig needs an accepted limit profile, a simulated one does not", () => {
    const refused = checkPlan(real({ limitsAccepted: false }));
    expect(speaking(refused)).toEqual(["LIMITS"]);
    expect(refused.starts).toBe(false);
    expect(checkPlan(input(AT_REST, { limitsAccepted: false })).starts).toBe(true);
  });

  const soft = conventional({ hz: 20, pulses: 40, offS: 28, trains: 2 });
  const good: Override = {
    rule: "DUR-02",
    reason: "as in the published precuneus trial",
    approvedBy: "dr-1",
    reference: "EC 12/2026",
    expires: "2026-06-01T00:00:00Z",
  };

  it("a soft rule blocks on a real rig and names what is missing", () => {
    const report = checkPlan(real({}, soft));
    expect(report).toMatchObject({ verdict: "soft", starts: false });
    expect(report.findings[0]?.detail).toContain("needs an override record");
  });

  it("a good override lets a soft rule pass and stays visible", () => {
    const report = checkPlan(real({ session: session({ overrides: [good] }) }, soft));
    expect(report).toMatchObject({ verdict: "soft", starts: true });
    expect(report.findings[0]).toMatchObject({ rule: "DUR-02", effect: "overridden" });
  });

  it.each([
    ["a short reason", { reason: "because I want to" }, {}],
    ["no approver", { approvedBy: " " }, {}],
    ["the operator as approver", { approvedBy: "OP-1 " }, {}],
    ["no reference", { reference: "" }, {}],
    ["an expiry in the past", { expires: "2026-05-04T08:59:59Z" }, {}],
    ["no expiry", { expires: "never" }, {}],
    ["another rule", { rule: "ITI-02" }, {}],
    ["no operator to compare with", {}, { operator: null }],
  ])("an override with %s is worth nothing", (_, over, facts) => {
    const overrides = [{ ...good, ...over }];
    const report = checkPlan(real({ session: session({ overrides, ...facts }) }, soft));
    expect(report.findings.find(({ rule }) => rule === "DUR-02")?.effect).toBe("blocks");
    expect(report.starts).toBe(false);
  });

  it("no override lets a hard rule pass", () => {
    const overrides = [{ ...good, rule: "DUR-01" }];
    const plan = conventional({ hz: 20, pulses: 42 });
    expect(checkPlan(real({ session: session({ overrides }) }, plan)).starts).toBe(false);
  });

  it("a rodent rig takes rodent plans without human limits, and says so", () => {
    const plan = { ...conventional({ hz: 20, pulses: 400, pct: 90 }), species: "rodent" } as const;
    const rig = { ...REAL, simulated: true, species: "rodent" } as const;
    const given = input(plan, { rig, session: session({ species: "rodent", thresholds: [] }) });
    const report = checkPlan(given);
    expect(report).toMatchObject({ verdict: "ok", starts: true });
    expect(speaking(report, ["warn"])).toEqual(["PRE-02"]);
    expect(
      speaking(
        checkPlan({
          ...given,
          device: device({ restMs: 1, problems: [{ rule: "DEV-01", detail: "no", source: "x" }] }),
        }),
      ),
    ).toEqual(["DEV-01"]);
  });
});
