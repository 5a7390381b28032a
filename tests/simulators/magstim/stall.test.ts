import { Subscription } from "rxjs";
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/magstim/index.ts";
import type { Discharge } from "../../../src/contract/simulator.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import { createVirtualClock } from "../../../src/time/virtualClock.ts";
import { hostFrame } from "./vectors.ts";

interface StallingClock {
  readonly clock: LabClock;
  /** Time passes and no work runs: the process is stopped. */
  stall(ms: number): void;
  /** Runs what is due, as the timers of a stalled process would. */
  wakeUp(): void;
}

function stallingClock(): StallingClock {
  const base = createVirtualClock({ startUtcMs: 0 });
  let nowMs = 0;
  let waiting: readonly {
    readonly dueMs: number;
    readonly work: (lateMs: number) => void;
    readonly handle: Subscription;
  }[] = [];
  const at: LabClock["at"] = (dueMs, work) => {
    const handle = new Subscription(() => {
      waiting = waiting.filter((entry) => entry.handle !== handle);
    });
    waiting = [...waiting, { dueMs, work, handle }];
    return handle;
  };
  return {
    clock: { ...base, kind: "real", now: () => nowMs, at },
    stall: (ms) => {
      nowMs += ms;
    },
    wakeUp: () => {
      const due = waiting
        .filter(({ dueMs }) => dueMs <= nowMs)
        .sort((left, right) => left.dueMs - right.dueMs);
      for (const { handle } of due) handle.unsubscribe();
      for (const { work, dueMs } of due) work(nowMs - dueMs);
    },
  };
}

function openStalling() {
  const { clock, stall, wakeUp } = stallingClock();
  const device = simulator.create({
    model: "magstim-super-rapid2",
    clock,
    seed: 1,
    softwareVersion: "9.0",
    unlockCode: null,
    mains: 240,
    faults: [],
  });
  const discharges: Discharge[] = [];
  let last: Uint8Array = new Uint8Array();
  device.discharges$.subscribe((discharge) => discharges.push(discharge));
  device.toHost$.subscribe((bytes) => {
    last = bytes;
  });
  const say = (text: string): Uint8Array => {
    device.fromHost(hostFrame(text));
    return last;
  };
  return { say, stall, wakeUp, discharges };
}

describe("a simulator process that is stopped for a while", () => {
  it("gives the pulses of a train their own instants, however late it runs", () => {
    const unit = openStalling();
    for (const text of ["Q@", "[0020", "B0100", "D00020", "EB"]) unit.say(text);
    unit.stall(1000);
    unit.say("EH");
    unit.stall(730);
    unit.wakeUp();
    expect(unit.discharges.map(({ atMs }) => atMs)).toEqual([
      1000, 1100, 1200, 1300, 1400, 1500, 1600, 1700,
    ]);
  });

  it("gives the pulses that were due before it stops a train", () => {
    const unit = openStalling();
    for (const text of ["Q@", "[0020", "B0100", "D00020", "EB"]) unit.say(text);
    unit.stall(1000);
    unit.say("EH");
    unit.stall(250);
    unit.say("EA");
    unit.stall(500);
    unit.wakeUp();
    expect(unit.discharges).toHaveLength(3);
  });

  it("hears the bytes that wait in the cable before it calls the host silent", () => {
    const unit = openStalling();
    for (const text of ["Q@", "EB"]) unit.say(text);
    unit.stall(1400);
    unit.wakeUp();
    unit.say("x@");
    unit.wakeUp();
    expect((unit.say("x@")[1] ?? 0) & 0x84).toBe(0x84);
  });

  it("calls the host silent when no bytes wait", () => {
    const unit = openStalling();
    for (const text of ["Q@", "EB"]) unit.say(text);
    unit.stall(1400);
    unit.wakeUp();
    unit.wakeUp();
    expect((unit.say("\\@")[1] ?? 0) & 0x87).toBe(0x01);
  });
});
