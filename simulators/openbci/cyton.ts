import { Subscription } from "rxjs";
import type { AmplifierBody, AmplifierParts } from "../amplifiers/amplifier.ts";
import { asciiBytes } from "../amplifiers/bytes.ts";
import { createCounter } from "../amplifiers/counter.ts";
import { numberOption } from "../amplifiers/options.ts";
import type { SampledBlock } from "../amplifiers/sampler.ts";
import { wordOption } from "../common/figures.ts";
import { createAuxSource, PINS } from "./aux.ts";
import { boardAfterPowerUp, SERIAL_RATE_HZ } from "./board/board.ts";
import { channelsInUse } from "./board/inputs.ts";
import { type Effect, MULTI_LIMIT_MS, type Step, step, timeOut } from "./board/step.ts";
import { createDongle } from "./dongle.ts";
import { createPacker } from "./packer.ts";
import { PACKET_BYTES } from "./wire/packet.ts";
import { END_OF_TEXT, TEXT } from "./wire/texts.ts";

/** A soft reset takes more than half a second; what is sent meanwhile waits. */
const RESET_MS = 600;
/** The dongle gives up on a board that does not poll. */
const BOARD_OFF_ANSWER_MS = 50;
/** The latency timer of the USB converter: 16 ms. */
const DEFAULT_BLOCK_FRAMES = 4;
const NUMBERS = 256;
const JUMP = 37;

/** The board, its radio and its dongle. */
export function createCyton(parts: AmplifierParts, hasDaisy: boolean): AmplifierBody {
  const { clock, line, sampler, options, seed } = parts;
  const blockFrames = numberOption(options, "blockFrames", DEFAULT_BLOCK_FRAMES, {
    min: 1,
    max: 250,
    whole: true,
  });
  const generation = /^1(\.|$)/.test(parts.softwareVersion ?? "") ? 1 : 3;
  const counter = createCounter(NUMBERS, JUMP);
  const dongle = createDongle();
  let bootMs = clock.now();
  const packer = createPacker({
    counter,
    auxSource: createAuxSource(seed, wordOption(options, "triggerPin", PINS)),
    bootMs: () => bootMs,
    electrodeOhm: numberOption(options, "electrodeOhm", 10_000, { min: 0, max: 1e7 }),
  });
  let board = boardAfterPowerUp(generation, hasDaisy);
  let isOn = true;
  /** Set while the board resets: what came meanwhile. */
  let missed: number[] | null = null;
  let booting = Subscription.EMPTY;
  let multiLimit = Subscription.EMPTY;
  let radioLimit = Subscription.EMPTY;

  const say = (text: string): void => line.answer(asciiBytes(text + END_OF_TEXT));

  function become({ board: next, effects }: Step): void {
    const began = next.pending !== null && board.pending === null;
    board = next;
    if (board.pending === null) multiLimit.unsubscribe();
    else if (began)
      multiLimit = clock.at(clock.now() + MULTI_LIMIT_MS, () => become(timeOut(board)));
    for (const effect of effects) perform(effect);
  }

  function perform(effect: Effect): void {
    switch (effect.kind) {
      case "say":
        return say(effect.text);
      case "start":
        return startStream(effect.pauseMs);
      case "stop":
        return sampler.stop();
      case "reset":
        return boot(effect.banner);
    }
  }

  function startStream(delayMs: number): void {
    packer.restart();
    sampler.start({
      rateHz: SERIAL_RATE_HZ,
      blockFrames,
      channels: channelsInUse(board),
      delayMs,
      onBlock,
    });
  }

  function onBlock(block: SampledBlock): void {
    const packed = packer.pack(block, board);
    board = packed.board;
    line.stream({ bytes: packed.bytes, packetBytes: PACKET_BYTES, firstAt: 0 });
  }

  function boot(banner: string | null): void {
    sampler.stop();
    multiLimit.unsubscribe();
    booting.unsubscribe();
    missed = [];
    bootMs = clock.now();
    booting = clock.at(bootMs + RESET_MS, () => {
      const waiting = missed ?? [];
      missed = null;
      if (banner !== null) say(banner);
      for (const byte of waiting) toBoard(byte);
    });
  }

  function toBoard(byte: number): void {
    if (!isOn) answerForBoard();
    else if (missed !== null) missed.push(byte);
    else become(step(board, String.fromCharCode(byte), clock.now()));
  }

  function answerForBoard(): void {
    if (!radioLimit.closed) return;
    radioLimit = clock.at(clock.now() + BOARD_OFF_ANSWER_MS, () => {
      radioLimit.unsubscribe();
      say(TEXT.boardOff);
    });
  }

  function stopAll(): void {
    sampler.stop();
    for (const waiting of [booting, multiLimit, radioLimit]) waiting.unsubscribe();
    missed = null;
  }

  return {
    counter,
    hear: (bytes) => {
      for (const item of dongle(bytes)) {
        if (item.kind === "forward") toBoard(item.byte);
        else say(isOn ? TEXT.systemUp : TEXT.boardOff);
      }
    },
    reboot: () => {
      isOn = true;
      board = boardAfterPowerUp(generation, hasDaisy);
      boot(null);
    },
    ownFaults: {
      "board-off": () => {
        stopAll();
        isOn = false;
        board = boardAfterPowerUp(generation, hasDaisy);
      },
    },
    close: stopAll,
  };
}
