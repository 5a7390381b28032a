import { describe, expect, it } from "vitest";
import { measuredSession, measuresNamed } from "./measuredSession.ts";
import { fewPulses } from "./protocols.ts";

/** A hunt of tens of pulses, on a busy machine. */
const PATIENCE_MS = 120_000;

describe("a threshold", { timeout: PATIENCE_MS }, () => {
  it("of a muscle that never answers is a result, and what rests on it is not given", async () => {
    const session = await measuredSession({
      protocol: fewPulses("csp", 2),
      subject: "edge-no-mep",
    });
    expect(session).toMatchObject({ status: "refused", code: "MEASURE_IMPOSSIBLE" });
    const [rmt] = measuresNamed(session, "threshold");
    const { trace } = (rmt?.["result"] ?? { trace: [] }) as { readonly trace: readonly unknown[] };
    expect(rmt).toMatchObject({
      percentMso: null,
      result: { outcome: { kind: "not-obtainable" } },
    });
    expect(measuresNamed(session, "result")).toEqual([]);
    expect(session.counts.delivered).toBe(trace.length);
    expect(session.again.differing).toEqual([]);
  });
});

describe("responses of the brain", { timeout: PATIENCE_MS }, () => {
  it("are peaks of an average that is stored for every channel", async () => {
    const session = await measuredSession({
      protocol: fewPulses("tep-single", 20),
      subject: "healthy-older",
      threshold: ["RMT=56"],
    });
    expect(session).toMatchObject({ status: "completed", detail: "" });
    const [result] = measuresNamed(session, "result");
    const measures = result?.["measures"] as readonly {
      readonly measure: string;
      readonly why: readonly string[];
    }[];
    expect(measures.map(({ measure }) => measure)).toEqual(Array(6).fill("tep-peak"));
    for (const { why } of measures) expect(why.length).toBeGreaterThan(0);
    const averages = Object.values(
      (result?.["averages"] ?? {}) as Readonly<Record<string, string>>,
    );
    expect(averages.length).toBeGreaterThan(5);
    for (const hash of averages) expect(session.document(hash)).toMatchObject({ unit: "uV" });
    expect(session.again).toMatchObject({ differing: [] });
    expect(session.again.same).toBeGreaterThanOrEqual(6);
  });
});
