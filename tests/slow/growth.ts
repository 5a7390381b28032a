import { expect } from "vitest";

/** Bytes that are really in use. The slow project starts its processes with `--expose-gc`. */
export function heapBytes(): number {
  const { gc } = globalThis;
  if (gc === undefined) throw new Error("start node with --expose-gc");
  // The second one takes what finalizers of the first let go.
  gc();
  gc();
  return process.memoryUsage().heapUsed;
}

/** Processor time of the least disturbed of a few tries, ms. */
async function processorMs(work: () => unknown): Promise<number> {
  let leastMs = Number.POSITIVE_INFINITY;
  for (let i = 0; i < 3; i += 1) {
    const before = process.cpuUsage();
    await work();
    const { user, system } = process.cpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1000);
  }
  return leastMs;
}

/**
 * The same work on four times the data takes about four times as long where it is linear, and
 * sixteen times where it is quadratic. Processor time, so that a busy machine changes little.
 */
export async function expectLinear(
  what: string,
  once: () => unknown,
  fourfold: () => unknown,
): Promise<void> {
  await once();
  const onceMs = await processorMs(once);
  const fourfoldMs = await processorMs(fourfold);
  expect(fourfoldMs / onceMs, `${what}: ${onceMs} ms, then ${fourfoldMs} ms`).toBeLessThan(10);
}
