/** A whole measured session in one process, on the virtual clock, with a real journal in a folder of its own. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Protocol } from "../../../protocols/types.ts";
import { type Recomputation, recompute } from "../../../src/app/measure/recompute.ts";
import { type Measuring, startMeasuring } from "../../../src/app/measure/start.ts";
import type { RigProcessConfig } from "../../../src/app/rig/rigConfigMessage.ts";
import {
  type Conductor,
  createConductor,
  type SessionEnd,
} from "../../../src/app/run/conductor.ts";
import { startRigHere } from "../../../src/app/run/host.ts";
import { EMPTY_LEDGER } from "../../../src/app/run/ledgerFacts.ts";
import {
  gateContext,
  prepareSetup,
  type Setup,
  type SetupOptions,
} from "../../../src/app/run/setup.ts";
import type { StoredEvent } from "../../../src/contract/events.ts";
import { isPulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { openJournal } from "../../../src/journal/journal.ts";
import { createVirtualClock } from "../../../src/time/virtualClock.ts";

export interface MeasuredSession extends SessionEnd {
  readonly events: readonly StoredEvent[];
  /** What was said to whoever looks on. */
  readonly lines: readonly string[];
  readonly again: Recomputation;
  /** A document of the journal by its hash. */
  readonly document: (hash: string) => unknown;
}

export interface MeasuredOptions extends SetupOptions {
  readonly protocol: Protocol;
  readonly methods?: Readonly<Record<string, string>>;
  readonly alter?: (setup: Setup) => Setup;
  /** What is done instead of carrying the protocol out. */
  readonly body?: (measuring: Measuring, conductor: Conductor) => Promise<unknown>;
}

const STARTED_UTC = "2026-03-02T09:00:00.000Z";

export async function measuredSession(options: MeasuredOptions): Promise<MeasuredSession> {
  const { protocol, methods = {}, alter = (setup) => setup, body } = options;
  const setup = alter(await prepareSetup({ seed: 1, ...options }, STARTED_UTC, protocol));
  const folder = mkdtempSync(join(tmpdir(), "pulsetrain-measured-"));
  const journal = openJournal(join(folder, "journal.db"), STARTED_UTC);
  const lines: string[] = [];
  const clock = createVirtualClock({ startUtcMs: Date.parse(STARTED_UTC) });
  try {
    const end = await clock.run(async () => {
      const writer = journal.startSession({
        session: "measured",
        tMs: 0,
        toUtcIso: (tMs) => clock.toUtcIso(tMs),
        body: {},
      });
      const host = await clock.outside(startRigHere(rigOf(setup), clock));
      const measuring = startMeasuring(
        {
          session: "measured",
          setup,
          journal,
          writer,
          clock,
          conductor: () => conductor,
          methods,
          say: (line) => {
            lines.push(line);
          },
        },
        capabilitiesOf(setup),
      );
      const conductor: Conductor = createConductor({
        clock,
        line: host.line,
        writer,
        doseBook: null,
        watcher: { progress: nothing, hold: nothing, stored: measuring.stored },
        samples: measuring.take,
        heartbeatMs: null,
        killRig: host.kill,
      });
      const ending = await (body?.(measuring, conductor) ?? measuring.carryOut(protocol)).then(
        () => undefined,
        refusalOf,
      );
      const ended = await conductor.finish(ending);
      measuring.close();
      host.dispose();
      return ended;
    });
    const events = [...journal.read.each("measured")];
    const documents = documentsOf(events, (hash) => journal.read.document(hash));
    const document = (hash: string): unknown => documents.get(hash) ?? null;
    const again = recompute(events, document);
    return { ...end, events, lines, again, document };
  } finally {
    journal.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Every document that what was measured names; they outlive the journal. */
function documentsOf(
  events: readonly StoredEvent[],
  read: (hash: string) => unknown,
): ReadonlyMap<string, unknown> {
  const bodies = events.flatMap((event) => (event.kind === "measure" ? [event.body] : []));
  const hashes = JSON.stringify(bodies).match(/\b[0-9a-f]{64}\b/g) ?? [];
  return new Map([...new Set(hashes)].map((hash) => [hash, read(hash)]));
}

function nothing(): void {
  // Nobody looks on.
}

function capabilitiesOf({ amplifier }: Setup): NonNullable<Setup["amplifier"]> {
  if (amplifier !== null) return amplifier;
  throw new Error("the rig of the test has no amplifier");
}

/** A session that cannot go on ends by its code, as `run` ends it. */
function refusalOf(error: unknown): Omit<SessionEnd, "counts"> {
  if (!isPulsetrainError(error)) throw error;
  return { status: "refused", code: error.code, detail: error.detail };
}

function rigOf(setup: Setup): RigProcessConfig {
  return {
    session: "measured",
    rig: setup.rig,
    context: gateContext(setup, EMPTY_LEDGER, false),
    seed: setup.seed,
    originNs: "0",
    utcAtOriginMs: Date.parse(STARTED_UTC),
    parentSilenceMs: null,
    dischargesFile: null,
    simulatorFaults: [],
    simulatorBody: {},
    stopSocket: null,
  };
}

/** Bodies of the `measure` events of one name. */
export function measuresNamed(
  { events }: Pick<MeasuredSession, "events">,
  name: string,
): readonly Readonly<Record<string, unknown>>[] {
  return events.flatMap((event) =>
    event.kind === "measure" && event.name === name ? [event.body] : [],
  );
}
