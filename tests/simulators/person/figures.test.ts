import { describe, expect, it } from "vitest";
import {
  BACKGROUND_FIGURES,
  EVOKED_FIGURES,
  SEP_FIGURES,
} from "../../../simulators/person/figures/brain.ts";
import { PAIR_FIGURES, PLASTICITY_FIGURES } from "../../../simulators/person/figures/cortex.ts";
import { type Figure, onLine } from "../../../simulators/person/figures/figure.ts";
import {
  ACTIVITY_FIGURES,
  ELECTRODE_FIGURES,
  RECRUITMENT_FIGURES,
  RESPONSE_FIGURES,
  SILENCE_FIGURES,
} from "../../../simulators/person/figures/muscle.ts";

const TABLES: Readonly<Record<string, object>> = {
  BACKGROUND_FIGURES,
  EVOKED_FIGURES,
  SEP_FIGURES,
  PAIR_FIGURES,
  PLASTICITY_FIGURES,
  ACTIVITY_FIGURES,
  ELECTRODE_FIGURES,
  RECRUITMENT_FIGURES,
  RESPONSE_FIGURES,
  SILENCE_FIGURES,
};

describe("the figures of a simulated person", () => {
  it.each(Object.entries(TABLES))("each say what they rest on: %s", (_, table) => {
    const figures = Object.entries<Figure<unknown>>(table as Record<string, Figure<unknown>>);
    expect(figures.length).toBeGreaterThan(0);
    for (const [name, { ground, from, value }] of figures) {
      expect(["source", "memory", "choice"], name).toContain(ground);
      expect(from.length, name).toBeGreaterThan(3);
      expect(value, name).toBeDefined();
      // What was read somewhere says where.
      if (ground === "source") expect(from, name).toMatch(/\d{4}|\/|\d+\.\d+/);
    }
  });

  it("lie on lines that are level outside their nodes", () => {
    const nodes = [
      [1, 10],
      [3, 20],
    ] as const;
    expect([0, 1, 2, 3, 9].map((x) => onLine(nodes, x))).toEqual([10, 10, 15, 20, 20]);
  });
});
