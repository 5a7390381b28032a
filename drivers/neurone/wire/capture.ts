/** Captures for `wire decode`: each is one datagram. */
import type { DecodedFrame, DecodeOptions } from "../../../src/contract/decode.ts";
import { bad, good, type Meaning } from "../../amplifiers-common/captured.ts";
import { countOf, FIRST_TRIGGER_SOURCE, type Packet, readPacket, type Samples } from "./packets.ts";

/** Inputs of an amplifier; its last eight are bipolar. */
const INPUTS = 40;
const EEG_INPUTS = 32;

export function decodeCapture(bytes: Uint8Array, _options: DecodeOptions): readonly DecodedFrame[] {
  const read = readPacket(bytes);
  return [
    read.ok ? good(bytes, meaningOf(bytes, read.value)) : bad(bytes, "WIRE_BAD_FIELD", read.error),
  ];
}

function meaningOf(bytes: Uint8Array, packet: Packet): Meaning {
  switch (packet.kind) {
    case "start": {
      const electrodes = packet.sources.filter((source) => source < FIRST_TRIGGER_SOURCE);
      const eeg = electrodes.filter((source) => (source - 1) % INPUTS < EEG_INPUTS).length;
      return {
        decoded: {
          sampling_rate_hz: packet.rateHz,
          eeg,
          emg: electrodes.length - eeg,
          source_channels: packet.sources,
          trigger_channel_last: electrodes.length < packet.sources.length,
          channel_types: packet.types,
        },
      };
    }
    case "samples":
      return { decoded: samplesMeaning(bytes, packet) };
    case "triggers":
      return { decoded: { triggers: packet.triggers } };
    case "end":
      return { decoded: { final_sample_count: packet.samples } };
    case "hardware":
      return { decoded: "Hardware state" };
    case "join":
      return { decoded: "Join: ask for the start packet again" };
  }
}

function samplesMeaning(bytes: Uint8Array, packet: Samples): Meaning {
  const { channels, bundles } = packet;
  const rows = Array.from({ length: bundles }, (_, bundle) =>
    Array.from({ length: channels }, (__, channel) => countOf(bytes, bundle * channels + channel)),
  );
  return {
    seq: packet.sequence,
    channels,
    bundles,
    sample_index: packet.firstIndex,
    time_us: packet.firstUs,
    time_s: packet.firstUs / 1e6,
    rows,
    ...(bundles === 1 ? { counts: rows[0] } : {}),
  };
}
