/** Every fault of the simulated stimulators while a session holds them armed. */
import { describe, expect, it } from "vitest";
import { codeWhileArmed, faultAt } from "./faultMatrix.ts";
import { eventsOf } from "./harness.ts";
import { FEW_MODEL_KINDS, faultsOf, isTrain } from "./models.ts";

const CASES = FEW_MODEL_KINDS.map(([model, kind]) => ({ model, kind, name: model.name }));

describe.each(CASES)("a $name that gives $kind doses, at rest", ({ model, kind }) => {
  it.each(faultsOf(model))("ends the run by its code on %s, disarmed", async (fault) => {
    const result = await faultAt(model, kind, fault, "at rest between doses");
    const code = codeWhileArmed(model.family, kind, fault);
    if (code !== undefined) expect(result.code, result.detail).toBe(code);
  });
});

describe.each(CASES.filter(({ kind }) => isTrain(kind)))(
  "a $name in a $kind of its own",
  ({ model, kind }) => {
    it.each(faultsOf(model))("ends the run by its code on %s, disarmed", async (fault) => {
      const result = await faultAt(model, kind, fault, "in the train");
      const code = codeWhileArmed(model.family, kind, fault);
      if (code !== undefined) expect(result.code, result.detail).toBe(code);
    });
  },
);

describe("a device that starts anew while it is connected", () => {
  it.each(CASES)(
    "ends the run, if it does, by the code in the journal: $name, $kind",
    async ({ model, kind }) => {
      const result = await faultAt(model, kind, "reboot", "while connecting");
      const [fault] = eventsOf(result, "fault");
      expect(result.code).toBe(fault?.code ?? null);
      expect(result.discharges.length > 0).toBe(result.status === "completed");
    },
  );
});
