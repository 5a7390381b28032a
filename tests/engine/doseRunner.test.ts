import { describe, expect, it } from "vitest";
import type { Dose } from "../../src/contract/dose.ts";
import type { Delivery, Stimulator, StimulatorStatus } from "../../src/contract/stimulator.ts";
import { type DoseParts, runDose } from "../../src/engine/doseRunner.ts";
import { createStopSignal } from "../../src/engine/stopSignal.ts";
import { createVirtualClock } from "../../src/time/virtualClock.ts";

const DUE_MS = 1000;

const DOSE: Dose = {
  index: 0,
  dueMs: 0,
  shape: { kind: "pulse" },
  intensityPctMso: [40],
  request: { value: 40, base: "%MSO", threshold: null },
  place: { block: 0, train: 1, trains: 1, condition: null },
  hostTrain: null,
  lateLimitMs: 5,
};

/** One dose whose outcome is known `afterMs` after its bytes; what the outbox did, and when. */
async function outboxOf(afterMs: number): Promise<readonly (readonly [number, string])[]> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const seen: (readonly [number, string])[] = [];
  const note = (what: string): void => {
    seen.push([clock.now() - DUE_MS, what]);
  };
  const delivery = async (): Promise<Delivery> => {
    await clock.wait(afterMs);
    return {
      outcome: "delivered",
      detail: "",
      writtenMs: DUE_MS,
      writtenHex: "00",
      drainedMs: null,
      acknowledgedMs: clock.now(),
      deviceReportedMs: null,
    };
  };
  const parts = {
    clock,
    stimulator: {
      readStatus: async () => ({ intensityPctMso: [40] }) as unknown as StimulatorStatus,
      quietUntil: () => undefined,
      deliver: () => ({ writtenMs: DUE_MS, writtenHex: "00", done: delivery() }),
    } as unknown as Stimulator,
    gate: {
      permitDose: () => ({ ok: true, value: { permitId: "p", notBeforeMs: 0, notAfterMs: 0 } }),
      book: () => undefined,
    },
    intents: {
      receipt: () => ({ intentSeq: 1 }),
      finish: (_: number, write: (seq: number) => void) => write(1),
    },
    outbox: { emit: ({ kind }: { kind: string }) => note(kind), flush: () => note("flush") },
    stop: createStopSignal(),
    hasEvidence: true,
    nerve: null,
    mark: null,
  } as unknown as DoseParts;
  await clock.run(async () => {
    await runDose(parts, DOSE, DUE_MS, 500);
    await clock.wait(10);
  });
  return seen.filter(([, what]) => what !== "permit");
}

describe("the record of a start", () => {
  it("does not stand between the bytes and the answer of the device", async () => {
    expect((await outboxOf(3)).slice(0, 3)).toEqual([
      [0, "written"],
      [3, "outcome"],
      [3, "flush"],
    ]);
  });

  it("leaves soon, also when the outcome takes long", async () => {
    expect((await outboxOf(2000)).slice(0, 2)).toEqual([
      [0, "written"],
      [5, "flush"],
    ]);
  });
});
