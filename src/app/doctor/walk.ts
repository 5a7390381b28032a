/**
 * Takes one device through its steps and writes down what was seen. Through the guarded port, whose
 * latch has fallen before the first byte: only safe frames pass, whatever anybody permits.
 */
import { fromHex } from "../../base/hex.ts";
import type { DecodedFrame } from "../../contract/decode.ts";
import type {
  DeviceIdentity,
  DriverModule,
  Stimulator,
  StimulatorConfig,
  StimulatorEvent,
} from "../../contract/stimulator.ts";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort, SerialLine } from "../../contract/transport.ts";
import { isPulsetrainError } from "../../errors/pulsetrainError.ts";
import { guardPort } from "../../io/guardedPort.ts";
import { recordPort, type WireFrame } from "../../io/recorder.ts";
import type { Asked, Attempt, DeviceEvidence, Traffic, Watched } from "./evidence.ts";
import type { PortFacts } from "./portFacts.ts";

export interface WalkParts {
  readonly driver: DriverModule;
  /** All drivers, to tell whose frames came instead. */
  readonly drivers: readonly DriverModule[];
  readonly config: StimulatorConfig;
  readonly unlockCode: string | null;
  readonly port: BytePort;
  readonly clock: LabClock;
  readonly facts: () => PortFacts | null;
  /** Rejects when somebody stops the walk; the device is left as at its end. */
  readonly stopped: Promise<never>;
}

/** Longer than two polls of a driver in standby. */
const WATCH_MS = 4500;
const QUESTIONS = 10;
const FIRST_BYTES = 12;

export async function walkDevice(parts: WalkParts): Promise<DeviceEvidence> {
  const { driver, config, clock, unlockCode, stopped } = parts;
  const line: SerialLine = driver.line;
  const tap = tapPort(parts.port, clock, driver.redact ?? ((bytes) => bytes));
  const guarded = guardPort(tap.port, {
    deviceId: "doctor",
    classify: driver.classifier(config),
    clock,
  });
  guarded.latch("doctor");
  const port = parts.facts();
  const opened = await attempt(() => orStopped(guarded.open(), stopped));
  const stimulator = driver.create({ config, clock, port: guarded, unlockCode });
  let closed: DeviceEvidence["closed"] = null;
  const seen = { connected: null, watched: null, asked: null } as {
    connected: Attempt<DeviceIdentity> | null;
    watched: Watched | null;
    asked: Asked | null;
  };
  try {
    if (opened.ok) seen.connected = await attempt(() => orStopped(stimulator.connect(), stopped));
    if (seen.connected?.ok === true) {
      seen.watched = await orStopped(watch(stimulator, clock, tap), stopped);
      seen.asked = await orStopped(ask(stimulator, clock, parts.facts), stopped);
    }
  } finally {
    if (opened.ok) closed = await stimulator.close();
    if (guarded.isOpen) await guarded.close();
  }
  const version = seen.connected?.ok === true ? seen.connected.value.softwareVersion : null;
  const traffic = tap.traffic(
    (bytes) => decode(driver, config, version, bytes),
    (bytes) => readAs(parts, version, bytes),
  );
  return { line, hasUnlockCode: unlockCode !== null, port, opened, ...seen, closed, traffic };
}

function orStopped<T>(work: Promise<T>, stopped: Promise<never>): Promise<T> {
  return Promise.race([work, stopped]);
}

/** A stop is no finding about the device: it goes on up. */
async function attempt<T>(work: () => Promise<T>): Promise<Attempt<T>> {
  try {
    return { ok: true, value: await work() };
  } catch (error) {
    if (!isPulsetrainError(error) || error.code === "CLI_STOPPED") throw error;
    return { ok: false, code: error.code, detail: error.detail };
  }
}

