import { describe, expect, it } from "vitest";
import { figure, median, quantile, skipped } from "./figure.ts";
import { printSection } from "./print.ts";

describe("a figure of the bench", () => {
  it("is judged by its ratio to the floor, to the border itself", () => {
    const atMost = { kind: "ratio at most", limit: 2.5 } as const;
    expect(figure("trip", "us", 250, 100, atMost)).toEqual({
      name: "trip",
      value: 250,
      unit: "us",
      floor: 100,
      ratio: 2.5,
      bound: "ratio at most 2.5",
      ok: true,
    });
    expect(figure("trip", "us", 251, 100, atMost).ok).toBe(false);
    const atLeast = { kind: "ratio at least", limit: 0.6 } as const;
    expect(figure("intents", "1/s", 60, 100, atLeast).ok).toBe(true);
    expect(figure("intents", "1/s", 59, 100, atLeast).ok).toBe(false);
  });

  it("is missed when there is no floor to judge it by, or no number", () => {
    const atMost = { kind: "ratio at most", limit: 2.5 } as const;
    expect(figure("trip", "us", 250, null, atMost).ok).toBe(false);
    const value = { kind: "value at most", limit: 10, words: "10" } as const;
    expect(figure("late", "us", Number.NaN, 1, value).ok).toBe(false);
    expect(figure("late", "us", 10, 1, value).ok).toBe(true);
  });

  it("counts as skipped, not as missed, where it cannot be measured", () => {
    const none = skipped("trip", "us", "ratio at most 2.5");
    expect(none).toMatchObject({ value: null, ok: true });
    const text = printSection({ title: "t", figures: [none], samples: [], notes: ["why"] });
    expect(text).toContain("skipped");
    expect(text).toContain("why");
  });
});

describe("quantiles", () => {
  it("are values that were measured: the smallest that so many do not exceed", () => {
    const values = [5, 1, 4, 2, 3];
    expect(median(values)).toBe(3);
    expect(quantile(values, 0.95)).toBe(5);
    expect(quantile(values, 0)).toBe(1);
    expect(quantile([7], 0.99)).toBe(7);
    expect(median([])).toBeNaN();
  });
});
