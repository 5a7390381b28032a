import { describe, expect, it } from "vitest";
import { subjectOf } from "../../../simulators/person/subjects.ts";
import { type MeasuredSession, measuredSession, measuresNamed } from "./measuredSession.ts";
import { shortPairs } from "./protocols.ts";

/** With both outputs given, the search for N20 is the first thing that happens. */
function searched(subject: string): Promise<MeasuredSession> {
  return measuredSession({
    protocol: shortPairs("sai", ["N20+2"], 1),
    subject,
    threshold: ["RMT=57", "1mV=60"],
  });
}

describe("N20 of a simulated person", () => {
  it.each(["healthy-older", "ad-mild"])(
    "of %s is found from nearly every sweep, as the first thing in a session",
    async (subject) => {
      const session = await searched(subject);
      expect(session).toMatchObject({ status: "completed", detail: "" });
      const [found] = measuresNamed(session, "n20");
      const { n20Ms, sweeps, rejected } = found as {
        readonly n20Ms: number;
        readonly sweeps: number;
        readonly rejected: number;
      };
      expect(Math.abs(n20Ms - subjectOf(subject).n20Ms)).toBeLessThan(1);
      expect(sweeps + rejected).toBe(300);
      expect(rejected).toBeLessThan(5);
    },
  );
});
