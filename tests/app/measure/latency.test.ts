import { describe, expect, it } from "vitest";
import { subjectOf } from "../../../simulators/person/subjects.ts";
import type { N20Result } from "../../../src/app/measure/latency.ts";
import { recompute } from "../../../src/app/measure/recompute.ts";
import type { Setup } from "../../../src/app/run/setup.ts";
import type { StoredEvent } from "../../../src/contract/events.ts";
import {
  type MeasuredOptions,
  type MeasuredSession,
  measuredSession,
  measuresNamed,
} from "./measuredSession.ts";
import { shortPairs } from "./protocols.ts";

/** With both outputs given, the search for N20 is the first thing that happens. */
function searched(
  subject: string,
  seed: number,
  more: Partial<MeasuredOptions> = {},
): Promise<MeasuredSession> {
  return measuredSession({
    protocol: shortPairs("sai", ["N20+2"], 1),
    subject,
    seed,
    threshold: ["RMT=57", "1mV=60"],
    ...more,
  });
}

function found(session: MeasuredSession): N20Result {
  const [body] = measuresNamed(session, "n20");
  return body as unknown as N20Result;
}

/** The same session with another N20 written down. */
function withN20(events: readonly StoredEvent[], change: Partial<N20Result>): StoredEvent[] {
  return events.map((event) =>
    event.kind === "measure" && event.name === "n20"
      ? { ...event, body: { ...event.body, ...change } }
      : event,
  );
}

/** Three hundred stimuli on a busy machine. */
const PATIENCE_MS = 120_000;

describe("N20 of a simulated person", { timeout: PATIENCE_MS }, () => {
  // The derivation of this seed shows no artefact of the stimulus; other channels do.
  it("is found from every sweep, as the first thing in a session", async () => {
    const subject = "healthy-older";
    const session = await searched(subject, 3);
    expect(session).toMatchObject({ status: "completed", detail: "" });
    const { artefact, n20Ms, rejected, sweeps } = found(session);
    expect(sweeps + rejected).toBe(300);
    expect(rejected).toBeLessThan(5);
    expect(artefact).not.toBeNull();
    expect(Math.abs((n20Ms ?? 0) - subjectOf(subject).n20Ms)).toBeLessThan(1);

    // What hangs on it is given at it, and it comes out again from what is stored.
    const [lead] = measuresNamed(session, "trial").flatMap(({ nerveLeadMs }) =>
      nerveLeadMs === null ? [] : [Number(nerveLeadMs)],
    );
    expect(lead).toBeCloseTo((n20Ms ?? 0) + 2, 9);
    expect(session.again.differing).toEqual([]);
    const forged = recompute(withN20(session.events, { n20Ms: 25 }), session.document);
    expect(forged.differing.map(({ what }) => what)).toEqual(["N20"]);
  });

  it("is not looked for without the channels that show it: nobody is stimulated for nothing", async () => {
    const unnamed = (setup: Setup): Setup => {
      const { amplifier } = setup;
      if (amplifier === null) throw new Error("no amplifier");
      const channels = amplifier.channels.map((channel) =>
        channel.name === "CP3" ? { ...channel, name: "Aux" } : channel,
      );
      return { ...setup, amplifier: { ...amplifier, channels } };
    };
    const session = await searched("healthy-older", 1, { alter: unnamed });
    expect(session).toMatchObject({ status: "refused", code: "MEASURE_IMPOSSIBLE" });
    expect(session.detail).toContain("CP3");
    expect(measuresNamed(session, "nerve-train")).toEqual([]);
  });

  it("that somebody gave is taken as it is", async () => {
    const session = await searched("healthy-older", 1, { latency: ["N20=21.4"] });
    expect(session).toMatchObject({ status: "completed" });
    expect(measuresNamed(session, "n20")).toEqual([]);
    const leads = measuresNamed(session, "trial").map(({ nerveLeadMs }) => nerveLeadMs);
    expect(leads).toContain(23.4);
  });
});
