import { describe, expect, it } from "vitest";
import { pctMso, pctRmt, protocol, single, train } from "../../protocols/build.ts";
import type { Plan } from "../../src/contract/dose.ts";
import type { FromRig, ToRig } from "../../src/engine/messages.ts";
import { type Conducted, conduct, type Rig, withRig } from "./bench.ts";

const TRAINS = protocol({
  id: "trains",
  blocks: [
    train({
      frequencyHz: 10,
      pulsesPerTrain: 20,
      trains: 2,
      interTrainIntervalS: 18,
      intensity: pctRmt(100),
    }),
  ],
});
const SINGLES = protocol({
  id: "singles",
  blocks: [single({ totalPulses: 6, interPulseS: [4, 4], intensity: pctRmt(100) })],
});

type Message<M, T> = Extract<M, { readonly type: T }>;

/** A parent that answers intents as `answer` says and sends what `work` tells it to. */
async function withParent(
  answer: (message: Message<FromRig, "events">, send: (message: ToRig) => void) => void,
  work: (
    rig: Rig,
    heard: readonly FromRig[],
    next: <T extends FromRig["type"]>(type: T) => Promise<Message<FromRig, T>>,
  ) => Promise<void>,
): Promise<{ readonly heard: readonly FromRig[]; readonly pulses: number }> {
  const heard: FromRig[] = [];
  const { discharges } = await withRig({}, async (rig) => {
    const waiting: { readonly type: string; readonly tell: (message: FromRig) => void }[] = [];
    rig.line.onMessage((message) => {
      heard.push(message);
      if (message.type === "events") answer(message, (reply) => rig.line.send(reply));
      const at = waiting.findIndex(({ type }) => type === message.type);
      if (at >= 0) waiting.splice(at, 1)[0]?.tell(message);
    });
    await work(
      rig,
      heard,
      <T extends FromRig["type"]>(type: T) =>
        new Promise<Message<FromRig, T>>((resolve) => {
          waiting.push({ type, tell: (message) => resolve(message as Message<FromRig, T>) });
        }),
    );
  });
  return { heard, pulses: discharges.length };
}

let lastSeq = 0;
function honest(message: Message<FromRig, "events">, send: (message: ToRig) => void): void {
  const seqs = message.events.map(() => {
    lastSeq += 1;
    return lastSeq;
  });
  send({ type: "stored", batch: message.batch, seqs });
}

function eventKinds(heard: readonly FromRig[]): readonly string[] {
  return heard.flatMap((message) =>
    message.type === "events" ? message.events.map(({ kind }) => kind) : [],
  );
}

describe("a parent that changes the plan after its check", () => {
  const changes: Readonly<Record<string, (plan: Plan) => unknown>> = {
    "a higher power": (plan) => ({
      ...plan,
      doses: plan.doses.map((dose) => ({ ...dose, intensityPctMso: [90] })),
    }),
    "a power that is no number": (plan) => ({
      ...plan,
      doses: plan.doses.map((dose) => ({ ...dose, intensityPctMso: [Number.NaN] })),
    }),
    "a longer train": (plan) => ({
      ...plan,
      pulses: 400,
      doses: plan.doses.map((dose) => ({
        ...dose,
        shape: { kind: "train", pulses: 200, frequencyHz: 10 },
      })),
    }),
    "trains that overlap": (plan) => ({
      ...plan,
      doses: plan.doses.map((dose) => ({ ...dose, dueMs: dose.index * 500 })),
    }),
    "a claim of theta bursts": (plan) => ({
      ...plan,
      blocks: plan.blocks.map((block) => ({ ...block, pattern: "iTBS" })),
      pulses: 400,
      doses: plan.doses.map((dose) => ({
        ...dose,
        shape: { kind: "train", pulses: 200, frequencyHz: 20 },
      })),
    }),
    "a plan for a rodent": (plan) => ({ ...plan, species: "rodent" }),
    "a late limit of a second": (plan) => ({
      ...plan,
      doses: plan.doses.map((dose) => ({ ...dose, lateLimitMs: 1000 })),
    }),
    "pulses that are not counted": (plan) => ({ ...plan, pulses: 1 }),
  };
  for (const [what, change] of Object.entries(changes)) {
    it(`to ${what} is refused beside the port`, async () => {
      const { heard, pulses } = await withParent(honest, async (rig, _, next) => {
        const ended = next("segment-end");
        rig.line.send({
          type: "segment",
          segment: 1,
          plan: change(rig.plan(TRAINS)) as Plan,
          startAtMs: null,
        });
        expect((await ended).status).toBe("refused");
        rig.line.send({ type: "end" });
        await next("ended");
      });
      expect(pulses).toBe(0);
      expect(eventKinds(heard)).not.toContain("arm");
    });
  }
});

