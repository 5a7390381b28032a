import fc from "fast-check";
import { pctMso, protocol, rest, single, train } from "../../protocols/build.ts";
import type { Protocol } from "../../protocols/types.ts";
import { simulator } from "../../simulators/magstim/index.ts";
import type { FaultOrder } from "../../src/contract/simulator.ts";

interface TrainBlock {
  readonly frequencyHz: number;
  readonly lengthFifths: number;
  readonly trains: number;
  readonly interTrainIntervalS: number;
  readonly pct: number;
}
interface SingleBlock {
  readonly totalPulses: number;
  readonly pct: number;
}
export type Block = TrainBlock | SingleBlock;

/** The subject's threshold in percent of output; the figures below are chosen around it. */
export const RMT = 50;
/** Trains that fit the device's step of 0.1 s; the lengths reach beyond the table on purpose. */
const trains: fc.Arbitrary<TrainBlock> = fc.record({
  frequencyHz: fc.constantFrom(5, 10, 20, 25),
  lengthFifths: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 6 }) },
    { weight: 1, arbitrary: fc.integer({ min: 7, max: 15 }) },
  ),
  trains: fc.integer({ min: 1, max: 3 }),
  interTrainIntervalS: fc.constantFrom(2, 6, 10, 50),
  pct: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 20, max: 50 }) },
    { weight: 1, arbitrary: fc.integer({ min: 51, max: 75 }) },
  ),
});
const singles: fc.Arbitrary<SingleBlock> = fc.record({
  totalPulses: fc.integer({ min: 1, max: 6 }),
  pct: fc.integer({ min: 10, max: 100 }),
});

/** The blocks as a protocol, with a rest between them. */
export function protocolOf(blocks: readonly Block[]): Protocol {
  const stimulation = blocks.map((block, i) => {
    const label = `block ${i}`;
    if ("totalPulses" in block) {
      return single({
        label,
        totalPulses: block.totalPulses,
        interPulseS: [3, 5],
        intensity: pctMso(block.pct),
      });
    }
    const { pct, lengthFifths, ...figures } = block;
    const pulsesPerTrain = Math.round((figures.frequencyHz * lengthFifths) / 5);
    return train({ label, ...figures, pulsesPerTrain, intensity: pctMso(pct) });
  });
  return protocol({
    id: "random",
    blocks: stimulation.flatMap((block, i) => (i === 0 ? [block] : [rest(20), block])),
  });
}

/** Up to two faults of the device, by time or by pulse. */
export const faults: fc.Arbitrary<FaultOrder[]> = fc.array(
  fc.record({
    kind: fc.constantFrom(...simulator.faultKinds),
    when: fc.oneof(
      fc.record({
        at: fc.constant("time" as const),
        s: fc.integer({ min: 0, max: 400 }).map((n) => n / 10),
      }),
      fc.record({ at: fc.constant("pulse" as const), n: fc.integer({ min: 1, max: 40 }) }),
    ),
  }),
  { maxLength: 2 },
);

/** Mostly nobody stops; who does, does it anywhere in the session. */
export const stops: fc.Arbitrary<number | null> = fc.oneof(
  { weight: 3, arbitrary: fc.constant(null) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 600 }).map((n) => n * 100) },
);

/** Blocks of a session. */
export const plans: fc.Arbitrary<Block[]> = fc.array(fc.oneof(trains, singles), {
  minLength: 1,
  maxLength: 2,
});
