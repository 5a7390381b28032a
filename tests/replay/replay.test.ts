import { describe, expect, it } from "vitest";
import {
  type ReplayOptions,
  type ReplayReport,
  replaySession,
} from "../../src/app/replay/replaySession.ts";
import type { StoredEvent } from "../../src/contract/events.ts";
import { GOLDEN_NAMES, type Golden, readGolden, sourceOf } from "./golden.ts";

const AS_RECORDED: ReplayOptions = { against: "simulator", limits: "recorded", seed: null };

function replay(golden: Golden, options: Partial<ReplayOptions> = {}): Promise<ReplayReport> {
  return replaySession(sourceOf(golden), golden.session, { ...AS_RECORDED, ...options });
}

function withEvents(golden: Golden, change: (event: StoredEvent) => StoredEvent): Golden {
  return { ...golden, events: golden.events.map(change) };
}

describe.each(GOLDEN_NAMES)("the golden session %s", (name) => {
  it("comes again equal from the simulator", async () => {
    const report = await replay(readGolden(name));
    expect(report).toMatchObject({ equal: true, inputs: [], firstEvent: null, firstBytes: null });
    expect(report.events).toBeGreaterThan(5);
  });

  it("writes the same bytes against its own recording", async () => {
    expect(await replay(readGolden(name), { against: "recording" })).toMatchObject({
      equal: true,
      firstBytes: null,
      firstEvent: null,
    });
  });
});

describe("a replay that must not be equal", () => {
  it("names a changed seed and the first event that it changes", async () => {
    const report = await replay(readGolden("singles"), { seed: 12 });
    expect(report.equal).toBe(false);
    expect(report.inputs.map(({ input }) => input)).toEqual(["seed", "plan 1"]);
    expect(report.firstEvent?.recorded).toContain("intent");
  });

  it("shows the first byte that a codec writes otherwise", async () => {
    const golden = readGolden("trains");
    let changed = false;
    const other = withEvents(golden, (event) => {
      if (event.kind !== "wire" || changed) return event;
      const frames = event.frames.map(([atMs, direction, hex]): (typeof event.frames)[number] => {
        // `@045`, as a codec with another byte would have written it.
        if (direction !== "tx" || !hex.startsWith("40303435")) return [atMs, direction, hex];
        changed = true;
        return [atMs, direction, hex.replace("40303435", "40303436")];
      });
      return { ...event, frames };
    });
    expect(changed).toBe(true);
    const report = await replay(other);
    expect(report.equal).toBe(false);
    expect(report.firstBytes?.recorded).toContain("40303436");
    expect(report.firstBytes?.replayed).toContain("40303435");
    const played = await replay(other, { against: "recording" });
    expect(played.equal).toBe(false);
    expect(played.firstBytes?.recorded).toContain("40303436");
  });

  it("names other limits, and what they refuse first", async () => {
    const golden = readGolden("trains");
    const [start] = golden.events;
    if (start?.kind !== "run.start") throw new Error("no start");
    const hash = (start.body["documents"] as { limits: string }).limits;
    const profile = golden.documents[hash] as Record<string, unknown>;
    const recordedUnderLooser: Golden = {
      ...withEvents(golden, (event) =>
        event.kind === "run.start"
          ? {
              ...event,
              body: { ...event.body, limitsHash: "other", documents: { limits: "other" } },
            }
          : event,
      ),
      documents: { ...golden.documents, other: { ...profile, title: "a profile of another day" } },
    };
    const report = await replay(recordedUnderLooser, { limits: "installed" });
    expect(report.equal).toBe(false);
    expect(report.inputs.map(({ input }) => input)).toEqual(["limit profile"]);
  });

  it("shows an outcome that was altered", async () => {
    const other = withEvents(readGolden("trains"), (event) =>
      event.kind === "outcome" ? { ...event, pulses: event.pulses + 1 } : event,
    );
    const report = await replay(other);
    expect(report.firstEvent?.recorded).toContain('"pulses":21');
    expect(report.firstEvent?.replayed).toContain('"pulses":20');
  });
});

describe("the recorded bytes of a rig with an unlock code", () => {
  it("hold no trace of the code", () => {
    const text = JSON.stringify(readGolden("unlocked"));
    const code = "a1b2-c3d4e5f6-1b";
    expect(text).not.toContain(code);
    expect(text).not.toContain(Buffer.from(code, "latin1").toString("hex"));
    expect(text).toContain("env:GOLDEN_CODE");
  });
});
