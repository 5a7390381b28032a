import { PulsetrainError } from "../errors/pulsetrainError.ts";
import type { Agenda, AgendaEntry } from "./agenda.ts";

/** How far and how long one drive goes. */
export interface Goal {
  readonly limitMs: number;
  /** True when whoever asked for the drive has what it wants. */
  readonly isDone: () => boolean;
  /** What an empty agenda means: the end, or waiting for something from outside. */
  readonly whenEmpty: "end" | "wait";
}

/** Performs an agenda, letting all promises settle between two entries. */
export interface Driver {
  /** Claims the agenda; throws CLI_BUG while another claim holds. Ends with the drive. */
  claim(): void;
  /** Rejects with the error of work that throws, and with CLI_BUG on a deadlock. */
  drive(goal: Goal): Promise<void>;
  /** Says that a sleeping drive should look again. */
  wake(): void;
  /** The agenda rests while `work` is under way. */
  outside<T>(work: Promise<T>): Promise<T>;
}

/** `patienceMs`: real time that an empty agenda waits before it counts as a deadlock. */
export function createDriver(agenda: Agenda, patienceMs: number): Driver {
  let outsiders = 0;
  let isClaimed = false;
  /** Set while a drive sleeps. */
  let wakeUp: (() => void) | null = null;

  const sleep = (resume: () => void, giveUp: () => void): void => {
    const timer = outsiders > 0 ? null : setTimeout(() => finish(giveUp), patienceMs);
    const finish = (next: () => void): void => {
      wakeUp = null;
      if (timer !== null) clearTimeout(timer);
      next();
    };
    wakeUp = () => finish(() => setImmediate(resume));
  };

  const nextMove = (goal: Goal): AgendaEntry | "sleep" | "end" => {
    if (goal.isDone()) return "end";
    if (outsiders > 0) return "sleep";
    const next = agenda.next();
    if (next !== undefined && next.dueMs <= goal.limitMs) return next;
    return goal.whenEmpty === "wait" ? "sleep" : "end";
  };

  const drive = (goal: Goal): Promise<void> =>
    new Promise<void>((resolve, reject) => {
      // One macrotask a turn: Node empties the promise queue between two of them, however long
      // the chain of promises is.
      const turn = (): void => {
        const move = nextMove(goal);
        if (move === "end") return resolve();
        if (move === "sleep") return sleep(turn, () => reject(deadlock(agenda.now())));
        try {
          agenda.perform(move);
        } catch (error) {
          return reject(error);
        }
        setImmediate(turn);
      };
      setImmediate(turn);
    }).finally(() => {
      isClaimed = false;
    });

  return {
    claim: () => {
      if (isClaimed) {
        throw new PulsetrainError("CLI_BUG", "the virtual clock is already being driven");
      }
      isClaimed = true;
    },
    drive,
    wake: () => wakeUp?.(),
    outside: async (work) => {
      outsiders += 1;
      try {
        return await work;
      } finally {
        outsiders -= 1;
        wakeUp?.();
      }
    },
  };
}

function deadlock(nowMs: number): PulsetrainError {
  return new PulsetrainError(
    "CLI_BUG",
    `deadlock on the virtual clock at ${nowMs} ms: the main task waits and nothing is scheduled`,
  );
}
