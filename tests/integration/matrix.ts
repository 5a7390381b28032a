/** Any session on any model, with the trigger input fired when all is over, and what must hold then. */
import { expect } from "vitest";
import type { Protocol } from "../../protocols/types.ts";
import { pulseCount, spanMs } from "../../src/base/doseShape.ts";
import type { Dose } from "../../src/contract/dose.ts";
import type { Discharge, SimulatedDevice } from "../../src/contract/simulator.ts";
import type { VirtualClock } from "../../src/time/virtualClock.ts";
import { eventsOf, runVirtual, type VirtualResult, type VirtualRun } from "./harness.ts";
import { type DoseKind, type ModelCase, PLANS, rigOf } from "./models.ts";

/** From the write call to the pulse: three bytes at 9600 baud, or the 20 to 80 ms in which a MagPro obeys. */
const OBEYS_WITHIN_MS = 120;
/** Edges at the trigger input after the end: at once, and when the slowest device has charged again. */
const PROBES_MS = [0, 100, 2500, 2500, 2500];

export interface MatrixRun extends Omit<VirtualRun, "protocols" | "rig" | "afterwards"> {
  readonly model: ModelCase;
  readonly kind?: DoseKind;
  readonly protocols?: readonly Protocol[];
  /** Free options of the rig file on top of the model's own. */
  readonly options?: Readonly<Record<string, unknown>>;
  readonly rig?: VirtualRun["rig"];
}

export interface MatrixResult extends VirtualResult {
  /** What edges at the trigger input gave when the run was over: it must be nothing. */
  readonly afterwards: readonly Discharge[];
}

/** What somebody does at the device, at an instant of the run. */
export interface Act {
  readonly atMs: number;
  readonly act: (device: SimulatedDevice) => void;
}

export function acts(...list: readonly Act[]): NonNullable<VirtualRun["device"]> {
  return (device, clock) => {
    if (device === null) throw new Error("no simulated device");
    for (const { atMs, act } of list) clock.at(atMs, () => act(device));
  };
}

export async function runOn(run: MatrixRun): Promise<MatrixResult> {
  const { model, kind = "single", protocols = [PLANS[kind]], options, rig, ...rest } = run;
  let n = 0;
  let ended = 0;
  const own = { ...model, options: { ...model.options, ...options } };
  // Without it an edge is nothing to a MagPro that its own sequence times.
  const body = model.family === "magventure" ? { triggerInSequence: 1 } : {};
  const result = await runVirtual({
    ...rest,
    body: { ...body, ...rest.body },
    protocols,
    rig: () => (rig === undefined ? rigOf(own) : rig(rigOf(own))),
    device: (device, clock) => {
      device?.discharges$.subscribe(() => {
        n += 1;
      });
      rest.device?.(device, clock);
    },
    afterwards: async (device, clock) => {
      ended = n;
      await probe(device, clock);
    },
  });
  return {
    ...result,
    discharges: result.discharges.slice(0, ended),
    afterwards: result.discharges.slice(ended),
  };
}

/** When things happen in a session that nothing disturbs, ms. */
export interface Timeline {
  readonly armedMs: number;
  readonly writtenMs: readonly number[];
}

const timelines = new Map<string, Promise<Timeline>>();

export function timeline(model: ModelCase, kind: DoseKind): Promise<Timeline> {
  const key = `${model.name} ${kind}`;
  const known = timelines.get(key) ?? timelineOf(model, kind);
  timelines.set(key, known);
  return known;
}

async function timelineOf(model: ModelCase, kind: DoseKind): Promise<Timeline> {
  const result = await runOn({ model, kind });
  everythingHolds(result);
  expect(result.status).toBe("completed");
  const [arm] = eventsOf(result, "arm");
  return {
    armedMs: arm?.tMs ?? Number.NaN,
    writtenMs: eventsOf(result, "written").map(({ writtenMs }) => writtenMs),
  };
}

/** Where in a session something may happen. The second dose is the one that it happens to. */
export type Instant =
  | "while connecting"
  | "armed, before the first dose"
  | "just before a dose"
  | "just after its bytes"
  | "in the train"
  | "at rest between doses";

export const INSTANTS: Readonly<Record<Instant, (timeline: Timeline) => number>> = {
  "while connecting": () => 30,
  "armed, before the first dose": ({ armedMs, writtenMs: [first = 0] }) => (armedMs + first) / 2,
  "just before a dose": ({ writtenMs: [, second = 0] }) => second - 60,
  "just after its bytes": ({ writtenMs: [, second = 0] }) => second + 10,
  "in the train": ({ writtenMs: [, second = 0] }) => second + 900,
  "at rest between doses": ({ writtenMs: [, second = 0, third = 0] }) => (second + third) / 2,
};

async function probe(device: SimulatedDevice | null, clock: VirtualClock): Promise<void> {
  for (const waitMs of PROBES_MS) {
    await clock.wait(waitMs);
    device?.trigger();
  }
}

/** Pulses of one discharge: a pulse of a BiStim² alone is a pair whose second has no output. */
export function pulsesIn({ intensityPctMso }: Discharge): number {
  return intensityPctMso.filter((pct) => pct > 0).length;
}

export function totalPulses(discharges: readonly Discharge[]): number {
  return discharges.reduce((sum, discharge) => sum + pulsesIn(discharge), 0);
}

/** The discharges of every dose that was written, and those that no dose explains. */
export interface Attribution {
  readonly ofDose: ReadonlyMap<number, readonly Discharge[]>;
  readonly foreign: readonly Discharge[];
}

