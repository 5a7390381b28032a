import { describe, expect, it } from "vitest";
import { sepN20, stimulusArtefact } from "../../../src/analysis/mep/sep.ts";
import type { Epoch } from "../../../src/analysis/signal/epoch.ts";
import { trace } from "./traces.ts";

/** A trough of 4 uV `n20Ms` after a stimulus that comes `lateMs` after the instant of the epoch. */
function average(options: {
  readonly n20Ms?: number;
  readonly lateMs?: number;
  readonly artefactUv?: number;
  readonly troughUv?: number;
  readonly unit?: Epoch["unit"];
}): Epoch {
  const { n20Ms = 20, lateMs = 0, artefactUv = 0, troughUv = 4, unit = "uV" } = options;
  const bump = (ms: number, at: number, width: number): number =>
    Math.exp(-(((ms - at) / width) ** 2));
  return {
    ...trace({
      fromMs: -22,
      toMs: 60,
      noiseUv: 0.3,
      offsetUv: 7,
      signal: (ms) =>
        (ms >= lateMs && ms < lateMs + 0.6 ? artefactUv : 0) -
        troughUv * bump(ms, lateMs + n20Ms, 1.5) +
        troughUv * bump(ms, lateMs + n20Ms + 6, 2),
    }),
    unit,
  };
}

/** As it is looked for: from the artefact where there is one. */
function n20Of(epoch: Epoch): ReturnType<typeof sepN20.run> {
  return sepN20.run(epoch, { stimulusMs: stimulusArtefact.run(epoch).value ?? 0 });
}

describe("N20 of an average", () => {
  it.each([18, 20.4, 24.6])("of %s ms is found to a millisecond by the host's instant", (n20Ms) => {
    const found = sepN20.run(average({ n20Ms }));
    expect(found).toMatchObject({ verdict: "good", parameters: { stimulusMs: 0 } });
    expect(Math.abs((found.value ?? 0) - n20Ms)).toBeLessThan(1);
  });

  it.each([
    [2, 30],
    [6.4, -30],
    [0, 8],
  ])("counts from the artefact where the stimulus came %s ms late", (lateMs, artefactUv) => {
    const epoch = average({ lateMs, artefactUv, n20Ms: 20.4 });
    const artefact = stimulusArtefact.run(epoch);
    expect(Math.abs((artefact.value ?? Number.NaN) - lateMs)).toBeLessThan(0.3);
    expect(Math.abs((n20Of(epoch).value ?? 0) - 20.4)).toBeLessThan(1);
  });

  it("takes neither noise nor the potential itself for an artefact", () => {
    for (const n20Ms of [18, 20, 25])
      expect(stimulusArtefact.run(average({ n20Ms, troughUv: 9 }))).toMatchObject({
        value: null,
        why: ["too-small"],
      });
    expect(stimulusArtefact.run(trace({ fromMs: -22, toMs: 60 })).value).toBeNull();
  });

  it("is not made of noise, of counts, of the end of a window or of a sweep that is too short", () => {
    expect(sepN20.run(average({ troughUv: 0.1 }))).toMatchObject({ value: null });
    expect(sepN20.run(average({ unit: "count" })).why).toEqual(["not-microvolts"]);
    const slope = trace({ fromMs: -22, toMs: 60, signal: (ms) => -Math.max(0, ms) });
    expect(sepN20.run(slope).why).toEqual(["no-peak"]);
    expect(sepN20.run(trace({ fromMs: -19, toMs: 60 })).why).toEqual(["window-outside-epoch"]);
    expect(sepN20.run(trace({ fromMs: -22, toMs: 20, noiseUv: 1 })).why).toEqual([
      "window-outside-epoch",
    ]);
  });
});
