import { describe, expect, it } from "vitest";
import { applyFilters, type FilterSpec } from "../../../src/analysis/signal/filter.ts";
import vectors from "../vectors/filters.json" with { type: "json" };

const { rateHz, input } = vectors;
const cases = vectors.cases as unknown as readonly {
  readonly spec: FilterSpec;
  readonly output: readonly number[];
}[];

function filtered(samples: ArrayLike<number>, ...specs: readonly FilterSpec[]): Float64Array {
  const result = applyFilters(samples, specs, rateHz);
  if (!result.ok) throw new Error(result.why);
  return result.samples;
}

describe("filters", () => {
  it.each(cases.map(({ spec, output }) => [JSON.stringify(spec), spec, output] as const))(
    "%s gives what SciPy gives",
    (_, spec, output) => {
      const samples = filtered(input, spec);
      expect(samples).toHaveLength(output.length);
      output.forEach((y, i) => {
        expect(Math.abs((samples[i] ?? 0) - y)).toBeLessThan(1e-7);
      });
    },
  );

  it("leave their input as it was and run one after the other", () => {
    const copy = [...input];
    const [first, second] = [cases[0]?.spec, cases[1]?.spec] as const;
    if (first === undefined || second === undefined) throw new Error("no vectors");
    expect(filtered(input, first, second)).toEqual(filtered(filtered(input, first), second));
    expect(input).toEqual(copy);
  });

  it("a causal one changes nothing before a step, a zero-phase one does", () => {
    const step = Float64Array.from({ length: 200 }, (_, i) => (i < 100 ? 0 : 1));
    const spec = { kind: "lowpass", cutoffHz: 50, order: 2 } as const;
    expect(Math.max(...filtered(step, { ...spec, phase: "causal" }).subarray(0, 100))).toBe(0);
    expect(filtered(step, { ...spec, phase: "zero" })[99]).toBeGreaterThan(0.2);
  });

  it("say no to what does not exist", () => {
    const spec = { kind: "lowpass", cutoffHz: 500, order: 2, phase: "causal" } as const;
    expect(applyFilters(input, [spec], 1000)).toEqual({ ok: false, why: "filter-impossible" });
    const odd = { ...spec, cutoffHz: 50, order: 2.5 };
    expect(applyFilters(input, [odd], 1000)).toEqual({ ok: false, why: "filter-impossible" });
    const zero = { ...spec, cutoffHz: 50, phase: "zero" } as const;
    expect(applyFilters([1, 2, 3], [zero], 1000)).toEqual({ ok: false, why: "epoch-too-short" });
  });
});
