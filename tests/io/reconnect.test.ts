import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DeviceIdentity } from "../../src/contract/stimulator.ts";
import { createMemoryLink } from "../../src/io/memoryPort.ts";
import {
  connected,
  RECONNECT_LIMITS,
  type ReconnectEffect,
  type ReconnectInput,
  type ReconnectLimits,
  type ReconnectState,
  reconnectStep,
} from "../../src/io/reconnect.ts";
import { type Reconnect, watchLink } from "../../src/io/reconnectRunner.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

const UNIT: DeviceIdentity = { model: "unit", softwareVersion: "9.0", detail: {} };
const OTHER: DeviceIdentity = { model: "unit", softwareVersion: "8.0", detail: {} };

function walk(inputs: readonly ReconnectInput[], limits?: ReconnectLimits): readonly Walked[] {
  let state: ReconnectState = connected(UNIT);
  return inputs.map((input) => {
    const before = state;
    const stepped = reconnectStep(state, input, limits);
    state = stepped.state;
    return { before, input, after: state, effects: stepped.effects };
  });
}

interface Walked {
  readonly before: ReconnectState;
  readonly input: ReconnectInput;
  readonly after: ReconnectState;
  readonly effects: readonly ReconnectEffect[];
}

const instant = fc.integer({ min: 0, max: 300_000 });
const attempt = fc.integer({ min: 0, max: 4 });
const anyInput: fc.Arbitrary<ReconnectInput> = fc.oneof(
  fc.record({ kind: fc.constant("link-lost" as const), atMs: instant, detail: fc.constant("x") }),
  fc.record({ kind: fc.constant("shut" as const), atMs: instant }),
  fc.record({ kind: fc.constant("due" as const), atMs: instant }),
  fc.record({ kind: fc.constant("opened" as const), atMs: instant, attempt }),
  fc.record({
    kind: fc.constant("probed" as const),
    atMs: instant,
    attempt,
    identity: fc.constantFrom(UNIT, UNIT, OTHER),
  }),
  fc.record({
    kind: fc.constant("failed" as const),
    atMs: instant,
    attempt,
    detail: fc.constant("x"),
  }),
  fc.record({
    kind: fc.constant("operator" as const),
    decision: fc.constantFrom("resume" as const, "resume" as const, "give-up" as const),
  }),
);
/** Inputs as they come in life now and then, between those that come from nowhere. */
const likely: fc.Arbitrary<readonly ReconnectInput[]> = fc
  .record({ atMs: instant, fails: fc.integer({ min: 0, max: 3 }) })
  .map(({ atMs, fails }) => {
    const tries = Array.from({ length: fails + 1 }, (_, index): readonly ReconnectInput[] => [
      { kind: "due", atMs: atMs + 20_000 * (index + 1) },
      index < fails
        ? { kind: "failed", atMs: atMs + 20_000 * (index + 1), attempt: index + 1, detail: "x" }
        : { kind: "opened", atMs: atMs + 20_000 * (index + 1), attempt: index + 1 },
    ]);
    const probed: ReconnectInput = { kind: "probed", atMs, attempt: fails + 1, identity: UNIT };
    return [
      { kind: "link-lost", atMs, detail: "x" },
      { kind: "shut", atMs },
      ...tries.flat(),
      probed,
    ];
  });
const history: fc.Arbitrary<readonly ReconnectInput[]> = fc
  .array(fc.oneof(likely, fc.array(anyInput, { maxLength: 3 })), { maxLength: 12 })
  .map((parts) => parts.flat());