describe("a parent that sends segments at the wrong time", () => {
  it("has a second one wait for the first, and judged with it", async () => {
    const { pulses } = await withParent(honest, async (rig, _, next) => {
      rig.line.send({ type: "segment", segment: 1, plan: rig.plan(TRAINS), startAtMs: null });
      rig.line.send({ type: "segment", segment: 2, plan: rig.plan(TRAINS), startAtMs: null });
      const [first, second] = [await next("segment-end"), await next("segment-end")];
      expect([first.segment, second.segment]).toEqual([1, 2]);
      rig.line.send({ type: "end" });
      await next("ended");
    });
    expect(pulses).toBe(80);
  });

  it("gets none delivered after the end, and the port stays closed", async () => {
    const { heard, pulses } = await withParent(honest, async (rig, _, next) => {
      rig.line.send({ type: "segment", segment: 1, plan: rig.plan(SINGLES), startAtMs: null });
      rig.line.send({ type: "end" });
      rig.line.send({ type: "segment", segment: 2, plan: rig.plan(SINGLES), startAtMs: null });
      await next("ended");
      await rig.clock.wait(60_000);
    });
    expect(pulses).toBe(6);
    const ends = heard.filter(({ type }) => type === "segment-end");
    expect(ends.at(-1)).toMatchObject({ segment: 2, status: "stopped" });
    expect(eventKinds(heard).filter((kind) => kind === "arm")).toHaveLength(1);
  });

  it("gets none delivered after a stop, however often it asks", async () => {
    const { pulses } = await withParent(honest, async (rig, _, next) => {
      rig.line.send({ type: "segment", segment: 1, plan: rig.plan(TRAINS), startAtMs: null });
      rig.clock.at(10_000, () => rig.line.send({ type: "stop", by: "test" }));
      expect((await next("segment-end")).status).toBe("stopped");
      for (const type of ["pause", "resume", "resume", "stop"] as const)
        rig.line.send({ type, by: "test" });
      for (let segment = 2; segment < 5; segment += 1) {
        rig.line.send({ type: "segment", segment, plan: rig.plan(SINGLES), startAtMs: null });
        expect((await next("segment-end")).status).toBe("stopped");
      }
      rig.line.send({ type: "end" });
      await next("ended");
    });
    expect(pulses).toBe(20);
  });
});

