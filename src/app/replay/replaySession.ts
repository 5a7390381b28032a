import type { Protocol } from "../../../protocols/types.ts";
import { fromHex } from "../../base/hex.ts";
import type { StoredEvent } from "../../contract/events.ts";
import type { HazardClassifier } from "../../contract/hazard.ts";
import type { LedgerSnapshot, SessionFacts, Threshold } from "../../contract/session.ts";
import type { FaultOrder } from "../../contract/simulator.ts";
import { PulsetrainError } from "../../errors/pulsetrainError.ts";
import type { JournalReader } from "../../journal/read.ts";
import {
  type LimitProfile,
  loadDefaultProfile,
  parseProfile,
  profileHash,
} from "../../safety/limits.ts";
import { utcMsOf } from "../../time/calendar.ts";
import { createVirtualClock, type VirtualClock } from "../../time/virtualClock.ts";
import { type RigConfig, rigFactsOf, stimulatorConfig } from "../config/rig.ts";
import { findDriver } from "../drivers.ts";
import { type FarSideSource, simulatedFarSide } from "../rig/assemble.ts";
import { type Conductor, createConductor } from "../run/conductor.ts";
import { startRigHere } from "../run/host.ts";
import { gateContext, planFor, type Setup } from "../run/setup.ts";
import { PACKAGE_VERSION } from "../version.ts";
import {
  comparable,
  type Difference,
  firstDifference,
  isOfSamples,
  type Strictness,
} from "./canonicalEvents.ts";
import { lateClock, recordedLateness } from "./lateClock.ts";
import { createMemoryWriter, type NumberedEvent } from "./memoryWriter.ts";
import { createPlaybackPort, type PlaybackPort, type RecordedFrame } from "./playbackPort.ts";
import { withoutPorts } from "./withoutPorts.ts";

/** The part of a journal that a replay reads. */
export type ReplaySource = Pick<JournalReader, "events" | "document">;

export interface ReplayOptions {
  readonly against: "simulator" | "recording";
  readonly limits: "recorded" | "installed";
  readonly seed: number | null;
}

/** An input of the session that is not what it was. */
export interface InputDifference {
  readonly input: string;
  readonly recorded: string;
  readonly now: string;
}

export interface ReplayReport {
  readonly equal: boolean;
  readonly strictness: Strictness;
  readonly events: number;
  readonly inputs: readonly InputDifference[];
  readonly firstEvent: Difference | null;
  /** The first written bytes that differ. */
  readonly firstBytes: Difference | null;
}

/** 8 data bits with start and stop bit. */
const BITS_PER_BYTE = 10;

/** Same shape as an unlock code; belongs to no unit. */
const STAND_IN_CODE = "0000-00000000-00";

/** What `run.start` holds. Its shape is ours, and it is read back through the hash chain. */
interface RunStart {
  readonly protocol: string;
  readonly documents: Readonly<Record<string, string>>;
  readonly limitsHash: string;
  readonly rig: RigConfig;
  readonly facts: SessionFacts;
  readonly latenciesMs?: Readonly<Record<string, number>>;
  readonly ledger: LedgerSnapshot;
  readonly limitsAccepted: boolean;
  readonly seed: number;
  readonly speed: "real" | "max";
  readonly simulatorFaults: readonly FaultOrder[];
  readonly versions: { readonly pulsetrain: string };
}

