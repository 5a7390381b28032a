import { describe, expect, it } from "vitest";
import { wrapped } from "../../src/analysis/phase/circular.ts";
import type { AmplifierTrigger, SampleBlock } from "../../src/contract/amplifier.ts";
import { createPhaseWatch, type PhaseAim, type PhaseWatch } from "../../src/engine/phaseWatch.ts";

const RATE_HZ = 1000;
const HZ = 10;
const TARGET = { bandHz: [8, 13], targetRad: Math.PI, longestWaitMs: 2000 } as const;
const SOURCE = { rateHz: RATE_HZ, channelCount: 4, active: 1, around: [] } as const;
const LATENCY_MS = 3;

const phaseAt = (ms: number): number => (2 * Math.PI * HZ * ms) / 1000;

interface BlockOptions {
  readonly triggers?: readonly AmplifierTrigger[];
  /** Of each channel at an instant. */
  readonly signals?: readonly ((ms: number) => number)[];
}

const SIGNALS: readonly ((ms: number) => number)[] = [
  () => 0,
  (ms) => 10 * Math.cos(phaseAt(ms)),
  () => 0,
  () => 0,
];

/** 20 ms of frames; the first frame of the stream lies at 0 on the rig's clock. */
function block(firstIndex: number, options: BlockOptions = {}): SampleBlock {
  const { triggers = [], signals = SIGNALS } = options;
  const frames = 20;
  return {
    firstIndex,
    frames,
    channels: signals.map((at) =>
      Float32Array.from({ length: frames }, (_, i) => at(firstIndex + i)),
    ),
    triggers,
    arrivedMs: firstIndex + frames + LATENCY_MS,
    lostBefore: 0,
    deviceMs: null,
  };
}

function fed(
  untilMs: number,
  options: BlockOptions & { readonly source?: object } = {},
): PhaseWatch {
  const watch = createPhaseWatch({ ...SOURCE, ...options.source }, 5);
  for (let at = 0; at < untilMs; at += 20) watch.take(block(at, options));
  return watch;
}

const aimed = (
  watch: PhaseWatch,
  nowMs: number,
  target: Parameters<PhaseWatch["aim"]>[0] = TARGET,
) => watch.aim(target, { nowMs, fromMs: nowMs + 6, toMs: nowMs + 115 });

/** Where the pulse would be in the signal; the fit takes the earliest arrival for no delay at all. */
const missedRad = ({ startMs, delayMs }: PhaseAim, targetRad: number): number =>
  wrapped(phaseAt(startMs + delayMs - LATENCY_MS) - targetRad);

const found = (aim: ReturnType<PhaseWatch["aim"]>): PhaseAim => {
  if (aim.kind === "none") throw new Error(aim.why);
  return aim;
};
const whyNot = (aim: ReturnType<PhaseWatch["aim"]>): string => (aim.kind === "none" ? aim.why : "");

