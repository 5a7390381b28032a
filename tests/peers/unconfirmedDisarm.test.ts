/** A device that does not say at the end that it is in standby may be armed beside a head. */
import { describe, expect, it } from "vitest";
import { createMemoryWriter } from "../../src/app/replay/memoryWriter.ts";
import { linePair } from "../../src/app/rig/lines.ts";
import { createConductor, endError, type SessionEnd } from "../../src/app/run/conductor.ts";
import type { Plan } from "../../src/contract/dose.ts";
import type { PulseCounts } from "../../src/contract/events.ts";
import type { SegmentEnd } from "../../src/engine/messages.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";

const COUNTS: PulseCounts = { planned: 1, delivered: 1, unknown: 0, skipped: 0 };
const PLAN = { pulses: 1 } as Plan;

/** A session whose rig says how the plan went and whether the device is disarmed. */
async function sessionWith(
  segment: Pick<SegmentEnd, "status" | "code" | "detail">,
  disarmConfirmed: boolean,
): Promise<SessionEnd> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const { main, rig } = linePair();
  rig.onMessage((message) => {
    if (message.type === "segment")
      rig.send({ type: "segment-end", segment: message.segment, counts: COUNTS, ...segment });
    if (message.type === "end")
      rig.send({ type: "ended", disarmConfirmed, detail: "it still shows ready" });
  });
  const conductor = createConductor({
    clock,
    line: main,
    writer: createMemoryWriter("test"),
    doseBook: null,
    watcher: { progress: () => undefined, hold: () => undefined, stored: () => undefined },
    heartbeatMs: null,
    killRig: () => undefined,
  });
  return clock.run(async () => {
    await conductor.runPlan(PLAN, {});
    return conductor.finish();
  });
}

describe("a session whose device does not confirm its last disarm", () => {
  it.each([
    ["completed", { status: "completed", code: null, detail: "" }],
    ["stopped", { status: "stopped", code: "CLI_STOPPED", detail: "key" }],
  ] as const)(
    "is faulted where it would have been %s, keeps its counts and ends with 4",
    async (_, segment) => {
      const end = await sessionWith(segment, false);
      expect(end).toEqual({
        status: "faulted",
        code: "DEVICE_DISARM_UNCONFIRMED",
        detail: "it still shows ready",
        counts: COUNTS,
      });
      expect(endError(end)?.exit).toBe(4);
    },
  );

  it("keeps an earlier fault", async () => {
    const fault = { status: "faulted", code: "DEVICE_SILENT", detail: "no answer" } as const;
    expect(await sessionWith(fault, false)).toMatchObject(fault);
  });

  it("and one that confirms it is completed", async () => {
    const segment = { status: "completed", code: null, detail: "" } as const;
    expect(await sessionWith(segment, true)).toMatchObject(segment);
  });
});
