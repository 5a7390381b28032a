import type { LabClock } from "../contract/time.ts";
import type { StopSignal } from "./stopSignal.ts";

/** Pause asked by the operator, or a hold that the protocol asks for; both end by `resume`. */
export interface PauseControl {
  readonly askedBy: string | null;
  pause(by: string): void;
  resume(by: string): void;
  /** Waits for an absolute instant; a pause or a stop ends the wait at once. */
  waitUnlessAsked(stop: StopSignal, clock: LabClock, dueMs: number): Promise<void>;
  /** Resolves with who resumed, or null when the run was stopped meanwhile. */
  resumed(stop: StopSignal): Promise<string | null>;
}

export function createPauseControl(): PauseControl {
  let askedBy: string | null = null;
  let waiter: ((by: string) => void) | null = null;
  let cutWait: (() => void) | null = null;
  return {
    get askedBy() {
      return askedBy;
    },
    pause(by) {
      askedBy ??= by;
      cutWait?.();
    },
    async waitUnlessAsked(stop, clock, dueMs) {
      if (askedBy !== null) return;
      const cut = new Promise<void>((resolve) => {
        cutWait = resolve;
      });
      const due = stop.until(clock, dueMs);
      await Promise.race([cut, due]);
      cutWait = null;
    },
    resume(by) {
      askedBy = null;
      const wake = waiter;
      waiter = null;
      wake?.(by);
    },
    async resumed(stop) {
      const end = await stop.whileWaiting(
        new Promise<string>((resolve) => {
          waiter = resolve;
        }),
      );
      waiter = null;
      return end.end === "due" ? end.value : null;
    },
  };
}
