import { describe, expect, it } from "vitest";
import type { Io } from "../../src/app/io.ts";
import { resolveProtocol } from "../../src/app/protocolFiles.ts";
import { checkEveryModel, everyModel, type ModelVerdict } from "../../src/app/run/everyModel.ts";
import { prepareSetup } from "../../src/app/run/setup.ts";

const THRESHOLDS = ["RMT=45", "AMT=40", "1mV=55"];

async function verdicts(name: string): Promise<ReadonlyMap<string, ModelVerdict>> {
  const { protocol } = resolveProtocol(name);
  const options = { threshold: THRESHOLDS, seed: 1 };
  const setup = await prepareSetup(options, "2026-03-02T09:00:00.000Z", protocol);
  return new Map((await everyModel(protocol, setup)).map((verdict) => [verdict.model, verdict]));
}

describe("a protocol on every stimulator", () => {
  it("of pairs starts where a device times them, and says by whom and why not elsewhere", async () => {
    const models = await verdicts("sici");
    expect(models.get("magstim-bistim")).toMatchObject({ starts: true, reasons: [] });
    expect(models.get("magstim-bistim")?.timedBy).toContain("pair by the device");
    const rapid = models.get("magstim-super-rapid2");
    expect(rapid).toMatchObject({ starts: false, timedBy: null });
    expect(rapid?.reasons).toContainEqual({
      rule: "DEV-01",
      detail: expect.stringContaining("pairs of pulses"),
    });
  });

  it("of trains is timed by the device that has them and given start by start by none at 20 Hz", async () => {
    const models = await verdicts("koch-2022-precuneus-24wk");
    expect(models.get("magstim-super-rapid2")).toMatchObject({
      starts: true,
      timedBy: "train by the device (50 ms apart)",
    });
    for (const { starts, timedBy } of models.values())
      if (starts) expect(timedBy).toContain("train by the device");
  });

  it("names every model once, with reasons exactly where it does not start", async () => {
    const models = await verdicts("itbs-600");
    expect(models.size).toBeGreaterThan(10);
    expect([...models.values()].some(({ starts }) => starts)).toBe(true);
    for (const { model, reasons, starts } of models.values())
      expect(reasons.length > 0, model).toBe(!starts);
  });

  it("ends with 0 where one of them would start, else with 3, and tells JSON a line a model", async () => {
    const ends = await Promise.all(
      ["sici", "bentwich-2011-neuroad"].map(async (name) => {
        const lines: string[] = [];
        const io: Io = {
          out: (line) => lines.push(line),
          err: () => undefined,
          errIsTerminal: false,
          colours: false,
        };
        const { protocol } = resolveProtocol(name);
        const code = await checkEveryModel(protocol, { threshold: THRESHOLDS, json: true }, io);
        return { code, starts: lines.some((line) => (JSON.parse(line) as ModelVerdict).starts) };
      }),
    );
    expect(ends).toEqual([
      { code: 0, starts: true },
      { code: 3, starts: false },
    ]);
  });
});