describe("reconnecting, whatever happens in whatever order", () => {
  it("is able to open, probe, disarm and tell, and to do nothing else", () => {
    const reached = new Set<string>();
    fc.assert(
      fc.property(history, (inputs) => {
        for (const { after, effects } of walk(inputs)) {
          reached.add(after.kind);
          for (const { kind } of effects)
            expect(["open", "probe", "disarm", "tell"]).toContain(kind);
        }
      }),
      { numRuns: 500 },
    );
    // The histories are worth something: they get everywhere.
    expect([...reached].sort()).toEqual(
      ["gave-up", "lost", "opening", "probing", "standing-by", "up", "waiting"].sort(),
    );
  });

  it("comes back into use by a person's word alone", () => {
    fc.assert(
      fc.property(history, (inputs) => {
        for (const { before, input, after } of walk(inputs)) {
          if (after.kind !== "up" || before.kind === "up") continue;
          expect(before.kind).toBe("standing-by");
          expect(input).toEqual({ kind: "operator", decision: "resume" });
        }
      }),
      { numRuns: 500 },
    );
  });

  it("stands by only for the same device, after a probe of its own attempt", () => {
    fc.assert(
      fc.property(history, (inputs) => {
        for (const { before, input, after } of walk(inputs)) {
          if (after.kind !== "standing-by" || before.kind === "standing-by") continue;
          expect(before.kind).toBe("probing");
          expect(input.kind === "probed" && before.kind === "probing").toBe(true);
          if (input.kind === "probed" && before.kind === "probing") {
            expect(input.attempt).toBe(before.attempt);
            expect(input.identity).toEqual(UNIT);
          }
        }
      }),
      { numRuns: 500 },
    );
  });

  it("disarms with every loss, every failed attempt and at the end", () => {
    fc.assert(
      fc.property(history, (inputs) => {
        for (const { before, after, effects } of walk(inputs)) {
          const isLoss = after.kind === "lost" && before.kind !== "lost";
          const isEnd = after.kind === "gave-up" && before.kind !== "gave-up";
          const isFailure =
            after.kind === "waiting" && (before.kind === "opening" || before.kind === "probing");
          if (isLoss || isEnd || isFailure)
            expect(effects.map(({ kind }) => kind)).toContain("disarm");
        }
      }),
      { numRuns: 500 },
    );
  });

  it("opens only out of a pause that is over, and never after it gave up", () => {
    fc.assert(
      fc.property(history, (inputs) => {
        for (const { before, input, effects } of walk(inputs)) {
          const opens = effects.filter(({ kind }) => kind === "open");
          if (opens.length > 0) {
            expect(before.kind).toBe("waiting");
            const isOver =
              before.kind === "waiting" && input.kind === "due" && input.atMs >= before.dueMs;
            expect(isOver).toBe(true);
          }
          if (before.kind === "gave-up")
            expect(effects.every(({ kind }) => kind === "disarm")).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("never leaves the end", () => {
    fc.assert(
      fc.property(history, (inputs) => {
        for (const { before, after } of walk(inputs))
          if (before.kind === "gave-up") expect(after).toEqual(before);
      }),
    );
  });
});

/** A port of one process whose device can be away, and a device that may not answer. */
function bench(): {
  readonly clock: VirtualClock;
  readonly link: ReturnType<typeof createMemoryLink>;
  readonly reconnect: () => Promise<Reconnect>;
  readonly log: string[];
  answers: DeviceIdentity | "silent" | "hangs";
} {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const link = createMemoryLink(clock, { baudRate: null, name: "cable" });
  const log: string[] = [];
  const note = (what: string): number => log.push(`${clock.now()} ${what}`);
  const made = {
    clock,
    link,
    log,
    answers: UNIT as DeviceIdentity | "silent" | "hangs",
    reconnect: async (): Promise<Reconnect> => {
      await link.port.open();
      const reconnect = watchLink({
        clock,
        port: link.port,
        identity: UNIT,
        connect: async () => {
          note("probe");
          if (made.answers === "silent") throw new Error("DEVICE_SILENT");
          if (made.answers === "hangs") return new Promise(() => undefined);
          return made.answers;
        },
        disarm: async () => {
          note("disarm");
        },
      });
      reconnect.news$.subscribe(({ kind }) => note(kind));
      return reconnect;
    },
  };
  return made;
}

describe("a link that is watched", () => {
  it("comes back disarmed after the cable does, and waits for a person", async () => {
    const { clock, link, reconnect, log } = bench();
    const watched = await reconnect();
    await clock.advanceTo(1000);
    link.unplug("pulled");
    await clock.advanceTo(3000);
    link.replug();
    await clock.advanceTo(60_000);
    expect(log).toEqual([
      "1000 disarm",
      "1000 link-lost",
      "1500 disarm",
      "1500 attempt-failed",
      "2500 disarm",
      "2500 attempt-failed",
      "4500 probe",
      "4500 standing-by",
    ]);
    expect(watched.state.kind).toBe("standing-by");
    expect(link.port.isOpen).toBe(true);
    expect(watched.resume()).toBe(true);
    expect(watched.resume()).toBe(false);
    expect(watched.state.kind).toBe("up");
  });

  it("is tried at 0.5, 1, 2, 4 and then every 10 s until patience is over, and left closed", async () => {
    const { clock, link, reconnect, log } = bench();
    const watched = await reconnect();
    link.unplug("pulled");
    await clock.advanceTo(600_000);
    const tries = log
      .filter((line) => line.endsWith("attempt-failed"))
      .map((line) => parseInt(line, 10));
    expect(tries.slice(0, 6)).toEqual([500, 1500, 3500, 7500, 17_500, 27_500]);
    expect(tries.at(-1)).toBeLessThanOrEqual(RECONNECT_LIMITS.patienceMs);
    expect(watched.state).toMatchObject({ kind: "gave-up" });
    expect(log.at(-1)).toMatch(/gave-up$/);
    link.replug();
    await clock.advanceTo(900_000);
    expect(link.port.isOpen).toBe(false);
    expect(clock.pending).toBe(0);
  });

  it("is closed again when the device behind it does not answer, and tried again", async () => {
    const made = bench();
    const { clock, link, reconnect, log } = made;
    made.answers = "silent";
    const watched = await reconnect();
    link.unplug("pulled");
    link.replug();
    await clock.advanceTo(600);
    expect([watched.state.kind, link.port.isOpen]).toEqual(["waiting", false]);
    made.answers = UNIT;
    await clock.advanceTo(2000);
    expect(watched.state.kind).toBe("standing-by");
    expect(log.filter((line) => line.endsWith("probe"))).toHaveLength(2);
  });

  it("does not wait for ever for a probe that hangs", async () => {
    const made = bench();
    made.answers = "hangs";
    const watched = await made.reconnect();
    made.link.unplug("pulled");
    made.link.replug();
    await made.clock.advanceTo(600_000);
    expect(watched.state).toMatchObject({ kind: "gave-up" });
    expect(made.link.port.isOpen).toBe(false);
  });

  it("is given up when another device answers", async () => {
    const made = bench();
    made.answers = OTHER;
    const watched = await made.reconnect();
    made.link.unplug("pulled");
    made.link.replug();
    await made.clock.advanceTo(1000);
    expect(watched.state).toMatchObject({
      kind: "gave-up",
      why: expect.stringMatching(/another device.*8\.0.*9\.0/),
    });
    expect(made.link.port.isOpen).toBe(false);
  });

  it("takes no close of our own for a loss", async () => {
    const { clock, link, reconnect, log } = bench();
    const watched = await reconnect();
    await link.port.close();
    await clock.advanceTo(60_000);
    expect([watched.state.kind, log]).toEqual(["up", []]);
  });

  it("is given up after losses in a row that nobody looked at", async () => {
    const { clock, link, reconnect } = bench();
    const watched = await reconnect();
    for (let n = 0; n <= RECONNECT_LIMITS.mostLosses; n += 1) {
      link.unplug("loose");
      link.replug();
      await clock.advanceTo(clock.now() + 1000);
    }
    expect(watched.state).toMatchObject({
      kind: "gave-up",
      why: expect.stringContaining("6 times"),
    });
  });
});
