import { Subscription } from "rxjs";
import type { LabClock } from "../../../src/contract/time.ts";
import { createVirtualClock } from "../../../src/time/virtualClock.ts";

/** The clock of a process that can be stopped for a while. */
export interface StallingClock {
  readonly clock: LabClock;
  /** Time passes and no work runs. */
  stall(ms: number): void;
  /** Runs what is due, as the timers of a stalled process would. */
  wakeUp(): void;
}

export function stallingClock(): StallingClock {
  const base = createVirtualClock({ startUtcMs: 0 });
  const waiting = new Set<{ readonly dueMs: number; readonly run: () => void }>();
  let nowMs = 0;
  const at: LabClock["at"] = (dueMs, work) => {
    const entry = { dueMs, run: () => work(nowMs - dueMs) };
    waiting.add(entry);
    return new Subscription(() => waiting.delete(entry));
  };
  return {
    clock: { ...base, kind: "real", now: () => nowMs, at },
    stall: (ms) => {
      nowMs += ms;
    },
    wakeUp: () => {
      const due = [...waiting].filter(({ dueMs }) => dueMs <= nowMs);
      for (const entry of due) waiting.delete(entry);
      for (const { run } of due.sort((a, b) => a.dueMs - b.dueMs)) run();
    },
  };
}
