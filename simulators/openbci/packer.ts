import type { Counter } from "../amplifiers/counter.ts";
import type { SampledBlock } from "../amplifiers/sampler.ts";
import type { AuxSource } from "./aux.ts";
import type { Board } from "./board/board.ts";
import { channelsInUse, convertChannel } from "./board/inputs.ts";
import { PACKET_BYTES, PACKET_CHANNELS, writePacket } from "./wire/packet.ts";

/** Packets of a block, and the board as they leave it: stamps begun, marker sent. */
export interface Packed {
  readonly bytes: Uint8Array;
  readonly board: Board;
}

export interface Packer {
  /** A stream begins. */
  restart(): void;
  pack(block: SampledBlock, board: Board): Packed;
}

export interface PackerOptions {
  readonly counter: Counter;
  readonly auxSource: AuxSource;
  readonly bootMs: () => number;
  readonly electrodeOhm: number;
}

const CHANNELS = 16;

export function createPacker({ counter, auxSource, bootMs, electrodeOhm }: PackerOptions): Packer {
  let columns: readonly Int32Array[] = [];
  /** What the converters gave last, and the means that are sent: stale ones in the first packet. */
  const last = new Int32Array(CHANNELS);
  const means = new Int32Array(CHANNELS);

  const convert = (block: SampledBlock, board: Board): void => {
    const channels = channelsInUse(board);
    const fits = columns.length === channels && columns[0]?.length === block.frames;
    if (!fits) columns = Array.from({ length: channels }, () => new Int32Array(block.frames));
    for (const [channel, out] of columns.entries()) {
      const settings = board.channels[channel];
      const uv = block.uv[channel];
      if (settings === undefined || uv === undefined) out.fill(0);
      else convertChannel(out, settings, board.test, block, uv, electrodeOhm);
    }
  };

  /** Odd numbers carry the board, even ones the daisy, each the mean of two samples. */
  const averaged = (offset: number, number: number, isFirst: boolean): Int32Array => {
    for (const [channel, column] of columns.entries()) {
      const count = column[offset] ?? 0;
      if (!isFirst) means[channel] = Math.trunc(((last[channel] ?? 0) + count) / 2);
      last[channel] = count;
    }
    const from = number % 2 === 1 ? 0 : PACKET_CHANNELS;
    return means.subarray(from, from + PACKET_CHANNELS);
  };

  const plain = (offset: number): Int32Array => {
    for (const [channel, column] of columns.entries()) means[channel] = column[offset] ?? 0;
    return means;
  };

  return {
    restart: () => counter.restart(),
    pack: (block, before) => {
      let board = before;
      convert(block, board);
      const bytes = new Uint8Array(block.frames * PACKET_BYTES);
      for (let offset = 0; offset < block.frames; offset++) {
        const number = counter.next();
        const frame = block.firstFrame + offset;
        const counts = board.usesDaisy ? averaged(offset, number, frame === 0) : plain(offset);
        const boardMs = Math.floor(block.firstMs + offset * block.stepMs - bootMs()) >>> 0;
        const isMarked = block.marks.includes(offset);
        const { aux, footer } = auxSource.of({ board, number, frame, boardMs, isMarked });
        writePacket(bytes, offset * PACKET_BYTES, number, counts, aux, footer);
        board = afterPacket(board);
      }
      return { bytes, board };
    },
  };
}

function afterPacket(board: Board): Board {
  if (board.stamps !== "first" && board.marker === 0) return board;
  return { ...board, marker: 0, stamps: board.stamps === "first" ? "on" : board.stamps };
}
