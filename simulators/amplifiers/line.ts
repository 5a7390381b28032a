import { type Observable, ReplaySubject, Subject, type Subscription } from "rxjs";
import { createRandom } from "../../src/base/random.ts";
import type { LabClock } from "../../src/contract/time.ts";
import { joinBytes } from "./bytes.ts";
import { type PacketFault, type PacketShape, type Packets, spoilPackets } from "./packetFaults.ts";

/** The cable from an amplifier to its host. */
export interface Line {
  readonly bytes$: Observable<Uint8Array>;
  /** Also tells those who subscribe after it happened. */
  readonly unplugged$: Observable<void>;
  readonly isPlugged: boolean;
  /** Packets of the stream, subject to the faults that wait for some. */
  stream(packets: Packets): void;
  /** Everything else that is sent by itself. One emission is one datagram, where there are datagrams. */
  say(bytes: Uint8Array): void;
  /** To a command; it may take its time. */
  answer(bytes: Uint8Array): void;
  spoilNext(fault: PacketFault): void;
  /** Eight random bytes. */
  blurt(): void;
  /** Holds everything back for a while. */
  hold(forMs: number): void;
  mute(): void;
  unmute(): void;
  unplug(): void;
  close(): void;
}

export interface LineOptions {
  readonly clock: LabClock;
  readonly seed: number;
  readonly shape: PacketShape;
  readonly sendsDatagrams: boolean;
  /** Every emission is handed over in pieces of one to thirteen bytes, unless it is a datagram. */
  readonly oddChunks: boolean;
  readonly answerDelayMs: number;
}

const GARBAGE_BYTES = 8;
const LONGEST_PIECE = 13;

export function createLine(options: LineOptions): Line {
  const { clock, seed, shape, sendsDatagrams, answerDelayMs } = options;
  const oddChunks = options.oddChunks && !sendsDatagrams;
  const bytes = new Subject<Uint8Array>();
  const unplugged = new ReplaySubject<void>(1);
  const garbage = createRandom(seed, "amplifier-garbage");
  const chunks = createRandom(seed, "amplifier-chunks");
  const late = new Set<Subscription>();
  let state: "plugged" | "mute" | "unplugged" = "plugged";
  let faults: readonly PacketFault[] = [];
  let held: { readonly parts: Uint8Array[]; readonly release: Subscription } | null = null;

  const emit = (sent: Uint8Array): void => {
    if (sent.length === 0) return;
    if (!oddChunks) return bytes.next(sent);
    for (let at = 0; at < sent.length; ) {
      const end = at + 1 + Math.floor(chunks.between(0, LONGEST_PIECE));
      bytes.next(sent.subarray(at, end));
      at = end;
    }
  };

  const send = (sent: Uint8Array): void => {
    if (state !== "plugged") return;
    if (held === null) emit(sent);
    else held.parts.push(sent);
  };

  const sendLater = (sent: Uint8Array): void => {
    const waiting = clock.at(clock.now() + answerDelayMs, () => {
      late.delete(waiting);
      send(sent);
    });
    late.add(waiting);
  };

  const release = (): void => {
    const parts = held?.parts ?? [];
    held = null;
    for (const part of parts) send(part);
  };

  return {
    bytes$: bytes.asObservable(),
    unplugged$: unplugged.asObservable(),
    get isPlugged() {
      return state !== "unplugged";
    },
    stream: (packets) => {
      if (faults.length === 0) return send(packets.bytes);
      const spoilt = spoilPackets(packets, faults, shape);
      faults = spoilt.left;
      if (sendsDatagrams) for (const part of spoilt.parts) send(part);
      else send(joinBytes(spoilt.parts));
    },
    say: send,
    answer: answerDelayMs > 0 ? sendLater : send,
    spoilNext: (fault) => {
      faults = [...faults, fault];
    },
    blurt: () =>
      send(Uint8Array.from({ length: GARBAGE_BYTES }, () => Math.floor(garbage.between(0, 256)))),
    hold: (forMs) => {
      held?.release.unsubscribe();
      held = { parts: held?.parts ?? [], release: clock.at(clock.now() + forMs, release) };
    },
    mute: () => {
      if (state === "plugged") state = "mute";
    },
    unmute: () => {
      if (state === "mute") state = "plugged";
    },
    unplug: () => {
      if (state === "unplugged") return;
      state = "unplugged";
      unplugged.next();
    },
    close: () => {
      held?.release.unsubscribe();
      for (const waiting of late) waiting.unsubscribe();
      late.clear();
      bytes.complete();
      unplugged.complete();
    },
  };
}
