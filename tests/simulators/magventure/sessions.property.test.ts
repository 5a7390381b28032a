import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { simulator } from "../../../simulators/magventure/index.ts";
import { bodyHex, openBench, settingsBody, trainBody } from "./bench.ts";
import { bytesOf, frame, magventureVectors } from "./vectors.ts";

type Act =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "edge" }
  | { readonly kind: "hand"; readonly order: string }
  | { readonly kind: "fault"; readonly fault: string }
  | { readonly kind: "wait"; readonly ms: number };

const byte = fc.integer({ min: 0, max: 255 });
const bodies = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      [2, 1],
      [2, 1],
      [2, 0],
      [3],
      [3],
      [4],
      [4],
      [5],
      [7, 1],
      [7, 2],
      [7, 7],
    ),
  },
  fc.tuple(fc.constant(1), byte, byte),
  fc
    .record({
      mode: fc.integer({ min: 0, max: 3 }),
      waveform: fc.integer({ min: 0, max: 3 }),
      burst: fc.integer({ min: 2, max: 5 }),
      ipiMs: fc.integer({ min: 1, max: 3000 }),
      ratio: fc.double({ min: 0, max: 6, noNaN: true }),
    })
    .map(settingsBody),
  fc
    .record({
      timing: fc.integer({ min: 0, max: 3 }),
      hz: fc.integer({ min: 1, max: 100 }),
      pulses: fc.integer({ min: 1, max: 20 }),
      trains: fc.integer({ min: 1, max: 3 }),
      itiS: fc.integer({ min: 0, max: 3 }),
    })
    .map(trainBody),
);
const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 8, arbitrary: bodies.map((body): Act => ({ kind: "bytes", bytes: frame(...body) })) },
  {
    weight: 1,
    arbitrary: fc.uint8Array({ maxLength: 20 }).map((bytes): Act => ({ kind: "bytes", bytes })),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom(
        ...["enable", "enable", "enable", "disable", "pulse", "start", "start", "stop"],
        ...["amplitude 70", "coil 72", "page timing", "page protocol"],
      )
      .map((order): Act => ({ kind: "hand", order })),
  },
  { weight: 2, arbitrary: fc.constant<Act>({ kind: "edge" }) },
  {
    weight: 12,
    arbitrary: fc.integer({ min: 0, max: 3000 }).map((ms): Act => ({ kind: "wait", ms })),
  },
);
const BODY_FAULTS = ["refuse", "reboot", "overheat", "coil-off", "jam-train"];
const bodyFault = fc.constantFrom(...BODY_FAULTS).map((fault): Act => ({ kind: "fault", fault }));

interface Told {
  /** The enabled bit of the last message that had one, at each discharge. */
  readonly enabledAtDischarge: readonly boolean[];
  readonly log: readonly string[];
  readonly instants: readonly number[];
  readonly numbers: readonly number[];
}

async function live(acts: readonly Act[], seed: number): Promise<Told> {
  const bench = openBench({ seed });
  let enabled = false;
  const enabledAtDischarge: boolean[] = [];
  const log: string[] = [];
  bench.device.toHost$.subscribe((bytes) => {
    const body = bodyHex(bytes);
    log.push(`${bench.clock.now()} ${body}`);
    const at = ["00", "05"].includes(body.slice(0, 2)) ? 1 : 3;
    if (/^0[0-35-8]/.test(body))
      enabled = (Number.parseInt(body.slice(2 * at, 2 * at + 2), 16) & 0x10) !== 0;
  });
  bench.device.discharges$.subscribe((discharge) => {
    enabledAtDischarge.push(enabled);
    log.push(JSON.stringify(discharge));
  });
  for (const one of acts) await perform(bench, one);
  // Whatever is half a frame is given up by then, so that disabling is heard.
  await bench.wait(200);
  await bench.say(2, 0);
  const { discharges } = bench;
  const atEnd = discharges.length;
  await bench.wait(60_000);
  expect(discharges).toHaveLength(atEnd);
  return {
    enabledAtDischarge,
    log,
    instants: discharges.map(({ atMs }) => atMs),
    numbers: discharges.map(({ n }) => n),
  };
}

async function perform(bench: ReturnType<typeof openBench>, one: Act): Promise<void> {
  switch (one.kind) {
    case "bytes":
      return bench.device.fromHost(one.bytes);
    case "edge":
      return bench.device.trigger();
    case "hand":
      return bench.hand(one.order);
    case "fault":
      return bench.device.fault({ kind: one.fault, when: { at: "start" } });
    case "wait":
      return bench.wait(one.ms);
  }
}

describe("whatever host, hand, trigger and faults do", () => {
  it("every pulse comes while the device says it is enabled, is counted once, in time, and the end is quiet", async () => {
    let pulses = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof({ weight: 100, arbitrary: act }, { weight: 1, arbitrary: bodyFault }), {
          minLength: 30,
          maxLength: 60,
        }),
        fc.integer(),
        async (acts, seed) => {
          const told = await live(acts, seed);
          pulses += told.numbers.length;
          expect(told.enabledAtDischarge.every(Boolean)).toBe(true);
          expect(told.numbers).toEqual(told.numbers.map((_, i) => i + 1));
          expect(told.instants).toEqual([...told.instants].sort((one, other) => one - other));
        },
      ),
      { numRuns: 150 },
    );
    expect(pulses).toBeGreaterThan(100);
  });

  it("the same seed and the same acts give the same bytes at the same instants", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, { minLength: 30, maxLength: 60 }),
        fc.integer(),
        async (acts, seed) => {
          expect((await live(acts, seed)).log).toEqual((await live(acts, seed)).log);
        },
      ),
      { numRuns: 20 },
    );
  });

  it("no model is upset by the vectors in any order", async () => {
    const frames = magventureVectors()
      .filter(({ direction }) => direction === "host")
      .map(({ hex }): Act => ({ kind: "bytes", bytes: bytesOf(hex) }));
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(frames),
        fc.constantFrom(...simulator.models),
        async (acts, model) => {
          const bench = openBench({ model });
          for (const one of acts) await perform(bench, one);
          await bench.wait(2000);
          for (const hex of bench.take()) expect(hex.length).toBeGreaterThan(7);
        },
      ),
      { numRuns: 50 },
    );
  });
});