/** Runs a recorded session again on the virtual clock. It has no way to open a port. */
export async function replaySession(
  read: ReplaySource,
  session: string,
  options: ReplayOptions,
): Promise<ReplayReport> {
  const recorded = [...read.events(session)];
  const first = recorded[0];
  if (first?.kind !== "run.start" || first.body["rig"] === undefined) {
    throw new PulsetrainError("CLI_BAD_CALL", `${session} is not a run that can be replayed`);
  }
  const start = first.body as unknown as RunStart;
  const limits = limitsFor(read, start, options);
  const seed = options.seed ?? start.seed;
  const setup = await setupOf(start, limits, seed);
  const strictness: Strictness = start.speed === "max" ? "exact" : "order";
  const virtual = createVirtualClock({ startUtcMs: utcMsOf(first.utc) ?? 0 });
  const clock = strictness === "exact" ? virtual : lateClock(virtual, recordedLateness(recorded));
  const played = await virtual.run(() =>
    playAgain({ read, recorded, start, setup, session, clock, options, strictness }),
  );
  const inputs = [
    ...differs("pulsetrain version", start.versions.pulsetrain, PACKAGE_VERSION),
    ...differs("limit profile", start.limitsHash, profileHash(limits)),
    ...differs("seed", String(start.seed), String(seed)),
    ...played.planDifferences,
  ];
  return compare(recorded, played, strictness, inputs, options);
}

function differs(input: string, recorded: string, now: string): readonly InputDifference[] {
  return recorded === now ? [] : [{ input, recorded, now }];
}

function limitsFor(read: ReplaySource, start: RunStart, options: ReplayOptions): LimitProfile {
  if (options.limits === "installed") return loadDefaultProfile();
  const parsed = parseProfile(read.document(start.documents["limits"] ?? ""));
  if (!parsed.ok)
    throw new PulsetrainError(
      "JOURNAL_BROKEN_CHAIN",
      `the recorded limit profile: ${parsed.error}`,
    );
  return parsed.value;
}

async function setupOf(start: RunStart, limits: LimitProfile, seed: number): Promise<Setup> {
  const { rig } = start;
  const model = (await findDriver(rig.stimulator.driver)).describe(stimulatorConfig(rig));
  if (!model.ok) throw new PulsetrainError("RIG_FILE_BAD", model.error);
  return {
    rig: withoutPorts(rig),
    sessionFile: null,
    facts: start.facts,
    latenciesMs: start.latenciesMs ?? {},
    rigFacts: rigFactsOf(rig),
    limits,
    limitsHash: profileHash(limits),
    model: model.value,
    // What was measured is in the recording; a replay measures nothing.
    amplifier: null,
    seed,
    startedUtc: start.facts.startedUtc,
  };
}

interface Again {
  readonly read: ReplaySource;
  readonly recorded: readonly StoredEvent[];
  readonly start: RunStart;
  readonly setup: Setup;
  readonly session: string;
  readonly clock: VirtualClock;
  readonly options: ReplayOptions;
  readonly strictness: Strictness;
}

interface Played {
  readonly events: readonly NumberedEvent[];
  readonly planDifferences: readonly InputDifference[];
  readonly playback: PlaybackPort | null;
  readonly classify: HazardClassifier;
}

