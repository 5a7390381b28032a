/** What every amplifier is around its codec: a link, a stream that is watched, and its ends. */
import { Subject, type Subscription } from "rxjs";
import type { Amplifier, AmplifierEvent, SampleBlock } from "../../src/contract/amplifier.ts";
import type { LabClock } from "../../src/contract/time.ts";
import type { BytePort, CloseReason } from "../../src/contract/transport.ts";
import { PulsetrainError } from "../../src/errors/pulsetrainError.ts";
import { createRateWatch, type RateFinding, type RateWatch } from "./rateWatch.ts";
import { createStallWatch } from "./stallWatch.ts";
import { createTalk, type Talk } from "./talk.ts";
import { createWriter, type SampleWriter } from "./writer.ts";

/** Bytes in, frames into the writer. Holds no more than a packet. */
export interface StreamCodec {
  push(bytes: Uint8Array): void;
  /** No more bytes belong to what is held. */
  flush(): void;
  /** A new stream begins. A device that sends all the time keeps its place in the bytes. */
  begin(): void;
}

export interface AmplifierParts {
  readonly model: string;
  readonly clock: LabClock;
  readonly port: BytePort;
  readonly channels: number;
  readonly rateHz: number;
  /** Part of the rate that the device may be off before that is a fault. */
  readonly rateTolerance: number;
  readonly turnFrames: number | null;
  /** Frames of a block; null: about 20 ms. */
  readonly blockFrames: number | null;
  readonly codec: (writer: SampleWriter) => StreamCodec;
  /** A device that sends all the time is read all the time, from opening on. */
  readonly readsAlways: boolean;
  /** Who is there? Rejects with a coded error. Leaves the device where `begin` can start it. */
  identify(talk: Talk): Promise<Readonly<Record<string, string>>>;
  begin(talk: Talk): Promise<void>;
  end(talk: Talk): Promise<void>;
}

export interface StreamAmplifier extends Amplifier {
  /** Frames a second by the host's clock, of the stream under way or the last one; null: not yet known. */
  measuredRateHz(): number | null;
}

/** For what a driver does besides samples, such as a check of electrodes. */
export interface AmplifierShell {
  readonly amplifier: StreamAmplifier;
  readonly talk: Talk;
  /** Rejects unless connected and without a stream. */
  requireIdle(what: string): void;
}

/** Length of a block that the device does not set, ms. */
const BLOCK_MS = 20;
/** Silence that is told, ms; three frames where they come further apart. */
export const STALL_MS = 500;

type State = "closed" | "opening" | "idle" | "streaming";

export function createAmplifier(parts: AmplifierParts): AmplifierShell {
  const { clock, port, rateHz, model } = parts;
  const blocks = new Subject<SampleBlock>();
  const events = new Subject<AmplifierEvent>();
  const blockFrames = parts.blockFrames ?? Math.max(1, Math.round((rateHz * BLOCK_MS) / 1000));
  const control = createWriter({
    channels: parts.channels,
    blockFrames,
    onBlock: (block) => blocks.next(block),
    onEvent: (event) => events.next(event),
  });
  const codec = parts.codec(control.writer);
  const { talk, hand, lose } = createTalk(clock, port);
  let state: State = "closed";
  let rate: RateWatch | null = null;
  let subscriptions: Subscription[] = [];

  const freshRate = (): RateWatch =>
    createRateWatch({
      nominalHz: rateHz,
      tolerance: parts.rateTolerance,
      turnFrames: parts.turnFrames,
    });

  const stallMs = Math.max(STALL_MS, 3000 / rateHz);
  const stall = createStallWatch(
    clock,
    stallMs,
    (silentMs) => {
      control.stalled();
      // Without a counter nobody knows what a silence held: its time must not count as a slow clock.
      if (parts.turnFrames === null) rate = freshRate();
      events.next({ kind: "stall", atMs: clock.now(), silentMs });
    },
    () => events.next({ kind: "resumed", atMs: clock.now() }),
  );

  const tellRate = (finding: RateFinding): void => {
    if (finding.kind === "turns-lost") {
      control.writer.tell(
        `by the host's clock about ${finding.aboutFrames} frames more were lost than the counter of the device can show`,
      );
      control.writer.lose(0, true);
      return;
    }
    control.writer.fault(
      "DEVICE_WRONG_RATE",
      `${model}: samples come at about ${finding.estimatedHz.toFixed(2)} Hz, expected ${rateHz} Hz`,
    );
  };

  const stream = (bytes: Uint8Array, atMs: number): void => {
    const before = control.counters.frames;
    control.arrive(atMs);
    codec.push(bytes);
    if (state !== "streaming" || control.counters.frames === before) return;
    stall.alive();
    for (const finding of rate?.note(atMs, control.index) ?? []) tellRate(finding);
  };

  const ended = ({ lost, detail }: CloseReason): void => {
    if (state === "closed") return;
    finishStream();
    state = "closed";
    for (const one of subscriptions.splice(0)) one.unsubscribe();
    lose(detail);
    if (lost) events.next({ kind: "link-lost", atMs: clock.now(), detail });
  };

  const finishStream = (): void => {
    if (state !== "streaming") return;
    state = "idle";
    stall.end();
    codec.flush();
    control.end();
    const measured = rate?.measuredHz() ?? null;
    if (measured === null) return;
    const text = `measured ${measured.toFixed(3)} Hz by the host's clock, expected ${rateHz} Hz`;
    events.next({ kind: "message", atMs: clock.now(), text });
  };

  const link = (): void => {
    subscriptions = [
      port.bytes$.subscribe(({ atMs, value }) => {
        if (hand(value)) return;
        if (state === "streaming" || parts.readsAlways) stream(value, atMs);
      }),
      port.closed$.subscribe(ended),
    ];
  };

  const requireState = (wanted: State, what: string): void => {
    if (state !== wanted)
      throw new PulsetrainError("DEVICE_CONFLICT", `${model}: ${what} while ${state}`);
  };

  const close = async (): Promise<void> => {
    if (state === "streaming") await stop().catch(() => undefined);
    finishStream();
    if (port.isOpen) await port.close();
    ended({ lost: false, detail: "closed by the host" });
  };

  const connect = async (): Promise<Readonly<Record<string, string>>> => {
    requireState("closed", "connect");
    state = "opening";
    try {
      await port.open();
      link();
      const told = await parts.identify(talk);
      state = "idle";
      return told;
    } catch (error) {
      await close().catch(() => undefined);
      state = "closed";
      throw error;
    }
  };

  const start = async (): Promise<void> => {
    requireState("idle", "start");
    rate = freshRate();
    state = "streaming";
    codec.begin();
    control.begin(clock.now());
    stall.begin();
    try {
      await parts.begin(talk);
    } catch (error) {
      finishStream();
      throw error;
    }
  };

  const stop = async (): Promise<void> => {
    if (state !== "streaming") return;
    await parts.end(talk);
    finishStream();
  };

  return {
    amplifier: {
      blocks$: blocks.asObservable(),
      events$: events.asObservable(),
      counters: () => ({ ...control.counters }),
      connect,
      start,
      stop,
      close,
      measuredRateHz: () => rate?.measuredHz() ?? null,
    },
    talk,
    requireIdle: (what) => requireState("idle", what),
  };
}
