/** Sessions on every family of devices, recorded on the virtual clock, come again from both far sides. */
import { afterAll, describe, expect, it } from "vitest";
import type { TriggerRig } from "../../src/app/config/rig.ts";
import { replaySession } from "../../src/app/replay/replaySession.ts";
import { FEW_MODEL_KINDS, PLANS, rigOf } from "../integration/models.ts";
import { type Recorded, recordings } from "./recordings.ts";

const sessions = recordings();
afterAll(() => sessions.remove());
const { record } = sessions;

async function expectEqual(
  { journal, session }: Recorded,
  against: "simulator" | "recording",
): Promise<void> {
  const report = await replaySession(journal, session, { against, limits: "recorded", seed: null });
  expect(report).toMatchObject({ equal: true, inputs: [], firstEvent: null, firstBytes: null });
  expect(report.strictness).toBe("exact");
}

const CASES = FEW_MODEL_KINDS.map(([model, kind]) => ({ model, kind, name: model.name }));

/** One of each that talks in a way of its own. */
const FEW = CASES.filter(
  ({ name, kind }) =>
    (name === "magstim-bistim" && kind === "pair") ||
    (name === "magpro-x100-option" && kind === "train") ||
    name === "duomag",
);

describe("a session", () => {
  it.each(CASES)("comes again: $name, $kind doses", async ({ model, kind }) => {
    const taken = await record(rigOf(model), PLANS[kind]);
    await expectEqual(taken, "simulator");
    await expectEqual(taken, "recording");
  });

  const spoilt = FEW.flatMap((one) =>
    ["unplug@pulse:2", "silent@6", "corrupt-answer@6.3"].map((fault) => ({ ...one, fault })),
  );
  it.each(spoilt)("comes again with its $fault: $name, $kind doses", async (one) => {
    const taken = await record(rigOf(one.model), PLANS[one.kind], [one.fault]);
    await expectEqual(taken, "simulator");
    await expectEqual(taken, "recording");
  });
});

describe("a session whose starts left through a line", () => {
  const box = (driver: string): TriggerRig => ({ via: "box", driver, port: "simulated", line: 1 });
  const paths: readonly TriggerRig[] = [{ via: "rts" }, box("pulse-box"), box("bbtk-ttl")];
  const names = ["magstim-200", "magpro-x100-option", "duomag"];
  const cases = CASES.filter(({ kind, name }) => kind === "single" && names.includes(name)).flatMap(
    (one) =>
      paths.map((trigger) => ({
        ...one,
        trigger,
        by: trigger.via === "rts" ? "RTS" : trigger.driver,
      })),
  );
  it.each(cases)("comes again: $name, $by", async ({ model, kind, trigger }) => {
    const rig = rigOf(model);
    const taken = await record({ ...rig, stimulator: { ...rig.stimulator, trigger } }, PLANS[kind]);
    await expectEqual(taken, "simulator");
    await expectEqual(taken, "recording");
  });
});
