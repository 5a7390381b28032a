import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pctRmt, protocol, single } from "../../protocols/build.ts";
import { readConfigure } from "../../src/app/rig/readConfigure.ts";
import type { RigProcessConfig } from "../../src/app/rig/rigConfigMessage.ts";
import { readFromRig, readToRig } from "../../src/app/rig/rigMessages.ts";
import { RIG_FORK } from "../../src/app/run/host.ts";
import { EMPTY_LEDGER } from "../../src/app/run/ledgerFacts.ts";
import { gateContext, planFor, prepareSetup } from "../../src/app/run/setup.ts";
import type { Plan } from "../../src/contract/dose.ts";
import { STARTED_UTC } from "./bench.ts";

const SINGLES = protocol({
  id: "singles",
  blocks: [single({ totalPulses: 3, interPulseS: [4, 4], intensity: pctRmt(100) })],
});

async function parts(): Promise<{ readonly config: RigProcessConfig; readonly plan: Plan }> {
  const setup = await prepareSetup({ threshold: ["RMT=45"], seed: 1 }, STARTED_UTC);
  const planned = planFor(setup, SINGLES, "00", 1);
  if (!planned.ok) throw new Error("no plan");
  const config: RigProcessConfig = {
    session: "redteam",
    rig: setup.rig,
    context: gateContext(setup, EMPTY_LEDGER, false),
    seed: 1,
    originNs: String(process.hrtime.bigint()),
    utcAtOriginMs: Date.parse(STARTED_UTC),
    parentSilenceMs: 500,
    dischargesFile: null,
    simulatorFaults: [],
    simulatorBody: {},
    stopSocket: null,
  };
  return { config, plan: planned.plan };
}

/** The message with one place in it changed. */
function changed(value: unknown, path: readonly (string | number)[], to: unknown): unknown {
  const copy = structuredClone(value) as Record<string | number, unknown>;
  let at = copy;
  for (const step of path.slice(0, -1)) at = at[step] as Record<string | number, unknown>;
  const last = path.at(-1) ?? "";
  if (to === undefined) delete at[last];
  else at[last] = to;
  return copy;
}

describe("the border between the processes", () => {
  it("lets the messages of both sides pass as they are", async () => {
    const { config, plan } = await parts();
    for (const message of [
      { type: "segment", segment: 1, plan, startAtMs: null },
      { type: "stored", batch: 3, seqs: [7, 8] },
      { type: "heartbeat" },
      { type: "stop", by: "test" },
      { type: "end" },
    ]) {
      expect(readToRig(structuredClone(message))).toEqual({ ok: true, value: message });
    }
    const message = structuredClone({ type: "configure", config });
    expect(readConfigure(message)).toEqual({ ok: true, value: config });
    const events = {
      type: "events",
      batch: 1,
      durable: true,
      events: [{ tMs: 1, kind: "note", text: "x" }],
    };
    expect(readFromRig(events)).toEqual({ ok: true, value: events });
  });

  it("lets no plan pass that has another shape than a plan", async () => {
    const { plan } = await parts();
    const message = { type: "segment", segment: 1, plan, startAtMs: null };
    const places: readonly (readonly [readonly (string | number)[], unknown])[] = [
      [["plan"], null],
      [["plan", "doses"], "all"],
      [["plan", "doses", 0, "dueMs"], "0"],
      [["plan", "doses", 0, "dueMs"], Number.NaN],
      [["plan", "doses", 0, "intensityPctMso"], ["45"]],
      [["plan", "doses", 0, "intensityPctMso", 0], Number.POSITIVE_INFINITY],
      [["plan", "doses", 0, "lateLimitMs"], undefined],
      [["plan", "doses", 0, "shape", "kind"], "barrage"],
      [["plan", "doses", 0, "index"], -1],
      [["plan", "doses", 0, "place"], undefined],
      [["plan", "blocks", 0, "pattern"], "harmless"],
      [["plan", "species"], "alien"],
      [["plan", "pulses"], "3"],
      [["segment"], null],
      [["type"], "fire"],
      [["extra"], true],
    ];
    for (const [path, to] of places)
      expect(readToRig(changed(message, path, to)).ok, path.join(".")).toBe(false);
  });

  it("lets no rig pass whose gate was told of another one", async () => {
    const { config } = await parts();
    const message = { type: "configure", config };
    const places: readonly (readonly [readonly string[], unknown])[] = [
      [["config", "rig", "simulated"], false],
      [["config", "context", "rig", "simulated"], false],
      [["config", "context", "rig", "stimulator"], "magstim-rapid2"],
      [["config", "context", "rig", "coilSerial"], "C-1"],
      [["config", "context", "rig", "species"], "rodent"],
      [["config", "context", "limits", "trainDuration", "maxPctRmt"], undefined],
      [["config", "context", "limits", "trainDuration", "maxPctRmt"], "much"],
      [["config", "context", "session"], null],
      [["config", "context", "ledger", "pulses24h"], -1],
      [["config", "context", "ledger", "pulses24h"], Number.NaN],
      [["config", "parentSilenceMs"], null],
      [["config", "parentSilenceMs"], 60_000],
      [["config", "originNs"], "soon"],
    ];
    for (const [path, to] of places)
      expect(readConfigure(changed(message, path, to)).ok, path.join(".")).toBe(false);
  });

  it("never throws, whatever comes", () => {
    fc.assert(
      fc.property(fc.anything(), (given) => {
        expect(readToRig(given).ok).toBe(false);
        expect(readFromRig(given).ok).toBe(false);
        expect(readConfigure(given).ok).toBe(false);
      }),
    );
  });
});

