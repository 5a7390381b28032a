import type { JournalEvent } from "../../contract/events.ts";
import type { LabClock } from "../../contract/time.ts";
import type { BytePort } from "../../contract/transport.ts";
import { recordPort, type WireFrame } from "../../io/recorder.ts";

/** A port whose raw traffic is gathered, secrets blanked, until the journal takes it. */
export interface WireTap {
  readonly port: BytePort;
  take(): JournalEvent | null;
}

/** `name` tells the cable of an accessory from the stimulator's, which has none. */
export function createWireTap(
  clock: LabClock,
  port: BytePort,
  options: {
    readonly name?: string;
    readonly redact?: ((bytes: Uint8Array) => Uint8Array) | undefined;
  },
): WireTap {
  let frames: WireFrame[] = [];
  const recorded = recordPort(port, {
    clock,
    redact: options.redact ?? ((bytes) => bytes),
    sink: (batch) => {
      frames = frames.concat(batch);
    },
  });
  return {
    port: recorded,
    take() {
      recorded.flush();
      if (frames.length === 0) return null;
      const taken = frames;
      frames = [];
      const where = options.name === undefined ? {} : { port: options.name };
      return { tMs: clock.now(), kind: "wire", frames: taken, ...where };
    },
  };
}
