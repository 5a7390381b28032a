import { beforeAll, describe, expect, it } from "vitest";
import { parseProtocolText } from "../../../protocols/parse.ts";
import type { Protocol } from "../../../protocols/types.ts";
import { summaryOf } from "../../../src/analysis/phase/circular.ts";
import { fingerprintOf } from "../../../src/app/fingerprint.ts";
import { toDocument } from "../../../src/app/measure/epochDocument.ts";
import { isNearEnough } from "../../../src/app/measure/phaseResult.ts";
import { recompute } from "../../../src/app/measure/recompute.ts";
import { phaseNumbers } from "../../../src/app/measure/trialPhase.ts";
import type { StoredEvent } from "../../../src/contract/events.ts";
import { type MeasuredSession, measuredSession, measuresNamed } from "./measuredSession.ts";

function byPhase(totalPulses: number): Protocol {
  const pattern = {
    type: "closed-loop-single",
    totalPulses,
    interPulseS: [2, 3],
    trigger: { rhythm: "mu", phases: ["peak", "trough", "random"], toleranceRad: 0.1 },
  };
  const intensity = { value: 120, base: "%RMT" };
  const measure = { what: "mep-by-phase", minimumAccuracyDeg: 5 };
  const file = { pulsetrain: 1, id: "by-phase", intensity, pattern, measure };
  const read = parseProtocolText(JSON.stringify(file), "by-phase");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return read.value;
}

const visit = (seed: number, pulses: number): Promise<MeasuredSession> =>
  measuredSession({ protocol: byPhase(pulses), threshold: ["RMT=50"], seed });

describe("a measured protocol of pulses that wait for a phase", () => {
  let session: MeasuredSession;
  beforeAll(async () => {
    session = await visit(5, 30);
  });

  it("ends with responses by phase, how near the pulses came, and how many were skipped", () => {
    expect(session.status).toBe("completed");
    const [result, ...others] = measuresNamed(session, "result") as readonly {
      readonly groups: readonly { readonly condition: string }[];
      readonly accuracy: readonly Record<
        "atPulse" | "tried",
        { readonly n: number; readonly resultant: number }
      >[];
    }[];
    expect(others).toEqual([]);
    expect(result).toMatchObject({ what: "mep-by-phase", skipped: 0, nearEnough: false });
    expect(result?.groups.map(({ condition }) => condition)).toEqual(["peak", "random", "trough"]);
    expect(result?.accuracy).toHaveLength(3);
    for (const { atPulse, tried } of result?.accuracy ?? []) {
      expect(atPulse.n).toBeGreaterThanOrEqual(9);
      expect(atPulse.resultant).toBeGreaterThan(0.3);
      expect(tried.n).toBeGreaterThanOrEqual(9);
      expect(tried.resultant).toBeGreaterThan(0.3);
    }
    expect(session.lines.join("\n")).toMatch(/phase, trough: -?\d+ deg off, SD \d+ deg/);
    expect(session.lines.join("\n")).toContain("farther off than the 5 deg");
  });

  it("keeps with each trial what its phase was judged by", () => {
    const trials = measuresNamed(session, "trial") as readonly {
      readonly aligned: string;
      readonly phase: { readonly epoch: string | null; readonly aheadMs: number };
    }[];
    expect(trials).toHaveLength(30);
    for (const { aligned, phase } of trials.slice(1)) {
      expect(aligned).toBe("mark");
      expect(session.document(phase.epoch ?? "")).toMatchObject({ channel: "C3", rateHz: 500 });
      expect(phase.aheadMs).toBeGreaterThan(0);
    }
  });

  it("comes out again from its journal, number by number", () => {
    expect(session.again.differing).toEqual([]);
    // Three phases a trial, and two sums, beside the measures of the muscle.
    expect(session.again.same).toBeGreaterThan(30 * 6);
  });

  it("happens the same with the same seed, and otherwise with another", async () => {
    const prints = [];
    for (const seed of [5, 5, 6]) prints.push(fingerprintOf((await visit(seed, 4)).events));
    expect(prints[1]).toBe(prints[0]);
    expect(prints[2]).not.toBe(prints[0]);
  });
});

describe("recomputing what pulses at a phase came to", () => {
  const AIM = { bandHz: [8, 13], targetRad: 0, aheadMs: 30 } as const;
  const samples = Float32Array.from({ length: 900 }, (_, i) => Math.cos((2 * Math.PI * i) / 50));
  const eeg = { samples, rateHz: 500, pulseIndex: 900.5, unit: "uV", range: null } as const;
  const numbers = phaseNumbers(eeg, AIM);
  const summary = (rad: number | null): object => summaryOf([rad ?? Number.NaN]);
  const [atPulse, tried] = [summary(numbers.errorRad), summary(numbers.triedErrorRad)];

  const trial = (offlineRad: number | null): readonly [string, object] => [
    "trial",
    {
      segment: 1,
      condition: "peak",
      rejected: false,
      peakToPeakUv: 100,
      epoch: null,
      measures: [],
      phase: { ...AIM, channel: "C3", minus: [], epoch: "eeg", ...numbers, offlineRad },
    },
  ];
  const result = (accuracy: object): readonly [string, object] => {
    const body = { what: "mep-by-phase", segments: [1], groups: [], measures: [] };
    return ["result", { ...body, accuracy: [accuracy], circularLinear: null }];
  };
  const differing = (bodies: readonly (readonly [string, object])[]): readonly string[] => {
    const events = bodies.map(([name, body], seq) => ({ kind: "measure", name, body, seq }));
    const again = recompute(events as unknown as StoredEvent[], () => toDocument(eeg, "C3"));
    return again.differing.map(({ what }) => what);
  };

  it("finds nothing where all is as its EEG and its trials say", () => {
    const whole = [trial(numbers.offlineRad), result({ condition: "peak", atPulse, tried })];
    expect(differing(whole)).toEqual([]);
  });

  it("finds a phase that its EEG does not show, and a sum that flatters", () => {
    expect(differing([trial(1.234)])).toEqual(["phase offlineRad"]);
    const flattered = result({ condition: "peak", atPulse: summary(0), tried });
    expect(differing([trial(numbers.offlineRad), flattered])).toEqual(["phase accuracy"]);
  });
});

describe("near enough", () => {
  const of = (sdRad: number | null) => {
    const summary = { n: 10, meanRad: 0, resultant: 0.9, sdRad };
    return [{ condition: "peak", atPulse: summary, tried: summary }];
  };

  it("is what scatters no more than the protocol bears, where nothing was given", () => {
    expect(isNearEnough(of(0.5), 30)).toBe(true);
    expect(isNearEnough(of(0.55), 30)).toBe(false);
    expect(isNearEnough(of(null), 30)).toBe(false);
    expect(isNearEnough(of(0.55), null)).toBeNull();
  });
});
