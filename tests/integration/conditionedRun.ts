/** A visit with two simulated stimulators on the virtual clock, whose parts a test may break. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as build from "../../protocols/build.ts";
import type { Protocol } from "../../protocols/types.ts";
import { DEFAULT_RIG, type RigConfig, rigFactsOf } from "../../src/app/config/rig.ts";
import { createMemoryWriter, type NumberedEvent } from "../../src/app/replay/memoryWriter.ts";
import { assembleRig, simulatedFarSide } from "../../src/app/rig/assemble.ts";
import { linePair } from "../../src/app/rig/lines.ts";
import { type Conductor, createConductor, type SessionEnd } from "../../src/app/run/conductor.ts";
import { EMPTY_LEDGER } from "../../src/app/run/ledgerFacts.ts";
import {
  gateContext,
  planFor,
  prepareSetup,
  refusalWords,
  type Setup,
} from "../../src/app/run/setup.ts";
import { hashOf } from "../../src/base/canonical.ts";
import type { SessionFacts } from "../../src/contract/session.ts";
import type { TriggerPath } from "../../src/contract/trigger.ts";
import type { RigParts } from "../../src/engine/rigParts.ts";
import { startRigSession } from "../../src/engine/rigSession.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

const BOX = { driver: "pulse-box", port: "simulated", line: 1 } as const;

export const TWO_STIMULATORS: RigConfig = {
  ...DEFAULT_RIG,
  stimulator: { ...DEFAULT_RIG.stimulator, coilSerial: "C-1", trigger: { via: "box", ...BOX } },
  secondStimulator: {
    trigger: BOX,
    side: "right",
    settings: {
      modelName: "Magstim 200",
      intensityPctMso: 60,
      maxPctMso: 80,
      coil: "C-2",
      waveform: "monophasic",
      minIntervalMs: 2000,
    },
  },
};

/** Trials at 8, 10 and 40 ms and alone, at 50 %MSO behind 60 %MSO. */
export const IHI: Protocol = build.protocol({
  id: "ihi-short",
  blocks: [
    build.paired({
      isiMs: [8, 10, 40],
      conditioning: { value: 60, base: "%MSO (contralateral)" },
      test: build.pctMso(50),
      trialsPerCondition: 2,
      unconditionedTrials: 2,
      interPulseS: [4, 6],
    }),
  ],
});

/** What the two simulated devices really gave. */
export interface Given {
  readonly stimulator: "first" | "second";
  readonly atMs: number;
  readonly pctMso: number;
}

export interface ConditionedRun {
  readonly protocol?: Protocol;
  readonly rig?: RigConfig;
  /** The session of a rig that holds itself for real: then a person is asked. */
  readonly real?: SessionFacts;
  readonly second?: (path: TriggerPath, clock: VirtualClock) => TriggerPath;
  readonly first?: (
    deliver: RigParts["stimulator"]["deliver"],
    clock: VirtualClock,
  ) => RigParts["stimulator"]["deliver"];
  readonly operator?: (clock: VirtualClock, conductor: Conductor) => void;
  readonly onHold?: (text: string, conductor: Conductor) => void;
}

export interface ConditionedResult extends SessionEnd {
  readonly events: readonly NumberedEvent[];
  readonly given: readonly Given[];
}

export async function runConditioned(run: ConditionedRun = {}): Promise<ConditionedResult> {
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-ihi-"));
  try {
    return await runIn(join(folder, "discharges.jsonl"), run);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function runIn(dischargesFile: string, run: ConditionedRun): Promise<ConditionedResult> {
  const startUtcMs = Date.parse("2026-05-04T09:00:00.000Z");
  const setup = await setupOf(run, new Date(startUtcMs).toISOString());
  const clock = createVirtualClock({ startUtcMs });
  const writer = createMemoryWriter("test");
  const end = await clock.run(async () => {
    const rig = await clock.outside(
      assembleRig(
        {
          session: "test",
          rig: setup.rig,
          context: gateContext(setup, EMPTY_LEDGER, true),
          seed: 1,
          originNs: "0",
          utcAtOriginMs: 0,
          parentSilenceMs: null,
          dischargesFile,
          simulatorFaults: [],
          simulatorBody: {},
          stopSocket: null,
        },
        clock,
        simulatedFarSide,
      ),
    );
    const pair = linePair();
    startRigSession({ ...brokenAsAsked(rig.parts, run, clock), parentSilenceMs: null }, pair.rig);
    const conductor: Conductor = createConductor({
      clock,
      line: pair.main,
      writer,
      doseBook: null,
      watcher: {
        progress: () => undefined,
        hold: (text) => run.onHold?.(text, conductor),
        stored: () => undefined,
      },
      heartbeatMs: null,
      killRig: () => pair.cut("killed"),
    });
    run.operator?.(clock, conductor);
    const protocol = run.protocol ?? IHI;
    const planned = planFor(setup, protocol, hashOf(protocol), 1);
    if (!planned.ok) throw new Error(refusalWords(planned.refusal));
    await conductor.runPlan(planned.plan, {});
    const ended = await conductor.finish();
    await clock.wait(30_000);
    rig.dispose();
    return ended;
  });
  return { ...end, events: writer.events, given: givenIn(dischargesFile, clock) };
}

async function setupOf(run: ConditionedRun, startedUtc: string): Promise<Setup> {
  const prepared = await prepareSetup({ threshold: ["RMT=45"], seed: 1 }, startedUtc);
  const rig = run.rig ?? TWO_STIMULATORS;
  const { real } = run;
  if (real === undefined) return { ...prepared, rig, rigFacts: rigFactsOf(rig) };
  return {
    ...prepared,
    rig,
    facts: { ...real, startedUtc },
    rigFacts: { ...rigFactsOf(rig), simulated: false },
  };
}

function brokenAsAsked<T extends Omit<RigParts, "parentSilenceMs">>(
  parts: T,
  { first, second }: ConditionedRun,
  clock: VirtualClock,
): T {
  const { conditioner, stimulator } = parts;
  const path = conditioner == null || second === undefined ? null : second(conditioner.path, clock);
  const deliver: typeof stimulator.deliver = (dose, permit) => stimulator.deliver(dose, permit);
  return {
    ...parts,
    ...(conditioner == null || path === null ? {} : { conditioner: { ...conditioner, path } }),
    ...(first === undefined
      ? {}
      : { stimulator: { ...stimulator, deliver: first(deliver, clock) } }),
  };
}

function givenIn(file: string, clock: VirtualClock): readonly Given[] {
  const lines = readFileSync(file, { encoding: "utf8", flag: "a+" }).split("\n");
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const { t, intensityPctMso, stimulator } = JSON.parse(line) as {
        readonly t: number;
        readonly intensityPctMso: readonly number[];
        readonly stimulator?: "second";
      };
      return {
        stimulator: stimulator ?? "first",
        atMs: (t - clock.toMonotonicS(0)) * 1000,
        pctMso: intensityPctMso[0] ?? Number.NaN,
      };
    });
}