async function playAgain(again: Again): Promise<Played> {
  const { clock, recorded, setup, start, session } = again;
  const writer = createMemoryWriter(session);
  writer.append([{ tMs: clock.now(), kind: "run.start", body: {} }], { durable: false });
  let playback: PlaybackPort | null = null;
  const source: FarSideSource =
    again.options.against === "simulator"
      ? simulatedFarSide
      : async () => {
          playback = await playbackOf(again);
          // What an edge brought about is in the recorded answers.
          return { port: playback, simulator: null, setLine: async () => undefined };
        };
  const starting = startRigHere(
    {
      session,
      rig: setup.rig,
      context: gateContext(setup, start.ledger, start.limitsAccepted),
      seed: setup.seed,
      originNs: "0",
      utcAtOriginMs: 0,
      parentSilenceMs: null,
      dischargesFile: null,
      simulatorFaults: start.simulatorFaults,
      simulatorBody: {},
      stopSocket: null,
    },
    clock,
    source,
    // The secret is not looked up: whatever it was, the recording holds it blanked.
    (pointer) => (pointer === undefined ? null : STAND_IN_CODE),
  );
  // What is read from the disk meanwhile takes no time of the run.
  const host = await clock.outside(starting);
  const watcher = { progress: () => undefined, hold: () => undefined, stored: () => undefined };
  const conductor = createConductor({
    clock,
    line: host.line,
    writer,
    watcher,
    doseBook: null,
    heartbeatMs: null,
    killRig: host.kill,
  });
  injectOperator(recorded, clock, conductor);
  const planDifferences: InputDifference[] = [];
  for (const event of recorded) {
    if (isNerveTrain(event)) await nerveTrainAgain(event.body, clock, conductor);
    if (event.kind !== "segment") continue;
    await clock.until(event.t * 1000);
    const { hash, protocol } = recordedProtocol(again.read, event.body);
    const known = knownThen(setup, event.body);
    if (known !== setup) conductor.setThresholds(known.facts.thresholds);
    const planned = planFor(known, protocol, hash, event.segment);
    if (!planned.ok) {
      planDifferences.push({
        input: `plan ${event.segment}`,
        recorded: String(event.body["planHash"]),
        now: planned.refusal.code,
      });
      break;
    }
    planDifferences.push(
      ...differs(`plan ${event.segment}`, String(event.body["planHash"]), planned.planHash),
    );
    const { startAtMs } = event.body as unknown as SegmentBody;
    const end = await conductor.runPlan(planned.plan, event.body, startAtMs ?? undefined);
    if (end.status !== "completed") break;
  }
  await clock.until(lastWordMs(recorded));
  await conductor.finish();
  host.dispose();
  const driver = await findDriver(setup.rig.stimulator.driver);
  const classify = driver.classifier(stimulatorConfig(setup.rig));
  return { events: writer.events, planDifferences, playback, classify };
}

/** What a measured session adds to a segment: what was known by then, and when it was to begin. */
interface SegmentBody {
  readonly thresholds?: readonly Threshold[];
  readonly latenciesMs?: Readonly<Record<string, number>>;
  readonly startAtMs?: number | null;
}

/** A session that measures plans each segment with what it had found by then; the setup itself where it had not. */
function knownThen(setup: Setup, body: Readonly<Record<string, unknown>>): Setup {
  const { latenciesMs = setup.latenciesMs, thresholds } = body as SegmentBody;
  if (thresholds === undefined) return setup;
  return { ...setup, latenciesMs, facts: { ...setup.facts, thresholds } };
}

type NerveTrain = StoredEvent & { readonly kind: "measure" };

function isNerveTrain(event: StoredEvent): event is NerveTrain {
  return event.kind === "measure" && event.name === "nerve-train";
}

async function nerveTrainAgain(
  body: Readonly<Record<string, unknown>>,
  clock: VirtualClock,
  conductor: Pick<Conductor, "nerveTrain">,
): Promise<void> {
  const { stimuli, intervalMs, beganMs } = body as Readonly<Record<string, number>>;
  if (stimuli === undefined || intervalMs === undefined) return;
  if (beganMs !== undefined) await clock.until(beganMs);
  await conductor.nerveTrain(stimuli, intervalMs);
}

/** Whoever decides ends the session when the last of its words is written, and not before. */
function lastWordMs(recorded: readonly StoredEvent[]): number {
  const words = recorded.filter((event) => event.kind === "note" || isOfSamples(event));
  return 1000 * (words.at(-1)?.t ?? 0);
}

/** The protocol of a segment, by the hash that the chain proves. */
function recordedProtocol(
  read: ReplaySource,
  body: Readonly<Record<string, unknown>>,
): { readonly hash: string; readonly protocol: Protocol } {
  const { protocol: hash = "" } = (body["documents"] ?? {}) as { readonly protocol?: string };
  const protocol = read.document(hash);
  if (protocol === null) {
    throw new PulsetrainError("CLI_BAD_CALL", "a protocol of this session is not in the journal");
  }
  return { hash, protocol: protocol as Protocol };
}

