/** An amplifier driver at one end of a cable on the virtual clock, a script at the other. */
import type {
  Amplifier,
  AmplifierConfig,
  AmplifierEvent,
  AmplifierModule,
  SampleBlock,
} from "../../../src/contract/amplifier.ts";
import { createMemoryLink, type MemoryLink } from "../../../src/io/memoryPort.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";

export interface Bench<A extends Amplifier> {
  readonly clock: VirtualClock;
  readonly link: MemoryLink;
  readonly amplifier: A;
  readonly blocks: SampleBlock[];
  readonly events: AmplifierEvent[];
  /** What the host wrote, one entry a write. */
  readonly written: { readonly atMs: number; readonly bytes: Uint8Array }[];
  /** Answers to what the host writes. */
  script: (bytes: Uint8Array) => void;
  send(bytes: Uint8Array): void;
}

export async function onBench<A extends Amplifier>(
  make: (context: Parameters<AmplifierModule["create"]>[0]) => A,
  config: AmplifierConfig,
  work: (bench: Bench<A>) => Promise<void>,
  baudRate: number | null = null,
): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const link = createMemoryLink(clock, { baudRate });
  const amplifier = make({ config, clock, port: link.port });
  const bench: Bench<A> = {
    clock,
    link,
    amplifier,
    blocks: [],
    events: [],
    written: [],
    script: () => undefined,
    send: (bytes) => link.far.send(bytes),
  };
  amplifier.blocks$.subscribe((block) => bench.blocks.push(block));
  amplifier.events$.subscribe((event) => bench.events.push(event));
  link.far.bytes$.subscribe((bytes) => {
    bench.written.push({ atMs: clock.now(), bytes });
    bench.script(bytes);
  });
  await clock.run(() => work(bench));
}

/** Samples of one channel over all blocks, gaps left out. */
export function samplesOf(blocks: readonly SampleBlock[], channel: number): readonly number[] {
  return blocks.flatMap(({ channels }) => [...(channels[channel] ?? [])]);
}

/** Every block begins where the one before ended, plus what was lost between. */
export function gapsAddUp(blocks: readonly SampleBlock[]): boolean {
  let next = 0;
  return blocks.every(({ firstIndex, frames, lostBefore }) => {
    const fits = firstIndex === next + lostBefore;
    next = firstIndex + frames;
    return fits;
  });
}

/** The trigger marks with the index of their sample. */
export function marksOf(
  blocks: readonly SampleBlock[],
): readonly (readonly [number, number, string])[] {
  return blocks.flatMap(({ firstIndex, triggers }) =>
    triggers.map(({ offset, code, source }) => [firstIndex + offset, code, source] as const),
  );
}

export const kindsOf = (events: readonly AmplifierEvent[]): readonly string[] =>
  events.map(({ kind }) => kind);
