/** What `wire show` and `wire decode` make of sessions in which nothing went wrong: frames, and no junk. */
import { afterAll, describe, expect, it } from "vitest";
import { wireShow } from "../../src/app/commands/wireShow.ts";
import type { TriggerRig } from "../../src/app/config/rig.ts";
import { findDecoder } from "../../src/app/decoders.ts";
import { fromHex } from "../../src/base/hex.ts";
import { FEW_MODEL_KINDS, MODELS, type ModelCase, PLANS, rigOf } from "../integration/models.ts";
import { type Recorded, recordings } from "./recordings.ts";

const sessions = recordings();
afterAll(() => sessions.remove());

interface Shown {
  readonly atMs: number;
  readonly direction: "host" | "device";
  readonly ok: boolean;
  readonly hex: string;
}

async function shown({ db, session }: Recorded, port?: string): Promise<readonly Shown[]> {
  const lines: string[] = [];
  const io = {
    ...{ out: (line: string) => lines.push(line), err: () => undefined },
    ...{ errIsTerminal: false, colours: false },
  };
  const options = port === undefined ? { db, json: true } : { db, json: true, port };
  expect(await wireShow(session, options, io)).toBe(0);
  return lines.map((line) => JSON.parse(line) as Shown);
}

/** Every piece of the recording by itself, as a line that `wire decode` is given. */
async function junkOf({ journal, session }: Recorded, model: string): Promise<readonly string[]> {
  const decoder = await findDecoder(model);
  const events = journal.events(session);
  const device = events.find(({ kind }) => kind === "device");
  const softwareVersion = device?.kind === "device" ? device.softwareVersion : null;
  return events.flatMap((event) =>
    event.kind !== "wire" || event.port !== undefined
      ? []
      : event.frames.flatMap(([, way, hex]) => {
          const direction = way === "tx" ? "host" : "device";
          const options = { direction, softwareVersion, highResolution: false } as const;
          const frames = decoder.decodeCapture(model, fromHex(hex) ?? new Uint8Array(), options);
          return frames.every(({ ok }) => ok) ? [] : [`${way} ${hex}`];
        }),
  );
}

function noJunk(frames: readonly Shown[]): void {
  expect(frames.filter(({ ok }) => !ok)).toEqual([]);
  expect(new Set(frames.map(({ direction }) => direction))).toEqual(new Set(["host", "device"]));
  for (const [i, { atMs }] of frames.entries())
    expect(atMs).toBeGreaterThanOrEqual(frames[i - 1]?.atMs ?? 0);
}

const CASES = FEW_MODEL_KINDS.map(([model, kind]) => ({ model, kind, name: model.name }));

describe("the bytes of a clean session", () => {
  it.each(CASES)("are frames, all of them: $name, $kind doses", async ({ model, kind }) => {
    const taken = await sessions.record(rigOf(model), PLANS[kind]);
    noJunk(await shown(taken));
    expect(await junkOf(taken, model.driver)).toEqual([]);
  });

  const rapid = MODELS.find(({ name }) => name === "magstim-super-rapid2") as ModelCase;
  it.each(["5.0", "8.0", "9.0", "10.0", "11.0"])(
    "are frames on a Rapid² of version %s",
    async (softwareVersion) => {
      const rig = rigOf(rapid);
      const aged = { ...rig, stimulator: { ...rig.stimulator, softwareVersion } };
      const taken = await sessions.record(aged, PLANS.train);
      noJunk(await shown(taken));
      expect(await junkOf(taken, rapid.driver)).toEqual([]);
    },
  );
});

describe("the bytes of a trigger box", () => {
  const boxes: readonly (readonly [string, Readonly<Record<string, unknown>>])[] = [
    ["pulse-box", {}],
    ["mmbt-s", { switch: "P" }],
    ["bbtk-ttl", {}],
    ["cedrus-xid", {}],
    ["brainproducts-triggerbox-plus", {}],
  ];
  it.each(boxes)("are frames on the cable of a %s", async (driver, options) => {
    const trigger: TriggerRig = { via: "box", driver, port: "simulated", line: 1, options };
    const rig = rigOf(MODELS.find(({ name }) => name === "magstim-200") as ModelCase);
    const taken = await sessions.record(
      { ...rig, stimulator: { ...rig.stimulator, trigger } },
      PLANS.single,
    );
    const frames = await shown(taken, "trigger");
    expect(frames.length).toBeGreaterThan(3);
    expect(frames.filter(({ ok }) => !ok)).toEqual([]);
  });
});