/** What a person or a signal did to the recorded run happens again at the same instant. */
function injectOperator(
  recorded: readonly StoredEvent[],
  clock: VirtualClock,
  conductor: { stop(by: string): void; togglePause(by: string): void; resume(by: string): void },
): void {
  for (const event of recorded) {
    const atMs = event.t * 1000;
    if (event.kind === "stop" && !event.by.startsWith("fault:"))
      clock.at(atMs, () => conductor.stop(event.by));
    if (event.kind === "pause" && !event.by.startsWith("hold:"))
      clock.at(atMs, () => conductor.togglePause(event.by));
    if (event.kind === "resume") clock.at(atMs, () => conductor.resume(event.by));
  }
}

async function playbackOf(again: Again): Promise<PlaybackPort> {
  const { recorded, setup, clock, strictness } = again;
  const driver = await findDriver(setup.rig.stimulator.driver);
  const frames = recorded.flatMap((event): readonly RecordedFrame[] =>
    event.kind === "wire" && event.port === undefined ? event.frames : [],
  );
  if (frames.length === 0)
    throw new PulsetrainError("CLI_BAD_CALL", "this session holds no recorded bytes");
  return createPlaybackPort({
    clock,
    frames,
    redact: driver.redact ?? ((bytes) => bytes),
    classify: driver.classifier(stimulatorConfig(setup.rig)),
    looseQueries: strictness === "order",
    loss: lossOf(recorded),
    byteMs: BITS_PER_BYTE * (1000 / driver.line.baudRate),
  });
}

/** The bytes do not show that the link was lost; the fault that it was does. */
function lossOf(
  recorded: readonly StoredEvent[],
): { readonly atMs: number; readonly detail: string } | null {
  const fault = recorded.find((event) => event.kind === "fault");
  if (fault?.kind !== "fault" || fault.code !== "PORT_LOST") return null;
  return { atMs: fault.t * 1000, detail: fault.detail };
}

function compare(
  recorded: readonly StoredEvent[],
  played: Played,
  strictness: Strictness,
  inputs: readonly InputDifference[],
  options: ReplayOptions,
): ReplayReport {
  const before = comparable(
    recorded.map((event) => ({ ...event, tMs: event.t * 1000 })),
    strictness,
  );
  const after = comparable(played.events, strictness);
  const firstEvent = firstDifference(
    before.map(({ text }) => text),
    after.map(({ text }) => text),
  );
  const firstBytes =
    options.against === "recording"
      ? departureOf(played.playback)
      : bytesDiffer(recorded, played, strictness);
  return {
    equal: inputs.length === 0 && firstEvent === null && firstBytes === null,
    strictness,
    events: before.length,
    inputs,
    firstEvent,
    firstBytes,
  };
}

function departureOf(playback: PlaybackPort | null): Difference | null {
  if (playback === null) return null;
  const { departure, left } = playback;
  if (departure !== null)
    return { position: 0, recorded: departure.expected, replayed: departure.written };
  return left > 0 ? { position: 0, recorded: `${left} more writes`, replayed: null } : null;
}

/** All traffic on the virtual clock; in real time the frames that set, arm or fire, in order. */
function bytesDiffer(
  recorded: readonly StoredEvent[],
  played: Played,
  strictness: Strictness,
): Difference | null {
  const texts = (events: readonly (StoredEvent | NumberedEvent)[]): readonly string[] =>
    events
      .flatMap((event) => (event.kind === "wire" && event.port === undefined ? event.frames : []))
      .flatMap(([atMs, direction, hex]) => {
        if (strictness === "exact") return [`${atMs.toFixed(3)} ms ${direction} ${hex}`];
        const bytes = direction === "tx" ? fromHex(hex) : null;
        return bytes !== null && played.classify(bytes).kind !== "safe" ? [hex] : [];
      });
  return firstDifference(texts(recorded), texts(played.events));
}