/** Each discharge belongs to at most one dose, and none gets more than it has. */
export function attribute(result: VirtualResult): Attribution {
  const doses = new Map(eventsOf(result, "intent").map(({ seq, dose }) => [seq, dose]));
  const ofDose = new Map<number, Discharge[]>();
  let left = [...result.discharges];
  const refused = new Set(
    eventsOf(result, "outcome")
      .filter(({ outcome }) => outcome === "refused-by-device")
      .map(({ intent }) => intent),
  );
  for (const { intent, writtenMs } of eventsOf(result, "written")) {
    const dose = doses.get(intent);
    if (refused.has(intent) || dose === undefined || dose.shape.kind === "external") continue;
    const mine = left
      .filter((discharge) => explains(dose, writtenMs, discharge))
      .slice(0, dischargesOf(dose));
    left = left.filter((discharge) => !mine.includes(discharge));
    ofDose.set(intent, [...(ofDose.get(intent) ?? []), ...mine]);
  }
  return { ofDose, foreign: left };
}

function dischargesOf({ shape }: Dose): number {
  return shape.kind === "pair" ? 1 : pulseCount(shape);
}

function explains({ shape }: Dose, writtenMs: number, { atMs }: Discharge): boolean {
  return atMs >= writtenMs && atMs <= writtenMs + spanMs(shape) + OBEYS_WITHIN_MS;
}

/** Pulses that the journal has as somebody else's. */
export function foreignTold(result: VirtualResult): number {
  return eventsOf(result, "measure")
    .filter(({ name }) => name === "foreign-pulse" || name === "external-pulse")
    .reduce((sum, { body }) => sum + Number(body["pulses"] ?? 1), 0);
}

export interface Expected {
  /** Pulses of somebody else, each of which must be written down; absent: none may be. */
  readonly foreign?: number;
  /** The link is gone, so nobody can have heard that the device is disarmed. */
  readonly linkGone?: boolean;
}

/** Outcome, code and account in one line, for tables. */
export function shortly({ status, code, counts }: VirtualResult): string {
  const { delivered, skipped, unknown } = counts;
  return `${code ?? status}: ${delivered} delivered, ${unknown} unknown, ${skipped} skipped`;
}

/** What must hold after every run, whatever the device and whatever went wrong. */
export function everythingHolds(result: MatrixResult, expected: Expected = {}): void {
  expect(result.code, result.detail).not.toBe("CLI_BUG");
  expect(result.pending, "nothing is left on the clock").toBe(0);
  everyIntentHasOneOutcome(result);
  noDoseTwice(result);
  everyPulseIsInAnAccount(result, expected);
  nothingStartsAfterTheStop(result);
  aFaultIsWrittenDownBeforeItsStop(result);
  endsDisarmed(result, expected);
}

function everyIntentHasOneOutcome(result: MatrixResult): void {
  const intents = eventsOf(result, "intent").map(({ seq }) => seq);
  const outcomes = eventsOf(result, "outcome").map(({ intent }) => intent);
  expect([...outcomes].sort((a, b) => a - b)).toEqual(intents);
}

function noDoseTwice(result: MatrixResult): void {
  const written = eventsOf(result, "written").map(({ intent }) => intent);
  expect(new Set(written).size, "no intent is written twice").toBe(written.length);
  const doses = eventsOf(result, "intent").map(({ segment, dose }) => `${segment}/${dose.index}`);
  expect(new Set(doses).size, "no dose has two intents").toBe(doses.length);
}

function everyPulseIsInAnAccount(result: MatrixResult, { foreign = 0 }: Expected): void {
  const { foreign: unexplained, ofDose } = attribute(result);
  expect(totalPulses(unexplained), "pulses that no dose explains").toBe(foreign);
  const ours = totalPulses([...ofDose.values()].flat());
  const { delivered, unknown } = result.counts;
  expect(delivered + unknown, "the account covers our pulses").toBeGreaterThanOrEqual(ours);
  for (const { intent, outcome, pulses } of eventsOf(result, "outcome")) {
    const given = totalPulses(ofDose.get(intent) ?? []);
    if (outcome === "skipped-late" || outcome === "refused-by-device") expect(given).toBe(0);
    else if (ofDose.has(intent)) expect(pulses).toBeGreaterThanOrEqual(given);
    if (outcome === "delivered" && ofDose.has(intent)) expect(given).toBe(pulses);
  }
}

function nothingStartsAfterTheStop(result: MatrixResult): void {
  const [stop] = eventsOf(result, "stop");
  if (stop === undefined) return;
  for (const { writtenMs } of eventsOf(result, "written"))
    expect(writtenMs).toBeLessThanOrEqual(stop.tMs);
}

function aFaultIsWrittenDownBeforeItsStop(result: MatrixResult): void {
  if (result.status !== "faulted") return;
  const [fault] = eventsOf(result, "fault");
  const [stop] = eventsOf(result, "stop");
  expect(fault?.code).toBe(result.code);
  // Found when everything is over: there is nothing left to stop.
  if (result.code === "DEVICE_DISARM_UNCONFIRMED") return;
  expect(stop?.by).toBe(`fault: ${result.code}`);
  expect(fault?.seq).toBeLessThan(stop?.seq ?? -1);
}

function endsDisarmed(result: MatrixResult, { linkGone = false }: Expected): void {
  const last = eventsOf(result, "disarm").at(-1);
  if (eventsOf(result, "set").length > 0)
    expect(last, "a device that was set is disarmed").toBeDefined();
  if (last === undefined) return expect(result.afterwards).toEqual([]);
  if (linkGone) expect(last?.confirmed).toBe(false);
  else expect(last?.confirmed, last?.detail).toBe(true);
  if (last?.confirmed === true) expect(result.afterwards, "after a confirmed disarm").toEqual([]);
}
