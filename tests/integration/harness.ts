import type { Protocol } from "../../protocols/types.ts";
import { findAmplifier } from "../../src/app/amplifiers.ts";
import { type RigConfig, stimulatorConfig } from "../../src/app/config/rig.ts";
import { loadDrivers } from "../../src/app/drivers.ts";
import { createMemoryWriter, type NumberedEvent } from "../../src/app/replay/memoryWriter.ts";
import { simulatedFarSide } from "../../src/app/rig/assemble.ts";
import { type Conductor, createConductor } from "../../src/app/run/conductor.ts";
import { startRigHere } from "../../src/app/run/host.ts";
import { EMPTY_LEDGER } from "../../src/app/run/ledgerFacts.ts";
import {
  gateContext,
  planFor,
  prepareSetup,
  refusalWords,
  type Setup,
} from "../../src/app/run/setup.ts";
import { hashOf } from "../../src/base/canonical.ts";
import type { AmplifierCapabilities } from "../../src/contract/amplifier.ts";
import type { PulseCounts, RunStatus } from "../../src/contract/events.ts";
import type { Discharge, FaultOrder, SimulatedDevice } from "../../src/contract/simulator.ts";
import type { FromRig, Line, ToRig } from "../../src/engine/messages.ts";
import type { ErrorCode } from "../../src/errors/codes.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";

export interface VirtualRun {
  readonly protocols: readonly Protocol[];
  readonly threshold?: readonly string[];
  readonly seed?: number;
  readonly faults?: readonly FaultOrder[];
  readonly body?: Readonly<Record<string, number>>;
  readonly rig?: (rig: RigConfig) => RigConfig;
  /** What a person does; called once when the rig has been built. */
  readonly operator?: (clock: VirtualClock, conductor: Conductor) => void;
  /** The run waits for the operator's word. */
  readonly onHold?: (text: string, clock: VirtualClock, conductor: Conductor) => void;
  /** What happens at the device; called once when it has been built. */
  readonly device?: (device: SimulatedDevice | null, clock: VirtualClock) => void;
  /** What happens at the device when the run is over and its port closed; 30 s pass after it. */
  readonly afterwards?: (device: SimulatedDevice | null, clock: VirtualClock) => Promise<void>;
  /** After its cable was unplugged it is put back after so long, ms. */
  readonly replugAfterMs?: number;
  /** From and until when the journal's side does not answer, ms on the clock. */
  readonly journalSilentMs?: readonly [number, number];
}

export interface VirtualResult {
  readonly status: RunStatus;
  readonly code: ErrorCode | null;
  readonly detail: string;
  readonly counts: PulseCounts;
  readonly events: readonly NumberedEvent[];
  /** Ground truth: what the simulated stimulator delivered. */
  readonly discharges: readonly Discharge[];
  readonly endMs: number;
  /** Work that is still scheduled when everything is over. */
  readonly pending: number;
}

const STARTED_UTC = "2026-03-02T09:00:00.000Z";

/** A whole session in one process on the virtual clock, with the device's own account beside the journal's. */
export async function runVirtual(run: VirtualRun): Promise<VirtualResult> {
  const prepared = await prepareSetup(
    { threshold: run.threshold ?? ["RMT=45"], seed: run.seed ?? 1 },
    STARTED_UTC,
  );
  const setup = run.rig === undefined ? prepared : await onRig(prepared, run.rig(prepared.rig));
  const clock = createVirtualClock({ startUtcMs: Date.parse(STARTED_UTC) });
  const discharges: Discharge[] = [];
  let device: SimulatedDevice | null = null;
  const writer = createMemoryWriter("test");
  const end = await clock.run(async () => {
    const host = await clock.outside(
      startRigHere(
        {
          session: "test",
          rig: setup.rig,
          context: gateContext(setup, EMPTY_LEDGER, false),
          seed: setup.seed,
          originNs: "0",
          utcAtOriginMs: 0,
          parentSilenceMs: null,
          dischargesFile: null,
          simulatorFaults: run.faults ?? [],
          simulatorBody: run.body ?? {},
          stopSocket: null,
        },
        clock,
        async (parts) => {
          const far = await simulatedFarSide(parts);
          far.simulator?.discharges$.subscribe((discharge) => discharges.push(discharge));
          far.simulator?.unplugged$.subscribe(() => {
            if (run.replugAfterMs !== undefined)
              clock.at(clock.now() + run.replugAfterMs, () => far.replug?.());
          });
          device = far.simulator;
          run.device?.(device, clock);
          return far;
        },
      ),
    );
    const conductor: Conductor = createConductor({
      clock,
      line: withSilence(host.line, clock, run.journalSilentMs),
      writer,
      doseBook: null,
      watcher: {
        progress: () => undefined,
        hold: (text) => run.onHold?.(text, clock, conductor),
        stored: () => undefined,
      },
      heartbeatMs: null,
      killRig: host.kill,
    });
    run.operator?.(clock, conductor);
    let segment = 0;
    for (const protocol of run.protocols) {
      segment += 1;
      const planned = planFor(setup, protocol, hashOf(protocol), segment);
      if (!planned.ok) throw new Error(refusalWords(planned.refusal));
      const segmentEnd = await conductor.runPlan(planned.plan, { pulses: planned.plan.pulses });
      if (segmentEnd.status !== "completed") break;
    }
    const ended = await conductor.finish();
    await run.afterwards?.(device, clock);
    // What a device that was not stopped would still do.
    await clock.wait(30_000);
    host.dispose();
    return ended;
  });
  return { ...end, events: writer.events, discharges, endMs: clock.now(), pending: clock.pending };
}

/** The same visit on another rig. */
async function onRig(setup: Setup, rig: RigConfig): Promise<Setup> {
  const { driver } = rig.stimulator;
  const module = (await loadDrivers()).find(({ models }) => models.includes(driver));
  const model = module?.describe(stimulatorConfig(rig));
  if (model?.ok !== true) throw new Error(`${driver}: ${model?.error ?? "no such driver"}`);
  const rigFacts = { ...setup.rigFacts, name: rig.name, stimulator: driver };
  return { ...setup, rig, rigFacts, model: model.value, amplifier: await amplifierOf(rig) };
}

async function amplifierOf({ amplifier }: RigConfig): Promise<AmplifierCapabilities | null> {
  if (amplifier === undefined) return null;
  const module = await findAmplifier(amplifier.driver);
  const described = module.describe({ driver: amplifier.driver, options: amplifier.options ?? {} });
  if (!described.ok) throw new Error(described.error);
  return described.value;
}

/** Answers of the journal that fall into the silence come at its end. */
function withSilence(
  line: Line<ToRig, FromRig>,
  clock: VirtualClock,
  silentMs: readonly [number, number] | undefined,
): Line<ToRig, FromRig> {
  if (silentMs === undefined) return line;
  const [fromMs, untilMs] = silentMs;
  return {
    ...line,
    send(message) {
      const isHeld = message.type === "stored" && clock.now() >= fromMs && clock.now() < untilMs;
      if (isHeld) clock.at(untilMs, () => line.send(message));
      else line.send(message);
    },
  };
}

type Kind = NumberedEvent["kind"];
export function eventsOf<K extends Kind>(
  result: { readonly events: readonly NumberedEvent[] },
  kind: K,
): readonly Extract<NumberedEvent, { readonly kind: K }>[] {
  return result.events.filter(
    (event): event is Extract<NumberedEvent, { readonly kind: K }> => event.kind === kind,
  );
}
