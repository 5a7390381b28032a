/** Frames a second each way, beside a bare loop over the same bytes. */
import { type Figure, figure, median, type Sample } from "../figure.ts";

/** Handles every frame of its table once, and returns something to keep. */
export type Pass = () => number;

/** A codec as it is benched. Devices of any kind may bring one: add it to the table in `codecs.ts`. */
export interface CodecBench {
  /** In the names of the figures: `codec.NAME.encode`. */
  readonly name: string;
  /** Null: nothing is encoded here, or nothing is to be decoded. */
  readonly encode: Compared | null;
  readonly decode: Compared | null;
}

export interface Compared {
  /** In one pass. */
  readonly frames: number;
  readonly ours: Pass;
  readonly bare: Pass;
}

const ROUNDS = 11;
const ROUND_MS = 25;
/** Between two looks at the time. */
const PASSES = 200;
const LEAST_OF_BARE = 0.1;

/** Of all threads of this process, so that the collection of garbage is in it and other programs are not. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/** Frames a second of processor time in one round. */
function measure(pass: Pass, frames: number): number {
  const startMs = processorMs();
  let passes = 0;
  let kept = 0;
  for (;;) {
    for (let i = 0; i < PASSES; i += 1) kept += pass();
    passes += PASSES;
    const tookMs = processorMs() - startMs;
    if (tookMs >= ROUND_MS && kept > 0) return (passes * frames * 1000) / tookMs;
  }
}

function compare(
  label: string,
  { frames, ours, bare }: Compared,
): { readonly figure: Figure; readonly sample: Sample } {
  const rates: { readonly ours: number[]; readonly bare: number[] } = { ours: [], bare: [] };
  // One round that does not count: what is hot is compiled then.
  for (let round = 0; round <= ROUNDS; round += 1) {
    const mine = measure(ours, frames);
    const floor = measure(bare, frames);
    if (round === 0) continue;
    rates.ours.push(mine);
    rates.bare.push(floor);
  }
  return {
    sample: { label, unit: "frames/s", values: rates.ours },
    figure: figure(`codec.${label}`, "frames/s", median(rates.ours), median(rates.bare), {
      kind: "ratio at least",
      limit: LEAST_OF_BARE,
    }),
  };
}

export function compareCodec({ name, encode, decode }: CodecBench): {
  readonly figures: readonly Figure[];
  readonly samples: readonly Sample[];
} {
  const both = [
    ...(encode === null ? [] : [compare(`${name}.encode`, encode)]),
    ...(decode === null ? [] : [compare(`${name}.decode`, decode)]),
  ];
  return { figures: both.map((one) => one.figure), samples: both.map(({ sample }) => sample) };
}
