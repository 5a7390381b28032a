/** The boxes against their simulated selves, which have codecs of their own: edges are what counts. */
import { describe, expect, it } from "vitest";
import { trigger as module } from "../../../drivers/trigger-boxes/index.ts";
import { simulator } from "../../../simulators/trigger-boxes/index.ts";
import type { GuardedBytePort } from "../../../src/contract/guarded.ts";
import type { LineEdge } from "../../../src/contract/simulator.ts";
import type { TriggerBox, TriggerConfig } from "../../../src/contract/trigger.ts";
import { createMemoryLink, plugIn } from "../../../src/io/memoryPort.ts";
import { createVirtualClock, type VirtualClock } from "../../../src/time/virtualClock.ts";
import { configOf, PERMIT } from "./bench.ts";

interface Rig {
  readonly clock: VirtualClock;
  readonly box: TriggerBox;
  readonly edges: LineEdge[];
}

async function onRig(config: TriggerConfig, work: (rig: Rig) => Promise<void>): Promise<void> {
  const clock = createVirtualClock({ startUtcMs: 0 });
  const device = simulator.create({
    ...{ model: config.driver, clock, seed: 1, softwareVersion: null, unlockCode: null },
    ...{ mains: 240, faults: [], options: config.options },
  });
  const link = createMemoryLink(clock, { baudRate: module.line(config).baudRate });
  plugIn(link, device);
  const classify = module.classifier(config);
  const { port } = link;
  const guarded: GuardedBytePort = {
    ...port,
    get isOpen() {
      return port.isOpen;
    },
    write: (bytes, permit) => {
      const { kind } = classify(bytes);
      if (kind === "unknown" || (kind !== "safe" && permit === undefined))
        throw new Error(`${kind} without a permit`);
      return port.write(bytes);
    },
  };
  const box = module.create({ config, clock, port: guarded });
  const edges: LineEdge[] = [];
  device.edges$?.subscribe((edge) => edges.push(edge));
  await clock.run(() => work({ clock, box, edges }));
  device.close();
}

const BOXES: readonly (readonly [string, TriggerConfig])[] = [
  ["mmbt-s at P", configOf("mmbt-s", 3, { switch: "P" })],
  ["mmbt-s at S", configOf("mmbt-s", 3, { switch: "S" })],
  ["bbtk-ttl", configOf("bbtk-ttl", 3)],
  ["cedrus-xid", configOf("cedrus-xid", 3)],
  ["brainproducts-triggerbox-plus", configOf("brainproducts-triggerbox-plus", 3)],
  ["pulse-box", configOf("pulse-box", 3)],
];

function latencyOf(config: TriggerConfig): number {
  const described = module.describe(config);
  if (!described.ok) throw new Error(described.error);
  return described.value.worstLatencyMs;
}

describe("a simulated trigger box", () => {
  it.each(BOXES)("raises nothing at opening and closing: %s", (_, config) =>
    onRig(config, async ({ box, clock, edges }) => {
      await box.open();
      await clock.wait(100);
      await box.close();
      await clock.wait(3000);
      expect(edges).toEqual([]);
    }),
  );

  it.each(BOXES)(
    "gives one pulse a start, within the worst latency that is told: %s",
    (_, config) =>
      onRig(config, async ({ box, clock, edges }) => {
        await box.open();
        await clock.wait(100);
        const starts: number[] = [];
        for (let n = 0; n < 20; n += 1) {
          starts.push(box.fire(PERMIT).writtenMs);
          await clock.wait(50);
        }
        expect(edges.map(({ line, rises }) => `${line}${rises ? "+" : "-"}`)).toEqual(
          starts.flatMap(() => ["3+", "3-"]),
        );
        const rises = edges.filter((edge) => edge.rises);
        for (const [n, { atMs }] of rises.entries()) {
          expect(atMs - (starts[n] ?? 0)).toBeGreaterThan(0);
          expect(atMs - (starts[n] ?? 0)).toBeLessThanOrEqual(latencyOf(config));
        }
      }),
  );

  it.each(BOXES)(
    "never moves the stimulator's line for a marker, whatever is marked when: %s",
    (_, config) =>
      onRig(config, async ({ box, clock, edges }) => {
        await box.open();
        await clock.wait(100);
        let sent = 0;
        for (let code = 0; code < 256; code += 1) {
          if (box.mark(code)) sent += 1;
          await clock.wait(7 + (code % 17));
        }
        await clock.wait(100);
        expect(sent).toBeGreaterThan(60);
        expect(edges.filter(({ line }) => line === 3)).toEqual([]);
        // All markers are down again in the end.
        const up = new Set<number>();
        for (const { line, rises } of edges) rises ? up.add(line) : up.delete(line);
        expect([...up]).toEqual([]);
      }),
  );

  it.each(BOXES)("gives as many pulses as starts while it is marked beside them: %s", (_, config) =>
    onRig(config, async ({ box, clock, edges }) => {
      await box.open();
      await clock.wait(100);
      const starts: number[] = [];
      for (let n = 0; n < 40; n += 1) {
        box.mark(1 + (n % 3));
        await clock.wait(n % 13);
        starts.push(box.fire(PERMIT).writtenMs);
        box.mark(8);
        await clock.wait(3);
        box.mark(16);
        await clock.wait(47);
      }
      await clock.wait(100);
      const rises = edges.filter((edge) => edge.rises && edge.line === 3);
      const falls = edges.filter((edge) => !edge.rises && edge.line === 3);
      expect([rises.length, falls.length]).toEqual([40, 40]);
      for (const [n, { atMs }] of rises.entries())
        expect(atMs - (starts[n] ?? 0)).toBeLessThanOrEqual(latencyOf(config));
    }),
  );

  it("that answers says of every edge that it was given", () =>
    onRig(configOf("pulse-box", 3), async ({ box, clock, edges }) => {
      await box.open();
      for (let n = 0; n < 5; n += 1) {
        const { answer } = box.fire(PERMIT);
        expect((await answer)?.kind).toBe("given");
        await clock.wait(50);
      }
      expect(edges.filter(({ rises }) => rises)).toHaveLength(5);
    }));

  it("that answers is all low two seconds after its host fell silent, and still takes a start", () =>
    onRig(configOf("pulse-box", 3), async ({ box, clock }) => {
      await box.open();
      await clock.wait(10_000);
      expect((await box.fire(PERMIT).answer)?.kind).toBe("given");
    }));
});
