import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { person } from "../../../simulators/person/index.ts";
import { createVirtualClock } from "../../../src/time/virtualClock.ts";

const CHANNELS = ["FDI", "BB", "EMG 2", "C3", "Fp1", "T7", "CP3", "7"];
const STEP_MS = 0.2;
const LENGTH = 20_000;

type Happening =
  | { readonly kind: "pulse"; readonly pct: number }
  | { readonly kind: "pair"; readonly pct: readonly [number, number]; readonly isiMs: number }
  | { readonly kind: "nerve" }
  | { readonly kind: "contract"; readonly part: number }
  | { readonly kind: "coil"; readonly site: string };

interface Timed {
  readonly atMs: number;
  readonly what: Happening;
}

/** Everything that is told about an instant is told before samples of it are asked for. */
async function record(
  subject: string,
  seed: number,
  happenings: readonly Timed[],
  blocks: readonly number[],
  firstMs = 0,
): Promise<readonly Float64Array[]> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const someone = person.create({ subject, seed, clock, channels: CHANNELS });
  const out = CHANNELS.map(() => new Float64Array(LENGTH));
  const waiting = [...happenings].sort((a, b) => a.atMs - b.atMs);
  let done = 0;
  let n = 0;
  for (let b = 0; done < LENGTH; b += 1) {
    const count = Math.min(blocks[b % blocks.length] ?? 1, LENGTH - done);
    const endMs = firstMs + (done + count) * STEP_MS;
    for (;;) {
      const next = waiting[0];
      if (next === undefined || next.atMs > endMs) break;
      waiting.shift();
      await clock.advanceTo(next.atMs);
      n += 1;
      tell(next, n);
    }
    for (const [channel, samples] of out.entries()) {
      someone.fill(
        channel,
        firstMs + done * STEP_MS,
        STEP_MS,
        samples.subarray(done, done + count),
      );
    }
    done += count;
  }
  return out;

  function tell({ atMs, what }: Timed, number: number): void {
    const discharge = { atMs, n: number, cause: "serial" } as const;
    const how = { waveform: "monophasic" };
    switch (what.kind) {
      case "pulse":
        return someone.discharge({ ...discharge, intensityPctMso: [what.pct] }, how);
      case "pair":
        return someone.discharge(
          { ...discharge, intensityPctMso: what.pct, isiMs: what.isiMs },
          how,
        );
      case "nerve":
        return someone.nerve(atMs);
      case "contract":
        return someone.contract(what.part);
      case "coil":
        return someone.coilAt(what.site);
    }
  }
}

const pct = fc.double({ min: 0, max: 110, noNaN: true });
const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant("pulse" as const), pct }),
  fc.record({
    kind: fc.constant("pair" as const),
    pct: fc.tuple(pct, pct),
    isiMs: fc.double({ min: 0, max: 200, noNaN: true }),
  }),
  fc.record({ kind: fc.constant("nerve" as const) }),
  fc.record({
    kind: fc.constant("contract" as const),
    part: fc.constantFrom(0, 0.05, 0.2, 1, 7, -1, Number.NaN),
  }),
  fc.record({
    kind: fc.constant("coil" as const),
    site: fc.constantFrom("centre", "10 mm anterior 10 mm medial", "elsewhere", ""),
  }),
);
const timed: fc.Arbitrary<Timed> = fc.record({
  atMs: fc.double({ min: 0, max: 3900, noNaN: true }),
  what: happening,
});
/** Whole trains too: many pulses at small intervals. */
const happenings = fc
  .tuple(
    fc.array(timed, { maxLength: 8 }),
    fc.array(
      fc.record({
        fromMs: fc.integer({ min: 0, max: 2500 }),
        gapMs: fc.constantFrom(3, 5, 20, 50, 100),
        count: fc.integer({ min: 3, max: 30 }),
        pct,
      }),
      { maxLength: 2 },
    ),
  )
  .map(([single, trains]) => [
    ...single,
    ...trains.flatMap((train) =>
      Array.from({ length: train.count }, (_, i): Timed => {
        const what = { kind: "pulse", pct: train.pct } as const;
        return { atMs: train.fromMs + i * train.gapMs, what };
      }),
    ),
  ]);
const blocks = fc.array(fc.integer({ min: 1, max: 9000 }), { minLength: 1, maxLength: 6 });
const subject = fc.constantFrom(...person.subjects);

function firstDifference(a: readonly Float64Array[], b: readonly Float64Array[]): string | null {
  for (const [channel, samples] of a.entries()) {
    const at = samples.findIndex((x, i) => !Object.is(x, b[channel]?.[i]));
    if (at >= 0) return `${CHANNELS[channel]} at sample ${at}`;
  }
  return null;
}

