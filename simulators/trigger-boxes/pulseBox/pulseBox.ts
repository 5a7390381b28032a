import type { Box, BoxEffect, BoxInput, BoxStepped } from "../box.ts";
import {
  boardTimeUs,
  linesOf,
  nextOf,
  type PulseBoxBody,
  type PulseBoxFigures,
  powerOn,
  type Sequence,
  sequenceEventMs,
  trueMs,
} from "./body.ts";
import {
  type HeardLine,
  LINES,
  type PulseBoxCommand,
  REFUSALS,
  type Refusal,
  sealedLine,
} from "./line.ts";
import { pushLineBytes } from "./lineStream.ts";

const VERSION = 1;
/** The last character before `*`, four digits and the line feed. */
const WEAK_BYTE = -7;

/** The board of `docs/devices/pulse-box.md`. */
export function pulseBox(figures: PulseBoxFigures): Box<PulseBoxBody> {
  return {
    lines: LINES,
    weakByte: WEAK_BYTE,
    powerOn: (nowMs) => powerOn(figures, nowMs),
    next: (body) => nextOf(body, figures),
    step: (body, input, nowMs) => step(body, input, { figures, nowMs }),
  };
}

interface Present {
  readonly figures: PulseBoxFigures;
  readonly nowMs: number;
}

function step(body: PulseBoxBody, input: BoxInput, present: Present): BoxStepped<PulseBoxBody> {
  switch (input.kind) {
    case "bytes":
      return body.isBooted ? hear(body, input.bytes, present) : { body, effects: [] };
    case "due":
      return body.isBooted ? happened(body, present) : booted(body, present);
    case "silence": {
      const { after, lines } = lowered(body, present);
      return shown(after, [`-- W ${timeOf(body, present)}`, ...lines]);
    }
    case "refuse-next":
      return { body: { ...body, refusals: body.refusals + 1 }, effects: [] };
    case "reboot":
      return shown(powerOn(present.figures, present.nowMs), []);
  }
}

/** Answers leave after the outputs have moved. */
function shown(body: PulseBoxBody, lines: readonly string[]): BoxStepped<PulseBoxBody> {
  const said = lines.map((line): BoxEffect => ({ kind: "say", bytes: sealedLine(line) }));
  return { body, effects: [{ kind: "lines", mask: linesOf(body) }, ...said] };
}

function timeOf(body: PulseBoxBody, { figures, nowMs }: Present): string {
  return String(boardTimeUs(body, figures, nowMs));
}

function booted(body: PulseBoxBody, present: Present): BoxStepped<PulseBoxBody> {
  const after = { ...body, isBooted: true, heardMs: present.nowMs };
  return shown(after, [`-- HELLO ${timeOf(body, present)} pulse-box ${VERSION} ${LINES}`]);
}

/** All that is due at this instant. */
function happened(body: PulseBoxBody, present: Present): BoxStepped<PulseBoxBody> {
  const { nowMs } = present;
  const pulses = body.pulses.filter(({ endMs }) => endMs > nowMs);
  const after = { ...body, pulses };
  const { sequence } = body;
  if (sequence === null || sequenceEventMs(sequence) > nowMs) return shown(after, []);
  if (!sequence.isHigh) {
    const risen = { ...sequence, begun: sequence.begun + 1, isHigh: true };
    return shown({ ...after, sequence: risen }, []);
  }
  if (sequence.begun < sequence.count)
    return shown({ ...after, sequence: { ...sequence, isHigh: false } }, []);
  return shown({ ...after, sequence: null }, [overLine(body, sequence, present)]);
}

function overLine(body: PulseBoxBody, { seq, begun }: Sequence, present: Present): string {
  return `${seq} D ${timeOf(body, present)} ${begun}`;
}

/** Everything low; a sequence that ends by it is told. */
function lowered(
  body: PulseBoxBody,
  present: Present,
): { readonly after: PulseBoxBody; readonly lines: readonly string[] } {
  return {
    after: { ...body, levels: 0, pulses: [], sequence: null },
    lines: body.sequence === null ? [] : [overLine(body, body.sequence, present)],
  };
}

function hear(start: PulseBoxBody, bytes: Uint8Array, present: Present): BoxStepped<PulseBoxBody> {
  const { stream, lines } = pushLineBytes(start.stream, bytes, present.nowMs);
  return lines.reduce<BoxStepped<PulseBoxBody>>(
    (before, line) => {
      const { body, effects } = answer(before.body, line, present);
      return { body, effects: [...before.effects, ...effects] };
    },
    { body: { ...start, stream }, effects: [] },
  );
}

function answer(body: PulseBoxBody, line: HeardLine, present: Present): BoxStepped<PulseBoxBody> {
  if (line.seq === null) return refused(body, "--", REFUSALS.noLine, present);
  const fed = { ...body, heardMs: present.nowMs };
  if (line.kind === "refused") return refused(fed, line.seq, line.refusal, present);
  const refusal = refusalOf(fed, line.seq, line.command);
  if (refusal !== null) {
    const refusals = Math.max(0, fed.refusals - (refusal.isFault ? 1 : 0));
    return refused({ ...fed, refusals }, line.seq, refusal.code, present);
  }
  return carriedOut({ ...fed, lastSeq: line.seq }, line.seq, line.command, present);
}

function refused(
  body: PulseBoxBody,
  seq: string,
  code: Refusal,
  present: Present,
): BoxStepped<PulseBoxBody> {
  return shown(body, [`${seq} E ${timeOf(body, present)} ${code}`]);
}

/** Why a command that can be read is not carried out now; null: it is. */
function refusalOf(
  body: PulseBoxBody,
  seq: string,
  command: PulseBoxCommand,
): { readonly code: Refusal; readonly isFault: boolean } | null {
  if (command.kind === "identify" || command.kind === "all-low") return null;
  if (body.isLocked) return { code: REFUSALS.locked, isFault: false };
  if (body.lastSeq === seq) return { code: REFUSALS.repeated, isFault: false };
  const isOverlapping = command.kind !== "levels" && (command.mask & linesOf(body)) !== 0;
  if (isOverlapping || body.sequence !== null) return { code: REFUSALS.busy, isFault: false };
  return body.refusals > 0 && command.mask !== 0 ? { code: REFUSALS.busy, isFault: true } : null;
}

function carriedOut(
  body: PulseBoxBody,
  seq: string,
  command: PulseBoxCommand,
  present: Present,
): BoxStepped<PulseBoxBody> {
  const { figures, nowMs } = present;
  const ok = `${seq} OK ${timeOf(body, present)}`;
  switch (command.kind) {
    case "identify":
      return shown({ ...body, isLocked: false }, [
        `${ok} pulse-box ${VERSION} ${LINES} ${figures.watchdogMs}`,
      ]);
    case "all-low": {
      const { after, lines } = lowered(body, present);
      return shown(after, [...lines, ok]);
    }
    case "pulse": {
      const endMs = nowMs + trueMs(command.widthUs, figures);
      return shown({ ...body, pulses: [...body.pulses, { mask: command.mask, endMs }] }, [ok]);
    }
    case "levels":
      return shown({ ...body, levels: command.mask, pulses: [] }, [ok]);
    case "sequence": {
      const { mask, count } = command;
      const widthMs = trueMs(command.widthUs, figures);
      const intervalMs = trueMs(command.intervalUs, figures);
      const times = { widthMs, intervalMs, startMs: nowMs };
      const sequence = { seq, mask, count, ...times, begun: 1, isHigh: true };
      return shown({ ...body, sequence }, [ok]);
    }
  }
}
