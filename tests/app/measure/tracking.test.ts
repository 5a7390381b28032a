import { describe, expect, it } from "vitest";
import type { ThresholdTrackingPattern } from "../../../protocols/types.ts";
import { resolveProtocol } from "../../../src/app/protocolFiles.ts";
import type { StoredEvent } from "../../../src/contract/events.ts";
import { type MeasuredSession, measuredSession, measuresNamed } from "./measuredSession.ts";

function shortTracking(
  name: string,
  isiMs: readonly (number | string)[],
  options: { readonly threshold?: readonly string[]; readonly latency?: readonly string[] },
): Promise<MeasuredSession> {
  const { protocol } = resolveProtocol(name);
  const pattern = protocol.pattern as ThresholdTrackingPattern;
  return measuredSession({
    ...options,
    protocol: { ...protocol, pattern: { ...pattern, isiMs, trialsPerCondition: 3 } },
    subject: "healthy-older",
  });
}

function writtenMs(events: readonly StoredEvent[]): readonly number[] {
  return events.flatMap((event) => (event.kind === "written" ? [event.writtenMs] : []));
}

describe("threshold tracking", { timeout: 120_000 }, () => {
  it("gives pulses alone and pairs in turn, never closer than a search waits", async () => {
    const session = await shortTracking("ath-sici", [2, 3], { threshold: ["RMT=65"] });
    expect(session).toMatchObject({ status: "completed", detail: "" });
    const starts = writtenMs(session.events);
    expect(starts.length).toBeGreaterThanOrEqual(9);
    const gaps = starts.slice(1).map((ms, i) => ms - (starts[i] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThan(3_900);
    const [result] = measuresNamed(session, "result");
    const groups = result?.["groups"] as readonly { readonly condition: string }[];
    expect(groups.map(({ condition }) => condition).sort()).toEqual([
      "ISI 2 ms",
      "ISI 3 ms",
      "test alone",
    ]);
    expect(session.again.differing).toEqual([]);
  });

  it("pairs with the stimulus of a nerve where the protocol says so, at its latency", async () => {
    const session = await shortTracking("ath-sai", ["N20+2"], {
      threshold: ["RMT=56"],
      latency: ["N20=20.1"],
    });
    expect(session).toMatchObject({ status: "completed", detail: "" });
    const leads = measuresNamed(session, "trial").map((trial) => trial["nerveLeadMs"]);
    expect(leads.filter((lead) => lead === null).length).toBeGreaterThanOrEqual(3);
    const given = leads.filter((lead) => lead !== null);
    expect(given.length).toBeGreaterThanOrEqual(3);
    expect(new Set(given)).toEqual(new Set([22.1]));
  });
});
