import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BlockInput,
  cTbs,
  hold,
  iTbs,
  paired,
  pctAmt,
  pctMso,
  pctRmt,
  protocol,
  ramped,
  repeat,
  rest,
  single,
  train,
  waitUntil,
} from "../../protocols/build.ts";
import { expandProtocol } from "../../protocols/expand.ts";
import { protocolJsonSchema } from "../../protocols/jsonSchema.ts";
import { parseProtocolText } from "../../protocols/parse.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import type { Plan } from "../../src/contract/dose.ts";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { context } from "./fakeModel.ts";

function planOf(blocks: readonly BlockInput[], seed = 1): Plan {
  const plan = expandProtocol(protocol({ id: "script", blocks }), context({ seed }));
  if (!plan.ok) throw new Error(JSON.stringify(plan.error));
  return plan.value;
}

describe("protocols from code", () => {
  it("says the same as the file it stands for", () => {
    const built = protocol({
      id: "lab",
      blocks: [
        train({
          label: "a",
          intensity: pctRmt(100),
          frequencyHz: 20,
          pulsesPerTrain: 40,
          trains: 1,
        }),
        rest(5),
      ],
    });
    const file = `pulsetrain: 1
id: lab
blocks:
  - label: a
    intensity: { value: 100, base: "%RMT" }
    pattern: { type: conventional, frequencyHz: 20, pulsesPerTrain: 40, trains: 1 }
  - restS: 5
`;
    expect(parseProtocolText(file, "lab.yaml")).toEqual({ ok: true, value: built });
  });

  it("builds a whole visit", () => {
    const plan = planOf([
      single({ label: "before", intensity: pctRmt(120), totalPulses: 30, interPulseS: [4, 6] }),
      hold("the coil stays on the hotspot"),
      rest(60),
      iTbs({ intensity: pctAmt(80) }),
      waitUntil(300, { endOf: "iTBS" }),
      paired({
        isiMs: [3, 12],
        conditioning: pctRmt(80),
        test: pctRmt(120),
        trialsPerCondition: 10,
        unconditionedTrials: 10,
        interPulseS: [4, 6],
      }),
      rest(60),
      repeat(2, [
        cTbs({ intensity: ramped(pctMso(30), { fromPct: 80, toPct: 100, trains: 1 }) }),
        rest(30),
      ]),
    ]);
    expect(plan.blocks.map((block) => block.label)).toEqual([
      "before",
      "iTBS",
      "paired",
      "cTBS",
      "cTBS",
    ]);
    expect(plan.pulses).toBe(30 + 600 + 50 + 1200);
    expect(plan.holds).toEqual([{ beforeDose: 30, text: "the coil stays on the hotspot" }]);
  });

  it("throws PROTOCOL_BAD with every field that is not valid", () => {
    const bad = (): unknown =>
      protocol({
        id: "x",
        blocks: [train({ intensity: pctRmt(-1), frequencyHz: 0, pulsesPerTrain: 1, trains: 1 })],
      });
    expect(bad).toThrow(/blocks\[0\]\.intensity\.value: .*blocks\[0\]\.pattern\.frequencyHz: /);
    expect(bad).toThrow(expect.objectContaining({ code: "PROTOCOL_BAD" }) as Error);
  });
});

describe("plans", () => {
  const blocks: fc.Arbitrary<BlockInput> = fc.oneof(
    fc
      .record({
        frequencyHz: fc.integer({ min: 1, max: 50 }),
        pulsesPerTrain: fc.integer({ min: 1, max: 60 }),
        trains: fc.integer({ min: 1, max: 12 }),
        interTrainIntervalS: fc.integer({ min: 1, max: 30 }),
      })
      .map((figures) => train({ intensity: pctRmt(100), ...figures })),
    fc
      .record({
        totalPulses: fc.integer({ min: 1, max: 40 }),
        lowS: fc.integer({ min: 1, max: 5 }),
        spanS: fc.integer({ min: 0, max: 5 }),
      })
      .map(({ totalPulses, lowS, spanS }) =>
        single({ intensity: pctRmt(110), totalPulses, interPulseS: [lowS, lowS + spanS] }),
      ),
    fc.integer({ min: 1, max: 10 }).map((trains) => iTbs({ intensity: pctAmt(80), trains })),
  );

  it("have rising times and exactly the pulses that their blocks state", () => {
    fc.assert(
      fc.property(
        fc.array(blocks, { minLength: 1, maxLength: 5 }),
        fc.integer(),
        (chosen, seed) => {
          const plan = planOf(
            chosen.flatMap((block) => [block, rest(10)]),
            seed,
          );
          const times = plan.doses.map((dose) => dose.dueMs);
          expect(times.every((time, i) => i === 0 || time > (times[i - 1] ?? 0))).toBe(true);
          expect(times[0]).toBe(0);
          expect(plan.durationMs).toBeGreaterThanOrEqual((times.at(-1) ?? 0) + 10_000);
          const stated = chosen.reduce(
            (sum, block) => sum + statedPulses(block["pattern"] as Figures),
            0,
          );
          expect(plan.pulses).toBe(stated);
        },
      ),
      { numRuns: 60 },
    );
  });

  interface Figures {
    readonly type: string;
    readonly totalPulses?: number;
    readonly pulsesPerTrain?: number;
    readonly trains?: number;
  }

  function statedPulses({
    type,
    totalPulses = 0,
    pulsesPerTrain = 0,
    trains = 0,
  }: Figures): number {
    if (type === "single") return totalPulses;
    return type === "iTBS" ? trains * 30 : trains * pulsesPerTrain;
  }
});

describe("protocol.schema.json", () => {
  it("equals what the schema generates", () => {
    const file = readFileSync(
      new URL("../../protocols/protocol.schema.json", import.meta.url),
      "utf8",
    );
    expect(JSON.parse(file)).toEqual(JSON.parse(protocolJsonSchema()));
  });
});

describe("resolving a name or a path", () => {
  const failure = (name: string): string => {
    try {
      resolveProtocol(name);
    } catch (error) {
      if (isPulsetrainError(error)) return error.message;
      throw error;
    }
    return "resolved";
  };

  it("finds library entries and hashes their content", () => {
    const found = resolveProtocol("koch-2022-precuneus-24wk");
    expect(found.protocol.id).toBe("koch-2022-precuneus-24wk");
    expect(found.source.kind).toBe("library");
    expect(resolveProtocol(found.source.path).hash).toBe(found.hash);
  });

  it("suggests near names for an unknown one", () => {
    expect(failure("koch-2022")).toMatch(
      /^PROTOCOL_NOT_FOUND: .*did you mean koch-2022-precuneus-24wk\?/,
    );
    expect(failure("itbs600")).toContain("itbs-600");
    expect(failure("qqqqqqqq")).toContain("`pulsetrain protocols` lists the names");
  });

  it("says of a missing file that it is missing", () => {
    expect(failure("nowhere/lab.yaml")).toBe("PROTOCOL_NOT_FOUND: nowhere/lab.yaml: no such file");
  });
});
