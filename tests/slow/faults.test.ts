import { describe, expect, it } from "vitest";
import { expectFaulted, runVirtual } from "../e2e/faulted.ts";
import { pulsesBy, test } from "../e2e/lab.ts";
import { faultAt } from "../integration/faultMatrix.ts";
import { INSTANTS, type Instant } from "../integration/matrix.ts";
import { faultsOf, MODEL_KINDS } from "../integration/models.ts";

describe("a device that fails while it is connected or armed", () => {
  const cases = [
    { fault: "wrong-version", code: "DEVICE_WRONG_ANSWER", words: /reading the parameters/ },
    { fault: "coil-off", code: "DEVICE_COIL", words: /no coil/ },
    { fault: "coil-worn", code: "DEVICE_COIL", words: /another coil/ },
    { fault: "coil-switch-released", code: "DEVICE_NOT_READY", words: /not ready in time/ },
    { fault: "error-bit", code: "DEVICE_FAULT", words: /reports an error/ },
  ] as const;
  for (const { fault, code, words } of cases)
    test(`ends the run with ${code} on ${fault}, and fires nothing`, async ({ lab }) => {
      const { end, discharges } = await runVirtual(lab, fault);
      expectFaulted(lab, discharges, end, code);
      expect(end.stderr).toMatch(words);
      expect(discharges).toEqual([]);
    });
});

describe("a device that fails in the middle of a train", () => {
  const cases = [
    { fault: "coil-off", code: "DEVICE_COIL" },
    { fault: "coil-worn", code: "DEVICE_COIL" },
    { fault: "overheat", code: "DEVICE_NOT_READY" },
    { fault: "error-bit", code: "DEVICE_FAULT" },
    { fault: "reboot", code: "DEVICE_CONTROL_LOST" },
    { fault: "jam-train", code: "DEVICE_WRONG_ANSWER" },
    { fault: "unplug", code: "PORT_LOST" },
  ] as const;
  for (const { fault, code } of cases)
    test(`ends the run with ${code} on ${fault}`, async ({ lab }) => {
      const { end, discharges } = await runVirtual(lab, `${fault}@pulse:8`);
      expectFaulted(lab, discharges, end, code);
      expect(discharges).toHaveLength(8);
    });

  const damages = ["corrupt-answer", "cut-answer", "garbage", "drop-answer", "duplicate-answer"];
  for (const fault of [...damages, "delay-answer", "unsolicited"])
    test(`loses no pulse and invents none on ${fault}`, async ({ lab }) => {
      const { end, discharges } = await runVirtual(lab, `${fault}@pulse:8`);
      expect(end.code, end.stderr).toBe(0);
      expect(discharges).toHaveLength(15);
      expect(pulsesBy(lab.events(), "delivered")).toBe(15);
    });
});

/** Every fault of every model, with every kind of dose, at every instant that differs. */
describe.each(MODEL_KINDS.map(([model, kind]) => ({ model, kind, name: model.name })))(
  "a $name that gives $kind doses",
  ({ model, kind }) => {
    const instants = Object.keys(INSTANTS) as readonly Instant[];
    it.each(instants)(
      "leaves an account that holds, and ends disarmed, whatever fails %s",
      async (instant) => {
        for (const fault of faultsOf(model)) {
          const told = `${fault}, ${instant}`;
          await expect(faultAt(model, kind, fault, instant), told).resolves.toBeDefined();
        }
      },
    );
  },
);
