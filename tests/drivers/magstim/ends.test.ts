import { describe, expect, it } from "vitest";
import { onBench, readyForPulse } from "./bench.ts";

describe("a driver that was closed", () => {
  it("leaves nothing on the clock", () =>
    onBench(async (bench) => {
      await readyForPulse(bench);
      await bench.driver.close();
      await bench.clock.wait(10_000);
      expect(bench.clock.pending).toBe(0);
    }));

  it("leaves nothing on the clock after a silence in which it was disarmed at once", () =>
    onBench(async (bench) => {
      const { clock, driver, fake } = bench;
      await readyForPulse(bench);
      let disarmed: Promise<unknown> = Promise.resolve();
      // As a session does: inside the news, before it returns.
      driver.events$.subscribe(({ kind }) => {
        if (kind === "control-lost") disarmed = driver.disarm("control lost");
      });
      fake.script = () => null;
      await clock.wait(2000);
      await disarmed;
      await driver.close();
      await clock.wait(10_000);
      expect(clock.pending).toBe(0);
    }));
});