const RIG_PROCESS = fileURLToPath(new URL("../../src/app/rig/rigProcess.ts", import.meta.url));

interface Rig {
  readonly heard: readonly unknown[];
  readonly ended: Promise<number | null>;
  send(message: unknown): void;
  until(isSo: (heard: readonly unknown[]) => boolean): Promise<void>;
}

function forkRig(): Rig {
  const child = fork(RIG_PROCESS, [], {
    ...RIG_FORK,
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const heard: unknown[] = [];
  let look: () => void = () => undefined;
  child.on("message", (message) => {
    heard.push(message);
    look();
  });
  return {
    heard,
    ended: new Promise((resolve) => child.on("exit", resolve)),
    send: (message) => child.send(message as object),
    until: (isSo) =>
      new Promise((resolve) => {
        look = () => {
          if (isSo(heard)) resolve();
        };
        look();
      }),
  };
}

function kinds(heard: readonly unknown[]): readonly string[] {
  return (heard as { type: string; events?: { kind: string }[] }[]).flatMap(
    ({ type, events }) => events?.map(({ kind }) => kind) ?? [type],
  );
}

describe.concurrent("a process beside the port", () => {
  it("builds nothing from a first message that it cannot read", async () => {
    const { config } = await parts();
    const rig = forkRig();
    rig.send({
      type: "configure",
      config: { ...config, context: { ...config.context, rig: null } },
    });
    expect(await rig.ended).not.toBe(0);
    expect(rig.heard).toEqual([]);
  });

  it("stops and disarms on a message that it cannot read", async () => {
    const { config, plan } = await parts();
    const rig = forkRig();
    rig.send({ type: "configure", config });
    await rig.until((heard) => kinds(heard).includes("configured"));
    rig.send({ type: "segment", segment: 1, plan, startAtMs: null });
    const beats = setInterval(() => rig.send({ type: "heartbeat" }), 100);
    await rig.until((heard) => kinds(heard).includes("alive"));
    rig.send({ type: "fire", now: true });
    await rig.until((heard) => kinds(heard).includes("segment-end"));
    clearInterval(beats);
    expect(kinds(rig.heard)).toContain("stop");
    expect(kinds(rig.heard)).not.toContain("written");
    rig.send({ type: "end" });
    expect(await rig.ended).toBe(0);
  });
});