describe("the next start whose pulse finds a phase", () => {
  it.each([0, 1, Math.PI, -2])(
    "is within a quarter of a radian of a steady rhythm's %s",
    (targetRad) => {
      const nowMs = 3000 + LATENCY_MS + 4;
      const aim = found(aimed(fed(3000), nowMs, { ...TARGET, targetRad }));
      expect(Math.abs(missedRad(aim, targetRad))).toBeLessThan(0.25);
      expect(aim.startMs).toBeGreaterThanOrEqual(nowMs + 6);
      expect(aim.newestAgeMs).toBeCloseTo(5, 6);
    },
  );

  it("is left to fresher samples where it is far off", () => {
    const watch = fed(3000);
    const { startMs } = found(aimed(watch, 3007));
    const span = { nowMs: 3007, fromMs: 3008, toMs: startMs - 1 };
    expect(whyNot(watch.aim(TARGET, span))).toBe("the phase is not near");
    expect(whyNot(watch.aim(TARGET, { ...span, fromMs: 3200 }))).toBe("the phase is not near");
  });

  it("is none from samples that are too old", () => {
    const watch = fed(3000);
    const near = { ...TARGET, targetRad: -1.6 };
    expect(aimed(watch, 3003 + 58, near).kind).toBe("aimed");
    expect(whyNot(aimed(watch, 3003 + 61, near))).toBe("the newest sample is 62 ms old");
  });

  it("is none before a second has been recorded, and without any sample", () => {
    expect(whyNot(aimed(fed(0), 10))).toBe("no sample has come yet");
    expect(whyNot(aimed(fed(900), 905))).toBe("the recording has just begun");
  });

  it("is none while samples are missing in the stretch", () => {
    const watch = fed(3000);
    watch.take(block(3040));
    expect(whyNot(aimed(watch, 3065))).toBe("samples were lost");
    for (let at = 3060; at < 4060; at += 20) watch.take(block(at));
    expect(aimed(watch, 4065).kind).toBe("aimed");
  });

  it("is none where the electrode is silent", () => {
    const watch = fed(3000, {
      signals: [SIGNALS[1], () => 0, () => 0, () => 0].flatMap((s) => s ?? []),
    });
    expect(whyNot(aimed(watch, 3007))).toBe("no phase can be estimated (flat)");
  });

  it("is none while the answer to a pulse is in the stretch", () => {
    const watch = fed(3000);
    watch.given(2900, 0);
    for (let at = 3000; at < 4240; at += 20) watch.take(block(at));
    expect(whyNot(aimed(watch, 4245))).toContain("the answer to the pulse before");
    for (let at = 4240; at < 4280; at += 20) watch.take(block(at));
    expect(aimed(watch, 4285).kind).toBe("aimed");
  });

  it("takes what an electrode has more than its neighbours", () => {
    const common = (ms: number): number => 50 * Math.cos(phaseAt(ms) + 2);
    const signals = [
      common,
      (ms: number) => common(ms) + 5 * Math.cos(phaseAt(ms)),
      common,
      common,
    ];
    const watch = fed(3000, { signals, source: { around: [0, 2, 3] } });
    expect(Math.abs(missedRad(found(aimed(watch, 3007)), Math.PI))).toBeLessThan(0.25);
    const without = fed(3000, { signals });
    expect(Math.abs(missedRad(found(aimed(without, 3007)), Math.PI))).toBeGreaterThan(1);
  });
});

describe("the time from a start to its pulse", () => {
  const mark = (offset: number): AmplifierTrigger => ({ offset, code: 1, source: "response" });
  const follow = (watch: PhaseWatch, marksAt: readonly number[], startMs: number): void => {
    watch.given(startMs, 0);
    for (let at = 3000; at < 3300; at += 20) {
      const triggers = marksAt.flatMap((ms) => (ms >= at && ms < at + 20 ? [mark(ms - at)] : []));
      watch.take(block(at, { triggers }));
    }
    for (let at = 3300; at < 5000; at += 20) watch.take(block(at));
  };
  const delayOf = (watch: PhaseWatch): number => found(aimed(watch, 5007)).delayMs;

  it("is the usual one until a mark has shown it", () => {
    const watch = fed(3000);
    follow(watch, [], 3040);
    expect(delayOf(watch)).toBe(5);
  });

  it("is what marks show, with the samples' own delay in it", () => {
    const watch = fed(3000);
    // The pulse is at 3050 in the stream, which arrives as if it were at 3053.
    follow(watch, [3050], 3040);
    expect(delayOf(watch)).toBeCloseTo(10 + LATENCY_MS, 6);
  });

  it("is not taken from marks that may be something else", () => {
    for (const marks of [[3050, 3060], [3150], [3001]]) {
      const watch = fed(3000);
      follow(watch, marks, 3040);
      expect(delayOf(watch)).toBe(5);
    }
  });
});