describe("a journal that answers wrongly", () => {
  const lies: Readonly<
    Record<string, (seqs: readonly number[], batch: number) => readonly ToRig[]>
  > = {
    never: () => [],
    "with one number for all": (seqs, batch) => [
      { type: "stored", batch, seqs: seqs.map(() => 7) },
    ],
    "with too few numbers": (seqs, batch) => [{ type: "stored", batch, seqs: seqs.slice(0, -1) }],
    "with no numbers": (seqs, batch) => [
      { type: "stored", batch, seqs: seqs.map(() => Number.NaN) },
    ],
    "below zero": (seqs, batch) => [{ type: "stored", batch, seqs: seqs.map(() => -1) }],
    "for another batch": (seqs, batch) => [{ type: "stored", batch: batch + 1, seqs }],
  };
  for (const [how, lie] of Object.entries(lies)) {
    it(`${how}: no dose without a receipt of its own, and the rig ends disarmed`, async () => {
      let n = 100;
      const { heard, pulses } = await withParent(
        (message, send) => {
          const seqs = message.events.map(() => {
            n += 1;
            return n;
          });
          for (const reply of lie(seqs, message.batch)) send(reply);
        },
        async (rig, _, next) => {
          rig.line.send({ type: "segment", segment: 1, plan: rig.plan(SINGLES), startAtMs: null });
          const ended = next("segment-end");
          rig.clock.at(90_000, () => rig.line.send({ type: "stop", by: "patience" }));
          await ended;
          rig.line.send({ type: "end" });
          await next("ended");
        },
      );
      // One number for all is one receipt: the gate takes it once.
      expect(pulses).toBeLessThanOrEqual(how === "with one number for all" ? 1 : 0);
      const disarms = heard.flatMap((message) =>
        message.type === "events" ? message.events.filter(({ kind }) => kind === "disarm") : [],
      );
      expect(disarms.at(-1)).toMatchObject({ confirmed: true });
    });
  }

  it("twice, and late: each dose once", async () => {
    const { pulses } = await withParent(
      (message, send) => {
        honest(message, (reply) => {
          send(reply);
          send(reply);
        });
      },
      async (rig, _, next) => {
        rig.line.send({ type: "segment", segment: 1, plan: rig.plan(SINGLES), startAtMs: null });
        await next("segment-end");
        rig.line.send({ type: "end" });
        await next("ended");
      },
    );
    expect(pulses).toBe(6);
  });
});

describe("a session script that is written carelessly", () => {
  it("and does not wait for its protocol has it stopped and disarmed at its end", async () => {
    const result = await conduct([], {
      body: async (conductor, rig) => {
        void conductor.runPlan(rig.plan(TRAINS), {}).catch(() => undefined);
        await rig.clock.wait(3_000);
      },
    });
    expect(result.end.status).toBe("stopped");
    expect(result.discharges.length).toBeLessThanOrEqual(20);
    expect(result.discharges.every(({ atMs }) => atMs < 3_100)).toBe(true);
    const { delivered, unknown } = result.end.counts;
    expect(delivered + unknown).toBeGreaterThanOrEqual(result.discharges.length);
    expect(disarmed(result)).toBe(true);
  });

  it("and runs two protocols at once is told so; the first goes on and is counted", async () => {
    const seen: string[] = [];
    const result = await conduct([], {
      body: async (conductor, rig) => {
        const ends = await Promise.allSettled([
          conductor.runPlan(rig.plan(SINGLES), {}),
          conductor.runPlan(rig.plan(SINGLES), {}),
        ]);
        seen.push(...ends.map(({ status }) => status));
      },
    });
    expect(seen).toEqual(["fulfilled", "rejected"]);
    expect(result.discharges).toHaveLength(6);
    expect(result.end.counts.delivered).toBe(6);
  });

  it("and goes on after a stop or an error gets nothing more", async () => {
    const result = await conduct([], {
      operator: (conductor, clock) => clock.at(6_000, () => conductor.stop("test")),
      body: async (conductor, rig) => {
        for (let i = 0; i < 4; i += 1) await conductor.runPlan(rig.plan(SINGLES), {});
      },
    });
    expect(result.end.status).toBe("stopped");
    expect(result.discharges.every(({ atMs }) => atMs < 6_000)).toBe(true);
  });

  it("and goes on after a refusal is judged anew, with all that was given before", async () => {
    const strong = protocol({
      id: "strong",
      blocks: [train({ frequencyHz: 20, pulsesPerTrain: 40, trains: 1, intensity: pctMso(80) })],
    });
    const statuses: string[] = [];
    const result = await conduct([], {
      body: async (conductor, rig) => {
        for (const what of [SINGLES, strong, SINGLES, strong])
          statuses.push((await conductor.runPlan(rig.plan(what), {})).status);
      },
    });
    expect(statuses).toEqual(["completed", "refused", "completed", "refused"]);
    expect(result.discharges).toHaveLength(12);
  });
});

function disarmed({ events }: Conducted): boolean {
  const last = events.findLast(({ kind }) => kind === "disarm");
  return last?.kind === "disarm" && last.confirmed;
}