describe("samples of a simulated person", () => {
  it("are the same to the last bit in whatever blocks they are asked for", async () => {
    await fc.assert(
      fc.asyncProperty(
        subject,
        fc.integer(),
        happenings,
        blocks,
        fc.constantFrom(0, 0.1234567),
        async (name, seed, all, sizes, firstMs) => {
          const whole = await record(name, seed, all, [500], firstMs);
          const parts = await record(name, seed, all, sizes, firstMs);
          expect(firstDifference(whole, parts)).toBeNull();
        },
      ),
      { numRuns: 40 },
    );
  });

  it("are so where effects end, and where pulses are forgotten", async () => {
    const all: readonly Timed[] = [
      { atMs: 1, what: { kind: "contract", part: 0.2 } },
      { atMs: 300.3, what: { kind: "pulse", pct: 90 } },
      { atMs: 400, what: { kind: "nerve" } },
      { atMs: 1500, what: { kind: "contract", part: 0 } },
      { atMs: 3120, what: { kind: "pair", pct: [60, 80], isiMs: 100 } },
      { atMs: 3300, what: { kind: "nerve" } },
    ];
    const whole = await record("edge-spread", 7, all, [LENGTH]);
    for (const size of [50, 333, 4999]) {
      expect(firstDifference(whole, await record("edge-spread", 7, all, [size]))).toBeNull();
    }
  });

  it("are finite numbers whatever happens", async () => {
    await fc.assert(
      fc.asyncProperty(subject, fc.integer(), happenings, async (name, seed, all) => {
        const channels = await record(name, seed, all, [1000]);
        expect(channels.every((samples) => samples.every(Number.isFinite))).toBe(true);
      }),
      { numRuns: 30 },
    );
  });

  it("are others for another seed, and for each channel", async () => {
    const [a, b] = [
      await record("healthy-young", 1, [], [500]),
      await record("healthy-young", 2, [], [500]),
    ];
    const correlation = (x: Float64Array, y: Float64Array): number => {
      const dot = (p: Float64Array, q: Float64Array): number =>
        p.reduce((sum, value, i) => sum + value * (q[i] ?? 0), 0);
      return dot(x, y) / Math.sqrt(dot(x, x) * dot(y, y));
    };
    const pick = (all: readonly Float64Array[], i: number): Float64Array =>
      all[i] ?? new Float64Array(0);
    expect(Math.abs(correlation(pick(a, 0), pick(b, 0)))).toBeLessThan(0.3);
    expect(Math.abs(correlation(pick(a, 0), pick(a, 1)))).toBeLessThan(0.3);
  });

  it("go on through a hole in the reading as if the hole had been read", () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const create = () =>
      person.create({ subject: "ad-mild", seed: 3, clock, channels: ["FDI", "Cz"] });
    const [read, holed] = [create(), create()];
    const [all, rest] = [new Float64Array(10_000), new Float64Array(4000)];
    for (const channel of [0, 1]) {
      read.fill(channel, 0, 0.2, all);
      holed.fill(channel, 0, 0.2, new Float64Array(1000));
      holed.fill(channel, 1200, 0.2, rest);
      expect(rest).toEqual(all.subarray(6000));
    }
  });

  it("follow a clock that slips by less than a sample without starting anew", () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const someone = person.create({ subject: "ad-mild", seed: 3, clock, channels: ["Cz"] });
    const twin = person.create({ subject: "ad-mild", seed: 3, clock, channels: ["Cz"] });
    const [whole, second] = [new Float64Array(2000), new Float64Array(1000)];
    twin.fill(0, 0, 0.2, whole);
    someone.fill(0, 0, 0.2, new Float64Array(1000));
    someone.fill(0, 200.05, 0.2, second);
    const off = second.map((x, i) => Math.abs(x - (whole[1000 + i] ?? 0)));
    expect(Math.max(...off)).toBeLessThan(3);
  });
});

describe("samples at another pace", () => {
  it("go on without a jump when the amplifier's clock changes its pace", () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const create = () => person.create({ subject: "ad-mild", seed: 3, clock, channels: ["Cz"] });
    const [someone, twin] = [create(), create()];
    const [whole, second] = [new Float64Array(2000), new Float64Array(1000)];
    twin.fill(0, 0, 0.2, whole);
    someone.fill(0, 0, 0.2, new Float64Array(1000));
    someone.fill(0, 200, 0.2001, second);
    const off = second.map((x, i) => Math.abs(x - (whole[1000 + i] ?? 0)));
    expect(Math.max(...off)).toBeLessThan(3);
  });
});

describe("the memory of a simulated person", () => {
  it("does not grow with the number of pulses, read or not", () => {
    const clock = createVirtualClock({ startUtcMs: 0 });
    const create = () =>
      person.create({ subject: "healthy-young", seed: 1, clock, channels: ["FDI", "C3"] });
    const [read, unread] = [create(), create()];
    const out = new Float64Array(100);
    let most = 0;
    for (let n = 1; n <= 4000; n += 1) {
      const pulse = { atMs: n * 100, n, intensityPctMso: [50], cause: "train" } as const;
      for (const someone of [read, unread]) someone.discharge(pulse, { waveform: "biphasic" });
      for (const channel of [0, 1]) read.fill(channel, n * 100, 1, out);
      most = Math.max(most, read.truth.responses().length);
    }
    expect(most).toBeLessThan(40);
    expect(unread.truth.responses().length).toBeLessThan(700);
  });
});

describe("the persons", () => {
  it("are the seven of the table, and an unknown one is refused with their names", () => {
    expect(person.subjects).toEqual([
      "healthy-young",
      "healthy-older",
      "mci-amyloid",
      "ad-mild",
      "edge-high-rmt",
      "edge-no-mep",
      "edge-spread",
    ]);
    const clock = createVirtualClock({ startUtcMs: 0 });
    expect(() => person.create({ subject: "s01", seed: 1, clock, channels: [] })).toThrow(
      expect.objectContaining({
        code: "CLI_BAD_CALL",
        message: expect.stringContaining("healthy-young") as string,
      }),
    );
  });
});
