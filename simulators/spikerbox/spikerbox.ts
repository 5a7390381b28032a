import { Subscription } from "rxjs";
import type { AmplifierBody, AmplifierParts } from "../amplifiers/amplifier.ts";
import { asciiBytes } from "../amplifiers/bytes.ts";
import { numberOption } from "../amplifiers/options.ts";
import type { SampledBlock } from "../amplifiers/sampler.ts";
import type { Variant } from "./variants.ts";
import { BOARD_CHANNELS } from "./variants.ts";
import { frameBytes, writeFrame } from "./wire/frames.ts";
import { encodeMessage, START_UP_TEXT } from "./wire/messages.ts";
import { createOrderReader, type Order } from "./wire/orders.ts";

/** From the reset of an Arduino to its first word: its boot loader waits for another program. */
const BOOT_MS = 1500;
/** An Arduino does not sample while it reads an order. */
const ORDER_GAP_MS = 1;
/** About the latency timer of a USB converter. */
const DEFAULT_BLOCK_MS = 10;
const VERSION = "1.0";

/** Streams from power-up. */
export function createSpikerbox(parts: AmplifierParts, variant: Variant): AmplifierBody {
  const { clock, line, sampler, options } = parts;
  const scale = numberOption(options, "microvoltPerCount", variant.microvoltPerCount, {
    min: 1e-6,
    max: 1e6,
  });
  const blockMs = numberOption(options, "blockMs", DEFAULT_BLOCK_MS, { min: 1, max: 1000 });
  const event = numberOption(options, "event", 1, { min: 0, max: 9, whole: true });
  const board = numberOption(options, "board", 0, { min: 0, max: 9, whole: true });
  const most = { min: 1, max: variant.mostChannels, whole: true };
  const firstChannels = variant.isArduino
    ? variant.channels
    : (BOARD_CHANNELS.get(board) ?? variant.channels);
  const channelsAtStart = numberOption(options, "channelCount", firstChannels, most);
  const readOrders = createOrderReader();
  const middle = 2 ** (variant.bits - 1);
  const largest = 2 ** variant.bits - 1;
  let channels = channelsAtStart;
  let values: Int32Array = new Int32Array(channels);
  let booting = Subscription.EMPTY;

  const carryOut = ({ name, value }: Order): void => {
    switch (name) {
      case "b":
        return line.answer(encodeMessage(`HWT:${variant.hardwareType}`));
      case "?":
        return line.answer(
          encodeMessage(`FWV:${VERSION}`, `HWT:${variant.hardwareType}`, `HWV:${VERSION}`),
        );
      case "board":
        return line.answer(encodeMessage(`BRD:${board}`));
      case "c":
        return setChannels(Number(value));
      case "start":
        return variant.isArduino ? undefined : start(0);
      case "h":
        return variant.isArduino ? undefined : sampler.stop();
    }
  };

  function setChannels(count: number): void {
    if (!Number.isInteger(count) || count < 1 || count > variant.mostChannels) return;
    channels = count;
    if (sampler.isRunning) start(0);
  }

  function start(delayMs: number): void {
    const rateHz = variant.sharesRate ? variant.nominalHz / channels : variant.nominalHz;
    const blockFrames = Math.max(1, Math.round((rateHz * blockMs) / 1000));
    values = new Int32Array(channels);
    sampler.start({ rateHz, blockFrames, channels, delayMs, onBlock });
  }

  function onBlock(block: SampledBlock): void {
    const packetBytes = frameBytes(channels);
    const bytes = encode(block);
    // An event stands before the frame that it belongs to.
    let sent = 0;
    for (const mark of block.marks) {
      send(bytes.subarray(sent, mark * packetBytes), packetBytes);
      line.say(encodeMessage(`EVNT:${event}`));
      sent = mark * packetBytes;
    }
    send(bytes.subarray(sent), packetBytes);
  }

  function send(bytes: Uint8Array, packetBytes: number): void {
    if (bytes.length > 0) line.stream({ bytes, packetBytes, firstAt: 0 });
  }

  function encode(block: SampledBlock): Uint8Array {
    const bytes = new Uint8Array(block.frames * frameBytes(channels));
    for (let offset = 0; offset < block.frames; offset++) {
      for (let channel = 0; channel < channels; channel++) {
        const count = Math.round((block.uv[channel]?.[offset] ?? 0) / scale) + middle;
        values[channel] = Math.min(largest, Math.max(0, count));
      }
      writeFrame(bytes, offset * frameBytes(channels), values);
    }
    return bytes;
  }

  function boot(): void {
    sampler.stop();
    booting.unsubscribe();
    channels = channelsAtStart;
    booting = clock.at(clock.now() + BOOT_MS, () => {
      booting.unsubscribe();
      if (variant.isArduino) line.say(asciiBytes(START_UP_TEXT));
      start(0);
    });
  }

  start(0);
  return {
    counter: null,
    hear: (bytes) => {
      if (!booting.closed) return;
      const orders = readOrders(bytes);
      for (const order of orders) carryOut(order);
      if (variant.isArduino && orders.length > 0) start(ORDER_GAP_MS);
    },
    hostOpened: () => {
      if (variant.isArduino) boot();
    },
    reboot: boot,
    close: () => booting.unsubscribe(),
  };
}
