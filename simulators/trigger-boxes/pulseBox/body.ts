import { type Box, type BoxInput, earliest } from "../box.ts";
import { EMPTY_LINES, type LineStream } from "./lineStream.ts";

export interface PulseBoxFigures {
  /** The bootloader: from the rising DTR, or power, to the greeting. */
  readonly bootMs: number;
  readonly watchdogMs: number;
  /** Microseconds of the board's clock in one that is true; an ATmega's resonator is up to 0.5 % off. */
  readonly clockPace: number;
  /** Steps of the board's clock. */
  readonly clockStepUs: number;
}

export const DEFAULT_FIGURES: PulseBoxFigures = {
  bootMs: 2000,
  watchdogMs: 2000,
  clockPace: 1,
  clockStepUs: 4,
};

export interface Sequence {
  readonly seq: string;
  readonly mask: number;
  readonly widthMs: number;
  readonly count: number;
  readonly intervalMs: number;
  readonly startMs: number;
  /** Pulses that have begun. */
  readonly begun: number;
  readonly isHigh: boolean;
}

export interface PulseBoxBody {
  /** Its program starts here, and its clock with it; deaf until then. */
  readonly startMs: number;
  readonly isBooted: boolean;
  readonly isLocked: boolean;
  /** Of the last line that was carried out. */
  readonly lastSeq: string | null;
  readonly stream: LineStream;
  /** When a line with a good checksum came last. */
  readonly heardMs: number;
  /** Lines that `L` keeps up. */
  readonly levels: number;
  readonly pulses: readonly { readonly mask: number; readonly endMs: number }[];
  readonly sequence: Sequence | null;
  readonly refusals: number;
}

export function powerOn(figures: PulseBoxFigures, nowMs: number): PulseBoxBody {
  return {
    startMs: nowMs + figures.bootMs,
    isBooted: false,
    isLocked: true,
    lastSeq: null,
    stream: EMPTY_LINES,
    heardMs: nowMs,
    levels: 0,
    pulses: [],
    sequence: null,
    refusals: 0,
  };
}

/** What the outputs are. */
export function linesOf({ levels, pulses, sequence }: PulseBoxBody): number {
  const pulsing = pulses.reduce((mask, pulse) => mask | pulse.mask, 0);
  return levels | pulsing | (sequence?.isHigh === true ? sequence.mask : 0);
}

/** Microseconds on the board's clock: 32 bits, in steps. */
export function boardTimeUs(body: PulseBoxBody, figures: PulseBoxFigures, nowMs: number): number {
  const us = (nowMs - body.startMs) * 1000 * figures.clockPace;
  // A hair more, so that an instant that was computed does not fall one step short.
  return (Math.floor(us / figures.clockStepUs + 1e-6) * figures.clockStepUs) % 2 ** 32;
}

/** Milliseconds of true time in which the board counts so many microseconds. */
export function trueMs(boardUs: number, { clockPace }: PulseBoxFigures): number {
  return boardUs / 1000 / clockPace;
}

export function nextOf(
  body: PulseBoxBody,
  figures: PulseBoxFigures,
): ReturnType<Box<PulseBoxBody>["next"]> {
  if (!body.isBooted) return { input: DUE, atMs: body.startMs };
  const isBusy = linesOf(body) !== 0 || body.sequence !== null;
  return earliest([
    ...body.pulses.map(({ endMs }) => ({ input: DUE, atMs: endMs })),
    body.sequence === null ? null : { input: DUE, atMs: sequenceEventMs(body.sequence) },
    isBusy
      ? {
          input: { kind: "silence" },
          atMs: body.heardMs + trueMs(figures.watchdogMs * 1000, figures),
        }
      : null,
  ]);
}

const DUE: BoxInput = { kind: "due" };

/** The fall of the pulse that is up, or the next rise; every instant counted from the start. */
export function sequenceEventMs({ startMs, begun, intervalMs, widthMs, isHigh }: Sequence): number {
  return isHigh ? startMs + (begun - 1) * intervalMs + widthMs : startMs + begun * intervalMs;
}
