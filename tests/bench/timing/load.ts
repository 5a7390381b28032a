import { createRandom } from "../../../src/base/random.ts";
import type { LabClock } from "../../../src/contract/time.ts";
import type { SessionWriter } from "../../../src/journal/journal.ts";

/** Between two durable writes of the parent, ms. */
const PAUSE_MS: readonly [number, number] = [30, 120];
/** One write in so many is followed by a stall. */
const STALL_EVERY = 2;
export const LONGEST_STALL_MS = 100;

export function stall(durationMs: number): void {
  const endMs = performance.now() + durationMs;
  while (performance.now() < endMs);
}

/**
 * Keeps the process that owns the journal busy for the whole of a session: durable writes, and
 * stalls in which it does nothing else. `onWritten` is told how long each write took. Returns how to
 * end it.
 */
export function keepBusy(
  clock: LabClock,
  writer: SessionWriter,
  onWritten: (tookMs: number) => void,
): () => void {
  const random = createRandom(1, "bench load");
  let turn = 0;
  let timer: NodeJS.Timeout;
  const next = (): void => {
    turn += 1;
    const startMs = clock.now();
    writer.append([{ tMs: clock.now(), kind: "measure", name: "bench load", body: { turn } }], {
      durable: true,
    });
    onWritten(clock.now() - startMs);
    if (turn % STALL_EVERY === 0) stall(random.between(0, LONGEST_STALL_MS));
    arm();
  };
  const arm = (): void => {
    timer = setTimeout(next, random.between(...PAUSE_MS));
  };
  arm();
  return () => clearTimeout(timer);
}
