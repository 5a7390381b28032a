import { describe, expect, it } from "vitest";
import { isPulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { type Bench, onBench, readyForPulse } from "../drivers/magstim/bench.ts";

/** The unit's power is a clock: it tells when the unit looked at itself, in steps of 10 ms. */
const STEP_MS = 10;
/** An answer in time is at most so old, ms. */
const IN_TIME_MS = 150;

/** Answers come so late from now on; each shows the unit as it was when it was asked. */
function slowDown({ fake, clock }: Bench, delayMs: () => number): void {
  fake.script = () => {
    fake.body.power = Math.floor(clock.now() / STEP_MS) % 100;
    return undefined;
  };
  const { send } = fake;
  fake.delayMs = 0;
  fake.send = (bytes) => {
    clock.at(clock.now() + delayMs(), () => send(bytes));
  };
}

describe("answers that come late", () => {
  it("never pass for younger than they are", async () => {
    for (const delayMs of [20, 90, 149, 151, 160, 190, 220, 280, 299, 301, 350, 420, 480, 600]) {
      await onBench(async (bench) => {
        await readyForPulse(bench);
        const { clock, driver } = bench;
        slowDown(bench, () => delayMs);
        for (let i = 0; i < 12; i += 1) {
          await clock.wait(137);
          try {
            const { atMs, intensityPctMso } = await driver.readStatus();
            const steps =
              (Math.floor(clock.now() / STEP_MS) - (intensityPctMso?.[0] ?? 0) + 1000) % 100;
            const lookedMs = clock.now() - steps * STEP_MS;
            expect(atMs - lookedMs, `answers ${delayMs} ms late`).toBeLessThanOrEqual(
              IN_TIME_MS + STEP_MS,
            );
          } catch (error) {
            if (!isPulsetrainError(error)) throw error;
          }
        }
        await driver.close();
      });
    }
  });

  it("cost no age where one answer was lost and the next came in time", async () => {
    await onBench(async (bench) => {
      await readyForPulse(bench);
      const { clock, driver, fake } = bench;
      let lost = 0;
      fake.script = (command) => (command.startsWith("\\") && lost++ === 0 ? null : undefined);
      const { atMs } = await driver.readStatus();
      expect(clock.now() - atMs).toBeLessThan(400);
      await clock.wait(2_000);
      const later = await driver.readStatus();
      expect(clock.now() - later.atMs).toBeLessThan(400);
      await driver.close();
    });
  });
});
