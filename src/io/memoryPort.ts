import { type Observable, Subject } from "rxjs";
import type { SimulatedDevice } from "../contract/simulator.ts";
import type { LabClock } from "../contract/time.ts";
import type { BytePort, WriteStamp } from "../contract/transport.ts";
import { PulsetrainError } from "../errors/pulsetrainError.ts";
import { createLane, type Lane } from "./lane.ts";
import { createLinkState, requireOpen, unwatched } from "./linkState.ts";

/** The device's end of an in-process cable. */
export interface FarEnd {
  /** Bytes as they arrive at the device, one emission a write. */
  readonly bytes$: Observable<Uint8Array>;
  /** The host has opened its end. What is sent from now on arrives. */
  readonly opened$: Observable<void>;
  /** Bytes from the device. They get lost while the host has not opened its end. */
  send(bytes: Uint8Array): void;
}

export interface MemoryLink {
  readonly port: BytePort;
  readonly far: FarEnd;
  /** Pulls the cable: what is on the line is lost, and `open` finds no port. */
  unplug(detail: string): void;
  /** Puts it back. Opens nothing. */
  replug(): void;
}

export interface MemoryLinkOptions {
  /** Bits a second in either direction, 10 bits a byte; null: bytes arrive at the same instant. */
  readonly baudRate: number | null;
  readonly name?: string;
}

/** A cable inside one process, on any clock. A write arrives whole when its last bit has arrived. */
export function createMemoryLink(clock: LabClock, options: MemoryLinkOptions): MemoryLink {
  const name = options.name ?? "memory";
  const state = createLinkState();
  const toDevice = new Subject<Uint8Array>();
  const opened = new Subject<void>();
  const txLane = createLane(clock, options.baudRate, (bytes) => toDevice.next(bytes));
  const rxLane = createLane(clock, options.baudRate, (value, atMs) =>
    state.arrived({ atMs, value }),
  );
  let isPlugged = true;

  const port: BytePort = {
    name,
    get isOpen() {
      return state.isOpen;
    },
    bytes$: state.bytes$,
    closed$: state.closed$,
    open: async () => {
      if (!isPlugged) throw new PulsetrainError("PORT_NOT_FOUND", `${name} is unplugged`);
      if (state.isOpen) throw new PulsetrainError("PORT_OPEN_FAILED", `${name} is open already`);
      // What the device sent before is not for this opening.
      rxLane.cut();
      state.opened();
      opened.next();
    },
    write: (bytes) => {
      requireOpen(name, state.isOpen);
      return handOver(clock, txLane, bytes, name);
    },
    // Arrivals are handed on at their instant, so nothing that has arrived waits here.
    discardInput: () => undefined,
    // Like the kernel of a real port: bytes that were handed over still leave after a close.
    close: async () => state.ended({ lost: false, detail: "closed by the host" }),
  };

  return {
    port,
    far: {
      bytes$: toDevice.asObservable(),
      opened$: opened.asObservable(),
      send: (bytes) => {
        if (isPlugged && state.isOpen) void rxLane.put(bytes);
      },
    },
    unplug: (detail) => {
      isPlugged = false;
      txLane.cut();
      rxLane.cut();
      state.ended({ lost: true, detail });
    },
    replug: () => {
      isPlugged = true;
    },
  };
}

function handOver(clock: LabClock, lane: Lane, bytes: Uint8Array, name: string): WriteStamp {
  const writtenMs = clock.now();
  const gone = lane.put(bytes).then((leftMs) => {
    if (leftMs === null)
      throw new PulsetrainError("PORT_LOST", `${name} was unplugged before the bytes had left`);
    return leftMs;
  });
  return { writtenMs, drained: unwatched(gone) };
}

/** Puts a simulated device at the far end. Returns how to take it away again. */
export function plugIn(link: MemoryLink, device: SimulatedDevice): () => void {
  const parts = [
    link.far.bytes$.subscribe((bytes) => device.fromHost(bytes)),
    link.far.opened$.subscribe(() => device.hostOpened?.()),
    device.toHost$.subscribe((bytes) => link.far.send(bytes)),
    device.unplugged$.subscribe(() => link.unplug(`${device.model}: unplugged`)),
  ];
  return () => {
    for (const part of parts) part.unsubscribe();
  };
}
