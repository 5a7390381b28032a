import { describe, expect, it } from "vitest";
import { dues, lacking, one, planOf, problemsOf } from "./expanding.ts";

const RMT = '{ value: 120, base: "%RMT" }';
const NERVE = { nerve: true, latenciesMs: { N20: 20.1 } };

function pairs(isiMs: string, base = "median nerve", trials = 3): string {
  return one(
    RMT,
    `{ type: paired, isiMs: ${isiMs}, conditioning: { value: null, base: "${base}" }, test: ${RMT}, trialsPerCondition: ${trials}, unconditionedTrials: 2, interPulseS: [5, 6] }`,
  );
}

function pas(figures: string, base = "% perceptual threshold, median nerve"): string {
  return one(RMT, `{ type: pas, ${figures}, conditioning: { value: 300, base: "${base}" } }`);
}

describe("a pulse after the stimulus of a nerve", () => {
  it("is one pulse of the coil with a lead, and the test pulse alone has none", () => {
    const plan = planOf(pairs("[22]"), NERVE);
    expect(plan.doses).toHaveLength(5);
    expect(new Set(plan.doses.map(({ shape }) => shape.kind))).toEqual(new Set(["pulse"]));
    expect(new Set(plan.doses.map(({ intensityPctMso }) => intensityPctMso.length))).toEqual(
      new Set([1]),
    );
    const leads = plan.doses.map(({ nerve, place }) => [place.condition, nerve?.leadMs ?? null]);
    expect(leads.filter(([condition]) => condition === "ISI 22 ms")).toEqual(
      Array.from({ length: 3 }, () => ["ISI 22 ms", 22]),
    );
    expect(leads.filter(([condition]) => condition === "test alone")).toHaveLength(2);
    expect(leads.filter(([, lead]) => lead === null)).toHaveLength(2);
  });

  it.each([
    ["N20", 20.1],
    ["N20+2", 22.1],
    ["N20-1", 19.1],
    ["N20+0.5", 20.6],
  ])("at %s comes %s ms after it", (isi, leadMs) => {
    const plan = planOf(pairs(`["${isi}"]`), NERVE);
    const leads = plan.doses.flatMap(({ nerve }) => (nerve == null ? [] : [nerve.leadMs]));
    expect(new Set(leads)).toEqual(new Set([leadMs]));
    expect(plan.doses.map(({ place }) => place.condition)).toContain(`ISI ${isi}`);
  });

  it("asks for a latency that nobody knows, and for a rig that can stimulate a nerve", () => {
    expect(problemsOf(pairs('["N20+2"]'), { nerve: true })).toContainEqual(
      expect.objectContaining({ kind: "to-be-measured" }),
    );
    expect(problemsOf(pairs("[22]"), { nerve: false })[0]?.detail).toContain("`nerve`");
    expect(problemsOf(pairs("[22]"))[0]?.detail).toContain("`nerve`");
  });

  it("needs no device that times pairs, and two pulses of the coil do", () => {
    expect(problemsOf(pairs("[22]"), { ...lacking("pair"), ...NERVE })).toEqual([]);
    const coil = pairs("[22]").replace('{ value: null, base: "median nerve" }', RMT);
    expect(problemsOf(coil, { ...lacking("pair"), ...NERVE })[0]).toMatchObject({
      kind: "device-cannot",
    });
  });

  it("is hunted by a threshold-tracking protocol on the same terms", () => {
    const tracking = (conditioning: string): string =>
      one(
        '{ value: null, base: "200 uV target" }',
        `{ type: threshold-tracking, isiMs: [2], conditioning: ${conditioning}, targetUv: 200, trialsPerCondition: 10, interPulseS: [5, 6] }`,
      );
    const kinds = (conditioning: string): readonly string[] =>
      problemsOf(tracking(conditioning), { ...lacking("pair"), ...NERVE }).map(({ kind }) => kind);
    expect(kinds('{ value: null, base: "median nerve" }')).not.toContain("device-cannot");
    expect(kinds('{ value: 70, base: "%RMT" }')).toContain("device-cannot");
  });
});

describe("paired associative stimulation", () => {
  it("gives every pulse its lead, at equal distances, one condition", () => {
    const plan = planOf(pas("isiMs: 25, pairs: 90, pairIntervalS: 20"), NERVE);
    expect(plan.pulses).toBe(90);
    expect(dues(plan)).toEqual(Array.from({ length: 90 }, (_, i) => 20_000 * i));
    expect(new Set(plan.doses.map(({ nerve }) => nerve?.leadMs))).toEqual(new Set([25]));
    expect(new Set(plan.doses.map(({ place }) => place.condition))).toEqual(new Set(["ISI 25 ms"]));
  });

  it("is refused without its figures, without a nerve, and where pairs come too close", () => {
    const missing = problemsOf(pas("isiMs: null, pairs: null, pairIntervalS: null"), NERVE);
    expect(
      missing.filter(({ kind }) => kind === "missing-figure").map(({ field }) => field),
    ).toEqual(["pattern.isiMs", "pattern.pairs", "pattern.pairIntervalS"]);
    const figures = "isiMs: 25, pairs: 10, pairIntervalS: 20";
    expect(problemsOf(pas(figures))[0]?.detail).toContain("`nerve`");
    expect(problemsOf(pas(figures, "%RMT"), NERVE)).not.toEqual([]);
    expect(problemsOf(pas("isiMs: 25, pairs: 10, pairIntervalS: 0.1"), NERVE)).not.toEqual([]);
    expect(
      problemsOf(pas("isiMs: 25, pairs: 10, pairIntervalS: 20, totalPulses: 11"), NERVE)[0],
    ).toMatchObject({ kind: "inconsistent" });
  });
});
