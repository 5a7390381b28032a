/**
 * A whole rig on the virtual clock with an attacker on its cable and, if wanted, in the place of
 * the process that owns the journal.
 */
import { Observable } from "rxjs";
import type { Protocol } from "../../protocols/types.ts";
import { createMemoryWriter, type NumberedEvent } from "../../src/app/replay/memoryWriter.ts";
import { simulatedFarSide } from "../../src/app/rig/assemble.ts";
import { type Conductor, createConductor, type SessionEnd } from "../../src/app/run/conductor.ts";
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
import type { Plan } from "../../src/contract/dose.ts";
import type { Discharge, FaultOrder } from "../../src/contract/simulator.ts";
import type { BytePort } from "../../src/contract/transport.ts";
import type { FromRig, Line, ToRig } from "../../src/engine/messages.ts";
import { createVirtualClock, type VirtualClock } from "../../src/time/virtualClock.ts";
import { sealed } from "./frames.ts";

export const STARTED_UTC = "2026-03-02T09:00:00.000Z";

export interface Rig {
  readonly clock: VirtualClock;
  readonly setup: Setup;
  readonly line: Line<ToRig, FromRig>;
  readonly discharges: readonly Discharge[];
  /** Text of every frame that the host wrote, without its checksum. */
  readonly written: readonly { readonly atMs: number; readonly text: string }[];
  readonly kill: () => void;
  plan(protocol: Protocol): Plan;
}

export interface RigOptions {
  readonly faults?: readonly FaultOrder[];
  readonly threshold?: readonly string[];
  /** The unit's unlock code, as the rig's secret. */
  readonly unlockCode?: string;
  readonly softwareVersion?: string;
  /** The attacker's hand on the cable. */
  readonly tamper?: (port: BytePort, clock: VirtualClock) => BytePort;
}

/** Runs `work` with a rig; afterwards the device has half a minute to do what nobody stopped. */
export async function withRig<T>(
  options: RigOptions,
  work: (rig: Rig) => Promise<T>,
): Promise<{ readonly value: T; readonly discharges: readonly Discharge[] }> {
  const setup = await prepareSetup(
    { threshold: options.threshold ?? ["RMT=45"], seed: 1 },
    STARTED_UTC,
  );
  const clock = createVirtualClock({ startUtcMs: Date.parse(STARTED_UTC) });
  const discharges: Discharge[] = [];
  const written: { atMs: number; text: string }[] = [];
  const value = await clock.run(async () => {
    const host = await clock.outside(
      startRigHere(
        {
          session: "redteam",
          rig: {
            ...setup.rig,
            stimulator: { ...setup.rig.stimulator, softwareVersion: options.softwareVersion },
          },
          context: gateContext(setup, EMPTY_LEDGER, false),
          seed: setup.seed,
          originNs: "0",
          utcAtOriginMs: 0,
          parentSilenceMs: null,
          dischargesFile: null,
          simulatorFaults: options.faults ?? [],
          simulatorBody: {},
          stopSocket: null,
        },
        clock,
        async (parts) => {
          const far = await simulatedFarSide(parts);
          far.simulator?.discharges$.subscribe((discharge) => discharges.push(discharge));
          const port = options.tamper?.(far.port, clock) ?? far.port;
          return {
            ...far,
            port: listening(port, (text) => written.push({ atMs: clock.now(), text })),
          };
        },
        () => options.unlockCode ?? null,
      ),
    );
    const plan = (protocol: Protocol): Plan => {
      const planned = planFor(setup, protocol, hashOf(protocol), 1);
      if (!planned.ok) throw new Error(refusalWords(planned.refusal));
      return planned.plan;
    };
    const done = await work({
      clock,
      setup,
      line: host.line,
      discharges,
      written,
      kill: host.kill,
      plan,
    });
    await clock.wait(30_000);
    host.dispose();
    return done;
  });
  return { value, discharges };
}

function listening(port: BytePort, onText: (text: string) => void): BytePort {
  return {
    ...port,
    get isOpen() {
      return port.isOpen;
    },
    write: (bytes) => {
      const stamp = port.write(bytes);
      onText(Buffer.from(bytes.subarray(0, -1)).toString("latin1"));
      return stamp;
    },
  };
}

export interface Conducted {
  readonly end: SessionEnd;
  readonly events: readonly NumberedEvent[];
  readonly discharges: readonly Discharge[];
  readonly written: Rig["written"];
}

/** A session as `run` conducts it. `body` gets the conductor; without one the protocols run in order. */
export async function conduct(
  protocols: readonly Protocol[],
  options: RigOptions & {
    readonly body?: (conductor: Conductor, rig: Rig) => Promise<void>;
    readonly operator?: (conductor: Conductor, clock: VirtualClock) => void;
    readonly line?: (line: Line<ToRig, FromRig>, clock: VirtualClock) => Line<ToRig, FromRig>;
  } = {},
): Promise<Conducted> {
  const writer = createMemoryWriter("redteam");
  const { value, discharges } = await withRig(options, async (rig) => {
    const conductor = createConductor({
      clock: rig.clock,
      line: options.line?.(rig.line, rig.clock) ?? rig.line,
      writer,
      doseBook: null,
      watcher: { progress: () => undefined, hold: () => undefined, stored: () => undefined },
      heartbeatMs: null,
      killRig: rig.kill,
    });
    options.operator?.(conductor, rig.clock);
    if (options.body !== undefined) await options.body(conductor, rig);
    else {
      for (const protocol of protocols) {
        const { status } = await conductor.runPlan(rig.plan(protocol), {});
        if (status !== "completed") break;
      }
    }
    return { end: await conductor.finish(), written: rig.written };
  });
  return { ...value, events: writer.events, discharges };
}

/** Changes what the device says: `change` gets an answer without its checksum and returns another. */
export function mangled(port: BytePort, change: (text: string) => string | null): BytePort {
  return {
    ...port,
    get isOpen() {
      return port.isOpen;
    },
    bytes$: new Observable((subscriber) =>
      port.bytes$.subscribe({
        next: ({ atMs, value }) => {
          const text = change(Buffer.from(value.subarray(0, -1)).toString("latin1"));
          if (text === null) return;
          subscriber.next({ atMs, value: sealed(text) });
        },
        complete: () => subscriber.complete(),
      }),
    ),
  };
}
