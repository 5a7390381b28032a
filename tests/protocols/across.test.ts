import { describe, expect, it } from "vitest";
import * as build from "../../protocols/build.ts";
import { expandProtocol } from "../../protocols/expand.ts";
import { loadLibrary } from "../../protocols/library.ts";
import type { Plan } from "../../src/contract/dose.ts";
import type { SecondStimulator } from "../../src/contract/session.ts";
import { context, threshold } from "./fakeModel.ts";

const SECOND: SecondStimulator = {
  model: "Magstim 200",
  side: "right",
  intensityPctMso: 72,
  maxPctMso: 100,
  coil: "C-2",
  waveform: "monophasic",
  minIntervalMs: 2000,
};
const KNOWN = [threshold("RMT", 55), threshold("1mV", 65)];
const WITH_OTHER = [...KNOWN, threshold("RMT-other", 60)];

async function ihi(
  change: Parameters<typeof context>[0],
): Promise<ReturnType<typeof expandProtocol>> {
  const read = await loadLibrary("ihi");
  if (!read.ok) throw new Error(JSON.stringify(read.error));
  return expandProtocol(read.value, context(change));
}

function paired(base: string, value: number | null = 60): ReturnType<typeof build.protocol> {
  return build.protocol({
    id: "p",
    blocks: [
      build.paired({
        isiMs: [10],
        conditioning: { value, base },
        test: build.pctMso(50),
        trialsPerCondition: 3,
        interPulseS: [4, 6],
      }),
    ],
  });
}

function problemOf(result: ReturnType<typeof expandProtocol>): string {
  return result.ok
    ? ""
    : result.error.map(({ kind, rule, detail }) => `${kind} ${rule}: ${detail}`).join("\n");
}

function planned(result: ReturnType<typeof expandProtocol>): Plan {
  if (!result.ok) throw new Error(problemOf(result));
  return result.value;
}

describe("a conditioning pulse over the other hemisphere", () => {
  it("stands in the plan of ihi with its lead, its output and the threshold under it", async () => {
    const plan = planned(await ihi({ thresholds: WITH_OTHER, second: SECOND }));
    expect(plan.doses).toHaveLength(60);
    expect(plan.pulses).toBe(105);
    const conditioned = plan.doses.filter(({ conditioner }) => conditioner !== undefined);
    expect(conditioned).toHaveLength(45);
    expect(new Set(conditioned.map(({ conditioner }) => conditioner?.leadMs))).toEqual(
      new Set([8, 10, 40]),
    );
    expect(conditioned[0]).toMatchObject({
      shape: { kind: "pulse" },
      intensityPctMso: [65],
      lateLimitMs: 1,
      conditioner: {
        pctMso: 72,
        request: {
          value: 120,
          base: "%RMT (contralateral)",
          threshold: { kind: "RMT-other", percentMso: 60 },
        },
      },
    });
    const alone = plan.doses.filter(({ conditioner }) => conditioner === undefined);
    expect(new Set(alone.map(({ place }) => place.condition))).toEqual(new Set(["test alone"]));
  });

  it("is what the dial has where nobody knows the threshold under it, and says so", async () => {
    const [first] = planned(await ihi({ thresholds: KNOWN, second: SECOND })).doses.filter(
      ({ conditioner }) => conditioner !== undefined,
    );
    expect(first?.conditioner).toMatchObject({ pctMso: 72, request: { threshold: null } });
  });

  it("needs a second stimulator, and is never given by the first one as a pair", async () => {
    const words = problemOf(await ihi({ thresholds: WITH_OTHER }));
    expect(words).toContain("device-cannot DEV-01");
    expect(words).toContain("secondStimulator");
  });

  it("is refused where the dial is not at what the protocol asks for", async () => {
    const words = problemOf(
      await ihi({ thresholds: WITH_OTHER, second: { ...SECOND, intensityPctMso: 74 } }),
    );
    expect(words).toContain("device-cannot INT-03");
    expect(words).toContain("72 %MSO here");
    const near = await ihi({ thresholds: WITH_OTHER, second: { ...SECOND, intensityPctMso: 73 } });
    expect(planned(near).roundings).toContainEqual({
      what: "conditioning intensity 120 %RMT (contralateral)",
      asked: 72,
      planned: 73,
      unit: "%MSO",
    });
  });

  it("may be given in percent of output", () => {
    const at60 = { ...SECOND, intensityPctMso: 60 };
    const plan = planned(expandProtocol(paired("%MSO (contralateral)"), context({ second: at60 })));
    expect(plan.doses.map(({ conditioner }) => conditioner?.pctMso)).toEqual([60, 60, 60]);
    const words = problemOf(
      expandProtocol(paired("%MSO (other hemisphere)"), context({ second: SECOND })),
    );
    expect(words).toContain("INT-03");
  });

  it("in words that say no output is refused, not guessed", () => {
    const oneMv = expandProtocol(paired("1mV (contralateral)"), context({ second: SECOND }));
    expect(problemOf(oneMv)).toContain("%RMT (contralateral) or %MSO (contralateral)");
    const none = expandProtocol(paired("%RMT (contralateral)", null), context({ second: SECOND }));
    expect(problemOf(none)).toContain("missing-figure");
  });

  it("comes no sooner than its stimulator is ready again", async () => {
    const slow = { ...SECOND, minIntervalMs: 4000 };
    expect(problemOf(await ihi({ thresholds: WITH_OTHER, second: slow }))).toContain("ITI-03");
    const fast = { ...SECOND, minIntervalMs: 3968 };
    expect((await ihi({ thresholds: WITH_OTHER, second: fast })).ok).toBe(true);
  });
});
