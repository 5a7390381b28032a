import { describe, expect, it } from "vitest";
import { pctRmt, protocol, rest, single, train } from "../../protocols/build.ts";
import { type Conducted, conduct } from "./bench.ts";

const TRAINS = protocol({
  id: "trains",
  blocks: [
    train({
      frequencyHz: 10,
      pulsesPerTrain: 10,
      trains: 2,
      interTrainIntervalS: 6,
      intensity: pctRmt(100),
    }),
    rest(6),
    train({
      frequencyHz: 10,
      pulsesPerTrain: 10,
      trains: 1,
      intensity: pctRmt(80),
    }),
  ],
});
const SINGLES = protocol({
  id: "singles",
  blocks: [single({ totalPulses: 4, interPulseS: [2, 2], intensity: pctRmt(100) })],
});

/** Line time of three bytes each way, and of the disarm behind a question that is on the line, ms. */
const ON_THE_LINE_MS = 10;

function nothingAfter(result: Conducted, stopMs: number): void {
  const late = result.discharges.filter(({ atMs }) => atMs > stopMs + ON_THE_LINE_MS);
  expect(late, `stopped at ${stopMs} ms`).toEqual([]);
  const hazards = result.written.filter(
    ({ atMs, text }) => atMs > stopMs && /^(E[BH]|@(?!000)|[BD[n^b])/.test(text),
  );
  expect(hazards, `stopped at ${stopMs} ms`).toEqual([]);
  const { delivered, unknown } = result.end.counts;
  expect(delivered + unknown).toBeGreaterThanOrEqual(result.discharges.length);
  if (result.end.status === "completed") return;
  const last = result.events.findLast(({ kind }) => kind === "disarm");
  if (result.written.some(({ text }) => text === "EB"))
    expect(last?.kind === "disarm" && last.confirmed, `stopped at ${stopMs} ms`).toBe(true);
}

describe("a stop", () => {
  it("at any instant of connecting, setting, arming, waiting and delivering lets nothing more out", async () => {
    const instants = [
      ...Array.from({ length: 40 }, (_, i) => i * 8.3),
      ...Array.from({ length: 30 }, (_, i) => 330 + i * 55),
      ...Array.from({ length: 24 }, (_, i) => 1_600 + i * 430),
    ];
    for (const stopMs of instants) {
      const result = await conduct([TRAINS], {
        operator: (conductor, clock) => clock.at(stopMs, () => conductor.stop("test")),
      });
      nothingAfter(result, stopMs);
    }
  });

  it("in the milliseconds around a pulse lets that pulse out or not, and no other", async () => {
    const free = await conduct([SINGLES]);
    const pulseMs = free.written.find(({ text }) => text === "EH")?.atMs ?? Number.NaN;
    for (const beforeMs of [200, 121, 119, 60, 21, 19, 5, 2, 1, 0.1, 0, -0.1, -1, -3, -20, -100]) {
      const stopMs = pulseMs - beforeMs;
      const result = await conduct([SINGLES], {
        operator: (conductor, clock) => clock.at(stopMs, () => conductor.stop("test")),
      });
      nothingAfter(result, stopMs);
      expect(result.discharges.length).toBeLessThanOrEqual(beforeMs > 0 ? 0 : 1);
    }
  });

  it("is the last word: pauses, resumes and further stops change nothing", async () => {
    const result = await conduct([TRAINS], {
      operator: (conductor, clock) => {
        clock.at(3_500, () => conductor.togglePause("test"));
        clock.at(4_000, () => conductor.stop("one"));
        for (const ms of [4_000, 4_001, 4_100, 9_000]) {
          clock.at(ms, () => {
            conductor.resume("test");
            conductor.togglePause("test");
            conductor.togglePause("test");
            conductor.stop("two");
          });
        }
      },
    });
    nothingAfter(result, 4_000);
    expect(result.end).toMatchObject({ status: "stopped", detail: "one" });
    expect(result.events.filter(({ kind }) => kind === "stop")).toHaveLength(1);
  });

  it("holds with a journal that never answers again", async () => {
    const result = await conduct([TRAINS], {
      line: (line) => ({
        ...line,
        send: (message) => (message.type === "stored" ? undefined : line.send(message)),
      }),
      operator: (conductor, clock) => clock.at(30_000, () => conductor.stop("test")),
    });
    expect(result.discharges).toEqual([]);
    nothingAfter(result, 30_000);
  });
});

describe("pauses", () => {
  it("in any number and at any instant shorten no rest and repeat no train", async () => {
    const free = await conduct([TRAINS]);
    const gap = (result: Conducted): number => {
      const starts = result.written.filter(({ text }) => text === "EH").map(({ atMs }) => atMs);
      return Math.min(...starts.slice(1).map((atMs, i) => atMs - (starts[i] ?? 0)));
    };
    for (let everyMs = 130; everyMs < 3_000; everyMs += 410) {
      const result = await conduct([TRAINS], {
        operator: (conductor, clock) => {
          for (let ms = everyMs; ms < 40_000; ms += everyMs)
            clock.at(ms, () => conductor.togglePause("test"));
          clock.at(40_001, () => conductor.resume("test"));
        },
      });
      expect(result.discharges).toHaveLength(30);
      expect(result.end.status).toBe("completed");
      expect(gap(result)).toBeGreaterThanOrEqual(gap(free) - 0.01);
    }
  });
});

describe("a cable that comes off", () => {
  it("at any instant ends the run, and plugged in again nothing goes on", async () => {
    for (let s = 0.02; s < 9; s += 0.31) {
      const result = await conduct([TRAINS], {
        faults: [{ kind: "unplug", when: { at: "time", s } }],
      });
      expect(result.end.status).toBe("faulted");
      const { delivered, unknown } = result.end.counts;
      expect(delivered + unknown, `at ${s} s`).toBeGreaterThanOrEqual(result.discharges.length);
      const hazards = result.written.filter(
        ({ atMs, text }) => atMs > s * 1000 && /^E[BH]/.test(text),
      );
      expect(hazards).toEqual([]);
    }
  });
});
