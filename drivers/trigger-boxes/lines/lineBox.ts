/**
 * A box that takes the state of its lines in one write. The stimulator's line is raised by `fire`
 * alone, comes down after its width whatever else happens, and no marker is written while it is up:
 * that would raise it again or cut it short.
 */
import type { Subscription } from "rxjs";
import { toHex } from "../../../src/base/hex.ts";
import type { PermitLike } from "../../../src/contract/guarded.ts";
import type { WriteStamp } from "../../../src/contract/transport.ts";
import type { TriggerBox, TriggerStamp } from "../../../src/contract/trigger.ts";
import { isPulsetrainError, PulsetrainError } from "../../../src/errors/pulsetrainError.ts";
import { type BoxContext, stimulatorMask } from "../kind.ts";

export interface LineBoxParts {
  readonly lines: number;
  /** Bytes that make these lines high and all others low. */
  readonly encode: (mask: number) => Uint8Array;
  readonly allLow: Uint8Array;
  /** How long a line stays up, ms. */
  readonly pulseMs: number;
  /** When the host lowers what it raised, ms after raising it; null: the box does, and safely. */
  readonly hostLowersMs: number | null;
  /** Shortest time from one start to the next, ms. */
  readonly minIntervalMs: number;
  /** A marker so soon after another write would wait in the box and make a start late, ms. */
  readonly markGapMs: number;
  /** Codes that are never sent. */
  readonly isForbidden?: (mask: number) => boolean;
  /** Between opening the port and the first use; the words are what the box says of itself. */
  readonly identify: () => Promise<Readonly<Record<string, string>>>;
}

/** Markers that are up, and until when, ms. */
interface Marks {
  readonly mask: number;
  readonly untilMs: number;
}

export function createLineBox(
  { clock, port, config }: BoxContext,
  parts: LineBoxParts,
): TriggerBox {
  const { encode, allLow, pulseMs, hostLowersMs, minIntervalMs } = parts;
  const stimulator = stimulatorMask(config);
  /** Until when the stimulator's line is up; null: it is low. */
  let startUntilMs: number | null = null;
  let marks: Marks | null = null;
  let lastStartMs = Number.NEGATIVE_INFINITY;
  let lastWriteMs = Number.NEGATIVE_INFINITY;
  let lowering: Subscription | null = null;

  const isStartUp = (): boolean => startUntilMs !== null && clock.now() < startUntilMs;
  const marksUp = (): number => (marks !== null && clock.now() < marks.untilMs ? marks.mask : 0);

  const write = (bytes: Uint8Array, permit?: PermitLike): WriteStamp => {
    const stamp = permit === undefined ? port.write(bytes) : port.write(bytes, permit);
    lastWriteMs = stamp.writtenMs;
    return stamp;
  };
  /** Safe frames; false when it could not leave. */
  const tryWrite = (bytes: Uint8Array): boolean => {
    try {
      write(bytes);
      return true;
    } catch (error) {
      if (!isPulsetrainError(error)) throw error;
      return false;
    }
  };

  /** Looks again when the next line is to come down. */
  const schedule = (): void => {
    lowering?.unsubscribe();
    lowering = null;
    if (hostLowersMs === null) return;
    const never = Number.POSITIVE_INFINITY;
    const dueMs = Math.min(startUntilMs ?? never, marks?.untilMs ?? never);
    if (dueMs < never) lowering = clock.at(Math.max(dueMs, clock.now()), lower);
  };
  const lower = (): void => {
    const mask = marksUp();
    if (mask === 0) marks = null;
    // While the start is up its own end lowers the markers as well.
    if (isStartUp()) return schedule();
    // A line that could not be lowered stays up in our books: the next start would have no edge.
    if (!tryWrite(mask === 0 ? allLow : encode(mask))) return;
    startUntilMs = null;
    schedule();
  };
  /** Why no start may leave; null when one may. */
  const startProblem = (): string | null => {
    if (stimulator === 0)
      return "no line leads to a stimulator; name it as `stimulatorLine` in the rig file";
    const keepsUp = hostLowersMs === null ? isStartUp() : startUntilMs !== null;
    if (keepsUp) return "the stimulator's line is still up";
    const sinceMs = clock.now() - lastStartMs;
    return sinceMs < minIntervalMs
      ? `${sinceMs.toFixed(1)} ms after the last start; this box needs ${minIntervalMs} ms`
      : null;
  };

  const fire = (permit: PermitLike): TriggerStamp => {
    const problem = startProblem();
    if (problem !== null) throw new PulsetrainError("DEVICE_CONFLICT", problem);
    const bytes = encode(stimulator | marksUp());
    let stamp: WriteStamp;
    try {
      stamp = write(bytes, permit);
    } catch (error) {
      // A part may have left.
      if (isPulsetrainError(error) && error.code !== "PORT_HAZARD_REFUSED") tryWrite(allLow);
      throw error;
    }
    lastStartMs = stamp.writtenMs;
    startUntilMs = stamp.writtenMs + (hostLowersMs ?? pulseMs);
    schedule();
    return {
      writtenMs: stamp.writtenMs,
      writtenHex: toHex(bytes),
      get drained() {
        return stamp.drained;
      },
    };
  };

  const mark = (code: number): boolean => {
    const isCode = Number.isInteger(code) && code >= 0 && code < 2 ** parts.lines;
    if (!isCode || (code & stimulator) !== 0 || parts.isForbidden?.(code) === true) return false;
    if (!port.isOpen || isStartUp() || clock.now() - lastWriteMs < parts.markGapMs) return false;
    if (!tryWrite(encode(code))) return false;
    marks = code === 0 ? null : { mask: code, untilMs: lastWriteMs + (hostLowersMs ?? pulseMs) };
    schedule();
    return true;
  };

  const close = async (): Promise<void> => {
    lowering?.unsubscribe();
    if (!port.isOpen) return;
    tryWrite(allLow);
    await port.close().catch(() => undefined);
  };

  return {
    open: async () => {
      if (!port.isOpen) await port.open();
      try {
        const words = await parts.identify();
        write(allLow);
        return words;
      } catch (error) {
        await close();
        throw error;
      }
    },
    fire,
    mark,
    close,
  };
}