async function watch(stimulator: Stimulator, clock: LabClock, tap: Tap): Promise<Watched> {
  const events: StimulatorEvent[] = [];
  const listening = stimulator.events$.subscribe((event) => events.push(event));
  const before = tap.sentCount();
  await clock.wait(WATCH_MS);
  const polls = tap.sentCount() - before;
  const after = await attempt(() => stimulator.readStatus());
  listening.unsubscribe();
  return { durationMs: WATCH_MS, events, polls, after };
}

async function ask(
  stimulator: Stimulator,
  clock: LabClock,
  facts: () => PortFacts | null,
): Promise<Asked> {
  const roundTripsMs: number[] = [];
  const latencyTimerMs = facts()?.latencyTimerMs ?? null;
  for (let n = 0; n < QUESTIONS; n += 1) {
    const startMs = clock.now();
    const answer = await attempt(() => stimulator.readStatus());
    if (!answer.ok) return { roundTripsMs, error: answer, latencyTimerMs };
    roundTripsMs.push(clock.now() - startMs);
  }
  return { roundTripsMs, error: null, latencyTimerMs };
}

function decode(
  driver: DriverModule,
  config: StimulatorConfig,
  version: string | null,
  bytes: Uint8Array,
): readonly DecodedFrame[] {
  const softwareVersion = version ?? config.softwareVersion;
  return driver.decodeCapture(config.driver, bytes, {
    direction: "device",
    softwareVersion,
    highResolution: false,
  });
}

/** Models of other families that would read every byte. Few bytes could be anybody's. */
function readAs(parts: WalkParts, version: string | null, bytes: Uint8Array): readonly string[] {
  const others = parts.drivers.filter((driver) => driver !== parts.driver);
  return others.flatMap((driver) => {
    const model = driver.models.find((name) => {
      const frames = decode(driver, { ...parts.config, driver: name }, version, bytes);
      return frames.length > 1 && frames.every(({ ok }) => ok);
    });
    return model === undefined ? [] : [model];
  });
}

interface Tap {
  readonly port: BytePort;
  sentCount(): number;
  traffic(
    decoded: (bytes: Uint8Array) => readonly DecodedFrame[],
    others: (bytes: Uint8Array) => readonly string[],
  ): Traffic;
}

/** Raw bytes are compared here and leave only as they may be recorded. */
function tapPort(port: BytePort, clock: LabClock, redact: (bytes: Uint8Array) => Uint8Array): Tap {
  const recorded: WireFrame[] = [];
  const sent: Uint8Array[] = [];
  const received: number[] = [];
  const recorder = recordPort(port, { clock, redact, sink: (frames) => recorded.push(...frames) });
  recorder.bytes$.subscribe(({ value }) => received.push(...value));
  const tapped: BytePort = {
    ...recorder,
    get isOpen() {
      return recorder.isOpen;
    },
    write: (bytes) => {
      sent.push(Uint8Array.from(bytes));
      return recorder.write(bytes);
    },
  };
  return {
    port: tapped,
    sentCount: () => sent.length,
    traffic: (decoded, others) => {
      recorder.stopRecording();
      const hex = recorded.filter(([, direction]) => direction === "rx").map(([, , text]) => text);
      const bytes = fromHex(hex.join("")) ?? new Uint8Array();
      return {
        sentFrames: sent.length,
        echoedFrames: echoed(sent, received),
        receivedBytes: received.length,
        frames: bytes.length === 0 ? [] : decoded(bytes),
        alsoReadAs: bytes.length === 0 ? [] : others(bytes),
        firstHex: hex.join("").slice(0, 2 * FIRST_BYTES),
      };
    },
  };
}

/** How many frames came back unchanged, in the order in which they left. */
function echoed(sent: readonly Uint8Array[], received: readonly number[]): number {
  const came = Buffer.from(received);
  let from = 0;
  let count = 0;
  for (const frame of sent) {
    const at = came.indexOf(frame, from);
    if (at < 0) continue;
    count += 1;
    from = at + frame.length;
  }
  return count;
}
