import { describe, expect, it } from "vitest";
import { simulator as duomag } from "../../../simulators/duomag/index.ts";
import { simulator as boxes } from "../../../simulators/trigger-boxes/index.ts";
import { sealedLine } from "../../../simulators/trigger-boxes/pulseBox/line.ts";
import type { SimulatorModule } from "../../../src/contract/simulator.ts";
import { stallingClock } from "./stallingClock.ts";

function open(module: SimulatorModule, model: string) {
  const { clock, stall, wakeUp } = stallingClock();
  const device = module.create({
    ...{ model, clock, seed: 1, softwareVersion: null, unlockCode: null, mains: 240, faults: [] },
  });
  const edges: string[] = [];
  const arrivals: number[] = [];
  device.edges$?.subscribe(({ atMs, line, rises }) =>
    edges.push(`${line}${rises ? "+" : "-"} ${Number(atMs.toFixed(6))}`),
  );
  device.toHost$.subscribe(() => arrivals.push(clock.now()));
  return { device, stall, wakeUp, edges, arrivals };
}

function openPulseBox() {
  const box = open(boxes, "pulse-box");
  box.stall(2000);
  box.wakeUp();
  box.wakeUp();
  box.device.fromHost(sealedLine("00 ?"));
  return box;
}

describe("a simulator process that is stopped for a while", () => {
  it("gives the edges of a sequence their own instants, however late it runs", () => {
    const box = openPulseBox();
    box.device.fromHost(sealedLine("01 N 01 1000 3 100000"));
    box.stall(500);
    box.wakeUp();
    expect(box.edges).toEqual(["1+ 2000", "1- 2001", "1+ 2100", "1- 2101", "1+ 2200", "1- 2201"]);
  });

  it("hears what waited in the cable before its watchdog calls the host silent", () => {
    const box = openPulseBox();
    box.device.fromHost(sealedLine("01 L 01"));
    box.stall(2500);
    box.wakeUp();
    box.device.fromHost(sealedLine("02 ?"));
    box.wakeUp();
    expect(box.edges).toEqual(["1+ 2000"]);
    box.stall(2000);
    box.wakeUp();
    expect(box.edges).toEqual(["1+ 2000", "1- 6500"]);
  });

  it("calls it silent all the same when nothing waited, at the instant of the board's clock", () => {
    const box = openPulseBox();
    box.device.fromHost(sealedLine("01 L 01"));
    box.stall(2500);
    box.wakeUp();
    box.wakeUp();
    expect(box.edges).toEqual(["1+ 2000", "1- 4000"]);
  });

  it("leaves out the status frames that it missed, and keeps the rhythm", () => {
    const unit = open(duomag, "duomag");
    for (const ms of [20, 70, 9, 1, 20]) {
      unit.stall(ms);
      unit.wakeUp();
    }
    expect(unit.arrivals).toEqual([20, 90, 100, 120]);
  });
});
